// [given] wrong_passes.h: the passes with a known mistake in them, on the CPU.
#ifndef NN_GRADING_WRONG_PASSES_H
#define NN_GRADING_WRONG_PASSES_H

#include "job.h"

enum wrong_t {
    NOTHING_WRONG,
    // where threads are missing: every pass
    LAST_ROW_MISSING,
    LAST_COLUMN_MISSING,
    FIRST_BLOCK_ONLY,
    // sums
    LAST_TERM_MISSING,
    FIRST_TERM_ONLY,
    ADDED_TO_OLD,
    OVERWRITTEN,
    DIVIDED_BY_B,
    NOT_DIVIDED_BY_B,
    DIVIDED_BY_LARGEST,
    // forward, back
    NO_BIAS,
    NO_ACTIVATION,
    W_TRANSPOSED,
    SOFTMAX_NOT_NORMALISED,
    SIGN_TURNED,
    NO_SLOPE,
    NO_OUTPUT_SLOPE,
    SLOPE_WITH_LOG,
    SOFTMAX_SLOPE_OF_SIGMOID,
    NO_ROW_WEIGHTS,
    WEIGHTS_BY_I,
    // batch
    ROW_I,
    ROWS_NOT_COPIED,
    // update
    ADDS,
    MOMENTUM_SIGN,
    NO_MOMENTUM,
    VELOCITY_NOT_KEPT,
    // cost, counts
    NO_HALF,
    FIRST_HALF_ONLY,
    GREATER_ONLY,
    THRESHOLD_HALF,
    CONFUSION_TRANSPOSED,
    LAST_OF_EQUALS
};

// The state after the pass `job->call` with this mistake; of score: the tally.
struct wrong_state_t {
    std::string arena;
    std::vector<unsigned long long> confusion;
    std::vector<double> sums;
};
wrong_state_t wrong_pass(const job_t *job, wrong_t wrong);

#endif
