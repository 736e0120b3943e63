// [given] host_access.cu: the host reads device memory.
// expect: Host code reads device memory
// expect: at host_access.cu:15 in main
// expect: address 0x* lies 12 bytes into the 128 bytes that cudaMalloc made at host_access.cu:13
// expect: it means: the host cannot follow a pointer that cudaMalloc returned; on a GPU this program would crash here
// expect: hint: copy the data with cudaMemcpy, or do this in a kernel
// expect: ERROR SUMMARY: 1 error
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
