// [student] nn.cu: training and testing on the GPU: what is copied, when, and the loops over epochs and batches.
#include <algorithm>

#include "cuda_utils.cuh"
#include "run.h"

// ---- part 1: transfers and the loop, 15 points: docs/en/1_transfers.md -----------------------------------------

// The twin of train_alloc_cpu in train.cpp. Five blocks of device memory: the arena, X, Y, row_weight if there is one;
// cuda_alloc makes each, cudaMemcpy fills it. Which parts of the arena must be 0 at the start?
// Question: t itself is a struct on the host that holds addresses of the device. What happens if the host writes
// t.params[0] = 1? About 20 lines.
train_t train_alloc_cuda(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                         bool momentum)
{
    todo(1);
}

// Gives back what train_alloc_cuda has taken. About 6 lines.
void train_free_cuda(train_t *t)
{
    todo(1);
}

// The twin of nn_train in nn.cpp: read that first; the calls of run.h stay as they are, on the host. The passes are
// called through the table `passes`, as in passes.forward_pass(&gpu, b). To decide: what is copied once for the whole
// run, what once an epoch, what never? load_batch wants the row numbers on the device.
// Question: when does a launch return, and when is the result there? Which copy waits for the kernels before it?
// About 30 lines.
void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    todo(1);
}

// ---- part 6: testing, with the counts in test.cu: docs/en/6_test.md ------------------------------------------------

// The twin of nn_test in nn.cpp. A tally_t whose arrays lie on the device collects all batches; it is copied to a
// score_t once, at the end. The rows are not shuffled here. If `outputs` is asked for, the outputs of each batch are
// copied to their place in it. About 30 lines.
metrics_t nn_test_cuda(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
{
    todo(6);
}
