// [given] host_access.cu: the host reads device memory.
#include <cstdio>

int main()
{
    int *a;
    cudaMalloc(&a, 32 * sizeof(int));
    cudaMemset(a, 0, 32 * sizeof(int));
    printf("%d\n", a[3]);
    cudaFree(a);
    return 0;
}
