// [given] errors.cu: error codes, names and texts; the last error; what bad calls and bad launches return.
// findings: allowed
#include "test.h"

__global__ void nothing() {}
__global__ void store(int *a) { *a = 1; }

int main()
{
    CHECK(!strcmp(cudaGetErrorName(cudaSuccess), "cudaSuccess"));
    CHECK(!strcmp(cudaGetErrorString(cudaSuccess), "no error"));
    CHECK(!strcmp(cudaGetErrorName(cudaErrorInvalidValue), "cudaErrorInvalidValue"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorInvalidValue), "invalid argument"));
    CHECK(!strcmp(cudaGetErrorName(cudaErrorMemoryAllocation), "cudaErrorMemoryAllocation"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorInvalidConfiguration), "invalid configuration argument"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorIllegalAddress), "an illegal memory access was encountered"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorAssert), "device-side assert triggered"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorLaunchFailure), "unspecified launch failure"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorNotReady), "device not ready"));
    CHECK(!strcmp(cudaGetErrorString(cudaErrorInvalidDevice), "invalid device ordinal"));
    CHECK(!strcmp(cudaGetErrorName((cudaError_t)12345), "unrecognized error code"));
    EQUAL(int(cudaErrorInvalidValue), 1), EQUAL(int(cudaErrorMemoryAllocation), 2);
    EQUAL(int(cudaErrorInvalidConfiguration), 9), EQUAL(int(cudaErrorInvalidDevice), 101);
    EQUAL(int(cudaErrorInvalidResourceHandle), 400), EQUAL(int(cudaErrorNotReady), 600);
    EQUAL(int(cudaErrorIllegalAddress), 700), EQUAL(int(cudaErrorLaunchTimeout), 702);
    EQUAL(int(cudaErrorMisalignedAddress), 716), EQUAL(int(cudaErrorLaunchFailure), 719);
    EQUAL(int(cudaErrorCooperativeLaunchTooLarge), 720), EQUAL(int(cudaErrorInvalidMemcpyDirection), 21);

    CALL(cudaGetLastError());
    nothing<<<1, 1025>>>(); // too many threads
    RETURNS(cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    CALL(cudaGetLastError()); // asked for once, it is gone
    nothing<<<0, 32>>>(); // no blocks
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<1, 0>>>(); // no threads
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<dim3(1, 65536), 1>>>();
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<dim3(1, 1, 65536), 1>>>();
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<1, dim3(1, 1, 65)>>>(); // z is at most 64
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<1, dim3(32, 33)>>>();
    RETURNS(cudaGetLastError(), cudaErrorInvalidConfiguration);
    nothing<<<1, 32, 1 << 20>>>(); // too much shared memory
    RETURNS(cudaGetLastError(), cudaErrorInvalidValue);
    CALL(cudaDeviceSynchronize());

    int *d = device<int>(4), h = 0;
    void *p = nullptr;
    RETURNS(cudaSetDevice(99), cudaErrorInvalidDevice);
    RETURNS(cudaGetLastError(), cudaErrorInvalidDevice);
    RETURNS(cudaMalloc(&p, ~size_t(0) / 2), cudaErrorMemoryAllocation);
    CHECK(p == nullptr);
    RETURNS(cudaMalloc((void **)nullptr, 4), cudaErrorInvalidValue);
    RETURNS(cudaMemcpy(d, &h, 4, (cudaMemcpyKind)17), cudaErrorInvalidMemcpyDirection);
    RETURNS(cudaMemcpy(nullptr, &h, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    RETURNS(cudaFree(&h), cudaErrorInvalidValue);
    RETURNS(cudaMemcpyToSymbol((const void *)&h, &h, 4), cudaErrorInvalidSymbol);
    float ms;
    cudaEvent_t a, b;
    CALL(cudaEventCreate(&a)), CALL(cudaEventCreate(&b));
    RETURNS(cudaEventElapsedTime(&ms, a, b), cudaErrorInvalidResourceHandle);
    CALL(cudaEventDestroy(a)), CALL(cudaEventDestroy(b));
    CHECK(cudaGetLastError() != cudaSuccess);
    CALL(cudaGetLastError());
    store<<<1, 1>>>(d); // and all goes on
    SYNC();
    EQUAL(to_host(d, 1)[0], 1);
    CALL(cudaFree(d));
    RETURNS(cudaFree(d), cudaErrorInvalidValue); // twice
    CHECK(cudaGetLastError() != cudaSuccess);
    return done();
}
