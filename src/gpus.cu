// [student] gpus.cu: training on several GPUs: each takes its share of every batch; only the gradients are exchanged.
#include <algorithm>

#include "cuda_utils.cuh"
#include "parallel/comm.h"
#include "run.h"

// ---- part 8 (bonus): several GPUs, 10 points: docs/en/8_two_gpus.md ---------------------------------------------

// nn_train_cuda for k = cuda_options.gpus GPUs, driven by this one host thread: cudaSetDevice(g) chooses the GPU that
// the calls after it speak to, and GPU 0 must be the chosen one when run_epoch_end is called. Each GPU has a train_t
// of its own, all with the same parameters (and velocity), and takes its share of the rows of each batch. Then
// comm_sum (parallel/comm.h) makes the sum of all gradients (n_params) everyone's, and each GPU updates its own
// parameters with it, and with the b of the whole batch. What if a batch has fewer rows than there are GPUs? The cost
// of an epoch is the sum over the GPUs. Give everything back at the end: comm_free too.
// Question: the loop gives work to GPU 0 first. Why does GPU 1 not wait until GPU 0 has done it?
// About 90 lines.
void nn_train_gpus(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    todo(8);
}
