// [given] null_pointer.cu: a kernel gets a pointer that was never set.
__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    float *a = nullptr;
    fill<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    return 0;
}
