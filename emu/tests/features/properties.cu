// [given] properties.cu: device properties, attributes, versions, limits and what is known about a kernel.
#include "test.h"

__global__ void kernel(int *a)
{
    __shared__ int s[100];
    s[threadIdx.x % 100] = threadIdx.x;
    __syncthreads();
    a[threadIdx.x] = s[(threadIdx.x + 1) % 100];
}
int main()
{
    int count = 0, current = -1, version = 0, driver = 0, value = 0;
    CALL(cudaGetDeviceCount(&count));
    CHECK(count >= 1);
    CALL(cudaSetDevice(0));
    CALL(cudaGetDevice(&current));
    EQUAL(current, 0);
    CALL(cudaRuntimeGetVersion(&version));
    CALL(cudaDriverGetVersion(&driver));
    CHECK(version >= 9000 && driver >= version && CUDART_VERSION >= 9000);
    cudaDeviceProp p;
    CALL(cudaGetDeviceProperties(&p, 0));
    CHECK(strlen(p.name) > 0 && p.totalGlobalMem > 0 && p.multiProcessorCount > 0 && p.major >= 3 && p.minor >= 0);
    EQUAL(p.warpSize, 32), EQUAL(p.maxThreadsPerBlock, 1024), EQUAL(p.maxThreadsDim[2], 64);
    EQUAL(p.maxGridSize[0], 2147483647), EQUAL(p.maxGridSize[1], 65535);
    CHECK(p.sharedMemPerBlock >= 48 * 1024 && p.regsPerBlock > 0 && p.totalConstMem == 65536);
    CHECK(p.maxThreadsPerMultiProcessor >= 1024 && p.sharedMemPerMultiprocessor >= p.sharedMemPerBlock);
    CHECK(p.unifiedAddressing == 1 && p.managedMemory == 1 && p.memoryBusWidth > 0 && p.l2CacheSize > 0);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrMaxThreadsPerBlock, 0));
    EQUAL(value, 1024);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0));
    EQUAL(value, 32);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrComputeCapabilityMajor, 0));
    EQUAL(value, p.major);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrMaxSharedMemoryPerBlock, 0));
    EQUAL(size_t(value), p.sharedMemPerBlock);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, 0));
    EQUAL(value, p.multiProcessorCount);
    CALL(cudaDeviceGetAttribute(&value, cudaDevAttrClockRate, 0));
    CHECK(value > 0);

    cudaFuncAttributes f;
    CALL(cudaFuncGetAttributes(&f, kernel));
    CHECK(f.maxThreadsPerBlock > 0 && f.maxThreadsPerBlock <= 1024 && f.numRegs > 0);
    CALL(cudaFuncSetCacheConfig(kernel, cudaFuncCachePreferShared));
    CALL(cudaDeviceSetCacheConfig(cudaFuncCachePreferL1));
    size_t limit = 0;
    CALL(cudaDeviceGetLimit(&limit, cudaLimitStackSize));
    CHECK(limit > 0);
    CALL(cudaDeviceSetLimit(cudaLimitStackSize, 4096));
    char bus[32];
    CALL(cudaDeviceGetPCIBusId(bus, sizeof bus, 0));
    CHECK(strlen(bus) > 4);
    return done();
}
