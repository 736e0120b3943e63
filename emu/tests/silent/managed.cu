// [given] managed.cu: managed, pinned and mapped memory used by host and kernels in turn.
#include <cstdio>

__managed__ int counter;

__global__ void count(int *a, const int *mapped, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    a[i] += mapped[i];
    atomicAdd(&counter, 1);
}

int main()
{
    const int n = 100;
    int *a, *h, *d;
    cudaMallocManaged(&a, n * sizeof(int));
    cudaHostAlloc(&h, n * sizeof(int), cudaHostAllocMapped);
    cudaHostGetDevicePointer(&d, h, 0);
    for (int i = 0; i < n; i++) a[i] = i, h[i] = 2 * i;
    count<<<2, 64>>>(a, d, n);
    cudaDeviceSynchronize();
    if (a[50] != 150 || counter != n) return printf("%d %d\n", a[50], counter), 1;
    counter = 0;
    for (int i = 0; i < n; i++) a[i] = 1;
    count<<<2, 64>>>(a, d, n);
    cudaDeviceSynchronize();
    if (a[50] != 101 || counter != n) return printf("%d %d\n", a[50], counter), 1;
    cudaFree(a);
    cudaFreeHost(h);
    return 0;
}
