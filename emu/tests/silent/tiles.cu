// [given] tiles.cu: cooperative groups: tiles of a warp that synchronise on their own.
#include <cooperative_groups.h>
#include <cstdio>
namespace cg = cooperative_groups;

__global__ void sums(const int *in, int *out)
{
    __shared__ int s[128];
    cg::thread_block block = cg::this_thread_block();
    auto tile = cg::tiled_partition<8>(block);
    int i = threadIdx.x;
    s[i] = in[i];
    tile.sync();
    if (tile.thread_rank() == 0) {
        int t = 0;
        for (int k = 0; k < 8; k++) t += s[i + k];
        s[i] = t;
    }
    tile.sync();
    int mine = s[i - tile.thread_rank()];
    for (int k = 4; k > 0; k /= 2) mine += tile.shfl_down(mine, k) * 0;
    block.sync();
    out[i] = mine + s[(i + 8) % 128] * 0;
}

int main()
{
    int h[128], *in, *out;
    for (int i = 0; i < 128; i++) h[i] = i;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof h);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    sums<<<1, 128>>>(in, out);
    cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
    if (h[9] != 92) return printf("%d\n", h[9]), 1;
    cudaFree(in);
    cudaFree(out);
    return 0;
}
