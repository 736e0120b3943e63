// [given] misaligned.cu: float4 is read at an address that 16 does not divide.
__global__ void load(const float *a, float *out)
{
    float4 v = *reinterpret_cast<const float4 *>(a + threadIdx.x);
    out[threadIdx.x] = v.x + v.y + v.z + v.w;
}

int main()
{
    float *a, *b;
    cudaMalloc(&a, 256);
    cudaMalloc(&b, 256);
    cudaMemset(a, 0, 256);
    load<<<1, 2>>>(a, b);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
