// [given] oob_global.cu: one thread too many writes behind the end of an array.
__global__ void scale(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) a[i] = 2 * i;
}

int main()
{
    const int n = 1000;
    float *a;
    cudaMalloc(&a, n * sizeof(float));
    scale<<<8, 128>>>(a, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
