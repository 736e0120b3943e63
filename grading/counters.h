// [given] counters.h: part 7 where there is no GPU: what the emulator counts, beside the reference's.
#ifndef NN_GRADING_COUNTERS_H
#define NN_GRADING_COUNTERS_H

#include "engine.h"

// One pass on the network of make_profile_cases (64-128-48-10, a batch of 100), all its kernels together.
struct traffic_t {
    double kernels;      // launches
    double sectors;      // of 32 bytes, read and written in global memory
    double over_least;   // sectors, over those that neighbouring threads at neighbouring addresses would need
    double shared_over;  // passes through the banks of shared memory, over those without conflicts; 1: none is used
};

struct counted_t {
    call_t call;
    bool right;  // the numbers are right; else nothing was counted
    traffic_t yours, reference;
};

// Runs the worker under `ncu` (the emulator's), once for each pass that gives the right numbers.
std::vector<counted_t> count_traffic(const check_t *check, const std::string &ncu);
void show_traffic(const std::vector<counted_t> &all);

#endif
