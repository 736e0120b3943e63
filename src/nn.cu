// [student] nn.cu: training and testing on the GPU: what is copied, when, and the loops over epochs and batches.
#include <algorithm>

#include "cuda_utils.cuh"
#include "run.h"

// ---- part 1: transfers and the loop, 15 points: docs/en/1_transfers.md -----------------------------------------

// The twin of train_alloc_cpu in train.cpp; the contract is in train.h. Device memory for X (N, n[0]), Y (N, n[L]),
// row_weight (N) unless that is NULL, and the arena. cuda_alloc takes BYTES; cudaMemcpy fills; train_lay_out, called
// twice as on the CPU, sets the pointers into the arena. What of the arena must be 0 at the start?
// Question: t is a struct on the host that holds addresses of the device. What happens if the host writes to
// t.params[0]?
// About 25 lines.
train_t train_alloc_cuda(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                         bool momentum)
{
    todo(1);
}

// Gives back every block that train_alloc_cuda has taken, and leaves no old pointer in *t.
// Question: may cudaFree be called with NULL?
// About 8 lines.
void train_free_cuda(train_t *t)
{
    todo(1);
}

// The twin of nn_train in nn.cpp: read that first. The calls of run.h stay as they are: they are the host's. The
// passes are called through the table: passes.forward_pass(&gpu, b), ... so that parts not written yet can be lent
// to you. load_batch wants row numbers that lie on the device. The host wants back, at the end of an epoch:
// nn->params, run->at.loss_sum, and run->at.velocity with momentum. Going on from a checkpoint, velocity and
// loss_sum are not 0. Decide for every array: copied once, once an epoch, or never?
// Question: a launch returns at once. Which of your calls waits until the kernels have ended?
// About 40 lines.
void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    todo(1);
}

// ---- part 6: testing, with the counts in test.cu: docs/en/6_test.md ------------------------------------------------

// 5 points. The twin of nn_test in nn.cpp. A tally_t whose arrays, confusion (K, K) and sums (3), lie on the device
// collects all batches and is copied to a score_t once, at the end. Rows are not shuffled. If `outputs` is not NULL,
// the outputs (b, n[L]) of each batch are copied to their place in it. With K = 0 (regression) there is no confusion
// matrix.
// Question: what do the counts begin with, and who writes that?
// About 40 lines.
metrics_t nn_test_cuda(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
{
    todo(6);
}
