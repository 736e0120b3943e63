// [given] use_after_free.cu: a kernel uses memory that was freed before the launch.
__global__ void add_one(int *a) { a[threadIdx.x] += 1; }

int main()
{
    int *a;
    cudaMalloc(&a, 32 * sizeof(int));
    cudaMemset(a, 0, 32 * sizeof(int));
    cudaFree(a);
    add_one<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    return 0;
}
