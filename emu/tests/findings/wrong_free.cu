// [given] wrong_free.cu: cudaFree is given a host pointer, and a pointer into the middle.
// expect: Invalid cudaFree: this memory was not allocated by cudaMalloc
// expect: at wrong_free.cu:17 in main: cudaFree
// expect: 0x* is host memory that no CUDA function allocated (or that was freed already)
// expect: hint: on the host, memory from malloc goes back with free, from new with delete, from cudaMallocHost with cudaFreeHost
// expect: Invalid cudaFree: this memory was not allocated by cudaMalloc
// expect: at wrong_free.cu:18 in main: cudaFree
// expect: 0x* points 16 bytes into device memory (128 bytes, cudaMalloc at wrong_free.cu:16)
// expect: hint: free the very pointer that the allocation returned, before it was changed by ++ or +=
// expect: ERROR SUMMARY: 2 errors
#include <cstdlib>

int main()
{
    int *a, *h = (int *)malloc(128);
    cudaMalloc(&a, 128);
    cudaFree(h);
    cudaFree(a + 4);
    cudaFree(a);
    free(h);
    return 0;
}
