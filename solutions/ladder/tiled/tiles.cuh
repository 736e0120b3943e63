// [ladder] tiled/tiles.cuh: products of matrices from tiles in shared memory and sums in registers.
#ifndef NN_LADDER_TILES_CUH
#define NN_LADDER_TILES_CUH

#include "../common.cuh"

// A block of THREADS threads makes a tile of TILE x TILE elements of the result; each thread 4 x 4 of them. The block
// goes along the sum in steps of DEPTH and holds DEPTH x TILE numbers of either factor in shared memory, the summation
// index first. For 16 products a thread then reads two groups of four numbers, each with one instruction.
#define TILE 32
#define DEPTH 16
#define THREADS ((TILE / 4) * (TILE / 4))
#define PITCH (TILE + 4)  // a row of a tile: still whole groups of four, but rows begin in different banks

// Four numbers that are read and written at once. They must begin at a multiple of 16 bytes.
struct __align__(16) four_t { real_t v[4]; };

static dim3 tiles(int rows, int columns) { return dim3(cuda_blocks(rows, TILE), cuda_blocks(columns, TILE)); }

// Whether every group of four of m (rows, columns) begins at a multiple of 16 bytes.
__device__ inline bool in_fours(const real_t *m, int columns) { return columns % 4 == 0 && (size_t)m % 16 == 0; }

// Elements at .. at + 3 of a row of n; what lies outside is 0.
__device__ inline four_t load_four(const real_t *row, int at, int n, bool fours)
{
    if (fours && at + 4 <= n) return *(const four_t *)(row + at);
    four_t x;
    for (int q = 0; q < 4; q++) x.v[q] = at + q < n ? row[at + q] : 0;
    return x;
}

__device__ inline void store_four(real_t *row, int at, int n, bool fours, four_t x)
{
    if (fours && at + 4 <= n) *(four_t *)(row + at) = x;
    else
        for (int q = 0; q < 4; q++)
            if (at + q < n) row[at + q] = x.v[q];
}

// tile (p, r) = m (first + r, first_p + p), m (rows, k): the sum runs along the rows of m. Turned while it is loaded.
__device__ inline void load_turned(real_t tile[DEPTH][PITCH], const real_t *m, int first, int rows, int first_p, int k,
                                   bool fours)
{
    for (int at = threadIdx.x; at < TILE * DEPTH / 4; at += THREADS) {
        int r = at / (DEPTH / 4), p = at % (DEPTH / 4) * 4;
        four_t x = load_four(m + (size_t)(first + r) * k, first_p + p, first + r < rows ? k : 0, fours);
        for (int q = 0; q < 4; q++) tile[p + q][r] = x.v[q];
    }
}

// tile (p, c) = m (first_p + p, first + c), m (k, columns): the sum runs along the columns of m.
__device__ inline void load_straight(real_t tile[DEPTH][PITCH], const real_t *m, int first, int columns, int first_p,
                                     int k, bool fours)
{
    for (int at = threadIdx.x; at < TILE * DEPTH / 4; at += THREADS) {
        int p = at / (TILE / 4), c = at % (TILE / 4) * 4;
        four_t x = load_four(m + (size_t)(first_p + p) * columns, first + c, first_p + p < k ? columns : 0, fours);
        *(four_t *)&tile[p][c] = x;
    }
}

// This thread's 4 x 4 elements of the tile: their first row and column.
__device__ inline int own_row(void) { return threadIdx.x / (TILE / 4) * 4; }
__device__ inline int own_column(void) { return threadIdx.x % (TILE / 4) * 4; }

// sum += left^T right, for this thread's elements.
__device__ inline void multiply_tiles(real_t sum[4][4], const real_t left[DEPTH][PITCH],
                                      const real_t right[DEPTH][PITCH])
{
    int row = own_row(), column = own_column();
#pragma unroll
    for (int p = 0; p < DEPTH; p++) {
        four_t x = *(const four_t *)&left[p][row], y = *(const four_t *)&right[p][column];
        for (int r = 0; r < 4; r++)
            for (int c = 0; c < 4; c++) sum[r][c] += x.v[r] * y.v[c];
    }
}

