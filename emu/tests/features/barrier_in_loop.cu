// [given] barrier_in_loop.cu: control flow around barriers: loops that end at different times, goto, switch, ternaries, structs.
#include "test.h"

struct accumulator_t {
    float *s;
    __device__ float sum(float v) const
    {
        s[threadIdx.x] = v;
        for (int k = blockDim.x / 2; k > 0; k >>= 1) {
            __syncthreads();
            if (int(threadIdx.x) < k) s[threadIdx.x] += s[threadIdx.x + k];
        }
        __syncthreads();
        float r = s[0];
        __syncthreads();
        return r;
    }
};
__global__ void iterate(float *a, int *steps, float limit) // until all of the block are small
{
    __shared__ int go_on;
    float v = a[blockIdx.x * blockDim.x + threadIdx.x];
    int n = 0;
    do {
        __syncthreads();
        if (threadIdx.x == 0) go_on = 0;
        __syncthreads();
        v *= 0.5f;
        if (v > limit) go_on = 1;
        n++;
        __syncthreads();
    } while (go_on);
    a[blockIdx.x * blockDim.x + threadIdx.x] = v;
    if (threadIdx.x == 0) steps[blockIdx.x] = n;
}
__global__ void with_goto(int *out, int mode)
{
    __shared__ int s[32];
    int t = threadIdx.x, i = 0;
again:
    s[t] = t + i;
    __syncthreads();
    out[t] = s[31 - t];
    __syncthreads();
    switch (mode) {
    case 0:
        if (++i < 3) goto again;
        break;
    case 1:
        s[t] *= 2;
        __syncthreads();
        out[t] += s[(t + 1) % 32];
        [[fallthrough]];
    default: out[t] += 100;
    }
}
__global__ void in_struct(float *out)
{
    extern __shared__ float s[];
    accumulator_t acc = {s};
    float a = acc.sum(1), b = blockIdx.x % 2 ? acc.sum(2) : acc.sum(3);
    out[blockIdx.x * blockDim.x + threadIdx.x] = a + b;
}
int main()
{
    std::vector<float> h(128);
    for (int i = 0; i < 128; i++) h[i] = i < 64 ? 8 : 100;
    float *a = to_device(h);
    int *d = device<int>(32);
    iterate<<<2, 64>>>(a, d, 1);
    SYNC();
    EQUAL(to_host(d, 2)[0], 3), EQUAL(to_host(d, 2)[1], 7);
    with_goto<<<1, 32>>>(d, 0);
    SYNC();
    for (int t = 0; t < 32; t++) EQUAL(to_host(d, 32)[t], 33 - t);
    with_goto<<<1, 32>>>(d, 1);
    SYNC();
    for (int t = 0; t < 32; t++) EQUAL(to_host(d, 32)[t], 31 - t + 2 * ((t + 1) % 32) + 100);
    in_struct<<<2, 64, 64 * sizeof(float)>>>(a);
    SYNC();
    EQUAL(to_host(a, 128)[0], 64.f + 192), EQUAL(to_host(a, 128)[127], 64.f + 128);
    CALL(cudaFree(a)), CALL(cudaFree(d));
    return done();
}
