// [given] cg_tile.cu: cooperative groups: tiles of all sizes, their shuffles, votes and partitions of partitions.
#include "test.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;
using namespace cooperative_groups;

template <int SIZE> __global__ void tiles(int *out)
{
    cg::thread_block block = cg::this_thread_block();
    cg::thread_block_tile<SIZE> tile = cg::tiled_partition<SIZE>(block);
    int t = block.thread_rank(), r = tile.thread_rank();
    int *o = out + t * 16;
    o[0] = r, o[1] = tile.size(), o[2] = tile.meta_group_rank(), o[3] = tile.meta_group_size();
    o[4] = tile.shfl(t, 0), o[5] = tile.shfl_down(t, 1), o[6] = tile.shfl_up(t, 1);
    o[7] = SIZE > 1 ? tile.shfl_xor(t, SIZE / 2) : t;
    o[8] = tile.any(r == SIZE - 1) != 0, o[9] = tile.all(r < SIZE - 1) != 0;
    o[10] = tile.ballot(r % 2 == 0), o[11] = tile.match_any(r / 2), o[12] = tile.num_threads();
    int sum = t;
    for (int k = tile.size() / 2; k > 0; k /= 2) sum += tile.shfl_down(sum, k);
    o[13] = tile.shfl(sum, 0);
    tile.sync();
    o[14] = int(tile.shfl(0.5 * t, 0) * 2) + int(tile.shfl(float(t), SIZE - 1));
    int same = 0;
    o[15] = __popc(tile.match_all(7, same)) + same;
}
template <int SIZE> void test()
{
    const int n = 64;
    int *d = device<int>(n * 16);
    tiles<SIZE><<<1, n>>>(d);
    SYNC();
    auto h = to_host(d, n * 16);
    for (int t = 0; t < n; t++) {
        int r = t % SIZE, first = t - r, even = 0;
        for (int i = 0; i < SIZE; i += 2) even |= int(1u << i);
        const int *o = &h[t * 16];
        EQUAL(o[0], r), EQUAL(o[1], SIZE), EQUAL(o[2], t / SIZE), EQUAL(o[3], n / SIZE), EQUAL(o[4], first);
        EQUAL(o[5], r + 1 < SIZE ? t + 1 : t), EQUAL(o[6], r ? t - 1 : t), EQUAL(o[7], SIZE > 1 ? first + (r ^ (SIZE / 2)) : t);
        EQUAL(o[8], 1), EQUAL(o[9], 0), EQUAL(o[10], even);
        EQUAL(o[11], int((SIZE > 1 ? 3u : 1u) << (r / 2 * 2))), EQUAL(o[12], SIZE);
        EQUAL(o[13], first * SIZE + SIZE * (SIZE - 1) / 2), EQUAL(o[14], first + first + SIZE - 1), EQUAL(o[15], SIZE + 1);
    }
    CALL(cudaFree(d));
}
__global__ void nested(int *out)
{
    auto block = this_thread_block();
    auto warp = tiled_partition<32>(block);
    auto quarter = tiled_partition<8>(warp);
    auto pair = tiled_partition<2>(quarter);
    int t = block.thread_rank();
    out[t] = warp.meta_group_rank() * 1000 + quarter.meta_group_rank() * 100 + pair.meta_group_rank() * 10 +
             pair.thread_rank();
    thread_group dynamic = tiled_partition(block, 4);
    out[96 + t] = dynamic.size() * 100 + dynamic.thread_rank();
    dynamic.sync();
}
__global__ void divergent(int *out) // only the even tiles work
{
    auto tile = tiled_partition<8>(this_thread_block());
    int t = threadIdx.x;
    if (tile.meta_group_rank() % 2 == 0) {
        int v = t;
        for (int k = 4; k; k /= 2) v += tile.shfl_xor(v, k);
        out[t] = v;
    }
}
int main()
{
    test<32>(), test<16>(), test<8>(), test<4>(), test<2>(), test<1>();
    int *d = device<int>(192);
    nested<<<1, 96>>>(d);
    SYNC();
    auto h = to_host(d, 192);
    for (int t = 0; t < 96; t++) {
        EQUAL(h[t], t / 32 * 1000 + t % 32 / 8 * 100 + t % 8 / 2 * 10 + t % 2), EQUAL(h[96 + t], 400 + t % 4);
    }
    CALL(cudaMemset(d, 0, 192 * sizeof(int)));
    divergent<<<1, 64>>>(d);
    SYNC();
    h = to_host(d, 64);
    for (int t = 0; t < 64; t++) EQUAL(h[t], t / 8 % 2 ? 0 : t / 8 * 64 + 28);
    CALL(cudaFree(d));
    return done();
}
