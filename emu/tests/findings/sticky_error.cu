// [given] sticky_error.cu: a kernel crashes; a much later call shows it.
__global__ void poke(int *a) { a[threadIdx.x] = 1; }

int main()
{
    int *a = (int *)0x123456789000, *b;
    poke<<<1, 1>>>(a);
    cudaDeviceSynchronize();
    cudaMalloc(&b, 16);
    cudaFree(b);
    return 0;
}
