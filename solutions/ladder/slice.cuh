// [ladder] slice.cuh: one block does a step for a slice of the batch, with weights and activations in shared memory.
#ifndef NN_SLICE_CUH
#define NN_SLICE_CUH

#include "cuda_utils.cuh"

#define THREADS 256  // of every block of these rungs

// A thread computes TILE_U x TILE_V elements of a product: each number that it reads is used TILE_V or TILE_U times.
#ifndef TILE_U
#define TILE_U 2
#define TILE_V 2
#endif

// ---- what lies in shared memory ----------------------------------------------------------------------
// params: for each layer W, its rows `pitch` apart, then its bias. An odd distance: the neurons that neighbouring
//         threads work on lie in different banks.
// acts:   layer l (rows, n[l]) at rows * a_at[l]; on the way back dZ of a layer takes the place of its activations.
HD inline int pitch(int k) { return k | 1; }

HD inline int padded_params(const shape_t *s)
{
    int n = 0;
    for (int l = 1; l <= s->L; l++) n += s->n[l] * (pitch(s->n[l - 1]) + 1);
    return n;
}

// Where parameter e of the flat vector lies among the padded ones.
HD inline int padded_at(const shape_t *s, size_t e)
{
    int at = 0, l = 1;
    for (; e >= s->b_at[l] + s->n[l]; l++) at += s->n[l] * (pitch(s->n[l - 1]) + 1);
    int k = s->n[l - 1], in_layer = (int)(e - s->w_at[l]), weights = s->n[l] * k;
    if (in_layer >= weights) return at + s->n[l] * pitch(k) + in_layer - weights;
    return at + in_layer / k * pitch(k) + in_layer % k;
}

static __device__ void load_params(real_t *padded, const train_t *t)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        for (int e = threadIdx.x; e < n * k; e += THREADS) padded[e / k * pitch(k) + e % k] = W(t, l)[e];
        padded += n * pitch(k);
        for (int j = threadIdx.x; j < n; j += THREADS) padded[j] = bias(t, l)[j];
        padded += n;
    }
}

// ---- a tile of a product --------------------------------------------------------------------------------
// Element (u, s) of a factor lies at at[u * outer + s * inner], u < n.
struct factor_t {
    const real_t *at;
    int outer, inner, n;
};

// sum[c][d] = sum over s < n of x(u + c du, s) y(v + d dv, s). What lies beyond the border is computed from the last
// element; the caller does not store it.
static __device__ __forceinline__ void tile_product(real_t sum[TILE_U][TILE_V], factor_t x, int u, int du, factor_t y,
                                                    int v, int dv, int n)
{
    const real_t *x_at[TILE_U], *y_at[TILE_V];
    real_t acc[TILE_U][TILE_V];  // in registers: the caller's array, which is indexed by variables, is in local memory
    for (int c = 0; c < TILE_U; c++) x_at[c] = x.at + min(u + c * du, x.n - 1) * x.outer;
    for (int d = 0; d < TILE_V; d++) y_at[d] = y.at + min(v + d * dv, y.n - 1) * y.outer;
    for (int c = 0; c < TILE_U; c++)
        for (int d = 0; d < TILE_V; d++) acc[c][d] = 0;
#pragma unroll 4
    for (int s = 0; s < n; s++) {
        real_t x_s[TILE_U], y_s[TILE_V];
        for (int c = 0; c < TILE_U; c++) {
            x_s[c] = *x_at[c];
            x_at[c] += x.inner;
        }
        for (int d = 0; d < TILE_V; d++) {
            y_s[d] = *y_at[d];
            y_at[d] += y.inner;
        }
        for (int c = 0; c < TILE_U; c++)
            for (int d = 0; d < TILE_V; d++) acc[c][d] += x_s[c] * y_s[d];
    }
    for (int c = 0; c < TILE_U; c++)
        for (int d = 0; d < TILE_V; d++) sum[c][d] = acc[c][d];
}

// The threads share out the tiles of a result (rows, columns); neighbours get neighbouring columns.
#define FOR_TILES(u, du, rows, v, dv, columns)                                                                         \
    for (int du = ((rows) + TILE_U - 1) / TILE_U, dv = ((columns) + TILE_V - 1) / TILE_V, tile = threadIdx.x,          \
             u = tile / dv, v = tile % dv;                                                                             \
         tile < du * dv; tile += THREADS, u = tile / dv, v = tile % dv)

// ---- the passes on r rows ---------------------------------------------------------------------------------

static __device__ void slice_forward(real_t *a, const real_t *below, const real_t *W, int r, int n, int k, act_t f)
{
    const real_t *bias = W + n * pitch(k);
    FOR_TILES(u, du, r, v, dv, n)
    {
        real_t z[TILE_U][TILE_V];
        tile_product(z, {below, k, 1, r}, u, du, {W, pitch(k), 1, n}, v, dv, k);
        for (int c = 0; c < TILE_U; c++)
            for (int d = 0; d < TILE_V; d++) {
                int i = u + c * du, j = v + d * dv;
                if (i < r && j < n) a[i * n + j] = act_value(f, z[c][d] + bias[j]);
            }
    }
}

