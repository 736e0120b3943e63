// [ladder] cublas/train.cu: rung 6: the products by NVIDIA's library, the rest by own kernels.
// libraries: -lcublas
//
// Against `tiled`: cuBLAS chooses, for every size, a product written by people who know the device; bias and
// activation, and the slope on the way back, are kernels of ours behind it. Gain: wide layers and large batches, where
// its tiles, copies ahead and instructions come close to the device's limit. Price: the result of a product goes to
// global memory and comes back for the kernel behind it, two launches where `tiled` has one; small networks lose.
// cuBLAS reads matrices by columns: what it calls X^T is our X. So C = A B by rows is asked for as C^T = B^T A^T: the
// factors change places, the flags stay. What to look at: launches per step (the emulator's counters do not see what
// cuBLAS launches). Measured: lab/results/ladder.md.
#include <cublas_v2.h>

#include "../common.cuh"

static void cublas_check(cublasStatus_t status, const char *call)
{
    if (status == CUBLAS_STATUS_SUCCESS) return;
    die("cuBLAS: %s: status %d\nhint: out of GPU memory (3)? else `make debug`", call, (int)status);
}
#define CUBLAS_CHECK(call) cublas_check(call, #call)

#ifdef REAL_DOUBLE
#define cublas_gemm cublasDgemm
#else
#define cublas_gemm cublasSgemm
#endif

// Made at the first use and kept: making one takes longer than many steps.
static cublasHandle_t handle(void)
{
    static cublasHandle_t h = NULL;
    if (!h) CUBLAS_CHECK(cublasCreate(&h));
    return h;
}

// The products of matrix.h: C (m, n) = A (m, k) B^T | A B | A^T B, with k for the sum.
static void product_nt(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    const real_t one = 1, zero = 0;
    CUBLAS_CHECK(cublas_gemm(handle(), CUBLAS_OP_T, CUBLAS_OP_N, n, m, k, &one, B, k, A, k, &zero, C, n));
}

static void product_nn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    const real_t one = 1, zero = 0;
    CUBLAS_CHECK(cublas_gemm(handle(), CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, B, n, A, k, &zero, C, n));
}

static void product_tn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    const real_t one = 1, zero = 0;
    CUBLAS_CHECK(cublas_gemm(handle(), CUBLAS_OP_N, CUBLAS_OP_T, n, m, k, &one, B, n, A, m, &zero, C, n));
}

// One thread finishes one neuron of one row: a = f(a + bias).
__global__ void activate(real_t *a /* (b, n) */, const real_t *bias /* (n) */, int b, int n, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < (size_t)b * n) a[at] = act_value(f, a[at] + bias[at % n]);
}

void forward_pass_cuda(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        product_nt(A(t, l), A(t, l - 1), W(t, l), b, n, k);
        activate<<<cuda_blocks((size_t)b * n), cuda_options.block, 0, stream>>>(A(t, l), bias(t, l), b, n, t->s.f[l]);
        LAUNCH_CHECK("activate");
        softmax_if_last(t, l, b);
    }
}

// One thread finishes one error: dz = da f'(z), in place, from a = f(z).
__global__ void times_slope(real_t *dz, const real_t *a, size_t n, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < n) dz[at] *= act_slope(f, a[at]);
}

void back_prop_cuda(const train_t *t, int b)
{
    launch_output_error(t, b);
    for (int l = t->s.L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        size_t size = (size_t)b * k;
        product_nn(dZ(t, l - 1), dZ(t, l), W(t, l), b, k, n);
        times_slope<<<cuda_blocks(size), cuda_options.block, 0, stream>>>(dZ(t, l - 1), A(t, l - 1), size,
                                                                          t->s.f[l - 1]);
        LAUNCH_CHECK("times_slope");
    }
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES), 0, stream>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
        product_tn(dW(t, l), dZ(t, l), A(t, l - 1), n, k, b);
    }
}
