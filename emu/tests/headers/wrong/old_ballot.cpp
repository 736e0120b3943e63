// [given] old_ballot.cpp: does not compile: __ballot was removed from CUDA: use __ballot_sync(0xffffffff, ...)
#define __CUDACC__
#include <cuda_runtime.h>
unsigned f(int v) { return __ballot(v); }
