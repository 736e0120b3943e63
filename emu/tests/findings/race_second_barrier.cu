// [given] race_second_barrier.cu: the tile is overwritten while other threads still read it.
__global__ void sum(const int *in, int *out, int n)
{
    __shared__ int tile[64];
    int s = 0;
    for (int k = 0; k < n; k += 64) {
        tile[threadIdx.x] = in[k + threadIdx.x];
        __syncthreads();
        for (int i = 0; i < 64; i++) s += tile[i];
    }
    out[threadIdx.x] = s;
}

int main()
{
    const int n = 256;
    int h[n], *in, *out;
    for (int i = 0; i < n; i++) h[i] = i;
    cudaMalloc(&in, n * sizeof(int));
    cudaMalloc(&out, 64 * sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    sum<<<1, 64>>>(in, out, n);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
