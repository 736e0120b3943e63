// [given] speedup.h: what bin/lab speedup has measured, as its JSON file keeps it and bin/lab report reads it.
#ifndef NN_LAB_SPEEDUP_H
#define NN_LAB_SPEEDUP_H

#include <string>
#include <vector>

// One way to train, for one setting. NAN: not measured.
struct timing_t {
    std::string way;             // "plain", "cpu", "cpu all", "cuda", "cuda 2", "reference", "reference 2"
    std::string sweep;           // the question it belongs to: "rows", "batch", "hidden", "threads"
    std::string device;          // "cpu" or "cuda"
    int threads, gpus;           // of it; gpus 0 on the CPU
    bool emulated;               // kernels ran on the CPU: there are no times, only counters
    int rows, batch;             // of the setting
    std::string layers;          // of the setting: "30,60,10,1"
    std::string failed;          // why there are no figures, or ""
    std::vector<double> epochs;  // of training, each after the first, which warms up [s]
    double median, low, high;    // of them, and the 95 % confidence interval of the median [s]
    double loading, transfer, kernels, total;  // of one run: reading the data; copies; kernels; all of it [s]
    std::string metric;                        // "F1", "R2" ...: of held-out rows at the end of the run
    double value;
    // The emulator's counters.
    double kernels_per_step, sectors_per_step, copied_per_epoch;  // launches; of 32 bytes; bytes
};

// a.median / b.median, and the interval in which it lies with 95 %.
struct ratio_t {
    double value, low, high;
};
ratio_t timing_ratio(const timing_t *slow, const timing_t *fast);

// The best CPU program of a setting: the fastest of "cpu" and "cpu all"; NULL: none was measured.
const timing_t *timing_best_cpu(const std::vector<timing_t> *all, const timing_t *setting);
// The timing of a way with the setting (sweep, rows, batch, layers) of another; NULL: there is none.
const timing_t *timing_find(const std::vector<timing_t> *all, const timing_t *setting, const std::string &way);

struct speedup_t {
    std::vector<std::string>
        machine;       // lines: "machine: ...", "compiler: ...", "commit: ...", "device: ...", "gpu: ...", "date: ..."
    std::string real;  // float or double
    std::string data;  // "generated, the shape of the credit-card data" or a file
    bool emulated;     // of the CUDA programs
    std::vector<timing_t> timings;
};

std::string speedup_json(const speedup_t *s);
speedup_t speedup_read(const std::string &path);  // dies of: no file, not of this format
std::string speedup_csv(const speedup_t *s);

#endif
