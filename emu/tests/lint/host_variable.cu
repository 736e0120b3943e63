// [given] host_variable.cu: kernels that use variables of the host.
// expect nvcc: host_variable.cu:13: error: a host variable "counter" cannot be directly read in a device function [lint]
// expect clang: host_variable.cu:13: error: reference to __host__ variable 'counter' in __global__ function [lint]
// expect: hint: a kernel does not see the host's variables: pass counter as an argument, or make it __device__ or __constant__ and fill it with cudaMemcpyToSymbol
// refuse: host_variable.cu:14
#include <cuda_runtime.h>

int counter = 3;
const int fixed = 4;
constexpr float factor = 0.5f;
__global__ void k(int *a)
{
    a[0] = counter;
    a[1] = fixed + int(factor);
}
int main()
{
    int *a = nullptr;
    k<<<1, 1>>>(a);
    return counter;
}
