// [given] stack_overflow.cu: a recursion that does not end.
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
