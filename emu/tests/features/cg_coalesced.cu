// [given] cg_coalesced.cu: cooperative groups: the threads of a warp that are together just now, and parts by label.
#include "test.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

__device__ int append(int *n) // one atomic for all threads that are here together
{
    cg::coalesced_group g = cg::coalesced_threads();
    int first = 0;
    if (g.thread_rank() == 0) first = atomicAdd(n, int(g.size()));
    return g.shfl(first, 0) + g.thread_rank();
}
__global__ void filter(const int *a, int *out, int *n, int count)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count && a[i] % 3 == 0) out[append(n)] = a[i];
}
__global__ void together(int *out)
{
    int t = threadIdx.x;
    cg::coalesced_group all = cg::coalesced_threads();
    out[t] = all.size() > 0 && all.thread_rank() < all.size() && all.num_threads() == all.size();
    all.sync();
    if (t % 2) {
        auto g = cg::coalesced_threads();
        int sum = 0; // each thread of the group counts itself
        for (unsigned i = 0; i < g.size(); i++) sum += g.shfl(1, i);
        unsigned ballot = g.ballot(1);
        out[32 + t] = sum == int(g.size()) && __popc(ballot) == sum && g.any(1) && g.all(t % 2);
        int down = g.shfl_down(t, 1), up = g.shfl_up(t, 1);
        out[64 + t] = (g.thread_rank() + 1 < g.size() ? down > t : down == t) && (g.thread_rank() ? up < t : up == t);
    }
}
__global__ void labels(int *out)
{
    auto tile = cg::tiled_partition<32>(cg::this_thread_block());
    int t = threadIdx.x;
    auto part = cg::labeled_partition(tile, t % 3);
    out[t] = part.size() * 100 + part.thread_rank();
    auto side = cg::binary_partition(tile, t < 10);
    out[32 + t] = side.size() * 100 + side.thread_rank();
}
int main()
{
    std::vector<int> a(300);
    for (int i = 0; i < 300; i++) a[i] = i;
    int *in = to_device(a), *out = device<int>(300), *n = device<int>(1);
    filter<<<5, 64>>>(in, out, n, 300);
    SYNC();
    EQUAL(to_host(n, 1)[0], 100);
    int sum = 0;
    for (int v : to_host(out, 100)) sum += v;
    EQUAL(sum, 3 * 99 * 50);
    CALL(cudaMemset(out, 0, 300 * sizeof(int)));
    together<<<1, 32>>>(out);
    SYNC();
    auto h = to_host(out, 96);
    for (int t = 0; t < 32; t++) EQUAL(h[t], 1), EQUAL(h[32 + t], t % 2), EQUAL(h[64 + t], t % 2);
    labels<<<1, 32>>>(out);
    SYNC();
    h = to_host(out, 64);
    for (int t = 0; t < 32; t++) {
        EQUAL(h[t], (t % 3 == 2 ? 1000 : 1100) + t / 3), EQUAL(h[32 + t], t < 10 ? 1000 + t : 2200 + t - 10);
    }
    CALL(cudaFree(in)), CALL(cudaFree(out)), CALL(cudaFree(n));
    return done();
}
