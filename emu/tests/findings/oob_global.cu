// [given] oob_global.cu: one thread too many writes behind the end of an array.
// expect: Invalid __global__ write of size 4 bytes
// expect: at oob_global.cu:12 in kernel scale(float*, int)
// expect: by thread (104,0,0) in block (7,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the allocation of 4000 bytes made by cudaMalloc at oob_global.cu:19: element 1000 of an array of 1000
// expect: hint: compare the index with the number of elements: is there an `if (i < n)`? Was the size given in bytes?
// expect: ERROR SUMMARY: 1 error
__global__ void scale(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) a[i] = 2 * i;
}

int main()
{
    const int n = 1000;
    float *a;
    cudaMalloc(&a, n * sizeof(float));
    scale<<<8, 128>>>(a, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
