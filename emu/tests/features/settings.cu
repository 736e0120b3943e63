// [given] settings.cu: three devices of 64 MiB, of which two are visible; the third call of cudaMalloc fails.
// env: EMU_DEVICES=3
// env: CUDA_VISIBLE_DEVICES=2,0
// env: EMU_MEM=64M
// env: EMU_FAIL=cudaMalloc:3:2
// findings: allowed
#include "test.h"

int main()
{
    int count = 0;
    CALL(cudaGetDeviceCount(&count));
    EQUAL(count, 2);
    RETURNS(cudaSetDevice(2), cudaErrorInvalidDevice);
    CALL(cudaSetDevice(1));
    cudaDeviceProp p;
    CALL(cudaGetDeviceProperties(&p, 1));
    EQUAL(p.totalGlobalMem, size_t(64) << 20);
    void *a = nullptr, *b = nullptr;
    RETURNS(cudaMalloc(&a, 65 << 20), cudaErrorMemoryAllocation);
    CALL(cudaMalloc(&a, 30 << 20));
    RETURNS(cudaMalloc(&b, 256), cudaErrorMemoryAllocation); // injected
    CALL(cudaMalloc(&b, 256));
    CALL(cudaFree(a)), CALL(cudaFree(b));
    cudaGetLastError();
    return done();
}
