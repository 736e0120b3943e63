// [given] bad_launch.cu: a block of more threads than a GPU can have; the kernel never runs.
__global__ void fill(int *a) { a[threadIdx.x] = 1; }

int main()
{
    int *a;
    cudaMalloc(&a, 2048 * sizeof(int));
    fill<<<1, 2048>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
