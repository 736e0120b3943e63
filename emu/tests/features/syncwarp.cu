// [given] syncwarp.cu: __syncwarp orders the lanes of a warp, or a part of them.
#include "test.h"

__global__ void warp_sum(const int *a, int *out)
{
    __shared__ int s[128];
    unsigned t = threadIdx.x, lane = t % 32;
    s[t] = a[t];
    __syncwarp();
    for (int k = 16; k; k /= 2) {
        int other = lane + k < 32 ? s[t + k] : 0;
        __syncwarp();
        s[t] += other;
        __syncwarp();
    }
    if (lane == 0) out[t / 32] = s[t];
}
__global__ void halves(int *out)
{
    __shared__ int s[32];
    unsigned t = threadIdx.x;
    if (t < 16) {
        s[t] = t;
        __syncwarp(0x0000ffff);
        out[t] = s[15 - t];
    } else {
        s[t] = 100 + t;
        __syncwarp(0xffff0000u);
        out[t] = s[47 - t];
    }
    __syncwarp();
    out[32 + t] = s[31 - t];
}
__global__ void exchange(int *a) // neighbours, through global memory
{
    unsigned t = blockIdx.x * blockDim.x + threadIdx.x;
    int v = a[t ^ 1];
    __syncwarp();
    a[t] = v;
}
int main()
{
    std::vector<int> h(128);
    for (int i = 0; i < 128; i++) h[i] = i;
    int *a = to_device(h), *out = device<int>(64);
    warp_sum<<<1, 128>>>(a, out);
    SYNC();
    for (int w = 0; w < 4; w++) EQUAL(to_host(out, 4)[w], w * 32 * 32 + 31 * 16);
    halves<<<1, 32>>>(out);
    SYNC();
    h = to_host(out, 64);
    for (int i = 0; i < 32; i++) EQUAL(h[i], i < 16 ? 15 - i : 147 - i);
    for (int i = 0; i < 32; i++) EQUAL(h[32 + i], i < 16 ? 131 - i : 31 - i);
    exchange<<<2, 64>>>(a);
    SYNC();
    h = to_host(a, 128);
    for (int i = 0; i < 128; i++) EQUAL(h[i], i ^ 1);
    CALL(cudaFree(a)), CALL(cudaFree(out));
    return done();
}
