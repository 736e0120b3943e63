// [given] partial_set.cu: memory defined in pieces: by memset, copies within the device, kernels, copies with a pitch.
#include <cstdio>

__global__ void odd(int *a) { a[2 * threadIdx.x + 1] = threadIdx.x; }
__global__ void add(const int *a, int *b) { b[threadIdx.x] = a[threadIdx.x] + 1; }

int main()
{
    const int n = 64;
    int h[n], *a, *b, *c;
    cudaMalloc(&a, n * sizeof(int));
    cudaMalloc(&b, n * sizeof(int));
    cudaMalloc(&c, 2 * n * sizeof(int));
    cudaMemset(a, 0, n * sizeof(int));
    odd<<<1, n / 2>>>(a);
    cudaMemcpy(b, a, n / 2 * sizeof(int), cudaMemcpyDeviceToDevice); // the first half
    cudaMemset(b + n / 2, 0, n / 2 * sizeof(int));                   // the second
    add<<<1, n>>>(b, c);
    cudaMemcpy(h, c, n * sizeof(int), cudaMemcpyDeviceToHost);       // only what was written of c
    if (h[5] != 3 || h[63] != 1) return printf("%d %d\n", h[5], h[63]), 1;
    size_t pitch;
    float *p, row[3][10], back[3][10];
    for (int i = 0; i < 30; i++) row[i / 10][i % 10] = i;
    cudaMallocPitch((void **)&p, &pitch, 10 * sizeof(float), 3);
    cudaMemcpy2D(p, pitch, row, sizeof row[0], sizeof row[0], 3, cudaMemcpyHostToDevice);
    cudaMemcpy2D(back, sizeof back[0], p, pitch, sizeof back[0], 3, cudaMemcpyDeviceToHost);
    if (back[2][9] != 29) return printf("%g\n", back[2][9]), 1;
    cudaFree(a);
    cudaFree(b);
    cudaFree(c);
    cudaFree(p);
    return 0;
}
