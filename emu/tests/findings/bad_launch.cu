// [given] bad_launch.cu: a block of more threads than a GPU can have; the kernel never runs.
// expect: Invalid launch configuration of fill(int*)
// expect: at bad_launch.cu:17
// expect: block (2048,1,1) has 2048 threads; at most 1024 are allowed, 64 in z
// expect: the kernel did not run
// expect: hint: check cudaGetLastError() after each launch
// expect: Warning: Nobody asked for the error cudaErrorInvalidConfiguration of the kernel launch at bad_launch.cu:17
// expect: a launch returns nothing: only cudaGetLastError() or the next synchronisation shows that it failed
// expect: hint: call cudaGetLastError() after each <<<>>>
// expect: ERROR SUMMARY: 1 error, 1 warning
__global__ void fill(int *a) { a[threadIdx.x] = 1; }

int main()
{
    int *a;
    cudaMalloc(&a, 2048 * sizeof(int));
    fill<<<1, 2048>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
