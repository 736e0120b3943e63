// [given] options.h: the command line of nn, checked.
#ifndef NN_OPTIONS_H
#define NN_OPTIONS_H

#include <string>
#include <vector>

#include "cuda_utils.h"

struct options_t {
    bool train, test, verbose, resume, train_metric;
    std::string dataset, model, validation, log, json, device;
    double validation_fraction;  // 0: `validation` is a file, or empty
    std::vector<int> layers;
    std::vector<act_t> activation;  // as given: none, one for all hidden layers, or one per layer
    loss_t loss;
    init_t init;
    scale_kind_t scaling;
    task_t task;
    long epochs;
    int batch, patience, checkpoint_every, threads;     // threads 0: all cores
    double learning_rate, momentum, target, threshold;  // target NAN: none; threshold NAN: the model's
    decay_t decay;
    uint64_t seed;
    cuda_options_t cuda;
    std::vector<double> class_weights;
    bool balanced_weights;
};

// Dies (usage) of everything that is wrong without looking at a file; the message names option, value and what is
// allowed. Returns false when --help was asked for and has been printed.
bool options_parse(int argc, const char *const *argv, options_t *o);

// One activation per layer: hidden layers as given (sigmoid), the last, if not given, by what it is for:
// linear for regression, softmax for several classes with the logarithmic cost, sigmoid else.
std::vector<act_t> options_activations(const options_t *o, task_t task);

#endif
