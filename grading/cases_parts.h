// [given] cases_parts.h: what the two files of the cases know of each other.
#ifndef NN_GRADING_CASES_PARTS_H
#define NN_GRADING_CASES_PARTS_H

#include "cases.h"

// What a case is made of. Sizes and activations as in "7-5-3", "tanh,softmax".
struct spec_t {
    const char *name, *sizes, *acts, *loss;
    int B, b, N;
    int block = 256;
    bool weights = false, momentum = false, sanitized = false;
};

struct made_t {  // the cases so far, and what the next one is made of
    std::vector<case_t> list;
    uint64_t seed;
    bool vary_sizes;
    rng_t rng;
};

void add_pass(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups);  // a pass
void add_counts_case(made_t *m, const spec_t &spec, double threshold, bool ties);
job_t *add_run(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups);  // with stand-ins
void add_together(made_t *m, const spec_t &spec, int epochs);  // with the student's passes

#endif
