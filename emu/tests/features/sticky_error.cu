// [given] sticky_error.cu: after an illegal access every call returns the error, until the device is reset.
// findings: allowed
// status: 1
#include "test.h"

__global__ void store(int *a) { *a = 1; }

int main()
{
    int *d = device<int>(1), *e = nullptr, h = 0;
    store<<<1, 1>>>(nullptr);
    CALL(cudaGetLastError()); // the launch itself is fine
    RETURNS(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    RETURNS(cudaGetLastError(), cudaErrorIllegalAddress);
    RETURNS(cudaGetLastError(), cudaErrorIllegalAddress); // asking does not clear it
    RETURNS(cudaMalloc(&e, 4), cudaErrorIllegalAddress);
    RETURNS(cudaMemcpy(&h, d, 4, cudaMemcpyDeviceToHost), cudaErrorIllegalAddress);
    store<<<1, 1>>>(d);
    RETURNS(cudaPeekAtLastError(), cudaErrorIllegalAddress);
    RETURNS(cudaFree(d), cudaErrorIllegalAddress);
    CALL(cudaDeviceReset());
    CALL(cudaGetLastError());
    CALL(cudaMalloc(&e, 4));
    store<<<1, 1>>>(e);
    CALL(cudaMemcpy(&h, e, 4, cudaMemcpyDeviceToHost));
    EQUAL(h, 1);
    CALL(cudaFree(e));
    return done();
}