// a (b, n) = f(x W^T + bias), x (b, k), W (n, k).
__global__ void layer_forward(real_t *a, const real_t *x, const real_t *W, const real_t *bias, int b, int n, int k,
                              act_t f)
{
    __shared__ __align__(16) real_t x_tile[DEPTH][PITCH], W_tile[DEPTH][PITCH];
    int first_i = blockIdx.x * TILE, first_j = blockIdx.y * TILE;
    bool x_fours = in_fours(x, k), W_fours = in_fours(W, k), a_fours = in_fours(a, n);
    real_t sum[4][4] = {};
    for (int first = 0; first < k; first += DEPTH) {
        load_turned(x_tile, x, first_i, b, first, k, x_fours);
        load_turned(W_tile, W, first_j, n, first, k, W_fours);
        __syncthreads();
        multiply_tiles(sum, x_tile, W_tile);
        __syncthreads();
    }
    int i = first_i + own_row(), j = first_j + own_column();
#pragma unroll  // else the sums would have to lie in memory, to be found by r
    for (int r = 0; r < 4; r++) {
        if (i + r >= b) continue;
        four_t out;
        for (int c = 0; c < 4; c++) out.v[c] = j + c < n ? act_value(f, sum[r][c] + bias[j + c]) : 0;
        store_four(a + (size_t)(i + r) * n, j, n, a_fours, out);
    }
}

// dz_below (b, k) = (dz W) f'(z_below), dz (b, n), W (n, k), a_below (b, k).
__global__ void error_back(real_t *dz_below, const real_t *dz, const real_t *W, const real_t *a_below, int b, int n,
                           int k, act_t f)
{
    __shared__ __align__(16) real_t dz_tile[DEPTH][PITCH], W_tile[DEPTH][PITCH];
    int first_i = blockIdx.x * TILE, first_p = blockIdx.y * TILE;
    bool dz_fours = in_fours(dz, n), W_fours = in_fours(W, k),
         below_fours = in_fours(a_below, k) && in_fours(dz_below, k);
    real_t sum[4][4] = {};
    for (int first = 0; first < n; first += DEPTH) {
        load_turned(dz_tile, dz, first_i, b, first, n, dz_fours);
        load_straight(W_tile, W, first_p, k, first, n, W_fours);
        __syncthreads();
        multiply_tiles(sum, dz_tile, W_tile);
        __syncthreads();
    }
    int i = first_i + own_row(), p = first_p + own_column();
#pragma unroll  // else the sums would have to lie in memory, to be found by r
    for (int r = 0; r < 4; r++) {
        if (i + r >= b) continue;
        size_t row = (size_t)(i + r) * k;
        four_t a = load_four(a_below + row, p, k, below_fours), out;
        for (int c = 0; c < 4; c++) out.v[c] = sum[r][c] * act_slope(f, a.v[c]);
        store_four(dz_below + row, p, k, below_fours, out);
    }
}

// A layer has few weights and the batch may have many rows: the rows are shared out to SLABS groups of THREADS threads,
// each with tiles of its own, whose sums are added up at the end, always in the same order.
#define SLABS 4  // as many as make THREADS * SLABS threads finish four elements each

// dW (n, k) = dz^T a_below, dz (b, n), a_below (b, k). Blocks of (THREADS, SLABS) threads.
__global__ void weight_gradient(real_t *dW, const real_t *dz, const real_t *a_below, int b, int n, int k)
{
    __shared__ __align__(16) real_t tile[SLABS][2][DEPTH][PITCH];
    int slab = threadIdx.y, first_j = blockIdx.x * TILE, first_p = blockIdx.y * TILE;
    bool dz_fours = in_fours(dz, n), a_fours = in_fours(a_below, k), dW_fours = in_fours(dW, k);
    real_t sum[4][4] = {};
    for (int first = 0; first < b; first += SLABS * DEPTH) {
        int first_i = first + slab * DEPTH;
        load_straight(tile[slab][0], dz, first_j, n, first_i, b, dz_fours);
        load_straight(tile[slab][1], a_below, first_p, k, first_i, b, a_fours);
        __syncthreads();
        multiply_tiles(sum, tile[slab][0], tile[slab][1]);
        __syncthreads();
    }
    // A slab's two tiles have just the room for its sums: DEPTH + DEPTH = TILE rows.
    real_t(*part)[TILE][PITCH] = (real_t(*)[TILE][PITCH])tile;
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++) part[slab][own_row() + r][own_column() + c] = sum[r][c];
    __syncthreads();
    int four = slab * THREADS + threadIdx.x, r = four / (TILE / 4), c = four % (TILE / 4) * 4;
    if (first_j + r >= n) return;
    four_t out = *(const four_t *)&part[0][r][c];
    for (int s = 1; s < SLABS; s++)
        for (int q = 0; q < 4; q++) out.v[q] += part[s][r][c + q];
    store_four(dW + (size_t)(first_j + r) * k, first_p + c, k, dW_fours, out);
}

#endif
