// [ladder] coalesced/train.cu: rung 3: neighbouring threads read and write neighbouring addresses.
//
// Against `naive`: the forward pass first makes a transposed copy of the weights, on the device, once a step; then
// the weights of neighbouring neurons lie side by side, and 32 threads read 4 sectors instead of 32. The copy is paid
// once and used for every row of the batch, so that it gains with batch and width and loses a little at batch 10.
// Gradients have one thread for each weight instead of one for each neuron: k times as many threads, coalesced reads
// and writes; the bias has a kernel of its own, in which eight threads share a column. What is left: every factor is
// read from global memory as often as it is used. What to look at: sectors per request of layer_forward; threads of
// weight_gradient. Measured: lab/results/ladder.md.
#include "../common.cuh"

// One thread moves one weight: Wt (k, n), W (n, k).
__global__ void transpose_weight(real_t *Wt, const real_t *W, int n, int k)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < (size_t)n * k) Wt[at % k * n + at / k] = W[at];
}

// One thread computes one neuron of one row: a (b, n) = f(x Wt + bias), x (b, k), Wt (k, n).
__global__ void layer_forward(real_t *a, const real_t *x, const real_t *Wt, const real_t *bias, int b, int n, int k,
                              act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x, i = at / n, j = at % n;
    if (at >= (size_t)b * n) return;
    real_t z = bias[j];
    for (int p = 0; p < k; p++) z += x[i * k + p] * Wt[(size_t)p * n + j];
    a[at] = act_value(f, z);
}

void forward_pass_cuda(const train_t *t, int b)
{
    int block = cuda_options.block;
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        real_t *Wt;  // from the device's pool, in the order of the kernels: unlike cudaMalloc, nobody waits
        CUDA_CHECK(cudaMallocAsync((void **)&Wt, (size_t)n * k * sizeof(real_t), stream));
        transpose_weight<<<cuda_blocks((size_t)n * k), block, 0, stream>>>(Wt, W(t, l), n, k);
        LAUNCH_CHECK("transpose_weight");
        layer_forward<<<cuda_blocks((size_t)b * n), block, 0, stream>>>(A(t, l), A(t, l - 1), Wt, bias(t, l), b, n, k,
                                                                        t->s.f[l]);
        LAUNCH_CHECK("layer_forward");
        CUDA_CHECK(cudaFreeAsync(Wt, stream));
        softmax_if_last(t, l, b);
    }
}

// One thread computes one neuron's error in one row: dz_below (b, k) = (dz W) f'(z_below), dz (b, n), W (n, k).
// The weights are needed here as they lie: neighbouring threads have neighbouring p.
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

// One thread computes one weight's gradient: dW (n, k) = dz^T a_below, dz (b, n), a_below (b, k).
__global__ void weight_gradient(real_t *dW, const real_t *dz, const real_t *a_below, int b, int n, int k)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x, j = at / k, p = at % k;
    if (at >= (size_t)n * k) return;
    real_t sum = 0;
    for (int i = 0; i < b; i++) sum += dz[(size_t)i * n + j] * a_below[(size_t)i * k + p];
    dW[at] = sum;
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES), 0, stream>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
        weight_gradient<<<cuda_blocks((size_t)n * k), cuda_options.block, 0, stream>>>(dW(t, l), dZ(t, l), A(t, l - 1),
                                                                                       b, n, k);
        LAUNCH_CHECK("weight_gradient");
    }
}
