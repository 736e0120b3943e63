// [given] host_defines.h: CUDA's words for host files (.cpp, .c): there they mean nothing.
//
// In .cu files bin/nvcc reads these words itself, so they must not be macros there. __noinline__ is never one:
// the standard library writes it inside attributes.
#if !defined(__HOST_DEFINES_H__)
#define __HOST_DEFINES_H__

#if !defined(__CUDACC__)
#if !defined(__host__)
#define __host__
#define __device__
#define __global__
#define __shared__
#define __constant__
#define __managed__
#endif
#if !defined(__forceinline__)
#define __forceinline__ __inline__ __attribute__((always_inline))
#endif
#if !defined(__launch_bounds__)
#define __launch_bounds__(...)
#endif
#endif

#if !defined(__align__)
#define __align__(n) __attribute__((aligned(n)))
#endif
#if !defined(__builtin_align__)
#define __builtin_align__(n) __attribute__((aligned(n)))
#endif
#define CUDARTAPI
#define CUDART_CB

#endif
