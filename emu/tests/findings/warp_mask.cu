// [given] warp_mask.cu: half a warp shuffles with a mask that does not name all of them.
// expect: Barrier error detected. Invalid arguments
// expect: at warp_mask.cu:27 in kernel sum(int*)
// expect: by thread (8,0,0) in block (0,0,0)
// expect: __shfl_down_sync was called with mask 0x000000ff, which does not name the calling lane 8
// expect: it means: what happens then is undefined
// expect: hint: 0x* where the whole warp calls it; else __ballot_sync(0x*, condition) before the if
// expect: Barrier error detected. Divergent thread(s) in warp.
// expect: at warp_mask.cu:27 in kernel sum(int*)
// expect: in block (0,0,0)
// expect: 7 threads wait in __shfl_down_sync at warp_mask.cu:27: (9,0,0) to (15,0,0)
// expect: 25 threads have returned: (0,0,0) to (8,0,0), (16,0,0) to (31,0,0)
// expect: it means: none of them can go on; on a GPU the kernel hangs or its result is undefined
// expect: hint: every lane named in the mask has to call the function, together: call it outside of the if, or give the mask of those that do
// expect: Program hit cudaErrorLaunchTimeout (error 702) due to "the launch timed out and was terminated" on CUDA API call to cudaDeviceSynchronize.
// expect: at warp_mask.cu:36
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorLaunchTimeout of cudaDeviceSynchronize at warp_mask.cu:36
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: 8 times: Barrier error detected. Invalid arguments at warp_mask.cu:27
// expect: ERROR SUMMARY: 3 errors, 1 warning
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
