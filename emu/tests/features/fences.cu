// [given] fences.cu: memory fences; the last block sums what all blocks wrote.
#include "test.h"

__device__ unsigned blocks_done = 0;

__global__ void sum(const float *a, int n, volatile float *partial, float *out)
{
    __shared__ float s[128];
    __shared__ bool last;
    float v = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) v += a[i];
    s[threadIdx.x] = v;
    __syncthreads();
    for (int k = 64; k; k /= 2) {
        if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k];
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = s[0];
        __threadfence();
        unsigned ticket = atomicInc(&blocks_done, gridDim.x - 1); // back to 0 after the last
        last = ticket == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float total = 0;
        for (unsigned b = 0; b < gridDim.x; b++) total += partial[b];
        *out = total;
    }
}
__global__ void others(volatile int *a)
{
    a[threadIdx.x] = threadIdx.x;
    __threadfence_block();
    __threadfence_system();
    a[threadIdx.x] += 1;
}
int main()
{
    const int n = 10000;
    float *a = to_device(std::vector<float>(n, 0.5f)), *partial = device<float>(20), *out = device<float>(1);
    for (int repeat = 0; repeat < 3; repeat++) {
        CALL(cudaMemset(out, 0, sizeof(float)));
        sum<<<20, 128>>>(a, n, partial, out);
        SYNC();
        EQUAL(to_host(out, 1)[0], 5000.f);
    }
    int *i = device<int>(32);
    others<<<1, 32>>>(i);
    SYNC();
    EQUAL(to_host(i, 32)[31], 32);
    CALL(cudaFree(a)), CALL(cudaFree(partial)), CALL(cudaFree(out)), CALL(cudaFree(i));
    return done();
}
