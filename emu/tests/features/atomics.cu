// [given] atomics.cu: all atomic functions on all their types, in global memory.
#include "test.h"

typedef unsigned long long ull;
typedef long long ll;

template <class T> __global__ void add(T *a) { atomicAdd(a, T(threadIdx.x)); }
template <class T> __global__ void subtract(T *a) { atomicSub(a, T(1)); }
template <class T> __global__ void least_most(T *least, T *most)
{
    T v = T(blockIdx.x * 1000 + threadIdx.x * 37 % 500);
    atomicMin(least, v), atomicMax(most, v);
}
template <class T> __global__ void bits(T *a)
{
    T bit = T(1) << (threadIdx.x % 32);
    atomicAnd(a, ~bit), atomicOr(a + 1, bit), atomicXor(a + 2, T(threadIdx.x));
}
template <class T> __global__ void exchange(T *a, T *sum)
{
    T old = atomicExch(a, T(threadIdx.x + 1)); // each value given is got back once, or is left in a
    atomicAdd(sum, old);
}
template <class T> __global__ void increase_by_cas(T *a)
{
    T old = *a, assumed;
    do {
        assumed = old;
        old = atomicCAS(a, assumed, T(assumed + 2));
    } while (old != assumed);
}
__global__ void wrap(unsigned *a)
{
    atomicInc(a, 9), atomicDec(a + 1, 9); // 0..9, 0, ...;  9..0, 9, ...
}
__global__ void short_cas(unsigned short *a)
{
    unsigned short old = *a, assumed;
    do {
        assumed = old;
        old = atomicCAS(a, assumed, (unsigned short)(assumed + 1));
    } while (old != assumed);
}
__global__ void scopes(int *a, double *d, ull *u)
{
    atomicAdd_block(a + blockIdx.x, 1), atomicAdd_system(a + 2, 1);
    atomicMax_block(a + 3 + blockIdx.x, int(threadIdx.x)), atomicMin_system(a + 5, -int(threadIdx.x));
    atomicAdd_system(d, 0.5), atomicCAS_system(u, 0ull, 5ull), atomicExch_block(u + 1 + blockIdx.x, 6ull);
    atomicOr_block(u + 3 + blockIdx.x, 1ull << (threadIdx.x % 64));
}
__global__ void returned(int *a, int *seen)
{
    int before = atomicAdd(a, 1); // each thread sees another value
    seen[before] += 1;
}

template <class T> void test_add()
{
    T *a = device<T>(1);
    add<<<4, 100>>>(a);
    SYNC();
    EQUAL(to_host(a, 1)[0], T(4 * 4950));
    CALL(cudaFree(a));
}
template <class T> void test_integer(T start)
{
    T h[3] = {T(~T(0)), 0, 0};
    T *a = to_device(std::vector<T>(h, h + 3)), *b = to_device(std::vector<T>{start, start});
    bits<<<2, 96>>>(a);
    least_most<<<3, 64>>>(b, b + 1);
    SYNC();
    auto r = to_host(a, 3), m = to_host(b, 2);
    EQUAL(r[0], T(~T(0)) ^ T(0xffffffffu)), EQUAL(r[1], T(0xffffffffu)), EQUAL(r[2], 0);
    EQUAL(m[0], 0), EQUAL(m[1], 2000 + 499);
    CALL(cudaFree(a)), CALL(cudaFree(b));
}
template <class T> void test_exchange()
{
    T *a = device<T>(2);
    exchange<<<1, 100>>>(a, a + 1);
    SYNC();
    auto r = to_host(a, 2);
    EQUAL(r[0] + r[1], T(5050));
    CALL(cudaFree(a));
}
template <class T> void test_cas()
{
    T *a = device<T>(1);
    increase_by_cas<<<3, 50>>>(a);
    SYNC();
    EQUAL(to_host(a, 1)[0], 300);
    CALL(cudaFree(a));
}
int main()
{
    test_add<int>(), test_add<unsigned>(), test_add<ull>(), test_add<float>(), test_add<double>();
    test_integer<int>(100), test_integer<unsigned>(100), test_integer<ull>(100), test_integer<ll>(100);
    test_exchange<int>(), test_exchange<unsigned>(), test_exchange<ull>(), test_exchange<float>();
    test_cas<int>(), test_cas<unsigned>(), test_cas<ull>();

    int *i = device<int>(1024);
    unsigned *u = device<unsigned>(2);
    subtract<<<2, 50>>>(i), subtract<<<2, 50>>>(u);
    SYNC();
    EQUAL(to_host(i, 1)[0], -100), EQUAL(to_host(u, 1)[0], 0u - 100u);
    CALL(cudaMemset(u, 0, 8));
    wrap<<<1, 25>>>(u);
    SYNC();
    EQUAL(to_host(u, 2)[0], 5), EQUAL(to_host(u, 2)[1], 5);
    unsigned short *s = device<unsigned short>(2);
    short_cas<<<2, 40>>>(s);
    SYNC();
    EQUAL(to_host(s, 2)[0], 80), EQUAL(to_host(s, 2)[1], 0);
    CALL(cudaMemset(i, 0, 1024 * sizeof(int)));
    double *d = device<double>(1);
    ull *l = device<ull>(5);
    scopes<<<2, 64>>>(i, d, l);
    SYNC();
    auto h = to_host(i, 6);
    EQUAL(h[0], 64), EQUAL(h[1], 64), EQUAL(h[2], 128), EQUAL(h[3], 63), EQUAL(h[4], 63), EQUAL(h[5], -63);
    EQUAL(to_host(d, 1)[0], 64.0);
    auto hl = to_host(l, 5);
    EQUAL(hl[0], 5), EQUAL(hl[1], 6), EQUAL(hl[2], 6), EQUAL(hl[3], ~0ull), EQUAL(hl[4], ~0ull);
    CALL(cudaMemset(i, 0, 1024 * sizeof(int)));
    returned<<<4, 64>>>(i, i + 1);
    SYNC();
    h = to_host(i, 257);
    EQUAL(h[0], 256);
    for (int k = 1; k <= 256; k++) EQUAL(h[k], 1);
    CALL(cudaFree(i)), CALL(cudaFree(u)), CALL(cudaFree(s)), CALL(cudaFree(d)), CALL(cudaFree(l));
    return done();
}
