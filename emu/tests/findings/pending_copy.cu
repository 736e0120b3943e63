// [given] pending_copy.cu: the host uses memory before an asynchronous copy from or to it was waited for.
// expect: Host reads memory that an asynchronous copy has not yet written
// expect: at pending_copy.cu:36
// expect: cudaMemcpyAsync called at pending_copy.cu:35
// expect: it means: the call only starts the copy; until a synchronisation it may have been done, in part or not at all
// expect: hint: call cudaStreamSynchronize (or cudaDeviceSynchronize) between the copy and this line
// expect: Host writes memory that an asynchronous copy has not yet read
// expect: at pending_copy.cu:42
// expect: cudaMemcpyAsync called at pending_copy.cu:41
// expect: it means: the call only starts the copy; until a synchronisation it may still read old data, or new data
// expect: hint: call cudaStreamSynchronize (or cudaDeviceSynchronize) between the copy and this line
// expect: 3 times: Host writes memory that an asynchronous copy has not yet read at pending_copy.cu:42
// expect: ERROR SUMMARY: 2 errors
#include <cuda_runtime.h>
#include <cstdio>

__global__ void fill(float *a, int n, float value)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = value;
}

int main()
{
    const int n = 1000;
    float *h, *g, *d;
    cudaStream_t s;
    cudaMallocHost(&h, n * sizeof(float));
    cudaMallocHost(&g, n * sizeof(float));
    cudaMalloc(&d, n * sizeof(float));
    cudaStreamCreate(&s);
    for (int i = 0; i < n; i++) h[i] = g[i] = 1;

    fill<<<(n + 127) / 128, 128, 0, s>>>(d, n, 7);
    cudaMemcpyAsync(h, d, n * sizeof(float), cudaMemcpyDeviceToHost, s);
    float too_early = h[10];
    cudaStreamSynchronize(s);
    printf("%g %g\n", too_early, h[10]);

    for (int round = 0; round < 3; round++) {
        cudaMemcpyAsync(d, g, n * sizeof(float), cudaMemcpyHostToDevice, s);
        g[999] = round;
    }
    cudaStreamSynchronize(s);
    cudaStreamDestroy(s);
    cudaFree(d), cudaFreeHost(h), cudaFreeHost(g);
}
