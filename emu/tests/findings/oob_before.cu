// [given] oob_before.cu: a stencil reads the element before the first.
// expect: Invalid __global__ read of size 4 bytes
// expect: at oob_before.cu:12 in kernel difference(const float*, float*, int)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 4 bytes before the allocation of 256 bytes made by cudaMalloc at oob_before.cu:19
// expect: hint: compare the index with the number of elements: is there an `if (i < n)`? Was the size given in bytes?
// expect: ERROR SUMMARY: 1 error
__global__ void difference(const float *a, float *b, int n)
{
    int i = threadIdx.x;
    if (i < n) b[i] = a[i] - a[i - 1];
}

int main()
{
    const int n = 64;
    float *a, *b;
    cudaMalloc(&a, n * sizeof(float));
    cudaMalloc(&b, n * sizeof(float));
    cudaMemset(a, 0, n * sizeof(float));
    difference<<<1, 64>>>(a, b, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
