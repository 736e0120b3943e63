// [given] device_on_host.cu: the host calls a device function.
// expect nvcc: device_on_host.cu:11: error: calling a __device__ function("twice(int)") from a __host__ function("main") is not allowed [lint]
// expect clang: device_on_host.cu:11: error: call to __device__ function 'twice' from __host__ function [lint]
// expect: hint: twice exists on the GPU only: call it in a kernel, or write __host__ __device__ in front of it
#include <cuda_runtime.h>

__device__ int twice(int x) { return 2 * x; }
__global__ void k(int *a) { *a = twice(*a); }
int main()
{
    int y = twice(4);
    k<<<1, 1>>>(nullptr);
    return y;
}
