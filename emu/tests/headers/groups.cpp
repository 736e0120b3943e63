// [given] groups.cpp: what warp functions and cooperative groups hand to the runtime.
#define __CUDACC__
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/scan.h>
#include <cuda_runtime.h>
#include "check.h"

namespace cg = cooperative_groups;
extern int last_argument, last_width;
extern unsigned last_mask;
extern char last_kind;

template <int N> static float sum(cg::thread_block_tile<N> g, float v)
{
    for (int i = g.size() / 2; i > 0; i /= 2) v += g.shfl_down(v, i);
    return v;
}
static unsigned rank_in(cg::thread_group g)
{
    g.sync();
    return (unsigned)g.thread_rank();
}

static void warp()
{
    CHECK(__shfl_sync(0xff, 1.5, 3, 8) == 1.5 && last_mask == 0xff && last_argument == 3 && last_width == 8);
    CHECK(last_kind == 'i' && __shfl_up_sync(~0u, -7, 1) == -7 && last_kind == 'u' && last_width == 32);
    CHECK(__shfl_down_sync(~0u, -7ll, 2) == -7 && last_kind == 'd' && __shfl_xor_sync(~0u, 2.5f, 16) == 2.5f);
    CHECK(last_kind == 'x' && last_argument == 16 && __ballot_sync(0xff, 1) == 0xaa && last_kind == 'b');
    int all = 0;
    CHECK(__match_any_sync(0xf, 1.5) == 0xf && last_width == 8 && __match_all_sync(0xf, 3, &all) == 0xf && all == 1);
    CHECK(__reduce_min_sync(~0u, -5) == -5 && last_kind == '<' && __reduce_max_sync(~0u, 5u) == 5 && last_kind == '>');
}

static void groups()
{
    blockDim = dim3(20, 3);  // 60 threads: the second warp has 28
    gridDim = dim3(4, 2);
    threadIdx = {13, 2, 0};  // the 53rd: lane 21 of warp 1
    blockIdx = {1, 1, 0};
    cg::thread_block block = cg::this_thread_block();
    CHECK(block.thread_rank() == 53 && block.size() == 60 && block.group_index().x == 1 && block.group_dim().y == 3);
    auto warp = cg::tiled_partition<32>(block);
    CHECK(warp.thread_rank() == 21 && warp.size() == 32 && warp.meta_group_rank() == 1 && warp.meta_group_size() == 2);
    warp.sync();
    CHECK(last_mask == 0x0fffffff);
    auto quad = cg::tiled_partition<4>(warp);
    CHECK(quad.thread_rank() == 1 && quad.meta_group_rank() == 5 && quad.meta_group_size() == 8);
    CHECK(quad.shfl(7, 2) == 7 && last_argument == 22 && last_mask == 0xf00000);
    CHECK(quad.shfl_up(7, 2) == 7 && last_argument == 21 && quad.shfl_down(7, 2) == 7 && last_argument == 23);
    CHECK(quad.shfl_xor(7, 3) == 7 && last_argument == 22 && quad.ballot(1) == 0xa && quad.any(1) &&
          quad.match_any(3) == 0xf);
    CHECK(sum<4>(quad, 1) == 4 && sum<32>(warp, 1) == 32);
    CHECK(rank_in(block) == 53 && last_kind == '.' && rank_in(quad) == 1 && last_mask == 0xf00000);
    CHECK(rank_in(cg::tiled_partition(block, 16)) == 5 && last_mask == 0x0fff0000);
    CHECK(cg::this_thread().size() == 1);

    threadIdx = {14, 0, 0};  // lane 14 of warp 0; stub: active are 0xf0f0
    auto active = cg::coalesced_threads();
    CHECK(active.size() == 8 && active.thread_rank() == 6 && active.shfl(1.5, 2) == 1.5 && last_argument == 6);
    CHECK(active.shfl_up(1, 1) == 1 && last_argument == 13 && active.shfl_down(1, 5) == 1 && last_argument == 14);
    CHECK(active.ballot(1) == 0xaa && cg::tiled_partition(active, 4).lanes() == 0xf000);
    CHECK(cg::binary_partition(active, true).lanes() == 0xa0a0 && cg::labeled_partition(active, 3).lanes() == 0xf0f0);
    CHECK(cg::reduce(active, 2, cg::plus<int>()) == 16 && cg::reduce(active, 2.5f, cg::greater<>()) == 2.5f);
    CHECK(cg::inclusive_scan(quad, 1) == 2);  // the stub's neighbours all bring 1, then 1 + 1

    cg::grid_group grid = cg::this_grid();
    grid.sync();
    CHECK(last_kind == 'g' && grid.block_rank() == 5 && grid.num_blocks() == 8 && grid.thread_rank() == 5 * 60 + 14);
    CHECK(grid.size() == 480 && grid.dim_blocks().x == 4 && grid.is_valid());

    int from[60], to[60] = {};
    for (int i = 0; i < 60; i++) from[i] = i + 1;
    cg::memcpy_async(cg::this_thread(), to, from, sizeof from);
    cg::wait(cg::this_thread());
    CHECK(to[0] == 1 && to[59] == 60);
}

int main()
{
    warp();
    groups();
    return wrong_count != 0;
}
