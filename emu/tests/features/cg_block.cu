// [given] cg_block.cu: cooperative groups: the thread block, and functions that take a group.
#include "test.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

template <class G> __device__ int sum_of(const G &group, int *s, int v)
{
    int rank = group.thread_rank();
    for (int k = group.size() / 2; k > 0; k /= 2) {
        s[rank] = v;
        group.sync();
        if (rank < k) v += s[rank + k];
        group.sync();
    }
    return v; // rank 0 has it all
}
__global__ void block_sum(int *out)
{
    __shared__ int s[256];
    cg::thread_block block = cg::this_thread_block();
    int v = sum_of(block, s, block.thread_rank());
    if (block.thread_rank() == 0) out[blockIdx.x] = v;
}
__global__ void tile_sums(int *out)
{
    __shared__ int s[256];
    auto block = cg::this_thread_block();
    auto tile = cg::tiled_partition<16>(block);
    int v = sum_of(tile, s + block.thread_rank() / 16 * 16, block.thread_rank());
    if (tile.thread_rank() == 0) out[block.thread_rank() / 16] = v;
}
__global__ void members(int *out)
{
    cg::thread_block b = cg::this_thread_block();
    int t = b.thread_rank();
    out[t] = b.size() + 1000 * b.num_threads();
    out[64 + t] = b.group_index().x * 100 + b.group_index().y * 10 + b.group_index().z;
    out[128 + t] = b.thread_index().x + 4 * b.thread_index().y + 16 * b.thread_index().z;
    out[192 + t] = b.group_dim().x * 100 + b.dim_threads().y * 10 + b.group_dim().z;
    cg::sync(b);
    b.sync();
    if (t == 0) out[320] = cg::this_thread_block().thread_rank();
}
int main()
{
    int *d = device<int>(400);
    block_sum<<<3, 256>>>(d);
    SYNC();
    for (int v : to_host(d, 3)) EQUAL(v, 255 * 128);
    tile_sums<<<1, 256>>>(d);
    SYNC();
    auto h = to_host(d, 16);
    for (int i = 0; i < 16; i++) EQUAL(h[i], i * 256 + 120);
    members<<<dim3(1, 1, 1), dim3(4, 4, 4)>>>(d);
    SYNC();
    h = to_host(d, 400);
    for (int i = 0; i < 64; i++) {
        EQUAL(h[i], 64064), EQUAL(h[64 + i], 0), EQUAL(h[128 + i], i), EQUAL(h[192 + i], 444);
    }
    CALL(cudaFree(d));
    return done();
}
