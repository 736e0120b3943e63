// [given] block_1024.cu: blocks of 1024 threads with barriers, in one, two and three dimensions.
#include "test.h"

__global__ void reduce(const int *a, int *out)
{
    __shared__ int s[1024];
    int t = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    s[t] = a[blockIdx.x * 1024 + t];
    __syncthreads();
    for (int k = 512; k; k /= 2) {
        if (t < k) s[t] += s[t + k];
        __syncthreads();
    }
    if (t == 0) out[blockIdx.x] = s[0];
}
int main()
{
    std::vector<int> h(4096);
    for (int i = 0; i < 4096; i++) h[i] = i;
    int *a = to_device(h), *out = device<int>(4);
    for (dim3 block : {dim3(1024), dim3(32, 32), dim3(16, 8, 8), dim3(1, 1024), dim3(4, 4, 64)}) {
        CALL(cudaMemset(out, 0, 4 * sizeof(int)));
        reduce<<<4, block>>>(a, out);
        SYNC();
        auto r = to_host(out, 4);
        for (int b = 0; b < 4; b++) EQUAL(r[b], 1024 * 1024 * b + 1023 * 512);
    }
    CALL(cudaFree(a)), CALL(cudaFree(out));
    return done();
}
