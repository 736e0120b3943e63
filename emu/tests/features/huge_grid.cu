// [given] huge_grid.cu: a million blocks of one thread; the largest y and z; loops over more elements than threads.
#include "test.h"

__global__ void one_each(unsigned char *a) { a[blockIdx.x] = blockIdx.x % 251; }
__global__ void rows(int *a)
{
    if (blockIdx.y + 1 == gridDim.y && blockIdx.z + 1 == gridDim.z) a[0] = blockIdx.y, a[1] = blockIdx.z;
}
__global__ void stride_loop(const int *a, int n, unsigned long long *sum)
{
    unsigned long long s = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) s += a[i];
    atomicAdd(sum, s);
}
int main()
{
    const int n = 1000000;
    unsigned char *a = device<unsigned char>(n, 255);
    one_each<<<n, 1>>>(a);
    SYNC();
    auto h = to_host(a, n);
    int wrong = 0;
    for (int i = 0; i < n; i++) wrong += h[i] != i % 251;
    EQUAL(wrong, 0);
    int *d = device<int>(2);
    rows<<<dim3(1, 65535), 1>>>(d);
    SYNC();
    EQUAL(to_host(d, 2)[0], 65534);
    rows<<<dim3(1, 1, 65535), 1>>>(d);
    SYNC();
    EQUAL(to_host(d, 2)[1], 65534);
    int *ones = to_device(std::vector<int>(100000, 3));
    unsigned long long *sum = device<unsigned long long>(1);
    stride_loop<<<8, 64>>>(ones, 100000, sum);
    SYNC();
    EQUAL(to_host(sum, 1)[0], 300000);
    CALL(cudaFree(a)), CALL(cudaFree(d)), CALL(cudaFree(ones)), CALL(cudaFree(sum));
    return done();
}
