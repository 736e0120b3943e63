// [given] launch_braces.cu: launch configurations in braces.
// lint: nvcc
#include "test.h"

__global__ void count(int *n) { atomicAdd(n, 1); }
int main()
{
    int *n = device<int>(1);
    count<<<{2, 3}, {4, 1, 2}>>>(n);
    count<<<1, {5}, 0>>>(n);
    SYNC();
    EQUAL(to_host(n, 1)[0], 53);
    CALL(cudaFree(n));
    return done();
}
