// [given] grid_sync.cu: blocks exchange data across a grid-wide barrier; shared memory lives through it.
#include <cooperative_groups.h>
#include <cstdio>
namespace cg = cooperative_groups;

__global__ void smooth(float *a, float *b, int steps)
{
    cg::grid_group grid = cg::this_grid();
    __shared__ float own[32];
    int i = blockIdx.x * 32 + threadIdx.x, n = gridDim.x * 32;
    own[threadIdx.x] = i;
    for (int k = 0; k < steps; k++) {
        float left = i > 0 ? a[i - 1] : 0, right = i + 1 < n ? a[i + 1] : 0;
        b[i] = left + right;
        grid.sync();
        a[i] = b[(i + 32) % n];
        grid.sync();
    }
    a[i] += own[31 - threadIdx.x] * 0;
}

int main()
{
    const int n = 128;
    float h[n], *a, *b;
    int steps = 3;
    for (int i = 0; i < n; i++) h[i] = 1;
    cudaMalloc(&a, sizeof h);
    cudaMalloc(&b, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    void *arguments[] = {&a, &b, &steps};
    cudaLaunchCooperativeKernel((void *)smooth, dim3(4), dim3(32), arguments, 0, 0);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost);
    if (h[50] < 1) return printf("%g\n", h[50]), 1;
    cudaFree(a);
    cudaFree(b);
    return 0;
}
