// [given] parts.h: what the files of this program share.
#pragma once
#include <cuda_runtime.h>
#ifdef __CUDACC__
extern __device__ int total;
extern __constant__ int step;
__device__ int advance(int x);
__global__ void count(int *a);
static __device__ int own(int x) { return x + 1; } // one in every file
#endif
#ifdef __cplusplus
extern "C" {
#endif
int plain_c(int x);
void launch_count(int *a, int n);
#ifdef __cplusplus
}
int host_side(int *a, int n);
#endif
