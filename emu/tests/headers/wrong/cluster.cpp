// [given] cluster.cpp: does not compile: cooperative_groups::this_cluster() is not supported by the emulator
#define __CUDACC__
#include <cuda_runtime.h>
#include <cooperative_groups.h>
void f()
{
    auto c = cooperative_groups::this_cluster();
    c.sync();
}
