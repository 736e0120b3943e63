// [given] sweep.h: a search over options of bin/nn: its file, its runs, what came of them. What the files of bin/lab sweep share.
#ifndef NN_LAB_SWEEP_H
#define NN_LAB_SWEEP_H

#include <string>
#include <vector>

#include "utils.h"

// A line of the file: an option of bin/nn, and what to try.
struct choice_t {
    std::string name;                 // without --
    int line;                         // of the file; 0: it is not there, a default
    std::vector<std::string> values;  // one: fixed
    bool is_range, logarithmic, whole;
    double low, high;
};

// One training run. Its number, 1, 2, ... is a line of FOLDER/runs.txt, and a name of files: FOLDER/7.model, 7.log.csv, 7.json,
// and 7.txt: what bin/nn said.
struct sweep_run_t {
    int number;                       // 0: it has none yet
    std::string line;                 // its options: what makes it this run and no other
    std::vector<std::string> values;  // of the varied options
};

struct sweep_t {
    std::string file, folder;
    std::vector<choice_t> fixed, varied;  // varied: in the order of the file; the seed, if it varies, last
    int tries;                            // 0: the whole grid
    uint64_t seed;                        // of the random choice
    bool by_metric;                       // the criterion: metric, or cost, of the validation rows
    std::string test;                     // data that the best model is scored on at the end, or ""
    std::vector<sweep_run_t> runs;
};

// Reads the file and chooses all runs. Dies of every mistake, with its line; before anything is trained.
sweep_t sweep_read(const std::string &path, const std::string &folder);  // sweep_file.cpp
std::string sweep_fixed(const sweep_t *s, const std::string &name);      // its value, or ""
bool sweep_on_gpu(const sweep_t *s);                                     // --device cuda

// ---- what came of a run: sweep_results.cpp ---------------------------------------------------------------------
enum sweep_state_t { SWEEP_MISSING, SWEEP_DONE, SWEEP_DIVERGED, SWEEP_FAILED };
struct sweep_result_t {
    sweep_state_t state;
    double cost, value;  // of the validation rows, with the epoch that was kept
    std::string metric;  // "f1", "accuracy", "r2"
    long epochs, kept;   // trained; of the model
    std::string said;    // of what failed: the error
};
std::string sweep_path(const sweep_t *s, int number, const char *ending);  // FOLDER/7.model
sweep_result_t sweep_result(const sweep_t *s, int number);                 // from its files alone
void sweep_forget(const sweep_t *s, int number);                           // removes them
std::string sweep_values(const sweep_t *s, const sweep_run_t *run);        // "learning_rate 0.1, batch_size 10"
std::string sweep_metric_name(const std::string &metric);                  // "F1"
std::string sweep_said(const sweep_result_t *r);                           // "cost 0.012, F1 0.97 (epoch 12 of 22)"

// ---- the end: sweep_table.cpp, sweep_plot.cpp -------------------------------------------------------------------
// One setting: runs that differ in nothing but the seed.
struct sweep_setting_t {
    std::vector<std::string> values;  // of the varied options without the seed
    std::vector<int> runs;            // indices of sweep_t.runs
    double score, low, high;          // cost (or metric) over its seeds: mean, least, greatest; NAN: a run failed
};
std::vector<sweep_setting_t> sweep_rank(const sweep_t *s,
                                        const std::vector<sweep_result_t> *results);  // the best first
bool sweep_better(const sweep_t *s, double a, double b);                              // NAN is never better
std::string sweep_csv(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                      const std::vector<sweep_result_t> *results);
std::string sweep_markdown(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                           const std::vector<sweep_result_t> *results, size_t most);
// What to doubt of the best; lines, or "".
std::string sweep_notes(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                        const std::vector<sweep_result_t> *results);
std::string sweep_criterion(const sweep_t *s, const std::vector<sweep_result_t> *results);  // "validation cost"
std::string sweep_picture(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                          const std::string &criterion);  // SVG

// ---- the runs: sweep_local.cpp, sweep_slurm.cpp ------------------------------------------------------------------
struct sweep_way_t {
    std::string nn;         // the program
    int jobs;               // at once; 0: as many as fit
    int threads;            // of each; 0: on a cluster as many as slurm.sbatch asks for
    std::vector<int> todo;  // indices of sweep_t.runs
};
// Until all have a result, or the user wants to stop. False: stopped.
bool sweep_local(const sweep_t *s, const sweep_way_t *way);
bool sweep_slurm(const sweep_t *s, const sweep_way_t *way);
bool sweep_is_queued(const sweep_t *s);  // runs of it wait or work on a cluster
bool sweep_stopped(void);                // Ctrl-C or SIGTERM was seen; sweep.cpp
std::string sweep_read_or_nothing(const std::string &path);

#endif
