// [ladder] common.cuh: what is the same on the lower rungs: gather, cost, output error, softmax, bias gradient, update.
#ifndef NN_LADDER_COMMON_CUH
#define NN_LADDER_COMMON_CUH

#include "cuda_utils.cuh"

// Where the passes launch: the default stream, unless a rung says otherwise.
static cudaStream_t stream = 0;

// ---- batch -----------------------------------------------------------------------------------------

// One thread copies one element.
__global__ void gather_element(real_t *dst /* (b, n) */, const real_t *src /* (N, n) */, const int *rows /* (b) */,
                               int b, int n)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at >= (size_t)b * n) return;
    dst[at] = src[(size_t)rows[at / n] * n + at % n];
}

void load_batch_cuda(const train_t *t, const int *rows, int b)
{
    int L = t->s.L, n_in = t->s.n[0], n_out = t->s.n[L], block = cuda_options.block;
    CUDA_CHECK(cudaMemcpyAsync(t->rows, rows, b * sizeof(int), cudaMemcpyDeviceToDevice, stream));
    gather_element<<<cuda_blocks((size_t)b * n_in), block, 0, stream>>>(A(t, 0), t->X, rows, b, n_in);
    LAUNCH_CHECK("gather_element");
    gather_element<<<cuda_blocks((size_t)b * n_out), block, 0, stream>>>(t->targets, t->Y, rows, b, n_out);
    LAUNCH_CHECK("gather_element");
}

// ---- forward ---------------------------------------------------------------------------------------

// One thread makes one row a (n) of z its softmax; the greatest z is subtracted first: no power overflows.
__global__ void softmax_row(real_t *z, int b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= b) return;
    real_t *a = z + (size_t)i * n, greatest = a[0], sum = 0;
    for (int j = 1; j < n; j++)
        if (a[j] > greatest) greatest = a[j];
    for (int j = 0; j < n; j++) sum += a[j] = std::exp(a[j] - greatest);
    for (int j = 0; j < n; j++) a[j] /= sum;
}

// After the last layer's product: act_value leaves z as it is where f is softmax.
static void softmax_if_last(const train_t *t, int l, int b)
{
    if (t->s.f[l].kind != ACT_SOFTMAX) return;
    softmax_row<<<cuda_blocks(b), cuda_options.block, 0, stream>>>(A(t, l), b, t->s.n[l]);
    LAUNCH_CHECK("softmax_row");
}

// ---- cost ------------------------------------------------------------------------------------------

// One block adds up the costs of all rows, always in the same order.
__global__ void sum_costs(double *loss, const real_t *a /* (b, n) */, const real_t *y /* (b, n) */,
                          const real_t *row_weight, const int *rows /* (b) */, int b, int n, loss_t kind, act_t f)
{
    __shared__ double part[1024];
    double sum = 0;
    for (size_t at = threadIdx.x; at < (size_t)b * n; at += blockDim.x)
        sum += loss_value(kind, f, a[at], y[at]) * (row_weight ? row_weight[rows[at / n]] : 1);
    part[threadIdx.x] = sum;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) *loss += part[0];
}

void loss_cuda(const train_t *t, int b)
{
    int L = t->s.L;
    sum_costs<<<1, cuda_options.block, 0, stream>>>(t->loss, A(t, L), t->targets, t->row_weight, t->rows, b, t->s.n[L],
                                                    t->s.loss, t->s.f[L]);
    LAUNCH_CHECK("sum_costs");
}

// ---- back propagation ------------------------------------------------------------------------------

// One thread computes one element of dz (b, n) of the last layer from outputs a and targets y (b, n).
__global__ void output_error(real_t *dz, const real_t *a, const real_t *y, const real_t *row_weight, const int *rows,
                             int b, int n, loss_t loss, act_t f)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at >= (size_t)b * n) return;
    size_t row = at / n * n;  // where the row of this element begins
    real_t d;
    if (loss == LOSS_LOG) {  // the slope of sigmoid or softmax cancels against the cost's
        d = a[at] - y[at];
    } else if (f.kind == ACT_SOFTMAX) {  // da_k/dz_j = a_k ([k = j] - a_j)
        real_t sum = 0;
        for (int k = 0; k < n; k++) sum += loss_slope(loss, a[row + k], y[row + k]) * a[row + k];
        d = a[at] * (loss_slope(loss, a[at], y[at]) - sum);
    } else {
        d = loss_slope(loss, a[at], y[at]) * act_slope(f, a[at]);
    }
    dz[at] = row_weight ? d * row_weight[rows[at / n]] : d;
}

static void launch_output_error(const train_t *t, int b)
{
    int L = t->s.L, n = t->s.n[L];
    output_error<<<cuda_blocks((size_t)b * n), cuda_options.block, 0, stream>>>(
        dZ(t, L), A(t, L), t->targets, t->row_weight, t->rows, b, n, t->s.loss, t->s.f[L]);
    LAUNCH_CHECK("output_error");
}

// ---- gradient of the biases ------------------------------------------------------------------------

// A block of SLICES x 32 threads adds up 32 columns of dz (b, n): each slice every SLICES-th row, then the slices.
#define SLICES 8
__global__ void bias_gradient(real_t *dbias /* (n) */, const real_t *dz, int b, int n)
{
    __shared__ real_t part[SLICES][32];
    int tx = threadIdx.x, ty = threadIdx.y, j = blockIdx.x * 32 + tx;
    real_t sum = 0;
    if (j < n)
        for (int i = ty; i < b; i += SLICES) sum += dz[(size_t)i * n + j];
    part[ty][tx] = sum;
    __syncthreads();
    if (ty > 0 || j >= n) return;
    for (int q = 1; q < SLICES; q++) sum += part[q][tx];
    dbias[j] = sum;
}

// ---- update ----------------------------------------------------------------------------------------

// One thread updates one parameter.
__global__ void update_parameter(real_t *params, const real_t *grads, size_t n, real_t step)
{
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i < n) params[i] -= step * grads[i];
}

__global__ void update_with_momentum(real_t *params, real_t *velocity, const real_t *grads, size_t n, int b,
                                     real_t rate, real_t momentum)
{
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i >= n) return;
    velocity[i] = momentum * velocity[i] + grads[i] / b;
    params[i] -= rate * velocity[i];
}

void update_cuda(const train_t *t, int b, real_t learning_rate, real_t momentum)
{
    size_t n = t->s.n_params;
    unsigned blocks = cuda_blocks(n), block = cuda_options.block;
    if (t->velocity)
        update_with_momentum<<<blocks, block, 0, stream>>>(t->params, t->velocity, t->grads, n, b, learning_rate,
                                                           momentum);
    else update_parameter<<<blocks, block, 0, stream>>>(t->params, t->grads, n, learning_rate / b);
    LAUNCH_CHECK("update_parameter");
}

#endif
