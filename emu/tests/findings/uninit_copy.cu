// [given] uninit_copy.cu: the grid is too small: the last elements are copied without having been computed.
__global__ void fill(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = i;
}

int main()
{
    const int n = 1000;
    static float h[n];
    float *a;
    cudaMalloc(&a, sizeof h);
    fill<<<n / 128, 128>>>(a, n);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost);
    cudaFree(a);
    return 0;
}
