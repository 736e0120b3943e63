// [given] speedup_measure.h: the parts of bin/lab speedup: what to measure, runs of the programs, turns, tables.
#ifndef NN_LAB_SPEEDUP_MEASURE_H
#define NN_LAB_SPEEDUP_MEASURE_H

#include <string>
#include <vector>

#include "speedup.h"

struct speedup_options_t {
    std::vector<std::string> programs;                // WAY=PROGRAM
    std::vector<int> rows, batches, hidden, threads;  // of the sweeps; empty: what suits the machine
    std::vector<int> layers = {30, 60, 10, 1};
    std::vector<std::string> sweeps = {"rows", "batch", "hidden", "threads"};
    double budget = 170;  // [s]
    double width = 5;     // of half an interval that is narrow [% of the ratio]
    double limit = 120;   // of one run [s]
    double learning_rate = 1;
    std::string dataset, heldout;  // CSV, or "": data are generated
    std::string ncu = "emu/bin/ncu", nsys = "nsys", make_cc = "bin/make_cc", folder = "runs/speedup", json, csv;
};

// ---- a program that can train (speedup_runs.cpp) -----------------------------------------------------------

struct way_t {
    std::string name, device;
    std::string command;  // as a shell reads it: program and options that do not change
    int threads, gpus;
    bool emulated;
    std::string failed;  // why it cannot run at all, or ""
};

struct way_run_t {
    std::string failed;          // or ""
    bool interrupted;            // by Ctrl-C or SIGTERM
    std::vector<double> epochs;  // of each, from the first on [s]
    double cost;                 // of epoch 2
    double loading, total;       // [s]
};

struct setting_t {
    int rows, batch;
    std::string layers, data;  // data: the file
};

void runs_watch_signals(void);  // Ctrl-C or SIGTERM: the run under way is `interrupted`, those after it are not started
bool runs_stopped(void);        // whether there was one

// Trains for `epochs`; files are base.m, .csv, .json, .txt. `tool` stands before the program: a profiler, or "".
way_run_t way_run(const speedup_options_t *o, const way_t *way, const setting_t *s, int epochs, const std::string &base,
                  const std::string &tool = "");
// The metric of the model base.m on the held-out rows, by the CPU; false if it cannot be had.
bool way_score(const way_t *cpu, const std::string &heldout, const std::string &base, std::string *metric,
               double *value);
// Copies and kernels of a run on a GPU as NVIDIA's nsys sees them; false where it is not installed.
bool way_nsys(const speedup_options_t *o, const way_t *way, const setting_t *s, const std::string &base, timing_t *t);
// Counters of the emulator: of the second epoch of few rows.
void way_count(const speedup_options_t *o, const way_t *way, const setting_t *s, const std::string &base, timing_t *t);

// The ways of this machine: plain, cpu, cpu 2 ..., cpu all, cuda, cuda 2 ... What cannot run says why. `gpu`: what the
// CUDA programs run on, "" without any.
std::vector<way_t> ways_find(const speedup_options_t *o, const setting_t *small, std::string *gpu);

// ---- data (speedup_data.cpp) -------------------------------------------------------------------------------

struct speedup_data_t {
    std::string text, heldout;              // text: what the report says of it
    std::string header;                     // of the CSV, with its '\n', or ""
    std::vector<std::string> lines;         // rows
    std::vector<std::vector<int>> classes;  // numbers of the rows of each class
    int columns;                            // features
};
// Generates or reads `most` rows, or fewer where the file has no more. Dies of: no such file, no CSV.
speedup_data_t speedup_data(const speedup_options_t *o, int most);
// Writes so many of the rows, taken at even distances, the same share of every class; returns the path.
std::string speedup_cut(const speedup_options_t *o, const speedup_data_t *d, int rows);

// ---- turns (speedup_turns.cpp) -----------------------------------------------------------------------------

// All ways on one setting; its timings are filled turn by turn.
struct contest_t {
    setting_t setting;
    std::vector<int> ways;          // numbers of those that run
    std::vector<timing_t> timings;  // of each of them
    std::vector<int> epochs;        // of a run of each way
    std::vector<std::vector<double>> loading,
        around;            // of each way's runs: reading data; all but reading and epochs [s]
    double turn_seconds;   // one run of each [s]
    std::string stopped;   // why no turn follows: "narrow", "turns", "budget", "interrupted"; "" not yet
    std::string left_out;  // why there was none at all, or ""
};

// Turns: in each every contest runs each of its ways once.
void turns_take(const speedup_options_t *o, const std::vector<way_t> *ways, std::vector<contest_t> *all, double ends);
// What is looked at once, in a run of as many epochs for all ways: score of the model; `copies`: those, and kernels.
void turns_finish(const speedup_options_t *o, const std::vector<way_t> *ways, const std::string &heldout, bool copies,
                  contest_t *c);

// ---- tables (speedup_print.cpp) ----------------------------------------------------------------------------

void speedup_print(const speedup_t *s);
std::string speedup_conclusion(const speedup_t *s);
// From which size on `way` is faster than the best CPU program, with its whole interval, at this and all greater sizes
// of the sweep: "rows", "batch" or "hidden"; of timings with this batch (sweep "batch": 0). -1: never; 0: not measured.
int speedup_crossover(const speedup_t *s, const std::string &sweep, int batch, const std::string &way, int *greatest);
int setting_size(const timing_t *t);  // the number that its sweep changes

#endif
