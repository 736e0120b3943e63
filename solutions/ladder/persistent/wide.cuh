// [ladder] wide.cuh: the phases of a step of a wide net as loops of all blocks over tiles, weights in global memory.
#ifndef NN_WIDE_CUH
#define NN_WIDE_CUH

#include "../slice.cuh"

#define PER 4                // a thread has PER x PER results: for 16 products it reads 8 numbers from shared memory
#define ACROSS 16            // THREADS = ACROSS * ACROSS
#define SIDE (PER * ACROSS)  // rows and columns of a block's tile
#define DEPTH 16             // summation indices in shared memory at a time

// Element (u, s) of a factor is at[u * outer + s * inner], u < n. Rows of the data set are looked up: outer_rows[u]
// takes the place of u, inner_rows[s] that of s. Element (ones, s) is 1: so the bias is one more column of weights.
struct wide_factor_t {
    const real_t *at;
    size_t outer, inner;
    int n;
    const int *outer_rows, *inner_rows;
    int ones;
};

// tile[u][s] = element (first_u + u, first_s + s), or 0 beyond the border. Neighbouring threads read neighbours.
static __device__ void load_tile(real_t tile[SIDE][DEPTH + 1], const wide_factor_t *x, int first_u, int first_s,
                                 int n_s)
{
    for (int e = threadIdx.x; e < SIDE * DEPTH; e += THREADS) {
        int tile_u = x->inner == 1 ? e / DEPTH : e % SIDE, tile_s = x->inner == 1 ? e % DEPTH : e / SIDE;
        int u = first_u + tile_u, s = first_s + tile_s;
        real_t value = 0;
        if (u < x->n && s < n_s) {
            size_t row = x->outer_rows ? x->outer_rows[u] : u, column = x->inner_rows ? x->inner_rows[s] : s;
            value = x->at[row * x->outer + column * x->inner];
        } else if (u == x->ones && s < n_s) value = 1;
        tile[tile_u][tile_s] = value;
    }
}

// sum[c][d] = the sum over s < n_s of x(u, s) y(v, s), u = first_u + thread / ACROSS + c ACROSS, v = first_v + thread %
// ACROSS + d ACROSS.
static __device__ void tile_sums(real_t sum[PER][PER], const wide_factor_t *x, int first_u, const wide_factor_t *y,
                                 int first_v, int n_s)
{
    __shared__ real_t x_tile[SIDE][DEPTH + 1], y_tile[SIDE][DEPTH + 1];
    int tx = threadIdx.x % ACROSS, ty = threadIdx.x / ACROSS;
    real_t acc[PER][PER];  // in registers: the caller's array, which is indexed by variables, is in local memory
    for (int c = 0; c < PER; c++)
        for (int d = 0; d < PER; d++) acc[c][d] = 0;
    for (int first_s = 0; first_s < n_s; first_s += DEPTH) {
        load_tile(x_tile, x, first_u, first_s, n_s);
        load_tile(y_tile, y, first_v, first_s, n_s);
        __syncthreads();
        for (int q = 0; q < DEPTH; q++) {
            real_t x_q[PER], y_q[PER];
            for (int c = 0; c < PER; c++) x_q[c] = x_tile[ty + c * ACROSS][q];
            for (int d = 0; d < PER; d++) y_q[d] = y_tile[tx + d * ACROSS][q];
            for (int c = 0; c < PER; c++)
                for (int d = 0; d < PER; d++) acc[c][d] += x_q[c] * y_q[d];
        }
        __syncthreads();
    }
    for (int c = 0; c < PER; c++)
        for (int d = 0; d < PER; d++) sum[c][d] = acc[c][d];
}

// The blocks share out the tiles of a result (rows, columns).
#define FOR_WIDE_TILES(first_u, rows, first_v, columns)                                                                \
    for (int across = ((columns) + SIDE - 1) / SIDE, down = ((rows) + SIDE - 1) / SIDE, tile = blockIdx.x,             \
             first_u = tile / across * SIDE, first_v = tile % across * SIDE;                                           \
         tile < across * down; tile += gridDim.x, first_u = tile / across * SIDE, first_v = tile % across * SIDE)

// This thread's elements (u, v) of the tile, those inside of (rows, columns).
#define FOR_ELEMENTS(c, u, first_u, rows, d, v, first_v, columns)                                                      \
    for (int c = 0, u = first_u + threadIdx.x / ACROSS; c < PER && u < (rows); c++, u += ACROSS)                       \
        for (int d = 0, v = first_v + threadIdx.x % ACROSS; d < PER && v < (columns); d++, v += ACROSS)

// The activations below layer l: for layer 1 the rows of the data set as they lie.
static __device__ const real_t *below_of(const train_t *t, int l) { return l == 1 ? t->X : A(t, l - 1); }

static __device__ void wide_forward(const train_t *t, const int *rows, int b, int l)
{
    int n = t->s.n[l], k = t->s.n[l - 1];
    wide_factor_t x = {below_of(t, l), (size_t)k, 1, b, l == 1 ? rows : NULL, NULL, -1};
    wide_factor_t w = {W(t, l), (size_t)k, 1, n, NULL, NULL, -1};
    FOR_WIDE_TILES(first_i, b, first_j, n)
    {
        real_t z[PER][PER];
        tile_sums(z, &x, first_i, &w, first_j, k);
        FOR_ELEMENTS(c, i, first_i, b, d, j, first_j, n)
        {
            A(t, l)[(size_t)i * n + j] = act_value(t->s.f[l], z[c][d] + bias(t, l)[j]);
        }
    }
}

static __device__ void wide_back(const train_t *t, int b, int l)
{
    int n = t->s.n[l], k = t->s.n[l - 1];
    wide_factor_t dz = {dZ(t, l), (size_t)n, 1, b, NULL, NULL, -1};
    wide_factor_t w = {W(t, l), 1, (size_t)k, k, NULL, NULL, -1};
    FOR_WIDE_TILES(first_i, b, first_p, k)
    {
        real_t da[PER][PER];
        tile_sums(da, &dz, first_i, &w, first_p, n);
        FOR_ELEMENTS(c, i, first_i, b, d, p, first_p, k)
        {
            size_t at = (size_t)i * k + p;
            dZ(t, l - 1)[at] = da[c][d] * act_slope(t->s.f[l - 1], A(t, l - 1)[at]);
        }
    }
}

// Gradients of layer l, used for the update at once: they are never stored.
static __device__ void wide_update(const train_t *t, const int *rows, int b, int l, real_t rate, real_t momentum)
{
    int n = t->s.n[l], k = t->s.n[l - 1];
    wide_factor_t dz = {dZ(t, l), 1, (size_t)n, n, NULL, NULL, -1};
    wide_factor_t x = {below_of(t, l), 1, (size_t)k, k, NULL, l == 1 ? rows : NULL, k};
    FOR_WIDE_TILES(first_j, n, first_p, k + 1)
    {
        real_t sum[PER][PER];
        tile_sums(sum, &dz, first_j, &x, first_p, b);
        FOR_ELEMENTS(c, j, first_j, n, d, p, first_p, k + 1)
        {
            size_t e = p < k ? t->s.w_at[l] + (size_t)j * k + p : t->s.b_at[l] + j;
            update_one(t->params + e, velocity_of(t, e), sum[c][d], b, rate, momentum);
        }
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
