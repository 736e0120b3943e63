// [given] oob_variable.cu: a kernel writes past the end of a __device__ array.
// expect: Invalid __device__ write of size 4 bytes
// expect: at oob_variable.cu:11 in kernel fill(int*)
// expect: by thread (10,0,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the __device__ variable table (40 bytes, oob_variable.cu:9): element 10 of an array of 10
// expect: hint: compare the index with the number of elements: is there an `if (i < n)`? Was the size given in bytes?
// expect: ERROR SUMMARY: 1 error
__device__ int table[10];

__global__ void fill(int *p) { p[threadIdx.x] = threadIdx.x; }

int main()
{
    void *p;
    cudaGetSymbolAddress(&p, table);
    fill<<<1, 11>>>((int *)p);
    cudaDeviceSynchronize();
    return 0;
}
