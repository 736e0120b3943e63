// [given] barrier_early_return.cu: threads beyond the end return before the barrier.
__global__ void reverse(const int *in, int *out, int n)
{
    __shared__ int s[64];
    int i = threadIdx.x;
    if (i >= n) return;
    s[i] = in[i];
    __syncthreads();
    out[i] = s[n - 1 - i];
}

int main()
{
    int h[50] = {}, *in, *out;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof h);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    reverse<<<1, 64>>>(in, out, 50);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
