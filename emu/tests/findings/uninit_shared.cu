// [given] uninit_shared.cu: half of a shared array is read without having been written.
__global__ void pairs(float *out)
{
    __shared__ float s[64];
    s[threadIdx.x] = 1;
    __syncthreads();
    out[threadIdx.x] = s[threadIdx.x] + s[threadIdx.x + 32];
}

int main()
{
    float *out;
    cudaMalloc(&out, 32 * sizeof(float));
    pairs<<<1, 32>>>(out);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
