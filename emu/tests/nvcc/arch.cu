// [given] arch.cu: parts of kernels for certain GPUs only; __CUDA_ARCH__ is defined where that takes nothing from the host.
// flags: -arch=sm_80
#include "torture.h"

#if __CUDA_ARCH__ >= 700
__device__ int new_gpu(int x) { return x + 1; }
#endif
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 600
#else
__device__ double atomicAdd(double *a, double b);
#endif
__global__ void k(int *a)
{
#if __CUDA_ARCH__ >= 700
    a[threadIdx.x] = new_gpu(a[threadIdx.x]);
#else
#ifdef __CUDA_ARCH__
#error "wrong architecture"
#endif
#endif
}
int main()
{
    array_t<int> a(32);
    k<<<1, 32>>>(a);
    CHECK(a.sum() == 32);
    puts("ok");
}
