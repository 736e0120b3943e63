// [ladder] tiled/train.cu: rung 4: tiles in shared memory, sums in registers.
//
// Against `coalesced`: what neighbouring threads need is brought to shared memory once and read from there by all: a
// tile of 32 x 32 results reads each factor from global memory once every 32 uses. Against the solution's tiles of
// 16 x 16 with one result a thread: here a thread has 4 x 4 results in registers and reads 8 numbers from shared memory
// for 16 products, not 32; groups of four numbers are read and written at once where their addresses allow it. A factor
// whose sum runs along its rows is turned while it is loaded, so that no transposed copy is made. The rows of a weight
// gradient are shared out to four groups of threads. Gain: grows with width and batch; at batch 10 a block is mostly
// padding. What is left: 16 launches a step. What to look at: global sectors; shared passes over the least (loading
// turned costs two cycles instead of one). The kernels are in tiles.cuh. Measured: lab/results/ladder.md.
#include "tiles.cuh"

void forward_pass_cuda(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        layer_forward<<<tiles(b, n), THREADS, 0, stream>>>(A(t, l), A(t, l - 1), W(t, l), bias(t, l), b, n, k,
                                                           t->s.f[l]);
        LAUNCH_CHECK("layer_forward");
        softmax_if_last(t, l, b);
    }
}

void back_prop_cuda(const train_t *t, int b)
{
    launch_output_error(t, b);
    for (int l = t->s.L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        error_back<<<tiles(b, k), THREADS, 0, stream>>>(dZ(t, l - 1), dZ(t, l), W(t, l), A(t, l - 1), b, n, k,
                                                        t->s.f[l - 1]);
        LAUNCH_CHECK("error_back");
    }
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES), 0, stream>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
        weight_gradient<<<tiles(n, k), dim3(THREADS, SLABS), 0, stream>>>(dW(t, l), dZ(t, l), A(t, l - 1), b, n, k);
        LAUNCH_CHECK("weight_gradient");
    }
}
