// [given] other_device.cu: a kernel uses memory of another device.
// run: EMU_DEVICES=2
__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    float *a;
    cudaSetDevice(0);
    cudaMalloc(&a, 128);
    cudaSetDevice(1);
    fill<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
