// [given] min_size_t.cpp: does not compile: is ambiguous
#define __CUDACC__
#include <cuda_runtime.h>
size_t f(size_t n) { return min(n, 32); }
