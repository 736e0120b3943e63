// [ladder] fragments.cuh: what a warp multiplies at once on tensor cores: 16 x 16 results, rounded factors, float sums.
#ifndef NN_FRAGMENTS_CUH
#define NN_FRAGMENTS_CUH

#include "cuda_utils.cuh"

// Factors are rounded to TF32 (8 bits of exponent, 10 of mantissa), or with TENSOR_BF16 to bfloat16 (8 and 7). With
// TENSOR_PARTS = 2 a factor is the sum of its rounded value and of the rounded rest.
#ifdef TENSOR_BF16
#include <cuda_bf16.h>
typedef __nv_bfloat16 small_t;
#define FRAGMENT_DEPTH 16  // summation indices that one instruction takes
#define PITCH (DEPTH + 8)  // of rows in shared memory: the addresses that a warp reads at once lie in different banks
#else
typedef float small_t;
#define FRAGMENT_DEPTH 8
#define PITCH (DEPTH + 4)
#endif
#define DEPTH 32  // summation indices in shared memory at a time
#ifndef TENSOR_PARTS
#define TENSOR_PARTS 1
#endif
#define SIDE 64  // rows and columns of the result of a block
#define RESULT_PITCH (SIDE + 4)

// What the instructions that load and store fragments demand: these begin at multiples of 32 bytes, rows at multiples
// of 16.
static_assert(PITCH * sizeof(small_t) % 16 == 0 && RESULT_PITCH * sizeof(float) % 16 == 0, "rows of a tile");
static_assert(16 * PITCH * sizeof(small_t) % 32 == 0 && FRAGMENT_DEPTH * sizeof(small_t) % 32 == 0,
              "fragments of factors");
static_assert(16 * RESULT_PITCH * sizeof(float) % 32 == 0, "fragments of the result");

#if defined __CUDA_EMULATOR__
// ---- plain loops in the place of the instructions: each lane has 8 elements of a result --------------------

struct x_fragment_t {
    const small_t *at;
};
typedef x_fragment_t y_fragment_t;
struct sum_fragment_t {
    float at[8];
};

static __device__ small_t rounded(float x)
{
#ifdef TENSOR_BF16
    return __float2bfloat16(x);
#else
    unsigned bits = __float_as_uint(x);
    return isfinite(x) ? __uint_as_float((bits + 0x1000) & 0xffffe000) : x;
#endif
}
static __device__ void load_x(x_fragment_t *f, const small_t *at) { f->at = at; }
static __device__ void load_y(y_fragment_t *f, const small_t *at) { f->at = at; }
static __device__ void clear(sum_fragment_t *f)
{
    for (int q = 0; q < 8; q++) f->at[q] = 0;
}
static __device__ void multiply_add(sum_fragment_t *sum, const x_fragment_t *x, const y_fragment_t *y)
{
    int lane = threadIdx.x % 32;
    for (int q = 0; q < 8; q++) {
        const small_t *x_row = x->at + lane / 2 * PITCH, *y_row = y->at + (lane % 2 * 8 + q) * PITCH;
        for (int s = 0; s < FRAGMENT_DEPTH; s++) sum->at[q] += (float)x_row[s] * (float)y_row[s];
    }
}
static __device__ void store(float *at, const sum_fragment_t *f)
{
    int lane = threadIdx.x % 32;
    for (int q = 0; q < 8; q++) at[lane / 2 * RESULT_PITCH + lane % 2 * 8 + q] = f->at[q];
}

#elif __CUDA_ARCH__ >= 800
#include <mma.h>

#ifdef TENSOR_BF16
typedef __nv_bfloat16 precision_t;
static __device__ small_t rounded(float x) { return __float2bfloat16(x); }
#else
typedef nvcuda::wmma::precision::tf32 precision_t;
static __device__ small_t rounded(float x) { return nvcuda::wmma::__float_to_tf32(x); }
#endif
// Rows of y are columns of the factor that the instruction multiplies by: x y^T.
typedef nvcuda::wmma::fragment<nvcuda::wmma::matrix_a, 16, 16, FRAGMENT_DEPTH, precision_t, nvcuda::wmma::row_major>
    x_fragment_t;
typedef nvcuda::wmma::fragment<nvcuda::wmma::matrix_b, 16, 16, FRAGMENT_DEPTH, precision_t, nvcuda::wmma::col_major>
    y_fragment_t;
typedef nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, FRAGMENT_DEPTH, float> sum_fragment_t;

static __device__ void load_x(x_fragment_t *f, const small_t *at) { nvcuda::wmma::load_matrix_sync(*f, at, PITCH); }
static __device__ void load_y(y_fragment_t *f, const small_t *at) { nvcuda::wmma::load_matrix_sync(*f, at, PITCH); }
static __device__ void clear(sum_fragment_t *f) { nvcuda::wmma::fill_fragment(*f, 0.0f); }
static __device__ void multiply_add(sum_fragment_t *sum, const x_fragment_t *x, const y_fragment_t *y)
{
    nvcuda::wmma::mma_sync(*sum, *x, *y, *sum);
}
static __device__ void store(float *at, const sum_fragment_t *f)
{
    nvcuda::wmma::store_matrix_sync(at, *f, RESULT_PITCH, nvcuda::wmma::mem_row_major);
}
#endif

#endif
