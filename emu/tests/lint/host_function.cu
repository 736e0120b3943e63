// [given] host_function.cu: kernels that call functions of the host.
// expect nvcc: host_function.cu:19: error: calling a __host__ function("helper(int)") from a __global__ function("own") is not allowed [lint]
// expect clang: host_function.cu:19: error: call to __host__ function 'helper' from __global__ function [lint]
// expect: hint: helper exists on the host only: write __device__ (or __host__ __device__) in front of it
// expect nvcc: host_function.cu:20: error: calling a __host__ function("rand") from a __global__ function("own") is not allowed [lint]
// expect clang: host_function.cu:20: error: call to __host__ function 'rand' from __global__ function [lint]
// expect: hint: rand is the host's C library: kernels have printf, assert, malloc and free, and the math functions
// expect clang: host_function.cu:24: error: call to __host__ function 'push_back' from __global__ function [lint]
// expect: hint: the C++ library works on the host only: give the kernel plain pointers and numbers
// refuse: host_function.cu:29
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>
#include <vector>

int helper(int x) { return x + 1; }
__global__ void own(int *a)
{
    a[0] = helper(a[1]);
    a[1] = rand();
}
__global__ void library(std::vector<int> v)
{
    v.push_back(1);
}
__global__ void fine(int *a)
{
    a[0] = abs(a[1]) + int(sqrtf(2.f)) + min(a[0], 3);
    printf("%d\n", a[0]);
}
int main()
{
    int *a = nullptr;
    own<<<1, 1>>>(a);
    library<<<1, 1>>>(std::vector<int>(3));
    fine<<<1, 1>>>(a);
    return helper(0);
}
