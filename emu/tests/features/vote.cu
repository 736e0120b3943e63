// [given] vote.cu: ballot, any, all, activemask and lane arithmetic, by whole warps and by parts of them.
#include "test.h"

__global__ void whole(unsigned *out)
{
    unsigned t = threadIdx.x;
    unsigned *o = out + t * 6;
    o[0] = __ballot_sync(0xffffffff, t % 3 == 0);
    o[1] = __any_sync(0xffffffff, t == 40) != 0;
    o[2] = __all_sync(0xffffffff, t < 40) != 0;
    o[3] = __popc(__ballot_sync(0xffffffff, 1));
    o[4] = __ffs(__ballot_sync(0xffffffff, t % 32 >= 7)) - 1;
    o[5] = __activemask();
}
__global__ void parts(unsigned *out)
{
    unsigned t = threadIdx.x;
    if (t % 2) {
        out[t] = __ballot_sync(0xaaaaaaaa, t > 15);
    } else {
        out[t] = __ballot_sync(0x55555555, t < 16);
    }
    if (t < 10) {
        unsigned mask = __activemask(); // which lanes this holds is up to the hardware; the lane itself is among them
        out[32 + t] = (mask >> t & 1) && mask < 1024;
    } else {
        out[32 + t] = __any_sync(0xfffffc00, t == 10) && !__all_sync(0xfffffc00, t == 10);
    }
}
__global__ void compact(const int *a, int *out, int *n) // positions by ballot: warp-aggregated append
{
    int t = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x % 32;
    bool keep = a[t] % 5 == 0;
    unsigned mask = __ballot_sync(0xffffffff, keep);
    int base = 0;
    if (lane == 0) base = atomicAdd(n, __popc(mask));
    base = __shfl_sync(0xffffffff, base, 0);
    if (keep) out[base + __popc(mask & ((1u << lane) - 1))] = a[t];
}
__global__ void short_warp(unsigned *out) // a block of 40: the second warp has 8 lanes
{
    if (threadIdx.x >= 32) {
        out[threadIdx.x] = __ballot_sync(0xff, threadIdx.x % 2);
    } else {
        out[threadIdx.x] = __ballot_sync(0xffffffff, threadIdx.x % 2);
    }
}
int main()
{
    unsigned *d = device<unsigned>(64 * 6);
    whole<<<1, 64>>>(d);
    SYNC();
    auto h = to_host(d, 64 * 6);
    for (int t = 0; t < 64; t++) {
        unsigned expected = 0;
        for (int i = 0; i < 32; i++) expected |= unsigned((t / 32 * 32 + i) % 3 == 0) << i;
        EQUAL(h[t * 6], expected), EQUAL(h[t * 6 + 1], t >= 32), EQUAL(h[t * 6 + 2], t < 32), EQUAL(h[t * 6 + 3], 32);
        EQUAL(h[t * 6 + 4], 7), CHECK(h[t * 6 + 5] >> (t % 32) & 1);
    }
    parts<<<1, 32>>>(d);
    SYNC();
    h = to_host(d, 64);
    for (int t = 0; t < 32; t++) EQUAL(h[t], t % 2 ? 0xaaaa0000 : 0x00005555), EQUAL(h[32 + t], 1);
    std::vector<int> a(256);
    for (int i = 0; i < 256; i++) a[i] = i;
    int *in = to_device(a), *out = device<int>(256), *n = device<int>(1);
    compact<<<2, 128>>>(in, out, n);
    SYNC();
    int count = to_host(n, 1)[0], sum = 0;
    EQUAL(count, 52);
    for (int v : to_host(out, 52)) sum += v;
    EQUAL(sum, 5 * 51 * 52 / 2);
    short_warp<<<1, 40>>>(d);
    SYNC();
    h = to_host(d, 40);
    EQUAL(h[0], 0xaaaaaaaa), EQUAL(h[39], 0xaa);
    CALL(cudaFree(d)), CALL(cudaFree(in)), CALL(cudaFree(out)), CALL(cudaFree(n));
    return done();
}
