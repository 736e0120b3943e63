// [given] double_buffer.cu: a tile is loaded while the one before it is used; two streams with an event between them.
#include <cstdio>

__global__ void sums(const float *in, float *out, int tiles)
{
    __shared__ float s[2][64];
    int i = threadIdx.x;
    float r = 0;
    s[0][i] = in[i];
    __syncthreads();
    for (int t = 0; t < tiles; t++) {
        if (t + 1 < tiles) s[(t + 1) % 2][i] = in[(t + 1) * 64 + i];
        for (int k = 0; k < 64; k++) r += s[t % 2][k];
        __syncthreads();
    }
    out[i] = r;
}

__global__ void add(float *a, float x) { a[blockIdx.x * blockDim.x + threadIdx.x] += x; }

int main()
{
    const int n = 256;
    float *h, *in, *out;
    cudaMallocHost(&h, n * sizeof(float));
    cudaMalloc(&in, n * sizeof(float));
    cudaMalloc(&out, n * sizeof(float));
    cudaStream_t s[2];
    cudaEvent_t ready;
    cudaStreamCreate(&s[0]);
    cudaStreamCreate(&s[1]);
    cudaEventCreate(&ready);
    for (int i = 0; i < n; i++) h[i] = 1;
    cudaMemcpyAsync(in, h, n * sizeof(float), cudaMemcpyHostToDevice, s[0]);
    add<<<4, 64, 0, s[0]>>>(in, 1);
    cudaEventRecord(ready, s[0]);
    cudaStreamWaitEvent(s[1], ready, 0);
    sums<<<1, 64, 0, s[1]>>>(in, out, n / 64);
    cudaMemcpyAsync(h, out, 64 * sizeof(float), cudaMemcpyDeviceToHost, s[1]);
    cudaStreamSynchronize(s[1]);
    if (h[0] != 512) return printf("%g\n", h[0]), 1;
    cudaEventDestroy(ready);
    cudaStreamDestroy(s[0]);
    cudaStreamDestroy(s[1]);
    cudaFreeHost(h);
    cudaFree(in);
    cudaFree(out);
    return 0;
}
