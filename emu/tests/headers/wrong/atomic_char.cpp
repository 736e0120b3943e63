// [given] atomic_char.cpp: does not compile: atomicAdd exists for int, unsigned int
#define __CUDACC__
#include <cuda_runtime.h>
void f(char *p) { atomicAdd(p, 1); }
