// [given] sizeof_pointer.cu: sizeof of a pointer in the place of the array's size.
#include <cstdlib>

__global__ void twice(float *a) { a[threadIdx.x] *= 2; }

int main()
{
    float *h = (float *)malloc(32 * sizeof(float)), *a;
    for (int i = 0; i < 32; i++) h[i] = i;
    cudaMalloc(&a, 32 * sizeof(float));
    cudaMemcpy(a, h, sizeof(h), cudaMemcpyHostToDevice);
    twice<<<1, 32>>>(a);
    cudaMemcpy(h, a, 32 * sizeof(float), cudaMemcpyDeviceToHost);
    cudaFree(a);
    free(h);
    return 0;
}
