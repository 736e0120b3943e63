// [given] barrier_in_if.cu: half of the threads wait at one barrier, half at a warp function they cannot leave.
// expect: Barrier error detected. Divergent thread(s) in warp.
// expect: at barrier_in_if.cu:21 in kernel half(int*)
// expect: in block (0,0,0)
// expect: 32 threads wait in __syncthreads at barrier_in_if.cu:21: (0,0,0) to (31,0,0)
// expect: 16 threads wait in __shfl_sync with mask 0xffffffff at barrier_in_if.cu:24: (32,0,0) to (47,0,0)
// expect: 16 threads wait in __syncthreads at barrier_in_if.cu:26: (48,0,0) to (63,0,0)
// expect: it means: none of them can go on; on a GPU the kernel hangs or its result is undefined
// expect: hint: every lane named in the mask has to call the function, together: call it outside of the if, or give the mask of those that do
// expect: Program hit cudaErrorLaunchTimeout (error 702) due to "the launch timed out and was terminated" on CUDA API call to cudaDeviceSynchronize.
// expect: at barrier_in_if.cu:36
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorLaunchTimeout of cudaDeviceSynchronize at barrier_in_if.cu:36
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 2 errors, 1 warning
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
