// [given] stack_overflow.cu: a recursion that does not end.
// expect: Stack overflow in a kernel
// expect: at stack_overflow.cu:18 in kernel run(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: a thread has 128 KiB here and far less on a GPU
// expect: hint: does a recursion end? Is a large array declared inside the kernel?
// expect: Program hit cudaErrorHardwareStackError (error 714) due to "hardware stack error" on CUDA API call to cudaDeviceSynchronize.
// expect: at stack_overflow.cu:30
// expect: it means: a kernel has failed before; this is the first call that shows it, and every later call returns it, too
// expect: hint: look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which one fails
// expect: Warning: Nobody asked for the error cudaErrorHardwareStackError of cudaDeviceSynchronize at stack_overflow.cu:30
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 2 errors, 1 warning
__device__ int depth(int n, int *a)
{
    int here[64];
    for (int i = 0; i < 64; i++) here[i] = a[i] + n;
    return n < 0 ? here[3] : depth(n + 1, here) + here[n % 64];
}

__global__ void run(int *a) { a[0] = depth(1, a); }

int main()
{
    int *a;
    cudaMalloc(&a, 64 * sizeof(int));
    cudaMemset(a, 0, 64 * sizeof(int));
    run<<<1, 1>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
