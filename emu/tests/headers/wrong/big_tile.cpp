// [given] big_tile.cpp: does not compile: tiles have 1, 2, 4, 8, 16 or 32 threads
#define __CUDACC__
#include <cuda_runtime.h>
#include <cooperative_groups.h>
unsigned f() { return cooperative_groups::tiled_partition<64>(cooperative_groups::this_thread_block()).size(); }
