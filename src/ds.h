// [given] ds.h: data sets from CSV and IDX files, their classes, scaling and splits.
#ifndef NN_DS_H
#define NN_DS_H

#include <string>
#include <vector>

#include "utils.h"

enum task_t { TASK_AUTO, TASK_CLASSIFICATION, TASK_REGRESSION };

// Rows of features and targets. Classification with one output: target 1 for the positive class, else 0.
// With K > 1 outputs: 1 for the output of the row's class, 0 for the others ("one-hot"). Regression: the number.
struct ds_t {
    std::string name;  // of the file, for messages
    int N, n_in, n_out;
    std::vector<real_t> X;            // (N, n_in)
    std::vector<real_t> Y;            // (N, n_out)
    task_t task;                      // never TASK_AUTO
    std::vector<std::string> labels;  // name of each class; regression: none
    bool is_image;                    // from an IDX file: features are bytes, 0 .. 255
};

// What a file is read for. `labels`: empty when training (they come from the file), the model's when testing.
struct ds_want_t {
    int n_in, n_out;
    task_t task;
    std::vector<std::string> labels;
    bool testing = false;  // the network is given: the file must fit it
};

// CSV: one row a line, features first, the class or the number last; `,` `;` or tab, found by itself; header,
// quotes, CRLF, blank lines and gzip are understood. IDX: the images' file is given, the labels' file lies beside
// it ("images-idx3" replaced by "labels-idx1"). Which of the two it is shows in the first bytes.
// TASK_AUTO: with one output, names or two different values are classes, more different numbers regression; but 3 to
// 32 different whole numbers could be either, and are refused with a hint.
// Dies, with file and line, of anything that is not what `want` says.
ds_t ds_load(const std::string &path, const ds_want_t *want);
void ds_read_csv(ds_t *ds, const std::string &text, const ds_want_t *want);                           // ds_csv.cpp
void ds_read_idx(ds_t *ds, const std::string &path, const std::string &text, const ds_want_t *want);  // ds_idx.cpp
bool ds_is_idx(const std::string &text);

int ds_class(const ds_t *ds, int row);  // 0 .. number of classes - 1
int ds_n_classes(const ds_t *ds);       // 2 for one output
std::vector<int> ds_class_counts(const ds_t *ds);
uint32_t ds_checksum(const ds_t *ds);  // CRC-32 of X and Y

// Moves `fraction` of the rows into `part`, chosen at random, the same fraction of every class (at least one row of
// each class stays on either side). The order of rows is kept.
void ds_split(ds_t *ds, double fraction, uint64_t seed, ds_t *part);

// ---- scaling of features, never of targets: x' = (x - shift) * factor ----------------------------------------------
enum scale_kind_t {
    SCALE_AUTO,  // standardization for CSV, pixels for IDX
    SCALE_NONE,
    SCALE_NORMALIZATION,    // to [0, 1] by least and greatest value
    SCALE_STANDARDIZATION,  // to mean 0 and standard deviation 1
    SCALE_PIXELS            // x / 255
};
struct scale_t {
    scale_kind_t kind;
    std::vector<double> shift, factor;  // (n_in) each; empty with SCALE_NONE
};
scale_kind_t scale_parse(const std::string &option, const std::string &text);  // also "standarization"
const char *scale_text(scale_kind_t kind);
scale_t scale_fit(scale_kind_t kind, const ds_t *ds);  // a feature that never changes gets factor 1
void scale_apply(const scale_t *scale, ds_t *ds);      // in place; once!

#endif
