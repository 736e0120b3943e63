// [given] uninit_shared.cu: half of a shared array is read without having been written.
// expect: Uninitialized __shared__ memory read of size 4 bytes
// expect: at uninit_shared.cu:15 in kernel pairs(float*)
// expect: by thread (31,0,0) in block (0,0,0)
// expect: it is element 63 of 64 (4 bytes each) of the shared variable s
// expect: it means: no thread of this block has written it yet, and shared memory starts with anything in it
// expect: hint: write it first, then __syncthreads(), then read it
// expect: 32 times: Uninitialized __shared__ memory read of size 4 bytes at uninit_shared.cu:15
// expect: ERROR SUMMARY: 1 error
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
