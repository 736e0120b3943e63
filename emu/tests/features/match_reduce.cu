// [given] match_reduce.cu: __match_any_sync, __match_all_sync and __reduce_*_sync.
#include "test.h"

__global__ void matches(unsigned *out)
{
    unsigned t = threadIdx.x;
    int same = -1, not_same = -1;
    out[t] = __match_any_sync(0xffffffff, t % 4);
    out[32 + t] = __match_any_sync(0xffffffff, t < 8 ? 1.5 : 2.5);
    out[64 + t] = __match_all_sync(0xffffffff, 1234567890123ll, &same);
    out[96 + t] = __match_all_sync(0xffffffff, t / 31, &not_same);
    out[128 + t] = (same != 0) * 2 + (not_same != 0);
    if (t < 16) out[160 + t] = __match_any_sync(0xffff, t / 8);
}
__global__ void reductions(unsigned *out)
{
    unsigned t = threadIdx.x;
    out[t] = __reduce_add_sync(0xffffffff, t);
    out[32 + t] = __reduce_max_sync(0xffffffff, t * 7 % 32);
    out[64 + t] = __reduce_min_sync(0xffffffff, t + 3);
    out[96 + t] = __reduce_and_sync(0xffffffff, t | 64u);
    out[128 + t] = __reduce_or_sync(0xffffffff, 1u << t);
    out[160 + t] = __reduce_xor_sync(0xffffffff, t < 3 ? 1u : 0u);
    out[192 + t] = __reduce_min_sync(0xffffffff, int(t) - 20) == -20;
    out[224 + t] = __reduce_add_sync(t < 8 ? 0xffu : 0xffffff00u, -1) == (t < 8 ? -8 : -24);
}
int main()
{
    unsigned *d = device<unsigned>(256);
    matches<<<1, 32>>>(d);
    SYNC();
    auto h = to_host(d, 256);
    for (int t = 0; t < 32; t++) {
        EQUAL(h[t], 0x11111111u << (t % 4)), EQUAL(h[32 + t], t < 8 ? 0xffu : 0xffffff00u);
        EQUAL(h[64 + t], 0xffffffff), EQUAL(h[96 + t], 0), EQUAL(h[128 + t], 2);
        if (t < 16) EQUAL(h[160 + t], t < 8 ? 0xff : 0xff00);
    }
    reductions<<<1, 32>>>(d);
    SYNC();
    h = to_host(d, 256);
    for (int t = 0; t < 32; t++) {
        EQUAL(h[t], 496), EQUAL(h[32 + t], 31), EQUAL(h[64 + t], 3), EQUAL(h[96 + t], 64);
        EQUAL(h[128 + t], 0xffffffff), EQUAL(h[160 + t], 1), EQUAL(h[192 + t], 1), EQUAL(h[224 + t], 1);
    }
    CALL(cudaFree(d));
    return done();
}
