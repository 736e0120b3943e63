// [given] early_return.cu: whole warps return before a barrier that the other warps of the block wait at.
// findings: allowed
#include "test.h"

__global__ void half_leaves(int *out)
{
    __shared__ int s[64];
    if (threadIdx.x >= 64) return;
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = s[63 - threadIdx.x];
}
__global__ void one_after_the_other(int *out)
{
    __shared__ int n;
    if (threadIdx.x == 0) n = 0;
    __syncthreads();
    for (unsigned warp = 0; warp < threadIdx.x / 32; warp++) {
        if (threadIdx.x % 32 == 0) atomicAdd(&n, 1);
        __syncthreads();
    }
    if (threadIdx.x == 127) out[0] = n;
}

int main()
{
    int *a = device<int>(64);
    half_leaves<<<1, 128>>>(a);
    SYNC();
    auto h = to_host(a, 64);
    for (int i = 0; i < 64; i++) EQUAL(h[i], 63 - i);
    one_after_the_other<<<1, 128>>>(a);
    SYNC();
    EQUAL(to_host(a, 1)[0], 3 + 2 + 1);
    CALL(cudaFree(a));
    return done();
}
