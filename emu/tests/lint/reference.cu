// [given] reference.cu: a kernel with a reference as its parameter.
// expect: reference.cu:7: error: parameter "x" of a kernel is a reference [lint]
// expect: hint: it would refer to the host's memory: pass a value, or a pointer to device memory
#include <cuda_runtime.h>

template <class T>
__global__ void reference(T &x)
{
    x = 1;
}
int main()
{
    int x = 0;
    reference<<<1, 1>>>(x);
    return x;
}
