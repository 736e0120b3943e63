// [given] sizeof_pointer.cu: sizeof of a pointer in the place of the array's size.
// expect: Uninitialized __global__ memory read of size 4 bytes
// expect: at sizeof_pointer.cu:12 in kernel twice(float*)
// expect: by thread (2,0,0) in block (0,0,0)
// expect: it is element 2 of 32 (4 bytes each) of the allocation of 128 bytes made by cudaMalloc at sizeof_pointer.cu:18
// expect: it means: nobody has written, copied or set it since it was allocated; on a GPU it holds anything
// expect: hint: cudaMemcpy at sizeof_pointer.cu:19 wrote only 8 bytes of it: that is the size of a pointer: sizeof(p) of a pointer p is 8, whatever it points to
// expect: 30 times: Uninitialized __global__ memory read of size 4 bytes at sizeof_pointer.cu:12
// expect: ERROR SUMMARY: 1 error
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
