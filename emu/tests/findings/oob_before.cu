// [given] oob_before.cu: a stencil reads the element before the first.
__global__ void difference(const float *a, float *b, int n)
{
    int i = threadIdx.x;
    if (i < n) b[i] = a[i] - a[i - 1];
}

int main()
{
    const int n = 64;
    float *a, *b;
    cudaMalloc(&a, n * sizeof(float));
    cudaMalloc(&b, n * sizeof(float));
    cudaMemset(a, 0, n * sizeof(float));
    difference<<<1, 64>>>(a, b, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
