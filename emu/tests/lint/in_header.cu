// [given] in_header.cu: the mistake is in a header of the student's; messages name that file.
// expect nvcc: in_header.cuh:6: error: calling a __host__ function("helper(int)") from a __device__ function("device_helper") is not allowed [lint]
// expect clang: in_header.cuh:6: error: call to __host__ function 'helper' from __device__ function [lint]
#include "in_header.cuh"
#include <cuda_runtime.h>

__global__ void k(int *a) { *a = device_helper(*a); }
int main() { k<<<1, 1>>>(nullptr); }
