// [given] atomic_cas_float.cpp: does not compile: atomicCAS exists for int, unsigned int, unsigned long long and unsigned short only
#define __CUDACC__
#include <cuda_runtime.h>
void f(float *p) { atomicCAS(p, 1, 2); }
