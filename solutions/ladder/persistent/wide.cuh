// [ladder] wide.cuh: the phases of a step of a wide net as loops of all blocks over tiles, weights in global memory.
#ifndef NN_WIDE_CUH
#define NN_WIDE_CUH

#include "../slice.cuh"

#define TILE 16  // THREADS = TILE * TILE

// Element (u, s) of a factor is at[u * outer + s * inner], u < n. Rows of the data set are looked up: outer_rows[u] takes
// the place of u, inner_rows[s] that of s. Element (ones, s) is 1: so the bias is one more column of weights.
struct wide_factor_t {
    const real_t *at;
    size_t outer, inner;
    int n;
    const int *outer_rows, *inner_rows;
    int ones;
};

// tile[u][s] = element (first_u + u, first_s + s), or 0 beyond the border. Neighbouring threads read neighbours.
static __device__ void load_tile(real_t tile[TILE][TILE + 1], const wide_factor_t *x, int first_u, int first_s, int n_s)
{
    int fast = threadIdx.x % TILE, slow = threadIdx.x / TILE;
    int tile_u = x->inner == 1 ? slow : fast, tile_s = x->inner == 1 ? fast : slow;
    int u = first_u + tile_u, s = first_s + tile_s;
    real_t value = 0;
    if (u < x->n && s < n_s) {
        size_t row = x->outer_rows ? x->outer_rows[u] : u, column = x->inner_rows ? x->inner_rows[s] : s;
        value = x->at[row * x->outer + column * x->inner];
    } else if (u == x->ones && s < n_s) value = 1;
    tile[tile_u][tile_s] = value;
}

// The sum over s < n_s of x(u, s) y(v, s), u = first_u + thread / TILE, v = first_v + thread % TILE.
static __device__ real_t tile_sum(const wide_factor_t *x, int first_u, const wide_factor_t *y, int first_v, int n_s)
{
    __shared__ real_t x_tile[TILE][TILE + 1], y_tile[TILE][TILE + 1];
    int tx = threadIdx.x % TILE, ty = threadIdx.x / TILE;
    real_t sum = 0;
    for (int first_s = 0; first_s < n_s; first_s += TILE) {
        load_tile(x_tile, x, first_u, first_s, n_s);
        load_tile(y_tile, y, first_v, first_s, n_s);
        __syncthreads();
        for (int q = 0; q < TILE; q++) sum += x_tile[ty][q] * y_tile[tx][q];
        __syncthreads();
    }
    return sum;
}

// The blocks share out the tiles of a result (rows, columns).
#define FOR_WIDE_TILES(first_u, rows, first_v, columns)                                                          \
    for (int across = ((columns) + TILE - 1) / TILE, down = ((rows) + TILE - 1) / TILE, tile = blockIdx.x,       \
             first_u = tile / across * TILE, first_v = tile % across * TILE;                                     \
         tile < across * down;                                                                                   \
         tile += gridDim.x, first_u = tile / across * TILE, first_v = tile % across * TILE)

// The activations below layer l: for layer 1 the rows of the data set as they lie.
static __device__ const real_t *below_of(const train_t *t, int l) { return l == 1 ? t->X : A(t, l - 1); }

static __device__ void wide_forward(const train_t *t, const int *rows, int b, int l)
{
    int n = t->s.n[l], k = t->s.n[l - 1], tx = threadIdx.x % TILE, ty = threadIdx.x / TILE;
    wide_factor_t x = {below_of(t, l), (size_t)k, 1, b, l == 1 ? rows : NULL, NULL, -1};
    wide_factor_t w = {W(t, l), (size_t)k, 1, n, NULL, NULL, -1};
    FOR_WIDE_TILES(first_i, b, first_j, n) {
        real_t z = tile_sum(&x, first_i, &w, first_j, k);
        int i = first_i + ty, j = first_j + tx;
        if (i < b && j < n) A(t, l)[(size_t)i * n + j] = act_value(t->s.f[l], z + bias(t, l)[j]);
    }
}

static __device__ void wide_back(const train_t *t, int b, int l)
{
    int n = t->s.n[l], k = t->s.n[l - 1], tx = threadIdx.x % TILE, ty = threadIdx.x / TILE;
    wide_factor_t dz = {dZ(t, l), (size_t)n, 1, b, NULL, NULL, -1};
    wide_factor_t w = {W(t, l), 1, (size_t)k, k, NULL, NULL, -1};
    FOR_WIDE_TILES(first_i, b, first_p, k) {
        real_t da = tile_sum(&dz, first_i, &w, first_p, n);
        int i = first_i + ty, p = first_p + tx;
        size_t at = (size_t)i * k + p;
        if (i < b && p < k) dZ(t, l - 1)[at] = da * act_slope(t->s.f[l - 1], A(t, l - 1)[at]);
    }
}

// Gradients of layer l, used for the update at once: they are never stored.
static __device__ void wide_update(const train_t *t, const int *rows, int b, int l, real_t rate, real_t momentum)
{
    int n = t->s.n[l], k = t->s.n[l - 1], tx = threadIdx.x % TILE, ty = threadIdx.x / TILE;
    wide_factor_t dz = {dZ(t, l), 1, (size_t)n, n, NULL, NULL, -1};
    wide_factor_t x = {below_of(t, l), 1, (size_t)k, k, NULL, l == 1 ? rows : NULL, k};
    FOR_WIDE_TILES(first_j, n, first_p, k + 1) {
        real_t sum = tile_sum(&dz, first_j, &x, first_p, b);
        int j = first_j + ty, p = first_p + tx;
        size_t e = p < k ? t->s.w_at[l] + (size_t)j * k + p : t->s.b_at[l] + j;
        if (j < n && p <= k) update_one(t->params + e, velocity_of(t, e), sum, b, rate, momentum);
    }
}

// Errors of the last layer, a thread a row; returned is this thread's part of the cost.
static __device__ double wide_output(const train_t *t, const int *rows, int b)
{
    int L = t->s.L, n = t->s.n[L];
    double cost = 0;
    for (int i = blockIdx.x * THREADS + threadIdx.x; i < b; i += gridDim.x * THREADS) {
        real_t weight = t->row_weight ? t->row_weight[rows[i]] : 1;
        cost += output_error(dZ(t, L) + (size_t)i * n, A(t, L) + (size_t)i * n, t->Y + (size_t)rows[i] * n, n, weight,
                             t->s.loss, t->s.f[L]);
    }
    return cost;
}

#endif
