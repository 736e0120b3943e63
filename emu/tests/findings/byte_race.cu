// [given] byte_race.cu: a race on one byte; its neighbours in the same word are other threads' own.
__global__ void mark(unsigned char *seen)
{
    __shared__ unsigned char s[64];
    s[threadIdx.x] = threadIdx.x;
    if (threadIdx.x == 9) s[5] = 77;
    __syncthreads();
    seen[threadIdx.x] = s[threadIdx.x];
}

int main()
{
    unsigned char *seen;
    cudaMalloc(&seen, 64);
    mark<<<1, 64>>>(seen);
    cudaDeviceSynchronize();
    cudaFree(seen);
    return 0;
}
