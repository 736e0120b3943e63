// [given] clocks.cu: clock64 and clock go forward.
#include "test.h"

__global__ void time(long long *out, float *sink)
{
    long long begin = clock64();
    clock_t also = clock();
    float x = threadIdx.x;
    for (int i = 0; i < 1000; i++) x = sinf(x) + 1;
    sink[threadIdx.x] = x;
    __nanosleep(100);
    out[threadIdx.x] = clock64() - begin;
    out[32 + threadIdx.x] = clock() - also >= 0;
}
int main()
{
    long long *d = device<long long>(64);
    float *sink = device<float>(32);
    time<<<1, 32>>>(d, sink);
    SYNC();
    auto h = to_host(d, 64);
    for (int i = 0; i < 32; i++) CHECK(h[i] > 0 && h[i] < 1000000000000ll);
    CALL(cudaFree(d)), CALL(cudaFree(sink));
    return done();
}
