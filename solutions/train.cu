// [student] train.cu: one step of training as kernels: what train.cpp does, function by function, on the GPU.
#include "cuda_utils.cuh"

// Kernels take addresses and sizes; the functions after them, on the host, find these in the state and launch.

//[stub
//]
// A product of matrices is made by blocks of TILE x TILE threads, one for each element of a tile of the result. They go
// along the summation index in steps of TILE, and each step brings one tile of either factor to shared memory: an
// element is then read from there TILE times, and from global memory once.
#define TILE 16

// Rows are counted along x: y is limited to 65535 blocks, and the batch may be long.
static dim3 tiles(int rows, int columns) { return dim3(cuda_blocks(rows, TILE), cuda_blocks(columns, TILE)); }
//[end]
// ---- batch: part 3, 5 points: docs/en/3_forward.md --------------------------------------------------------------

//[stub
//// The twin of load_batch_cpu: two gathers, X (N, n[0]) to A(t, 0) (b, n[0]) and Y (N, n[L]) to targets (b, n[L]),
//// and a copy of rows (b) to t->rows. One thread for each element of the result: which row of X is it from, which
//// column?
//// Question: `rows` lies on the device. May the host read rows[0], to tell the kernel where to begin?
//// About 20 lines.
//void load_batch_cuda(const train_t *t, const int *rows, int b)
//{
//    todo(3);
//}
//]
// One thread copies one element.
__global__ void gather_element(real_t *dst /* (b, n) */, const real_t *src /* (N, n) */, const int *rows /* (b) */, int b,
                               int n)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at >= (size_t)b * n) return;
    dst[at] = src[(size_t)rows[at / n] * n + at % n];
}

void load_batch_cuda(const train_t *t, const int *rows, int b)
{
    int L = t->s.L, n_in = t->s.n[0], n_out = t->s.n[L], block = cuda_options.block;
    CUDA_CHECK(cudaMemcpyAsync(t->rows, rows, b * sizeof(int), cudaMemcpyDeviceToDevice));
    gather_element<<<cuda_blocks((size_t)b * n_in), block>>>(A(t, 0), t->X, rows, b, n_in);
    LAUNCH_CHECK("gather_element");
    gather_element<<<cuda_blocks((size_t)b * n_out), block>>>(t->targets, t->Y, rows, b, n_out);
    LAUNCH_CHECK("gather_element");
}
//[end]

// ---- forward: part 3, 15 points: docs/en/3_forward.md -----------------------------------------------------------

//[stub
//// The twin of forward_pass_cpu: for l = 1 .. L, A(t, l) (b, n) = f(A(t, l-1) (b, k) W^T + bias), W (n, k), bias (n).
//// One thread for each neuron of each row, (i, j), is a good start; act_value (nn_aux.h) runs on the GPU too. Softmax
//// is the exception: a neuron needs its whole row, so it is a second kernel (act_value returns z as it is).
//// Question: threads j and j + 1 read W[j * k + p] and W[(j + 1) * k + p] at the same time. How far apart are these?
//// About 35 lines; with tiles 50.
//void forward_pass_cuda(const train_t *t, int b)
//{
//    todo(3);
//}
//]
// One thread computes one neuron of one row: a (b, n) = f(x W^T + bias), x (b, k), W (n, k).
__global__ void layer_forward(real_t *a, const real_t *x, const real_t *W, const real_t *bias, int b, int n, int k,
                              act_t f)
{
    __shared__ real_t x_tile[TILE][TILE], W_tile[TILE][TILE + 1];  // + 1: a column of W_tile lies in different banks
    int tx = threadIdx.x, ty = threadIdx.y;
    int i = blockIdx.x * TILE + ty, j = blockIdx.y * TILE + tx;
    int j_load = blockIdx.y * TILE + ty;  // neighbouring threads read along a row of W
    real_t z = 0;
    for (int first = 0; first < k; first += TILE) {
        int p = first + tx;
        x_tile[ty][tx] = i < b && p < k ? x[(size_t)i * k + p] : 0;
        W_tile[ty][tx] = j_load < n && p < k ? W[(size_t)j_load * k + p] : 0;
        __syncthreads();
        for (int q = 0; q < TILE; q++) z += x_tile[ty][q] * W_tile[tx][q];
        __syncthreads();
    }
    if (i < b && j < n) a[(size_t)i * n + j] = act_value(f, z + bias[j]);
}

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

