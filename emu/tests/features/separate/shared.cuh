// [given] shared.cuh: what the files of this program know of each other.
#pragma once
#include <cuda_runtime.h>

#ifdef __CUDACC__
extern __device__ int counter;
extern __constant__ float factor;
__device__ float scaled(float x);
#endif
__global__ void elsewhere(float *a, int n); // cuda_runtime.h lets a host compiler read this too
int host_function(int x); // in a plain C++ file
