// [given] race_shared.cu: the __syncthreads() between writing and reading a shared array is missing.
__global__ void rotate(int *out)
{
    __shared__ int s[256];
    s[threadIdx.x] = threadIdx.x;
    out[threadIdx.x] = s[(threadIdx.x + 255) % 256];
}

int main()
{
    int *out;
    cudaMalloc(&out, 256 * sizeof(int));
    rotate<<<1, 256>>>(out);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
