// [ladder] streams/train.cu: rung 5: batches are copied ahead (nn.cu), and independent kernels run side by side.
//
// Against `tiled`: the kernels are the same, their order in time is not. The gradient of a layer needs the layer's
// error only, not that of the layers below: it goes into a second stream and runs beside the error's way back. With more
// streams (--streams) bias and weight gradients of several layers overlap too. An event after each error tells the
// other streams when they may begin; at the end the first stream waits for all of them. Gain: where one kernel leaves
// most of the device idle, as small layers do; none where a single kernel fills it. In nn.cu the data set stays on the
// host, and the next batch is copied from pinned memory while this one is computed: that costs a copy a step, and is
// what to do when the data do not fit on the device. Measured: lab/results/ladder.md.
#include "../tiled/tiles.cuh"
#include "steps.h"

static int n_streams = 1;
static cudaStream_t streams[32];                    // streams[0] is `stream`
static cudaEvent_t error_ready[NN_MAX_LAYERS + 1];  // layer l's error is there
static cudaEvent_t gradients_ready[32];             // all that stream s was given is there

cudaStream_t steps_begin(int n)
{
    n_streams = n < 32 ? n : 32;
    for (int s = 0; s < n_streams; s++) {
        CUDA_CHECK(cudaStreamCreate(&streams[s]));
        CUDA_CHECK(cudaEventCreateWithFlags(&gradients_ready[s], cudaEventDisableTiming));
    }
    for (cudaEvent_t &e : error_ready) CUDA_CHECK(cudaEventCreateWithFlags(&e, cudaEventDisableTiming));
    return stream = streams[0];
}

void steps_end(void)
{
    for (int s = 0; s < n_streams; s++) {
        CUDA_CHECK(cudaStreamDestroy(streams[s]));
        CUDA_CHECK(cudaEventDestroy(gradients_ready[s]));
    }
    for (cudaEvent_t e : error_ready) CUDA_CHECK(cudaEventDestroy(e));
    stream = 0;
    n_streams = 1;
}

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
    if (n_streams > 1) CUDA_CHECK(cudaEventRecord(error_ready[t->s.L], stream));
    for (int l = t->s.L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        error_back<<<tiles(b, k), THREADS, 0, stream>>>(dZ(t, l - 1), dZ(t, l), W(t, l), A(t, l - 1), b, n, k,
                                                        t->s.f[l - 1]);
        LAUNCH_CHECK("error_back");
        if (n_streams > 1) CUDA_CHECK(cudaEventRecord(error_ready[l - 1], stream));
    }
}

// The stream for the next kernel that waits for layer l's error only: all but the first, in turn.
static cudaStream_t side_stream(int *turn, int l)
{
    if (n_streams == 1) return stream;
    cudaStream_t side = streams[1 + (*turn)++ % (n_streams - 1)];
    CUDA_CHECK(cudaStreamWaitEvent(side, error_ready[l], 0));
    return side;
}

void gradients_cuda(const train_t *t, int b)
{
    int turn = 0;
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        weight_gradient<<<tiles(n, k), dim3(THREADS, SLABS), 0, side_stream(&turn, l)>>>(dW(t, l), dZ(t, l),
                                                                                         A(t, l - 1), b, n, k);
        LAUNCH_CHECK("weight_gradient");
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES), 0, side_stream(&turn, l)>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
    }
    for (int s = 1; s < n_streams; s++) {
        CUDA_CHECK(cudaEventRecord(gradients_ready[s], streams[s]));
        CUDA_CHECK(cudaStreamWaitEvent(stream, gradients_ready[s], 0));
    }
}
