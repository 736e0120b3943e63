// [given] host_pointer.cu: a kernel gets the host's array instead of its copy on the device.
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
