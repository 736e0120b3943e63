// [given] test.cpp: counts predictions and computes metrics.
#include "test.h"

#include <algorithm>
#include <cmath>
#include <numeric>

score_t score_make(int n_out, task_t task)
{
    int K = task == TASK_REGRESSION ? 0 : n_out == 1 ? 2 : n_out;
    return {K, std::vector<unsigned long long>((size_t)K * K, 0), {0, 0, 0}};
}

void score_cpu(const train_t *t, int b, double threshold, tally_t *tally)
{
    int L = t->s.L, n = t->s.n[L], K = tally->K;
    for (int i = 0; i < b; i++) {
        const real_t *a = A(t, L) + (size_t)i * n, *y = t->targets + (size_t)i * n;
        for (int j = 0; j < n; j++) {
            double d = a[j] - y[j];
            tally->sums[0] += loss_value(t->s.loss, t->s.f[L], a[j], y[j]);
            tally->sums[1] += d * d;
            tally->sums[2] += std::fabs(d);
        }
        if (K > 0) tally->confusion[(size_t)predicted_class(y, n, 0.5) * K + predicted_class(a, n, threshold)]++;
    }
}

// ---- metrics -------------------------------------------------------------------------------------

static class_metrics_t class_metrics(const score_t *score, size_t c, long rows)
{
    class_metrics_t m = {};
    size_t K = score->K;
    m.TP = score->confusion[c * K + c];
    for (size_t k = 0; k < K; k++) {
        if (k != c) m.FN += score->confusion[c * K + k];
        if (k != c) m.FP += score->confusion[k * K + c];
    }
    m.TN = rows - m.TP - m.FN - m.FP;
    m.precision_undefined = m.TP + m.FP == 0;
    m.recall_undefined = m.TP + m.FN == 0;
    m.precision = m.precision_undefined ? 0 : (double)m.TP / (m.TP + m.FP);
    m.recall = m.recall_undefined ? 0 : (double)m.TP / (m.TP + m.FN);
    m.f1 = m.precision + m.recall > 0 ? 2 * m.precision * m.recall / (m.precision + m.recall) : 0;
    return m;
}

// sum (y - mean y)^2 over all targets: how wrong the best constant guess is.
static double total_variation(const ds_t *ds)
{
    double mean = 0, sum = 0;
    for (real_t y : ds->Y) mean += y / (double)ds->N;
    for (real_t y : ds->Y) sum += (y - mean) * (y - mean);
    return sum;
}

static void add_ranking(metrics_t *m, const ds_t *ds, const std::vector<real_t> *outputs)
{
    const std::vector<real_t> &a = *outputs;
    for (real_t x : a)
        if (!std::isfinite(x)) return;  // no order among them
    std::vector<int> order(ds->N);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int i, int j) { return a[i] > a[j]; });
    double P = 0, TP = 0, FP = 0, area = 0, ap = 0;
    for (int i = 0; i < ds->N; i++) P += ds_class(ds, i);
    double N = ds->N - P;
    if (P == 0 || N == 0) return;
    for (int i = 0; i < ds->N;) {  // rows of equal output are above or below a threshold together
        double tp = 0, fp = 0;
        real_t value = a[order[i]];
        for (; i < ds->N && a[order[i]] == value; i++) (ds_class(ds, order[i]) ? tp : fp)++;
        area += fp * (TP + tp / 2);
        TP += tp;
        FP += fp;
        ap += tp / P * (TP / (TP + FP));
    }
    m->roc_auc = area / (P * N);
    m->average_precision = ap;
}

metrics_t metrics_make(const score_t *score, const ds_t *ds, double threshold, const std::vector<real_t> *outputs)
{
    metrics_t m = {};
    m.task = ds->task;
    m.N = ds->N;
    m.n_out = ds->n_out;
    m.threshold = threshold;
    m.score = *score;
    m.labels = ds->labels;
    m.loss = score->sums[0] / ds->N;
    m.roc_auc = m.average_precision = NAN;
    if (score->K == 0) {
        double total = total_variation(ds);
        m.mse = score->sums[1] / ds->N;
        m.mae = score->sums[2] / ds->N;
        m.value = m.r2 = total > 0 ? 1 - score->sums[1] / total : 0;
        return m;
    }
    long right = 0;
    for (int c = 0; c < score->K; c++) {
        class_metrics_t one = class_metrics(score, c, ds->N);
        right += one.TP;
        m.macro_precision += one.precision / score->K;
        m.macro_recall += one.recall / score->K;
        m.macro_f1 += one.f1 / score->K;
        m.classes.push_back(one);
    }
    m.accuracy = (double)right / ds->N;
    m.value = ds->n_out == 1 ? m.classes[1].f1 : m.accuracy;
    if (outputs && ds->n_out == 1) add_ranking(&m, ds, outputs);
    return m;
}

const char *metrics_value_name(task_t task, int n_out)
{
    return task == TASK_REGRESSION ? "r2" : n_out == 1 ? "f1" : "accuracy";
}
