// [given] alone.cu: parts in another file need separate compilation, and the message says so.
// compile: error
// env: LC_ALL=C
// expect: alone.cu:16:22: error: the __device__ function 'advance' is declared but not defined in this file
// expect: alone.cu:16:22: note: one that another file defines needs separate compilation: nvcc -rdc=true (or -dc), for every file
// expect: alone.cu:17:16: error: the __device__ variable 'total' is declared but not defined in this file
#include <cstdio>

__device__ int advance(int x);
__device__ int not_used(int x);
__device__ int later(int x);
extern __device__ int total;
extern __device__ int total_not_used;
__global__ void count(int *a)
{
    a[threadIdx.x] = advance(a[threadIdx.x]);
    atomicAdd(&total, later(1));
}
__device__ int later(int x) { return x; }
int main() { count<<<1, 1>>>(nullptr); }
