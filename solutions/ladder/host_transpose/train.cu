// [ladder] host_transpose/train.cu: rung 1: a matrix operation at a time, and everything passes through the host.
//
// The mistake to measure, not to copy. Every operation is a function that looks like one of a matrix library: it takes
// matrices of the host, allocates, copies them to the device, launches one kernel, copies the result back, and frees.
// There is one product, C = A B; a factor that is needed transposed is transposed on the host. So a matrix crosses the
// bus several times a step, each copy waits for the kernel before it, and cudaMalloc and cudaFree wait too: the device
// is idle most of the time. What to look at: bytes copied between host and device, against 0 a step on every other
// rung but `streams`. Measured: lab/results/ladder.md.
#include <vector>

#include "../common.cuh"

typedef std::vector<real_t> matrix_t;  // on the host, row-major

// ---- between host and device -----------------------------------------------------------------------

static matrix_t fetch(const real_t *dev, size_t n)
{
    matrix_t m(n);
    CUDA_CHECK(cudaMemcpy(m.data(), dev, n * sizeof(real_t), cudaMemcpyDeviceToHost));
    return m;
}

static void store(real_t *dev, const matrix_t &m)
{
    CUDA_CHECK(cudaMemcpy(dev, m.data(), m.size() * sizeof(real_t), cudaMemcpyHostToDevice));
}

static real_t *new_copy(const matrix_t &m)
{
    real_t *dev = (real_t *)cuda_alloc(m.size() * sizeof(real_t), "a matrix of one operation");
    store(dev, m);
    return dev;
}

static matrix_t transpose(const matrix_t &m, int rows, int columns)
{
    matrix_t result(m.size());
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) result[(size_t)j * rows + i] = m[(size_t)i * columns + j];
    return result;
}

// ---- one operation, one kernel ---------------------------------------------------------------------

// One thread computes one element of C (m, n) = A (m, k) B (k, n).
__global__ void product_element(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x, i = at / n, j = at % n;
    if (at >= (size_t)m * n) return;
    real_t sum = 0;
    for (int p = 0; p < k; p++) sum += A[i * k + p] * B[(size_t)p * n + j];
    C[at] = sum;
}

static matrix_t product(const matrix_t &A, const matrix_t &B, int m, int n, int k)
{
    size_t size = (size_t)m * n;
    real_t *dev_A = new_copy(A), *dev_B = new_copy(B);
    real_t *dev_C = (real_t *)cuda_alloc(size * sizeof(real_t), "a product");
    product_element<<<cuda_blocks(size), cuda_options.block>>>(dev_C, dev_A, dev_B, m, n, k);
    LAUNCH_CHECK("product_element");
    matrix_t C = fetch(dev_C, size);
    CUDA_CHECK(cudaFree(dev_A));
    CUDA_CHECK(cudaFree(dev_B));
    CUDA_CHECK(cudaFree(dev_C));
    return C;
}

__global__ void activate_element(real_t *z /* (m, n) */, const real_t *bias /* (n) */, int m, int n, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < (size_t)m * n) z[at] = act_value(f, z[at] + bias[at % n]);
}

static matrix_t activate(const matrix_t &z, const matrix_t &bias, int m, int n, act_t f)
{
    real_t *dev_z = new_copy(z), *dev_bias = new_copy(bias);
    activate_element<<<cuda_blocks(z.size()), cuda_options.block>>>(dev_z, dev_bias, m, n, f);
    LAUNCH_CHECK("activate_element");
    matrix_t a = fetch(dev_z, z.size());
    CUDA_CHECK(cudaFree(dev_z));
    CUDA_CHECK(cudaFree(dev_bias));
    return a;
}

__global__ void slope_element(real_t *da, const real_t *a, size_t n, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < n) da[at] *= act_slope(f, a[at]);
}

static matrix_t times_slope(const matrix_t &da, const matrix_t &a, act_t f)
{
    real_t *dev_da = new_copy(da), *dev_a = new_copy(a);
    slope_element<<<cuda_blocks(da.size()), cuda_options.block>>>(dev_da, dev_a, da.size(), f);
    LAUNCH_CHECK("slope_element");
    matrix_t dz = fetch(dev_da, da.size());
    CUDA_CHECK(cudaFree(dev_da));
    CUDA_CHECK(cudaFree(dev_a));
    return dz;
}

// ---- the passes ------------------------------------------------------------------------------------

void forward_pass_cuda(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        matrix_t W_transposed = transpose(fetch(W(t, l), (size_t)n * k), n, k);
        matrix_t z = product(fetch(A(t, l - 1), (size_t)b * k), W_transposed, b, n, k);
        store(A(t, l), activate(z, fetch(bias(t, l), n), b, n, t->s.f[l]));
        softmax_if_last(t, l, b);
    }
}

void back_prop_cuda(const train_t *t, int b)
{
    launch_output_error(t, b);
    for (int l = t->s.L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        matrix_t da = product(fetch(dZ(t, l), (size_t)b * n), fetch(W(t, l), (size_t)n * k), b, k, n);
        store(dZ(t, l - 1), times_slope(da, fetch(A(t, l - 1), (size_t)b * k), t->s.f[l - 1]));
    }
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        matrix_t dz_transposed = transpose(fetch(dZ(t, l), (size_t)b * n), b, n);
        store(dbias(t, l), product(dz_transposed, matrix_t(b, 1), n, 1, b));  // a sum of columns as a product with ones
        store(dW(t, l), product(dz_transposed, fetch(A(t, l - 1), (size_t)b * k), n, k, b));
    }
}
