// [given] reuse.cu: memory freed and allocated again, inside of kernels and out; launches that overwrite each other's work.
#include <cstdio>

__global__ void lists(int *out)
{
    int *p = (int *)malloc(4 * sizeof(int));
    for (int i = 0; i < 4; i++) p[i] = threadIdx.x + i;
    int s = p[0] + p[3];
    free(p);
    out[blockIdx.x * blockDim.x + threadIdx.x] = s;
}

__global__ void fill(int *a, int x) { a[blockDim.x - 1 - threadIdx.x] = x; }

int main()
{
    int h[64], *a;
    for (int k = 0; k < 3; k++) {
        cudaMalloc(&a, sizeof h);
        lists<<<2, 32>>>(a);
        fill<<<1, 64>>>(a, k);
        fill<<<1, 32>>>(a, -k);
        cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost);
        if (h[0] != -k || h[63] != k) return printf("%d %d\n", h[0], h[63]), 1;
        cudaFree(a);
    }
    return 0;
}
