// [given] device.cu: variables and device functions that another file uses.
#include "shared.cuh"

__device__ int counter = 0;
__constant__ float factor = 1;
__device__ float scaled(float x) { return factor * x + 1; }
__global__ void elsewhere(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += 100;
    if (i == 0) counter += 1;
}
