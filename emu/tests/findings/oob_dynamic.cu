// [given] oob_dynamic.cu: the launch asks for less dynamic shared memory than the kernel uses.
// expect: Invalid __shared__ write of size 4 bytes
// expect: at oob_dynamic.cu:20 in kernel stage(const float*, float*)
// expect: by thread (16,0,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the 64 bytes of dynamic shared memory of this launch: element 16 of an array of 16
// expect: hint: the third value in <<<grid, block, bytes>>> is the size of dynamic shared memory in bytes
// expect: Program hit cudaErrorIllegalAddress (error 700) due to "an illegal memory access was encountered" on CUDA API call to cudaDeviceSynchronize.
// expect: at oob_dynamic.cu:32
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorIllegalAddress of cudaDeviceSynchronize at oob_dynamic.cu:32
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 2 errors, 1 warning
extern __shared__ float buffer[];

__global__ void stage(const float *in, float *out)
{
    buffer[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = buffer[blockDim.x - 1 - threadIdx.x];
}

int main()
{
    float *a, *b;
    cudaMalloc(&a, 64 * sizeof(float));
    cudaMalloc(&b, 64 * sizeof(float));
    cudaMemset(a, 0, 64 * sizeof(float));
    stage<<<1, 64, 64>>>(a, b);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
