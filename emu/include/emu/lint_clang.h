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

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <climits>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>
#include <algorithm>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma clang force_cuda_host_device begin
#include <fenv.h>
#include <math.h>
#include <cmath>
#define __thread __attribute__((device))  // threadIdx and its kin
#include "../cuda_runtime.h"
#undef __thread
#if __has_include("../cuda_fp16.h")
#include "../cuda_fp16.h"
#endif
#if __has_include("../cuda_bf16.h")
#include "../cuda_bf16.h"
#endif
#if __has_include("../cooperative_groups.h")
#include "../cooperative_groups.h"
#endif
#if __has_include("../cooperative_groups/reduce.h")
#include "../cooperative_groups/reduce.h"
#endif
#if __has_include("../cooperative_groups/scan.h")
#include "../cooperative_groups/scan.h"
#endif
#if __has_include("../cuComplex.h")
#include "../cuComplex.h"
#endif
#pragma clang force_cuda_host_device end

extern "C" unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = 0);
extern "C" cudaError_t cudaConfigureCall(dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = 0);

extern "C" {
__device__ int printf(const char *format, ...);
__device__ void *malloc(size_t size);
__device__ void free(void *p);
__device__ void *memcpy(void *to, const void *from, size_t size);
__device__ void *memset(void *to, int value, size_t size);
__device__ void *memmove(void *to, const void *from, size_t size);
__device__ int memcmp(const void *a, const void *b, size_t size);
__device__ size_t strlen(const char *s);
__device__ int strcmp(const char *a, const char *b);
__device__ char *strcpy(char *to, const char *from);
__device__ clock_t clock();
__device__ int abs(int);
__device__ long labs(long);
__device__ long long llabs(long long);
__device__ __attribute__((noreturn)) void __assert_fail(const char *text, const char *file, unsigned line,
                                                        const char *function);
}
#define EMU_ABSOLUTE(T)                                                                                                \
    __device__ T abs(T);                                                                                               \
    namespace std                                                                                                      \
    {                                                                                                                  \
    __device__ T abs(T);                                                                                               \
    }
EMU_ABSOLUTE(float)
EMU_ABSOLUTE(double)
EMU_ABSOLUTE(long)
EMU_ABSOLUTE(long long)
#undef EMU_ABSOLUTE