// Cost and error of n outputs a (or, with softmax, of the z that they come from) and targets y: a row's, or one
// neuron's where neurons do not depend on each other. dz may be a.
static __device__ double output_error(real_t *dz, real_t *a, const real_t *y, int n, real_t weight, loss_t loss,
                                      act_t f)
{
    if (f.kind == ACT_SOFTMAX) {
        real_t greatest = a[0], sum = 0;
        for (int j = 1; j < n; j++)
            if (a[j] > greatest) greatest = a[j];
        for (int j = 0; j < n; j++) sum += a[j] = std::exp(a[j] - greatest);
        for (int j = 0; j < n; j++) a[j] /= sum;
    }
    double cost = 0;
    real_t mean = 0;  // of the slopes: only softmax with a cost other than the logarithmic one needs it
    for (int j = 0; j < n; j++) cost += loss_value(loss, f, a[j], y[j]);
    if (f.kind == ACT_SOFTMAX && loss != LOSS_LOG)
        for (int j = 0; j < n; j++) mean += loss_slope(loss, a[j], y[j]) * a[j];
    for (int j = 0; j < n; j++) {
        real_t d;
        if (loss == LOSS_LOG) d = a[j] - y[j];
        else if (f.kind == ACT_SOFTMAX) d = a[j] * (loss_slope(loss, a[j], y[j]) - mean);
        else d = loss_slope(loss, a[j], y[j]) * act_slope(f, a[j]);
        dz[j] = d * weight;
    }
    return weight * cost;
}

// Turns outputs a (r, n) into errors, in place; returns this thread's part of the cost.
static __device__ double slice_output(real_t *a, const train_t *t, const int *rows, int r)
{
    int n = t->s.n[t->s.L];
    act_t f = t->s.f[t->s.L];
    int together = f.kind == ACT_SOFTMAX ? n : 1;  // outputs that one thread does
    double cost = 0;
    for (int e = threadIdx.x * together; e < r * n; e += THREADS * together) {
        int row = rows[e / n];
        real_t weight = t->row_weight ? t->row_weight[row] : 1;
        cost += output_error(a + e, a + e, t->Y + (size_t)row * n + e % n, together, weight, t->s.loss, f);
    }
    return cost;
}

// dW (n, k) and dbias (n) of the slice from dz (r, n) and below (r, k); with `add`, added to what is there.
static __device__ void slice_gradient(real_t *dW, real_t *dbias, const real_t *dz, const real_t *below, int r, int n,
                                      int k, bool add)
{
    FOR_TILES(u, du, n, v, dv, k)
    {
        real_t sum[TILE_U][TILE_V];
        tile_product(sum, {dz, 1, n, n}, u, du, {below, 1, k, k}, v, dv, r);
        for (int c = 0; c < TILE_U; c++)
            for (int d = 0; d < TILE_V; d++) {
                int j = u + c * du, p = v + d * dv;
                if (j < n && p < k) dW[j * k + p] = add ? dW[j * k + p] + sum[c][d] : sum[c][d];
            }
    }
    for (int j = threadIdx.x; j < n; j += THREADS) {
        real_t sum = add ? dbias[j] : 0;
        for (int i = 0; i < r; i++) sum += dz[i * n + j];
        dbias[j] = sum;
    }
}

// below (r, k) = (dz W) f'(z_below), in place of the activations.
static __device__ void slice_back(real_t *below, const real_t *dz, const real_t *W, int r, int n, int k, act_t f)
{
    FOR_TILES(u, du, r, v, dv, k)
    {
        real_t da[TILE_U][TILE_V];
        tile_product(da, {dz, n, 1, r}, u, du, {W, 1, pitch(k), k}, v, dv, n);
        for (int c = 0; c < TILE_U; c++)
            for (int d = 0; d < TILE_V; d++) {
                int i = u + c * du, p = v + d * dv;
                if (i < r && p < k) below[i * k + p] = da[c][d] * act_slope(f, below[i * k + p]);
            }
    }
}

