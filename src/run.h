// [given] run.h: a training run: its options, and what happens between epochs on every device.
#ifndef NN_RUN_H
#define NN_RUN_H

#include <string>
#include <vector>

#include "test.h"

enum stop_t { STOP_NOT, STOP_EPOCHS, STOP_PATIENCE, STOP_TARGET, STOP_INTERRUPTED, STOP_DIVERGED };

struct run_t {
    // what to do
    const device_t *device;  // whose nn_test scores between epochs
    long epochs;
    int batch;  // rows of a batch
    double learning_rate, momentum;
    decay_t decay;
    std::vector<double> class_weight;  // (K), or empty: every row counts 1
    int patience;                      // stop after so many epochs without a better validation cost; 0: never
    double target;                     // stop when the metric reaches it; NAN: never
    bool train_metric;                 // score the training rows too after every epoch
    long checkpoint_every;             // epochs; 0: only when interrupted
    std::string checkpoint, log;       // files, or ""
    std::string log_header;            // "# key: value" lines
    const char *metric_name;           // of the task: see metrics_value_name
    bool verbose, quiet;               // a line every epoch; none at all
    // how far it is; kept in checkpoints
    progress_t at;
    // what came of it
    stop_t stop;
    bool trained_now;        // false if there was nothing left to do
    metrics_t valid, train;  // after the last epoch; N == 0 if not measured
    // between the calls below
    FILE *log_file;
    bool on_terminal;
    double shown_at, epoch_started;  // progress line last drawn; epoch begun [s]
    uint64_t next_shuffle_state;
};

// The loop of every device:
//     run_begin(run);
//     while (run_epoch_begin(run, rows, n)) {                       // rows (n): shuffled for this epoch
//         for (int first; (first = run_next_batch(run, n)) >= 0;)   // -1 after the last batch, or if interrupted
//             ... train on rows[first] and the following; run->at.loss_sum += cost of those rows ...
//         ... bring parameters (and velocity) to nn->params (and run->at.velocity) ...
//         run_epoch_end(run, nn, train, valid);
//     }
void run_begin(run_t *run);  // opens or takes up the log; Ctrl-C and SIGTERM stop politely
bool run_epoch_begin(run_t *run, int *rows, int n);
int run_next_batch(run_t *run, int n);
void run_epoch_end(run_t *run, const nn_t *nn, const ds_t *train, const ds_t *valid);
double run_learning_rate(const run_t *run);                                // of the epoch under way
std::vector<real_t> run_row_weights(const run_t *run, const ds_t *train);  // (N), or empty

bool run_keeps_best(const run_t *run);        // the network to keep is at.best, not the last epoch's
std::string run_stop_text(const run_t *run);  // "stopped after epoch 12: ..."
int run_signal(void);                         // the signal that asked to stop, or 0
std::string machine_text(void);               // "# machine: ...", "# compiler: ..." lines, and those of NN_NOTES

#endif
