// [given] race_missing_fence.cu: the last block adds up the others' results, but no __threadfence() publishes them.
__device__ unsigned arrived;

__global__ void sum(const float *in, float *part, float *out)
{
    __shared__ bool last;
    if (threadIdx.x == 0) {
        float s = 0;
        for (int i = 0; i < 32; i++) s += in[blockIdx.x * 32 + i];
        part[blockIdx.x] = s;
        last = atomicAdd(&arrived, 1u) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float s = 0;
        for (int i = 0; i < gridDim.x; i++) s += part[i];
        *out = s;
    }
}

int main()
{
    float h[128], *in, *part, *out;
    for (int i = 0; i < 128; i++) h[i] = i + 1;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&part, 4 * sizeof(float));
    cudaMalloc(&out, sizeof(float));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    sum<<<4, 32>>>(in, part, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(part);
    cudaFree(out);
    return 0;
}
