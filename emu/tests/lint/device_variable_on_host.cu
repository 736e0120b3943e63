// [given] device_variable_on_host.cu: the host reads and writes variables of the device as if they were its own.
// lint: nvcc
// expect: device_variable_on_host.cu:12: error: a __device__ variable "counter" cannot be directly written in a host function [lint]
// expect: device_variable_on_host.cu:14: error: a __constant__ variable "factor" cannot be directly read in a host function [lint]
// expect: hint: counter lies on the GPU: use cudaMemcpyToSymbol and cudaMemcpyFromSymbol
#include <cuda_runtime.h>

__device__ int counter;
__constant__ float factor;
__global__ void k() { counter += int(factor); }
int main()
{ counter = 0;
    k<<<1, 1>>>();
    return int(factor);
}
