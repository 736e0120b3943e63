// [given] warp_mask.cu: half a warp shuffles with a mask that does not name all of them.
__global__ void sum(int *out)
{
    int v = threadIdx.x;
    if (threadIdx.x < 16) v += __shfl_down_sync(0xff, v, 4);
    out[threadIdx.x] = v;
}

int main()
{
    int *out;
    cudaMalloc(&out, 32 * sizeof(int));
    sum<<<1, 32>>>(out);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
