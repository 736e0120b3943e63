// [given] speedup.h: what bin/lab speedup has measured, as its JSON file keeps it and bin/lab report reads it.
#ifndef NN_LAB_SPEEDUP_H
#define NN_LAB_SPEEDUP_H

#include <cmath>
#include <string>
#include <vector>

// One way to train, for one setting. NAN: not measured.
struct timing_t {
    std::string way;               // "plain", "cpu", "cpu all", "cuda", "cuda 2", "reference", "reference 2"; in the
                                   // sweep "threads" also "cpu 2", "cpu 3" ...: see `threads`
    std::string sweep;             // the question it belongs to: "rows", "batch", "hidden", "threads"
    std::string device;            // "cpu" or "cuda"
    int threads = 1, gpus = 0;     // of it; gpus 0 on the CPU
    bool emulated = false;         // kernels ran on the CPU: there are no times, only counters
    int rows = 0, batch = 0;       // of the setting
    std::string layers;            // of the setting: "30,60,10,1"
    std::string failed;            // why there are no figures, or ""
    std::vector<double> epochs;    // of training, but the first of each run, which warms up [s]
    std::vector<double> runs;      // one a turn, in which each way runs once: the median epoch of that run [s]
    double median = NAN;           // of the runs [s]
    double low = NAN, high = NAN;  // its 95 % confidence interval [s]; NAN of fewer than 6 runs
    double loading = NAN;          // of one run: reading the data [s]
    double transfer = NAN;         // copies between host and GPU, of one run [s]
    double kernels = NAN;          // the GPU is busy with kernels, of one run [s]
    double total = NAN;            // all of a run, from the start of its process to its end [s]
    std::string metric;            // "f1", "r2" ...: of held-out rows at the end of the run
    double value = NAN;
    // The emulator's counters.
    double kernels_per_step = NAN;  // launches
    double sectors_per_step = NAN;  // of 32 bytes, read from and written to global memory
    double copied_per_epoch = NAN;  // between host and device [bytes]
    // How it was measured.
    int run_epochs = 0;   // epochs of the run that loading ... total and value describe; the same for all ways
    double cost = NAN;    // mean training cost of a row in epoch 2: the same for all ways but for rounding
    std::string stopped;  // "narrow", "budget", "turns", "interrupted"; "" if not measured
};

// How many times as fast, and the interval in which that lies with 95 %; NAN: not known.
struct ratio_t {
    double value, low, high;
};

// Turn i gives r_i = slow->runs[i] / fast->runs[i]: two runs one after the other, so that what changes slowly on the
// machine is in both. value: the median of r_1 ... r_n; interval: r_(k) to r_(n+1-k) of the sorted ones, as in
// median_interval.
// Without as many runs of one as of the other: slow->median / fast->median, from slow->low / fast->high to
// slow->high / fast->low. NULL or not measured: NAN.
ratio_t timing_ratio(const timing_t *slow, const timing_t *fast);

// The median of v and its confidence interval, whatever the distribution is: v_(k) to v_(n+1-k) of the sorted values,
// with the greatest k for which 2 P(Binomial(n, 1/2) < k) <= 0.05. low and high are NAN of fewer than 6 values.
ratio_t median_interval(std::vector<double> v);

// The best CPU program of a setting: the fastest that is not "plain"; NULL: none was measured.
const timing_t *timing_best_cpu(const std::vector<timing_t> *all, const timing_t *setting);
// The timing of a way with the setting (sweep, rows, batch, layers) of another; NULL: there is none.
const timing_t *timing_find(const std::vector<timing_t> *all, const timing_t *setting, const std::string &way);
bool timing_same_setting(const timing_t *a, const timing_t *b);

struct speedup_t {
    std::vector<std::string>
        machine;       // lines: "machine: ...", "compiler: ...", "commit: ...", "device: ...", "gpu: ...", "date: ..."
    std::string real;  // float or double
    std::string data;  // "generated, the shape of the credit-card data" or a file
    bool emulated = false;  // of the CUDA programs
    std::vector<timing_t> timings;
    std::vector<std::string> notes;  // what a reader must know: a busy machine, settings left out; sentences
};

std::string speedup_json(const speedup_t *s);
speedup_t speedup_read(const std::string &path);  // dies of: no file, not of this format
std::string speedup_csv(const speedup_t *s);      // a row a timing, with both speed-ups

#endif
