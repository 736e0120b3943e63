// [given] block_shapes.cu: grids and blocks of one, two and three dimensions; every thread runs once, with its own numbers.
#include "test.h"

__global__ void count(int *seen, int *bad)
{
    unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    seen[block * threads + thread] += 1;
    if (threadIdx.x >= blockDim.x || threadIdx.y >= blockDim.y || threadIdx.z >= blockDim.z) atomicAdd(bad, 1);
    if (blockIdx.x >= gridDim.x || blockIdx.y >= gridDim.y || blockIdx.z >= gridDim.z || warpSize != 32) atomicAdd(bad, 1);
}
int main()
{
    struct {
        dim3 grid, block;
    } shapes[] = {{1, 1},
                  {1000, 1},
                  {7, 33},
                  {dim3(3, 5), dim3(4, 6)},
                  {dim3(2, 3, 4), dim3(5, 6, 7)},
                  {dim3(1, 1, 9), dim3(1, 1, 64)},
                  {dim3(1, 40), dim3(1, 100)},
                  {4, 1024},
                  {dim3(2, 2), dim3(32, 32)}};
    for (auto &s : shapes) {
        int n = s.grid.x * s.grid.y * s.grid.z * s.block.x * s.block.y * s.block.z;
        int *seen = device<int>(n), *bad = device<int>(1);
        count<<<s.grid, s.block>>>(seen, bad);
        SYNC();
        for (int v : to_host(seen, n)) EQUAL(v, 1);
        EQUAL(to_host(bad, 1)[0], 0);
        CALL(cudaFree(seen)), CALL(cudaFree(bad));
    }
    return done();
}
