// [given] old_shuffle.cpp: does not compile: __shfl_down was removed from CUDA: use __shfl_down_sync(0xffffffff, ...)
#define __CUDACC__
#include <cuda_runtime.h>
int f(int v) { return __shfl_down(v, 1); }
