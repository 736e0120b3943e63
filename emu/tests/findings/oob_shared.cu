// [given] oob_shared.cu: an index runs past the end of a shared array.
__global__ void shift(float *out, int offset)
{
    __shared__ float tile[64];
    tile[threadIdx.x] = threadIdx.x;
    __syncthreads();
    const float *p = tile;
    out[threadIdx.x] = p[threadIdx.x + offset];
}

int main()
{
    float *out;
    cudaMalloc(&out, 64 * sizeof(float));
    shift<<<1, 64>>>(out, 1);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
