// [given] main.cu: a program of several files, with device code called across files.
#include "shared.cuh"
#include "../test.h"

__global__ void here(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = scaled(a[i]);
    if (i == 0) counter += 10;
}
int main()
{
    const int n = 100;
    float *a = to_device(std::vector<float>(n, 2)), f = 3;
    CALL(cudaMemcpyToSymbol(factor, &f, sizeof f));
    here<<<4, 32>>>(a, n);
    elsewhere<<<4, 32>>>(a, n);
    SYNC();
    EQUAL(to_host(a, n)[99], 107.f);
    int h = 0;
    CALL(cudaMemcpyFromSymbol(&h, counter, sizeof h));
    EQUAL(h, 11), EQUAL(host_function(4), 5);
    CALL(cudaFree(a));
    return done();
}
