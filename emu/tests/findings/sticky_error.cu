// [given] sticky_error.cu: a kernel crashes; a much later call shows it.
// expect: Invalid __global__ write of size 4 bytes
// expect: at sticky_error.cu:15 in kernel poke(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* is in no memory at all, of the device or of the host
// expect: hint: was the pointer ever set? Was the result of cudaMalloc checked?
// expect: Program hit cudaErrorIllegalAddress (error 700) due to "an illegal memory access was encountered" on CUDA API call to cudaDeviceSynchronize.
// expect: at sticky_error.cu:21
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorIllegalAddress of cudaDeviceSynchronize at sticky_error.cu:21
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 2 errors, 1 warning
__global__ void poke(int *a) { a[threadIdx.x] = 1; }

int main()
{
    int *a = (int *)0x123456789000, *b;
    poke<<<1, 1>>>(a);
    cudaDeviceSynchronize();
    cudaMalloc(&b, 16);
    cudaFree(b);
    return 0;
}
