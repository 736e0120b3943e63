// [given] kernels.cu: a kernel that calls a __device__ function of another file.
#include "parts.h"
static __device__ int hidden = 2;
__global__ void count(int *a)
{
    a[threadIdx.x] = advance(a[threadIdx.x]) + hidden;
    if (threadIdx.x == 0) atomicAdd(&total, own(0));
}
