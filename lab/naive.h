// [given] naive.h: the plain CPU program: training as one writes it first in C: what a speed-up is measured from.
#ifndef NN_LAB_NAIVE_H
#define NN_LAB_NAIVE_H

#include "nn.h"
#include "run.h"

// As nn_train: the same batches, the same equations (train.h), so the same parameters but for rounding. For sigmoid
// layers with the mean squared error. Dies (usage) of another network, of momentum and of class weights.
void naive_train(nn_t *nn, const ds_t *train, run_t *run);

#endif