void forward_pass_cuda(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        layer_forward<<<tiles(b, n), dim3(TILE, TILE)>>>(A(t, l), A(t, l - 1), W(t, l), bias(t, l), b, n, k, t->s.f[l]);
        LAUNCH_CHECK("layer_forward");
        if (t->s.f[l].kind != ACT_SOFTMAX) continue;  // act_value has left z as it is
        softmax_row<<<cuda_blocks(b), cuda_options.block>>>(A(t, l), b, n);
        LAUNCH_CHECK("softmax_row");
    }
}
//[end]

// ---- cost: part 6, 5 points: docs/en/6_test.md ---------------------------------------------------------------------

//[stub
//// The twin of loss_cpu: *t->loss += the sum of the costs of b rows, each times its row_weight (NULL: 1). *t->loss is
//// a double on the device. One block is enough: each thread adds up some of the b * n elements, then the threads add
//// up in pairs through shared memory. The number of threads is a power of 2 (--block).
//// Question: which threads must come to each __syncthreads()? May it stand inside an `if`?
//// About 25 lines.
//void loss_cuda(const train_t *t, int b)
//{
//    todo(6);
//}
//]
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
    sum_costs<<<1, cuda_options.block>>>(t->loss, A(t, L), t->targets, t->row_weight, t->rows, b, t->s.n[L], t->s.loss,
                                         t->s.f[L]);
    LAUNCH_CHECK("sum_costs");
}
//[end]

// ---- back propagation: part 4, 15 points: docs/en/4_back.md -----------------------------------------------------

//[stub
//// The twin of back_prop_cpu. (1) dZ(t, L) (b, n) from A(t, L) and targets, one thread for each element, times
//// row_weight; for softmax with another cost than the logarithmic one see output_error_row in train.cpp.
//// (2) for l = L .. 2: dZ(t, l-1) (b, k) = (dZ(t, l) (b, n) W (n, k)) times act_slope of A(t, l-1).
//// Question: the sum now runs down a column of W. Which index do neighbouring threads differ in, and is that good?
//// About 45 lines; with tiles 60.
//void back_prop_cuda(const train_t *t, int b)
//{
//    todo(4);
//}
//]
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

// One thread computes one neuron's error in one row: dz_below (b, k) = (dz W) f'(z_below), dz (b, n), W (n, k).
__global__ void error_back(real_t *dz_below, const real_t *dz, const real_t *W, const real_t *a_below /* (b, k) */, int b,
                           int n, int k, act_t f)
{
    __shared__ real_t dz_tile[TILE][TILE], W_tile[TILE][TILE];
    int tx = threadIdx.x, ty = threadIdx.y;
    int i = blockIdx.x * TILE + ty, p = blockIdx.y * TILE + tx;
    real_t da = 0;
    for (int first = 0; first < n; first += TILE) {
        dz_tile[ty][tx] = i < b && first + tx < n ? dz[(size_t)i * n + first + tx] : 0;
        W_tile[ty][tx] = first + ty < n && p < k ? W[(size_t)(first + ty) * k + p] : 0;
        __syncthreads();
        for (int q = 0; q < TILE; q++) da += dz_tile[ty][q] * W_tile[q][tx];
        __syncthreads();
    }
    size_t at = (size_t)i * k + p;
    if (i < b && p < k) dz_below[at] = da * act_slope(f, a_below[at]);
}

