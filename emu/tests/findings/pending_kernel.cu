// [given] pending_kernel.cu: the host reads managed memory without waiting for the kernel that fills it.
// expect: Host reads managed memory that a kernel has not yet written
// expect: at pending_kernel.cu:33
// expect: kernel square(int*, int) launched at pending_kernel.cu:31
// expect: it means: the launch only starts the kernel; until a synchronisation the memory may hold old data, new data or a mixture
// expect: hint: call cudaDeviceSynchronize() between the launch and this line
// expect: Host reads managed memory that a kernel has not yet written
// expect: at pending_kernel.cu:42
// expect: kernel halve(double*) launched at pending_kernel.cu:41
// expect: it means: the launch only starts the kernel; until a synchronisation the memory may hold old data, new data or a mixture
// expect: hint: call cudaDeviceSynchronize() between the launch and this line
// expect: ERROR SUMMARY: 2 errors
#include <cuda_runtime.h>
#include <cstdio>

__global__ void square(int *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = i * i;
}

__global__ void halve(double *x) { *x /= 2; }

int main()
{
    const int n = 100;
    int *a, sum = 0;
    cudaMallocManaged(&a, n * sizeof(int));
    for (int i = 0; i < n; i++) a[i] = -1;

    square<<<1, 128>>>(a, n);
    for (int i = 0; i < n; i++)
        sum += a[i];
    cudaDeviceSynchronize();
    printf("%d\n", sum);
    cudaFree(a);

    double *x;
    cudaMallocManaged(&x, sizeof(double));
    *x = 1;
    halve<<<1, 1>>>(x);
    double y = *x; // 1.0 and 0.5 differ in the upper half only
    cudaDeviceSynchronize();
    printf("%g %g\n", y, *x);
    cudaFree(x);
}
