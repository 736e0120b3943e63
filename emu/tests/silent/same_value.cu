// [given] same_value.cu: several threads store the same value.
#include <cstdio>

__global__ void any_negative(const int *a, int n, bool *found, int *in_block)
{
    __shared__ int here;
    if (threadIdx.x == 0) here = 0;
    __syncthreads();
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n && a[i] < 0) *found = true, here = 1;
    __syncthreads();
    in_block[blockIdx.x] = here; // all threads of the block, the same value
}

int main()
{
    int h[128], r[2], *a, *b;
    bool no = false, found, *f;
    for (int i = 0; i < 128; i++) h[i] = i % 5 == 3 ? -1 : i;
    cudaMalloc(&a, sizeof h);
    cudaMalloc(&b, sizeof r);
    cudaMalloc(&f, 1);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemcpy(f, &no, 1, cudaMemcpyHostToDevice);
    any_negative<<<2, 64>>>(a, 128, f, b);
    cudaMemcpy(&found, f, 1, cudaMemcpyDeviceToHost);
    cudaMemcpy(r, b, sizeof r, cudaMemcpyDeviceToHost);
    if (!found || !r[0] || !r[1]) return printf("wrong\n"), 1;
    cudaFree(a);
    cudaFree(b);
    cudaFree(f);
    return 0;
}