void back_prop_cuda(const train_t *t, int b)
{
    int L = t->s.L, n_out = t->s.n[L];
    output_error<<<cuda_blocks((size_t)b * n_out), cuda_options.block>>>(
        dZ(t, L), A(t, L), t->targets, t->row_weight, t->rows, b, n_out, t->s.loss, t->s.f[L]);
    LAUNCH_CHECK("output_error");
    for (int l = L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        error_back<<<tiles(b, k), dim3(TILE, TILE)>>>(dZ(t, l - 1), dZ(t, l), W(t, l), A(t, l - 1), b, n, k,
                                                      t->s.f[l - 1]);
        LAUNCH_CHECK("error_back");
    }
}
//[end]

// ---- gradients: part 5, 15 points: docs/en/5_gradients.md -------------------------------------------------------

//[stub
//// The twin of gradients_cpu, for every layer: weights (10 points) dW (n, k) = dZ^T (n, b) A(t, l-1) (b, k), biases
//// (5 points) dbias (n) = column sums of dZ (b, n). Sums over the rows of this batch, not divided by b, not added to
//// what was there. One thread for each weight adds up over the rows: nobody else writes there, so nothing atomic is
//// needed.
//// Question: a bias has few columns and many rows, and one thread for a column leaves most of the GPU idle. How can
//// several threads share a column?
//// About 40 lines; with tiles 55.
//void gradients_cuda(const train_t *t, int b)
//{
//    todo(5);
//}
//]
// One thread computes one weight's gradient: dW (n, k) = dz^T a_below, dz (b, n), a_below (b, k).
__global__ void weight_gradient(real_t *dW, const real_t *dz, const real_t *a_below, int b, int n, int k)
{
    __shared__ real_t dz_tile[TILE][TILE], a_tile[TILE][TILE];
    int tx = threadIdx.x, ty = threadIdx.y;
    int first_j = blockIdx.x * TILE, j = first_j + ty, p = blockIdx.y * TILE + tx;
    real_t sum = 0;
    for (int first = 0; first < b; first += TILE) {
        int i = first + ty;
        dz_tile[ty][tx] = i < b && first_j + tx < n ? dz[(size_t)i * n + first_j + tx] : 0;
        a_tile[ty][tx] = i < b && p < k ? a_below[(size_t)i * k + p] : 0;
        __syncthreads();
        for (int q = 0; q < TILE; q++) sum += dz_tile[q][ty] * a_tile[q][tx];
        __syncthreads();
    }
    if (j < n && p < k) dW[(size_t)j * k + p] = sum;
}

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

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES)>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
        weight_gradient<<<tiles(n, k), dim3(TILE, TILE)>>>(dW(t, l), dZ(t, l), A(t, l - 1), b, n, k);
        LAUNCH_CHECK("weight_gradient");
    }
}
//[end]

// ---- update: part 2, 10 points: docs/en/2_update.md -------------------------------------------------------------

//[stub
//// The twin of update_cpu, and the best first kernel: one thread for each of the n_params parameters, whatever layer
//// it belongs to. params, grads, velocity (n_params). The grid has whole blocks: what do threads do whose number is
//// not below n?
//// Question: without momentum t->velocity is NULL. Who may look at that, the host or the kernel?
//// About 20 lines.
//void update_cuda(const train_t *t, int b, real_t learning_rate, real_t momentum)
//{
//    todo(2);
//}
//]
// One thread updates one parameter.
__global__ void update_parameter(real_t *params, const real_t *grads, size_t n, real_t step)
{
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i < n) params[i] -= step * grads[i];
}

__global__ void update_with_momentum(real_t *params, real_t *velocity, const real_t *grads, size_t n, int b, real_t rate,
                                     real_t momentum)
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
    if (t->velocity) update_with_momentum<<<blocks, block>>>(t->params, t->velocity, t->grads, n, b, learning_rate, momentum);
    else update_parameter<<<blocks, block>>>(t->params, t->grads, n, learning_rate / b);
    LAUNCH_CHECK("update_parameter");
}
//[end]
