// [given] compare.h: what a call should give, how far off it may be, and how far off it is.
//
// The reference is computed here with long double, pass by pass, from the state before and, where one result is made
// from another of the same pass (layer 2 from layer 1), from the student's own: an error is told once, where it arose.
//
// The error allowed to a sum of k products is (4 + sqrt(k)) * eps * sum |a| |b|, eps the spacing of real_t at 1: the
// rounding of any order of summation, with fused multiply-add or not, stays well below; numbers rounded to 11 bits
// (fp16, TF32) do not. tests/test_compare.cpp holds the evidence; lab/results/tolerances.md shows both margins.
#ifndef NN_GRADING_COMPARE_H
#define NN_GRADING_COMPARE_H

#include "job.h"

struct tensor_t {      // an array of the state
    std::string name;  // "A[2]", "dW[1]", ...
    size_t at;         // bytes from the beginning of the arena
    int rows, cols;
    char kind;  // 'r' real_t, 'i' int, 'd' double
};
// All arrays of the arena, with B rows where the batch counts.
std::vector<tensor_t> tensors_of(const job_t *job);

struct judged_t {
    std::string name;
    int rows, cols;
    size_t at, size;  // bytes in the arena, of an element; size 0: not in the arena
    std::vector<double> want, got, allowed;
    std::vector<double> before;  // what was there before the call; empty: unknown
    size_t wrong;                // elements
    double used;                 // greatest part of the allowed error: 0.37 is 37 %
};
constexpr double FAR_OFF = 1e9;  // `used` of what is not finite, or differs where nothing may

// One pass: every array it is to write, judged, in order; after the first wrong one those made from it are left out.
// `after` is the arena of the reply, of the right size.
// `tolerance`: times the allowed error.
std::vector<judged_t> judge_pass(const job_t *job, const reply_t *reply, double tolerance = 1);
std::vector<judged_t> judge_all(const job_t *job, const reply_t *reply);  // the same, with nothing left out

// What must be as before, but is not: rows after the batch's, other arrays, data. A sentence each; empty if nothing.
std::vector<std::string> judge_untouched(const job_t *job, const reply_t *reply);

// Numbers against numbers. `allowed` is one for each, or one for all.
judged_t judge(const std::string &name, int rows, int cols, const std::vector<double> &want,
               const std::vector<double> &got, const std::vector<double> &allowed);
double allowed_part(double want, double got, double allowed);  // |got - want| / allowed, or FAR_OFF
std::string place_text(const judged_t *j, size_t i);           // "A[2](17,5)"
bool bits_finite(double x);                                    // by the exponent's bits: no compiler flag changes it

double sum_tolerance(size_t k, double magnitude);  // (4 + sqrt(k)) eps magnitude
std::vector<double> doubles(const std::vector<real_t> &v);

#endif
