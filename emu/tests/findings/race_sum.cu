// [given] race_sum.cu: all threads add to one number without an atomic operation.
__global__ void sum(const int *in, int *total)
{
    *total += in[blockIdx.x * blockDim.x + threadIdx.x];
}

int main()
{
    int h[128], *in, *total;
    for (int i = 0; i < 128; i++) h[i] = i + 1;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&total, sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemset(total, 0, sizeof(int));
    sum<<<4, 32>>>(in, total);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(total);
    return 0;
}
