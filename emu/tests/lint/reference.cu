// [given] reference.cu: kernels with a reference and with a pointer to a function as parameters: the second can be right.
// expect: reference.cu:11: error: parameter "x" of a kernel is a reference [lint]
// expect: hint: it would refer to the host's memory: pass a value, or a pointer to device memory
// expect: reference.cu:18: warning: parameter "f" of a kernel is a pointer to a function [lint]
// expect: hint: taken on the host, the address of a function means nothing on the GPU: pass an enum and let the kernel choose the function, or fetch the address with cudaMemcpyFromSymbol from a __device__ variable
// refuse: reference.cu:22
// refuse: reference.cu:23
#include <cuda_runtime.h>

template <class T>
__global__ void reference(T &x)
{
    x = 1;
}
__host__ __device__ float twice(float x) { return 2 * x; }

__global__ void apply(float *a /* (32) */,
                      float (*f)(float))
{
    a[threadIdx.x] = f(a[threadIdx.x]);
}
__global__ void rows(float (*a)[32]) { a[0][threadIdx.x] = 1; }
__global__ void inside(float *a) { float (*f)(float) = twice; a[0] = f(a[0]); }
int main()
{
    int x = 0;
    float *a = nullptr;
    reference<<<1, 1>>>(x);
    apply<<<1, 32>>>(a, twice);
    rows<<<1, 32>>>(reinterpret_cast<float (*)[32]>(a));
    inside<<<1, 1>>>(a);
    return x;
}
