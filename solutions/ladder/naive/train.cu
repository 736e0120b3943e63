// [ladder] naive/train.cu: rung 2: everything stays on the device; one thread a neuron, straight loops.
//
// Against `host_transpose`: no copy and no allocation within an epoch. A kernel finds a transposed factor by its index,
// so that nobody transposes. Gain: the bus and the waiting are gone; a step is as long as its kernels.
// What is left: a thread reads the weights of its neuron one after another, so that neighbouring threads read addresses
// that lie k numbers apart: 32 sectors of 32 bytes for 32 numbers. The gradient of a layer has one thread for each
// neuron and nothing to do for the rest of the device. What to look at: sectors per request of layer_forward and
// neuron_gradient. Measured: lab/results/ladder.md.
#include "../common.cuh"

// One thread computes one neuron of one row: a (b, n) = f(x W^T + bias), x (b, k), W (n, k).
__global__ void layer_forward(real_t *a, const real_t *x, const real_t *W, const real_t *bias, int b, int n, int k,
                              act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x, i = at / n, j = at % n;
    if (at >= (size_t)b * n) return;
    real_t z = bias[j];
    for (int p = 0; p < k; p++) z += x[i * k + p] * W[j * k + p];
    a[at] = act_value(f, z);
}

void forward_pass_cuda(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        layer_forward<<<cuda_blocks((size_t)b * n), cuda_options.block, 0, stream>>>(A(t, l), A(t, l - 1), W(t, l),
                                                                                     bias(t, l), b, n, k, t->s.f[l]);
        LAUNCH_CHECK("layer_forward");
        softmax_if_last(t, l, b);
    }
}

// One thread computes one neuron's error in one row: dz_below (b, k) = (dz W) f'(z_below), dz (b, n), W (n, k).
__global__ void error_back(real_t *dz_below, const real_t *dz, const real_t *W, const real_t *a_below /* (b, k) */,
                           int b, int n, int k, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x, i = at / k, p = at % k;
    if (at >= (size_t)b * k) return;
    real_t da = 0;
    for (int j = 0; j < n; j++) da += dz[i * n + j] * W[(size_t)j * k + p];
    dz_below[at] = da * act_slope(f, a_below[at]);
}

void back_prop_cuda(const train_t *t, int b)
{
    launch_output_error(t, b);
    for (int l = t->s.L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        error_back<<<cuda_blocks((size_t)b * k), cuda_options.block, 0, stream>>>(dZ(t, l - 1), dZ(t, l), W(t, l),
                                                                                  A(t, l - 1), b, n, k, t->s.f[l - 1]);
        LAUNCH_CHECK("error_back");
    }
}

// One thread computes the gradients of one neuron: its bias and its k weights. dz (b, n), a_below (b, k).
__global__ void neuron_gradient(real_t *dW /* (n, k) */, real_t *dbias /* (n) */, const real_t *dz,
                                const real_t *a_below, int b, int n, int k)
{
    int j = blockIdx.x * blockDim.x + threadIdx.x;
    if (j >= n) return;
    real_t sum = 0;
    for (int i = 0; i < b; i++) sum += dz[(size_t)i * n + j];
    dbias[j] = sum;
    for (int p = 0; p < k; p++) {
        sum = 0;
        for (int i = 0; i < b; i++) sum += dz[(size_t)i * n + j] * a_below[(size_t)i * k + p];
        dW[(size_t)j * k + p] = sum;
    }
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        neuron_gradient<<<cuda_blocks(n), cuda_options.block, 0, stream>>>(dW(t, l), dbias(t, l), dZ(t, l), A(t, l - 1),
                                                                           b, n, k);
        LAUNCH_CHECK("neuron_gradient");
    }
}
