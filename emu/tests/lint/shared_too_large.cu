// [given] shared_too_large.cu: more static shared memory than a block can have.
// lint: nvcc
// expect: shared_too_large.cu:7: error: kernel "large(int*)" has 80000 bytes of static shared memory, a block can have 49152 [lint]
// expect: hint: make the arrays smaller, or use extern __shared__ with cudaFuncSetAttribute
#include <cuda_runtime.h>

__global__ void large(int *a)
{
    __shared__ int s[10000], t[10000];
    s[threadIdx.x] = a[threadIdx.x], t[threadIdx.x] = 0;
    __syncthreads();
    a[threadIdx.x] = s[(threadIdx.x + 1) % 32] + t[(threadIdx.x + 1) % 32];
}
int main() { large<<<1, 32>>>(nullptr); }
