// [given] oob_bytes.cu: cudaMalloc was given the number of elements instead of bytes.
__global__ void fill(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = 1;
}

int main()
{
    const int n = 256;
    float *a;
    cudaMalloc(&a, n);
    fill<<<1, 256>>>(a, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
