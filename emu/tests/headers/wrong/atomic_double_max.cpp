// [given] atomic_double_max.cpp: does not compile: atomicMax exists for int
#define __CUDACC__
#include <cuda_runtime.h>
void f(double *p) { atomicMax(p, 1.0); }
