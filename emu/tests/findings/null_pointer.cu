// [given] null_pointer.cu: a kernel gets a pointer that was never set.
// expect: Invalid __global__ write of size 4 bytes
// expect: at null_pointer.cu:15 in kernel fill(float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: The pointer is null
// expect: hint: was it ever set by cudaMalloc? Was the result of cudaMalloc checked?
// expect: Program hit cudaErrorIllegalAddress (error 700) due to "an illegal memory access was encountered" on CUDA API call to cudaDeviceSynchronize.
// expect: at null_pointer.cu:21
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorIllegalAddress of cudaDeviceSynchronize at null_pointer.cu:21
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 2 errors, 1 warning
__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    float *a = nullptr;
    fill<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    return 0;
}
