// [given] exceptions.cu: kernels that throw.
// expect nvcc: exceptions.cu:9: error: device code does not support exception handling [lint]
// expect clang: exceptions.cu:9: error: cannot use 'throw' in __global__ function [lint]
// expect: hint: kernels cannot throw: store an error code that the host looks at
#include <cuda_runtime.h>

__global__ void k(int *a)
{
    if (a[0] < 0) throw 1;
}
int main() { k<<<1, 1>>>(nullptr); }
