// [given] cg_reduce.cu: cooperative groups: reductions and prefix sums over tiles and coalesced groups.
#include "test.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace cg = cooperative_groups;

__global__ void reductions(int *out, double *d)
{
    auto block = cg::this_thread_block();
    auto warp = cg::tiled_partition<32>(block);
    auto four = cg::tiled_partition<4>(block);
    int t = threadIdx.x, *o = out + t * 8;
    o[0] = cg::reduce(warp, t, cg::plus<int>()), o[1] = cg::reduce(warp, t * 7 % 32, cg::greater<int>());
    o[2] = cg::reduce(warp, t + 5, cg::less<int>()), o[3] = cg::reduce(four, t, cg::plus<int>());
    o[4] = cg::reduce(warp, 1 << (t % 32), cg::bit_or<int>()), o[5] = cg::inclusive_scan(warp, t % 32);
    o[6] = cg::exclusive_scan(warp, 2), o[7] = cg::inclusive_scan(four, t % 4 + 1, cg::greater<int>());
    d[t] = cg::reduce(four, 0.25 * t, cg::plus<double>());
}
int main()
{
    int *out = device<int>(64 * 8);
    double *d = device<double>(64);
    reductions<<<1, 64>>>(out, d);
    SYNC();
    auto h = to_host(out, 64 * 8);
    auto hd = to_host(d, 64);
    for (int t = 0; t < 64; t++) {
        int *o = &h[t * 8], warp = t / 32, lane = t % 32;
        EQUAL(o[0], warp * 1024 + 496), EQUAL(o[1], 31), EQUAL(o[2], warp * 32 + 5), EQUAL(o[3], t / 4 * 16 + 6);
        EQUAL(o[4], -1), EQUAL(o[5], lane * (lane + 1) / 2), EQUAL(o[6], 2 * lane), EQUAL(o[7], t % 4 + 1);
        EQUAL(hd[t], (t / 4 * 16 + 6) * 0.25);
    }
    CALL(cudaFree(out)), CALL(cudaFree(d));
    return done();
}
