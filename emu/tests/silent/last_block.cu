// [given] last_block.cu: the last block to arrive adds up what all have written: __threadfence() and a counter.
#include <cstdio>

__device__ unsigned arrived;

__global__ void sum(const float *in, float *part, float *out)
{
    __shared__ float s[64];
    __shared__ bool last;
    s[threadIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
    __syncthreads();
    for (int k = 32; k > 0; k /= 2) {
        if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k];
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        part[blockIdx.x] = s[0];
        __threadfence();
        last = atomicInc(&arrived, gridDim.x) == gridDim.x - 1;
    }
    __syncthreads();
    if (!last) return;
    float r = 0;
    for (int i = threadIdx.x; i < gridDim.x; i += 64) r += part[i];
    s[threadIdx.x] = r;
    __syncthreads();
    if (threadIdx.x == 0) {
        r = 0;
        for (int i = 0; i < 64; i++) r += s[i];
        *out = r;
        arrived = 0;
    }
}

// Every thread publishes what it wrote itself; a barrier, then one of them counts.
__global__ void reversed(const float *in, float *copy, float *out)
{
    __shared__ bool last;
    int i = blockIdx.x * 64 + threadIdx.x, n = gridDim.x * 64;
    copy[i] = in[i];
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) last = atomicAdd(&arrived, 1u) == gridDim.x - 1;
    __syncthreads();
    if (last)
        for (int k = threadIdx.x; k < n; k += 64) out[k] = copy[n - 1 - k];
}

int main()
{
    const int n = 1024;
    static float h[n], r[n];
    float *in, *part, *copy, *out, result;
    for (int i = 0; i < n; i++) h[i] = i;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&part, n / 64 * sizeof(float));
    cudaMalloc(&copy, sizeof h);
    cudaMalloc(&out, sizeof h);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    for (int k = 0; k < 2; k++) {
        sum<<<n / 64, 64>>>(in, part, out);
        cudaMemcpy(&result, out, sizeof result, cudaMemcpyDeviceToHost);
        if (result != n * (n - 1) / 2) printf("sum %g\n", result);
    }
    reversed<<<n / 64, 64>>>(in, copy, out);
    cudaMemcpy(r, out, sizeof r, cudaMemcpyDeviceToHost);
    for (int i = 0; i < n; i++)
        if (r[i] != n - 1 - i) return printf("%d: %g\n", i, r[i]), 1;
    cudaFree(in);
    cudaFree(part);
    cudaFree(copy);
    cudaFree(out);
    return 0;
}
