// [given] host_pointer.cu: a kernel gets the host's array instead of its copy on the device.
// expect: Invalid __global__ write of size 4 bytes
// expect: at host_pointer.cu:12 in kernel fill(float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* is memory of the host
// expect: it means: a host pointer was passed to a kernel; a GPU cannot follow it
// expect: hint: this is the host's array, not its copy on the device: cudaMalloc, cudaMemcpy, and pass that pointer
// expect: 32 times: Invalid __global__ write of size 4 bytes at host_pointer.cu:12
// expect: ERROR SUMMARY: 1 error
#include <cstdlib>

__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    float *a = (float *)malloc(32 * sizeof(float));
    fill<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    free(a);
    return 0;
}
