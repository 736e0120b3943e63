// [given] memory_calls.cu: allocation, copies in all directions, fills, and what is known about pointers.
// findings: allowed
#include "test.h"

__global__ void twice(int *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] *= 2;
}
int main()
{
    const int n = 1000;
    std::vector<int> h(n), r(n);
    for (int i = 0; i < n; i++) h[i] = i;
    int *a = nullptr, *b = nullptr;
    CALL(cudaMalloc(&a, n * sizeof(int)));
    CALL(cudaMalloc((void **)&b, n * sizeof(int)));
    CHECK(a && b && a != b && (size_t)a % 256 == 0 && (size_t)b % 256 == 0);
    CALL(cudaMemcpy(a, h.data(), n * sizeof(int), cudaMemcpyHostToDevice));
    twice<<<8, 128>>>(a, n);
    CALL(cudaMemcpy(b, a, n * sizeof(int), cudaMemcpyDeviceToDevice));
    CALL(cudaMemcpy(r.data(), b, n * sizeof(int), cudaMemcpyDeviceToHost));
    for (int i = 0; i < n; i++) EQUAL(r[i], 2 * i);
    CALL(cudaMemcpy(r.data(), h.data(), n * sizeof(int), cudaMemcpyHostToHost));
    EQUAL(r[999], 999);
    CALL(cudaMemcpy(b, r.data(), n * sizeof(int), cudaMemcpyDefault)); // by the addresses
    CALL(cudaMemcpy(r.data(), b + 10, 10 * sizeof(int), cudaMemcpyDefault));
    EQUAL(r[9], 19);
    CALL(cudaMemset(a, 0xff, n * sizeof(int)));
    CALL(cudaMemset(a + 1, 0, 4));
    EQUAL(to_host(a, 3)[0], -1), EQUAL(to_host(a, 3)[1], 0), EQUAL(to_host(a, 3)[2], -1);
    CALL(cudaMemcpyAsync(a, h.data(), n * sizeof(int), cudaMemcpyHostToDevice));
    CALL(cudaMemsetAsync(b, 1, n * sizeof(int), 0));
    CALL(cudaDeviceSynchronize());
    EQUAL(to_host(a, n)[500], 500), EQUAL(to_host(b, n)[999], 0x01010101);

    size_t before = 0, after = 0, total = 0;
    CALL(cudaMemGetInfo(&before, &total));
    CHECK(before > 0 && before <= total);
    char *big = nullptr;
    CALL(cudaMalloc(&big, 64 << 20));
    CALL(cudaMemGetInfo(&after, &total));
    CHECK(before - after >= 64 << 20);
    CALL(cudaFree(big));
    CALL(cudaMemGetInfo(&after, &total));
    EQUAL(after, before);
    RETURNS(cudaMalloc(&big, size_t(1) << 50), cudaErrorMemoryAllocation);
    RETURNS(cudaGetLastError(), cudaErrorMemoryAllocation);
    CALL(cudaMalloc(&big, 0));
    CALL(cudaFree(big));
    CALL(cudaFree(nullptr));

    cudaPointerAttributes at;
    CALL(cudaPointerGetAttributes(&at, a));
    CHECK(at.type == cudaMemoryTypeDevice && at.device == 0 && at.devicePointer == a);
    CALL(cudaPointerGetAttributes(&at, h.data()));
    CHECK(at.type == cudaMemoryTypeUnregistered);

    int *async = nullptr; // allocation in the order of a stream
    cudaStream_t s;
    CALL(cudaStreamCreate(&s));
    CALL(cudaMallocAsync(&async, n * sizeof(int), s));
    CALL(cudaMemcpyAsync(async, h.data(), n * sizeof(int), cudaMemcpyHostToDevice, s));
    twice<<<8, 128, 0, s>>>(async, n);
    CALL(cudaMemcpyAsync(r.data(), async, n * sizeof(int), cudaMemcpyDeviceToHost, s));
    CALL(cudaFreeAsync(async, s));
    CALL(cudaStreamSynchronize(s));
    EQUAL(r[999], 1998);
    CALL(cudaStreamDestroy(s));
    CALL(cudaFree(a)), CALL(cudaFree(b));
    return done();
}
