// [given] atomic_size_t.cpp: does not compile: a size_t * can be cast to unsigned long long *
#define __CUDACC__
#include <cuda_runtime.h>
void f(size_t *p) { atomicAdd(p, 1); }