// Gather, forward, cost, errors and gradients of r rows of the data set. grads (n_params) gets the sum over these rows;
// returned is this thread's part of the cost. The padded parameters must be there, and all threads must come here.
static __device__ double slice_step(const train_t *t, const real_t *padded, real_t *acts, real_t *grads,
                                    const int *rows, int r, bool add)
{
    int L = t->s.L, n_in = t->s.n[0];
    const real_t *W_l = padded;
    for (int e = threadIdx.x; e < r * n_in; e += THREADS) acts[e] = t->X[(size_t)rows[e / n_in] * n_in + e % n_in];
    __syncthreads();
    for (int l = 1; l <= L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        slice_forward(acts + r * t->s.a_at[l], acts + r * t->s.a_at[l - 1], W_l, r, n, k, t->s.f[l]);
        W_l += n * (pitch(k) + 1);
        __syncthreads();
    }
    double cost = slice_output(acts + r * t->s.a_at[L], t, rows, r);
    __syncthreads();
    for (int l = L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        real_t *dz = acts + r * t->s.a_at[l], *below = acts + r * t->s.a_at[l - 1];
        W_l -= n * (pitch(k) + 1);
        slice_gradient(grads + t->s.w_at[l], grads + t->s.b_at[l], dz, below, r, n, k, add);
        __syncthreads();
        if (l > 1) slice_back(below, dz, W_l, r, n, k, t->s.f[l - 1]);
        __syncthreads();
    }
    return cost;
}

// ---- over the blocks ---------------------------------------------------------------------------------------

// The sum of x over the threads of the block, always in the same order; thread 0 gets it.
static __device__ double block_sum(double x)
{
    __shared__ double of_warp[THREADS / 32];
    for (int half = 16; half > 0; half /= 2) x += __shfl_down_sync(0xffffffffu, x, half);
    if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = x;
    __syncthreads();
    double sum = 0;
    if (threadIdx.x == 0)
        for (int w = 0; w < THREADS / 32; w++) sum += of_warp[w];
    __syncthreads();
    return sum;
}

// The update of train.h for one parameter; velocity NULL: without momentum.
static __device__ __forceinline__ void update_one(real_t *param, real_t *velocity, real_t grad, int b, real_t rate,
                                                  real_t momentum)
{
    if (velocity) {
        *velocity = momentum * *velocity + grad / b;
        *param -= rate * *velocity;
    } else {
        *param -= rate / b * grad;
    }
}

static __device__ __forceinline__ real_t *velocity_of(const train_t *t, size_t e)
{
    return t->velocity ? t->velocity + e : NULL;
}

// Adds up the slices' gradients and updates. 32 parameters at a time: each warp adds some of the slices, the first one
// then the warps' sums. Always in the same order.
static __device__ void add_and_update(const train_t *t, const real_t *grads /* (slices, n_params) */, int slices, int b,
                                      real_t rate, real_t momentum)
{
    __shared__ real_t of_warp[THREADS / 32][32];
    size_t n = t->s.n_params;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    for (size_t first = blockIdx.x * (size_t)32; first < n; first += gridDim.x * (size_t)32) {
        size_t e = first + lane;
        real_t sum = 0;
        if (e < n)
            for (int q = warp; q < slices; q += THREADS / 32) sum += grads[q * n + e];
        of_warp[warp][lane] = sum;
        __syncthreads();
        if (warp == 0 && e < n) {
            for (int w = 1; w < THREADS / 32; w++) sum += of_warp[w][lane];
            update_one(t->params + e, velocity_of(t, e), sum, b, rate, momentum);
        }
        __syncthreads();
    }
}

// ---- on the host ---------------------------------------------------------------------------------------------

// False while other functions stand in for the passes (`make check` does that): they need a loop that calls them.
static bool passes_are_own(void)
{
    return passes.load_batch == load_batch_cuda && passes.forward_pass == forward_pass_cuda &&
           passes.loss == loss_cuda && passes.back_prop == back_prop_cuda && passes.gradients == gradients_cuda &&
           passes.update == update_cuda;
}

static int device_attribute(cudaDeviceAttr attribute)
{
    int value = 0, device = 0;
    CUDA_CHECK(cudaGetDevice(&device));
    CUDA_CHECK(cudaDeviceGetAttribute(&value, attribute, device));
    return value;
}

// Dynamic shared memory that a block of `kernel` may have on this device, at most.
static size_t shared_limit(const void *kernel)
{
    cudaFuncAttributes a;
    CUDA_CHECK(cudaFuncGetAttributes(&a, kernel));
    return device_attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin) - a.sharedSizeBytes;
}

// Bytes of a slice of r rows: parameters, activations and `more` numbers.
static size_t slice_bytes(const shape_t *s, int r, size_t more)
{
    return (padded_params(s) + r * s->n_acts + more) * sizeof(real_t);
}

// The greatest number of rows whose slice fits in `bytes`, at most `wanted`; 0: not even one.
static int slice_rows(const shape_t *s, size_t bytes, size_t more, int wanted)
{
    double weights = (double)s->n_params + s->n_acts;  // pads included, roughly: keeps the sums below in range
    if (weights * sizeof(real_t) > 2.0 * bytes || slice_bytes(s, 1, more) > bytes) return 0;
    size_t rows = (bytes - slice_bytes(s, 0, more)) / (s->n_acts * sizeof(real_t));
    return rows < (size_t)wanted ? (int)rows : wanted;
}

#endif
