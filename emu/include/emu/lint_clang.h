// [given] emu/lint_clang.h: read first when clang checks a .cu file for `nvcc --lint`: CUDA's words, and which
// functions a kernel may call. For clang only.
//
// All that the emulator's own headers declare may be called on both sides, and so may the math library. What the
// C and C++ libraries declare besides is for the host, so it is read before.
#pragma once
#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __managed__ __attribute__((device))
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __grid_constant__
#define __noinline__  // also inside of the library's __attribute__((__noinline__)), which it leaves empty

#include <stddef.h>
extern "C" __device__ void *malloc(size_t size);
extern "C" __device__ void free(void *p);
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <climits>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>
#include <algorithm>
#include <ctype.h>
#include <stdlib.h>

#pragma clang force_cuda_host_device begin
#include <fenv.h>
#include <string.h>
#include <cstring>
#include <time.h>
#include <ctime>
#include <assert.h>
#include <math.h>
#include <cmath>
#define __syncthreads emu_syncthreads  // clang's own is for kernels only, but cooperative groups call it
#define __asm__(...)
#define __thread __attribute__((device))  // threadIdx and its kin
#include "../cuda_runtime.h"
#include "../cuda_fp16.h"
#include "../cuda_bf16.h"
#include "../cooperative_groups.h"
#include "../cooperative_groups/reduce.h"
#include "../cooperative_groups/scan.h"
#if __has_include("../cuComplex.h")
#include "../cuComplex.h"
#endif
#undef __asm__
#undef __thread
#pragma clang force_cuda_host_device end

extern "C" unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = 0);
extern "C" cudaError_t cudaConfigureCall(dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = 0);

extern "C" {
__device__ int printf(const char *format, ...);
__device__ int abs(int);
__device__ long labs(long);
__device__ long long llabs(long long);
}
#define EMU_ABSOLUTE(T)                                                                                                \
    __device__ T abs(T);                                                                                               \
    namespace std                                                                                                      \
    {                                                                                                                  \
    __device__ T abs(T);                                                                                               \
    }
EMU_ABSOLUTE(long)
EMU_ABSOLUTE(long long)
#undef EMU_ABSOLUTE
