// [given] race_histogram.cu: no barrier between the atomic additions and reading the result.
__global__ void histogram(const int *in, int *out)
{
    __shared__ int count[16];
    if (threadIdx.x < 16) count[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&count[in[threadIdx.x]], 1);
    if (threadIdx.x < 16) out[threadIdx.x] = count[threadIdx.x];
}

int main()
{
    int h[64], *in, *out;
    for (int i = 0; i < 64; i++) h[i] = (i * 7 + 3) % 16;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, 16 * sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    histogram<<<1, 64>>>(in, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
