// ladder.h: what instructors measure: the rungs of the ladder, and single operations.
#ifndef NN_LAB_LADDER_H
#define NN_LAB_LADDER_H

#include <string>
#include <vector>

#include "utils.h"

// ---- bin/lab ladder: every rung on the same small workloads ------------------------------------------
struct ladder_options_t {
    std::vector<std::string> rungs;      // "name=path of its nn program", "=tolerance" behind it or not; in order
    std::vector<std::string> workloads;  // names; empty: all
    int repeats;                         // of each measurement, in turns; the table shows medians
    std::string ncu;                     // the emulator's, for counters
    std::string folder;                  // for data, models and logs; is made
    std::string json, csv;               // files, or ""
};
// Prints the tables and writes the files. False if a rung failed, or its parameters were not the CPU's.
bool lab_ladder(const ladder_options_t *o);

// What was measured of a rung on a workload; NAN: not measured.
struct figures_t {
    std::string rung, workload, failed;  // failed: why there are no figures, or ""
    double difference;                   // of its parameters to the CPU's, relative to the greatest of each tensor
    double step_us;                      // median time of a step [us]; GPU only
    // emulator only; per step
    double kernels;              // launches
    double sectors;              // of 32 bytes of global memory, read and written
    double sectors_per_request;  // of a warp
    double wasted;               // sectors over the least possible: above 1 accesses are not coalesced
    double shared_passes;        // of shared memory, over the least possible: above 1 banks conflict
    double barriers;             // that a thread waits at, over all kernels
    double copied;               // between host and device, in an epoch [bytes]
};

// Counters of two runs, the second one an epoch longer, from the files that ncu --json writes (lab/counters.cpp).
void counters_read(figures_t *f, const std::string &one_epoch, const std::string &two_epochs, int steps);
std::string figures_json(const std::vector<figures_t> &all, const std::string &device);
std::string figures_csv(const std::vector<figures_t> &all);

// ---- bin/lab operations: single operations, CPU against device (lab/operations.cu) ---------------------
struct operations_options_t {
    std::vector<int> sizes;  // n: products and sums of matrices (n, n)
    int repeats;
    int threads;      // of the CPU
    std::string csv;  // file, or ""
};
void lab_operations(const operations_options_t *o);

#endif
