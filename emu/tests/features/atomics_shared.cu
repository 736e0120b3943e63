// [given] atomics_shared.cu: atomics in shared memory (a histogram), and own atomics made of atomicCAS.
#include "test.h"

__global__ void histogram(const unsigned char *a, int n, unsigned *out)
{
    __shared__ unsigned s[256];
    for (int i = threadIdx.x; i < 256; i += blockDim.x) s[i] = 0;
    __syncthreads();
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&s[a[i]], 1u);
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += blockDim.x)
        if (s[i]) atomicAdd(&out[i], s[i]);
}
__device__ float atomic_max_float(float *p, float v)
{
    int *bits = reinterpret_cast<int *>(p), old = *bits;
    while (__int_as_float(old) < v) {
        int assumed = old;
        old = atomicCAS(bits, assumed, __float_as_int(v));
        if (old == assumed) break;
    }
    return __int_as_float(old);
}
__device__ double atomic_add_double(double *p, double v)
{
    unsigned long long *bits = (unsigned long long *)p, old = *bits, assumed;
    do {
        assumed = old;
        old = atomicCAS(bits, assumed, __double_as_longlong(v + __longlong_as_double(assumed)));
    } while (assumed != old);
    return __longlong_as_double(old);
}
__global__ void own(float *most, double *sum)
{
    __shared__ float m;
    __shared__ double d;
    if (threadIdx.x == 0) m = -1, d = 0;
    __syncthreads();
    atomic_max_float(&m, float(threadIdx.x * 17 % 100));
    atomic_add_double(&d, 0.25);
    __syncthreads();
    if (threadIdx.x == 0) atomic_max_float(most, m), atomic_add_double(sum, d);
}
int main()
{
    const int n = 5000;
    std::vector<unsigned char> a(n);
    std::vector<unsigned> expected(256);
    for (int i = 0; i < n; i++) a[i] = i * i % 256, expected[a[i]]++;
    auto *d = to_device(a);
    auto *out = device<unsigned>(256);
    histogram<<<6, 96>>>(d, n, out);
    SYNC();
    auto h = to_host(out, 256);
    for (int i = 0; i < 256; i++) EQUAL(h[i], expected[i]);
    float *most = device<float>(1);
    double *sum = device<double>(1);
    own<<<5, 100>>>(most, sum);
    SYNC();
    EQUAL(to_host(most, 1)[0], 99.f), EQUAL(to_host(sum, 1)[0], 125.0);
    CALL(cudaFree(d)), CALL(cudaFree(out)), CALL(cudaFree(most)), CALL(cudaFree(sum));
    return done();
}
