// [given] occupancy.cu: the occupancy calculator: limits by threads and by shared memory, and a block size that fits.
#include "test.h"

__global__ void light(int *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = i;
}
__global__ void heavy(int *a)
{
    extern __shared__ int s[];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    a[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
}
struct bytes_for_t { // dynamic shared memory for a block size
    __host__ __device__ size_t operator()(int threads) const { return threads * sizeof(int); }
};
int main()
{
    cudaDeviceProp p;
    CALL(cudaGetDeviceProperties(&p, 0));
    int n = 0, full = 0;
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&n, light, 256, 0));
    CHECK(n > 0 && n * 256 <= p.maxThreadsPerMultiProcessor);
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&full, light, 1024, 0));
    CHECK(full >= 1 && full <= n && full * 1024 <= p.maxThreadsPerMultiProcessor);
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&n, heavy, 32, 40 * 1024));
    CHECK(n >= 1 && size_t(n) * 40 * 1024 <= p.sharedMemPerMultiprocessor);
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&n, light, 128, 0, cudaOccupancyDefault));
    CHECK(n > 0);
    int grid = 0, block = 0;
    CALL(cudaOccupancyMaxPotentialBlockSize(&grid, &block, light, 0, 0));
    CHECK(grid > 0 && block > 0 && block <= 1024 && block % 32 == 0);
    CALL(cudaOccupancyMaxPotentialBlockSize(&grid, &block, light, 0, 128));
    CHECK(block > 0 && block <= 128);
    int *a = device<int>(1024);
    light<<<(1000 + block - 1) / block, block>>>(a, 1000);
    SYNC();
    EQUAL(to_host(a, 1000)[999], 999);
    CALL(cudaOccupancyMaxPotentialBlockSizeVariableSMem(&grid, &block, heavy, bytes_for_t(), 0));
    CHECK(grid > 0 && block > 0 && block <= 1024);
    heavy<<<1, block, block * sizeof(int)>>>(a);
    SYNC();
    EQUAL(to_host(a, 1)[0], block - 1);
    CALL(cudaFree(a));
    return done();
}
