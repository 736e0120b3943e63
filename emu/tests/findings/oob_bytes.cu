// [given] oob_bytes.cu: cudaMalloc was given the number of elements instead of bytes.
// expect: Invalid __global__ write of size 4 bytes
// expect: at oob_bytes.cu:13 in kernel fill(float*, int)
// expect: by thread (64,0,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the allocation of 256 bytes made by cudaMalloc at oob_bytes.cu:20: element 64 of an array of 64
// expect: hint: compare the index with the number of elements: is there an `if (i < n)`? Was the size given in bytes?
// expect: 192 times: Invalid __global__ write of size 4 bytes at oob_bytes.cu:13
// expect: ERROR SUMMARY: 1 error
__global__ void fill(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = 1;
}

int main()
{
    const int n = 256;
    float *a;
    cudaMalloc(&a, n);
    fill<<<1, 256>>>(a, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
