// [given] reference.h: what each pass should give, with long double, and the error that is allowed to each element.
#ifndef NN_GRADING_REFERENCE_H
#define NN_GRADING_REFERENCE_H

#include "job.h"

struct expected_t {
    std::string name;  // of the array
    int rows, cols;    // b rows where the batch counts
    std::vector<double> value, allowed;
    bool from_earlier;  // made from an array of the same pass, as it is in `after`
};

// `after`: the arena after the student's call, of the right size.
std::vector<expected_t> expect_pass(const job_t *job, const std::string &after);
std::vector<expected_t> expect_score(const job_t *job);  // confusion, sums

#endif
