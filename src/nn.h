// [given] nn.h: a network: its shape, its parameters, its file; training and testing it on a data set.
#ifndef NN_NN_H
#define NN_NN_H

#include <string>
#include <vector>

#include "ds.h"
#include "nn_aux.h"

constexpr int NN_MAX_LAYERS = 32;
constexpr int NN_MAX_OUTPUTS = 4096;  // the confusion matrix is square

// Layer 0 is the input, layers 1 .. L have weights; layer l has n[l] neurons. Plain data: copied by value,
// to a GPU too. Offsets count real_t.
struct shape_t {
    int L;                       // layers with weights, 1 .. NN_MAX_LAYERS
    int n[NN_MAX_LAYERS + 1];    // neurons of layer l
    act_t f[NN_MAX_LAYERS + 1];  // activation of layer l; f[0] is not used
    loss_t loss;
    size_t w_at[NN_MAX_LAYERS + 1];  // W of layer l (n[l], n[l-1]) begins at params + w_at[l]
    size_t b_at[NN_MAX_LAYERS + 1];  // bias of layer l (n[l]) begins at params + b_at[l]
    size_t a_at[NN_MAX_LAYERS + 1];  // for a batch of B rows, layer l (B, n[l]) begins at acts + B * a_at[l]
    size_t n_params, n_acts;         // parameters; neurons of all layers, the input's too
};

struct nn_t {
    shape_t s;
    std::vector<real_t> params;  // (n_params): W and bias of layer 1, W and bias of layer 2, ...
    task_t task;
    scale_t scale;                    // fitted on the training rows, applied to every row the network sees
    std::vector<std::string> labels;  // names of the classes, in the order of the outputs; regression: none
    double threshold;                 // one output: the positive class from here up
    bool is_foreign;                  // imported from the older course's format, which stores no scaling
};

// Fills in offsets and sums. Dies (usage) of: fewer than 2 or more than NN_MAX_LAYERS + 1 sizes, a size < 1, more
// than 2^31 - 1 parameters, more than NN_MAX_OUTPUTS outputs, softmax before the last layer or over one output, a cost
// that does not fit the last activation, another number of activations than L.
shape_t shape_make(const std::vector<int> &sizes, const std::vector<act_t> &activations /* (L) */, loss_t loss);
std::string shape_text(const shape_t *s);  // "30-60-10-1 sigmoid, sigmoid, sigmoid; cost mse; 2481 parameters"

// A new network: initial parameters from `seed`; no scaling, no labels, threshold 0.5.
nn_t nn_create(const shape_t *s, init_t init, uint64_t seed);

// ---- files (nn_file.cpp) ---------------------------------------------------------------------------
// Text: version, shape, scaling, labels, parameters with all their digits, checksum. load(save(x)) is x, bit by bit.
// Saving is all or nothing. Loading dies of a file that is cut off, changed in one byte, or of another version,
// and reads the models of the older course ("n_layers", sizes, biases by layer, weights by layer: all sigmoid, MSE).
void nn_save(const nn_t *nn, const std::string &path);
nn_t nn_load(const std::string &path);

constexpr double NOT_MEASURED = -1e300;  // below every metric

// Where a training run stands, beside its network: all that is needed to go on to the same bits.
struct progress_t {
    long epoch;                        // epochs done
    int batch;                         // batches done of the epoch under way; 0 but after an interruption
    uint64_t shuffle_state;            // of the random numbers, before this epoch's shuffle
    double loss_sum;                   // over the rows of those batches
    double seconds;                    // of training so far, without evaluation [s]
    std::vector<real_t> velocity;      // (n_params), or empty without momentum
    std::vector<real_t> best;          // (n_params) parameters of the best epoch, or empty without --patience
    long best_epoch;                   // epochs done when `best` was kept; 0: none yet
    double best_loss;                  // validation cost of that epoch
    std::string run;                   // what must be the same to go on: options, seed, data; "key=value" lines
    double last_loss = 0;              // mean cost of a row over the last epoch done, while it was learning
    double last_value = NOT_MEASURED;  // the metric after that epoch
};
void checkpoint_save(const nn_t *nn, const progress_t *p, const std::string &path);
nn_t checkpoint_load(progress_t *p, const std::string &path);

// ---- training and testing ----------------------------------------------------------------------------
struct run_t;      // run.h: the options of a training run and what happens between epochs
struct metrics_t;  // test.h

// Mini-batch stochastic gradient descent over shuffled rows, epoch after epoch until run_epoch_end says stop.
// nn->params and run->at go from the state they have to the state reached. `valid` may be NULL.
void nn_train(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run);
void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run);
void nn_train_gpus(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run);  // --gpus 2 and more; tests use one GPU

// Metrics over all rows of ds. `outputs` gets the network's outputs (N, n[L]), if not NULL.
metrics_t nn_test(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs);
metrics_t nn_test_cuda(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs);

// Where a run computes: chosen once, by --device.
struct device_t {
    const char *name;  // "cpu", "cuda"
    void (*train)(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run);
    metrics_t (*test)(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs);
    std::string (*start)(void);  // makes it ready and says what it is; dies if there is none
};
const device_t *device_find(const std::string &name);  // NULL: no such name

#endif
