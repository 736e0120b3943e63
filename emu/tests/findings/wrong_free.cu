// [given] wrong_free.cu: cudaFree is given a host pointer, and a pointer into the middle.
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
