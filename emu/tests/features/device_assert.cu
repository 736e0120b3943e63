// [given] device_assert.cu: assert in a kernel: silent where it holds, error 710 that sticks where it does not.
// findings: allowed
// status: 1
#include "test.h"
#include <cassert>

__global__ void positive(const int *a) { assert(a[threadIdx.x] > 0 && "values are positive"); }

int main()
{
    int *good = to_device(std::vector<int>(32, 1)), *bad = device<int>(32);
    positive<<<1, 32>>>(good);
    SYNC();
    positive<<<1, 32>>>(bad);
    CALL(cudaGetLastError());
    RETURNS(cudaDeviceSynchronize(), cudaErrorAssert);
    RETURNS(cudaGetLastError(), cudaErrorAssert);
    void *p = nullptr;
    RETURNS(cudaMalloc(&p, 4), cudaErrorAssert);
    EQUAL(int(cudaErrorAssert), 710);
    CALL(cudaDeviceReset());
    CALL(cudaMalloc(&p, 4));
    CALL(cudaFree(p));
    return done();
}
