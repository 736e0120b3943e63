// [given] test.h: validation: counts of right and wrong predictions, and the metrics made from them.
#ifndef NN_TEST_H
#define NN_TEST_H

#include <cstdio>
#include <string>
#include <vector>

#include "train.h"

// Sums over the rows scored so far. Plain data; arrays and tally lie on one device.
struct tally_t {
    int K;                          // classes: 2 for one output; 0: regression
    unsigned long long *confusion;  // (K, K) row: true class, column: predicted class
    double *sums;                   // (3) costs of the rows, squared errors (a - y)^2, absolute errors |a - y|
};

// The same on the host, in its own memory.
struct score_t {
    int K;
    std::vector<unsigned long long> confusion;  // (K, K)
    double sums[3];
};
score_t score_make(int n_out, task_t task);  // all 0

// The class that outputs (or targets) a say. One output: class 1 where a >= threshold. More: the class of the greatest
// output, the first of equals.
HD inline int predicted_class(const real_t *a /* (n) */, int n, double threshold)
{
    if (n == 1) return a[0] >= (real_t)threshold;
    int best = 0;
    for (int j = 1; j < n; j++)
        if (a[j] > a[best]) best = j;
    return best;
}

// Adds the batch that the forward pass has just seen: its outputs A(t, L) against its targets (b, n[L]), whose class is
// predicted_class(y, n, 0.5). Row weights do not count here.
void score_cpu(const train_t *t, int b, double threshold, tally_t *tally);
void score_cuda(const train_t *t, int b, double threshold, tally_t *tally);

// Per class c, from the confusion matrix: TP = confusion(c, c), FP = rest of its column, FN = rest of its row;
// precision TP / (TP + FP), recall TP / (TP + FN), F1 = 2 P R / (P + R). A ratio whose denominator is 0 counts as 0
// and is marked undefined.
struct class_metrics_t {
    long TP, FP, FN, TN;
    double precision, recall, f1;
    bool precision_undefined, recall_undefined;
};

struct metrics_t {
    task_t task;
    int N, n_out;
    double threshold;
    double loss;  // mean cost of a row, without class weights
    score_t score;
    std::vector<std::string> labels;       // (K)
    std::vector<class_metrics_t> classes;  // (K); with one output classes[1] is the positive one
    double accuracy, macro_precision, macro_recall, macro_f1;
    double roc_auc, average_precision;  // one output; NAN where undefined or not asked for
    double r2, mse, mae;  // regression: 1 - sum (y - a)^2 / sum (y - mean y)^2; mean (y - a)^2; mean |y - a|
    double value;         // the one number: F1 of the positive class | accuracy | R2
};

// With outputs (N, 1), not NULL, two classes get roc_auc and average_precision too: the area under the ROC curve is the
// chance that a positive row has the greater output than a negative one, ties counting half; average precision is
// the sum over thresholds of (R_k - R_{k-1}) P_k. NAN without rows of both classes.
metrics_t metrics_make(const score_t *score, const ds_t *ds, double threshold, const std::vector<real_t> *outputs);
const char *metrics_value_name(task_t task, int n_out);  // "f1" | "accuracy" | "r2"

void metrics_print(const metrics_t *m, const char *which_rows,
                   FILE *out);  // last line: "F1 0.9725 (positive class, ...)"
std::string metrics_json(const metrics_t *m);

#endif
