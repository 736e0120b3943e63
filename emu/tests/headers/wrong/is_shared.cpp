// [given] is_shared.cpp: does not compile: __isShared is not supported by the emulator
#define __CUDACC__
#include <cuda_runtime.h>
unsigned f(int *p) { return __isShared(p); }
