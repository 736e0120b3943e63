// [given] barrier_in_if.cu: half of the threads wait at one barrier, half at a warp function they cannot leave.
__global__ void half(int *a)
{
    if (threadIdx.x < 32) {
        __syncthreads();
        a[threadIdx.x] = 1;
    } else if (threadIdx.x < 48) {
        a[threadIdx.x] = __shfl_sync(0xffffffff, threadIdx.x, 0);
    } else {
        __syncthreads();
        a[threadIdx.x] = 2;
    }
}

int main()
{
    int *a;
    cudaMalloc(&a, 64 * sizeof(int));
    half<<<1, 64>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
