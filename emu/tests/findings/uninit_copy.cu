// [given] uninit_copy.cu: the grid is too small: the last elements are copied without having been computed.
// expect: Host API uninitialized memory access by cudaMemcpy
// expect: at uninit_copy.cu:22
// expect: 416 bytes of the 4000 that are copied have never been written, the first at byte 3584
// expect: it is element 896 of 1000 (4 bytes each) of the allocation of 4000 bytes made by cudaMalloc at uninit_copy.cu:20
// expect: it means: the host gets whatever the memory held before
// expect: hint: does the kernel write all elements? Is the grid large enough? Did the kernel run at all?
// expect: ERROR SUMMARY: 1 error
__global__ void fill(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = i;
}

int main()
{
    const int n = 1000;
    static float h[n];
    float *a;
    cudaMalloc(&a, sizeof h);
    fill<<<n / 128, 128>>>(a, n);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost);
    cudaFree(a);
    return 0;
}
