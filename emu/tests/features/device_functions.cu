// [given] device_functions.cu: recursion, function pointers, functions for host and device, overloads, default arguments.
#include "test.h"

__device__ int factorial(int n) { return n < 2 ? 1 : n * factorial(n - 1); }
__device__ int is_odd(int n);
__device__ int is_even(int n) { return n == 0 ? 1 : is_odd(n - 1); }
__device__ int is_odd(int n) { return n == 0 ? 0 : is_even(n - 1); }
__device__ __noinline__ int deep(int n) { return n ? 1 + deep(n - 1) : 0; }

typedef float (*operation_t)(float, float);
__device__ float add(float a, float b) { return a + b; }
__device__ float multiply(float a, float b) { return a * b; }
__device__ operation_t table[2] = {add, multiply};
__device__ operation_t chosen = multiply;

template <class F> __device__ float twice(F f, float x) { return f(f(x, x), x); }
template <operation_t OP> __global__ void by_template(float *out) { *out = OP(3, 4); }
__host__ __device__ float both(float x) { return 2 * x + 1; }
__host__ __device__ constexpr int square(int x) { return x * x; }
__device__ __forceinline__ int overloaded(int) { return 1; }
__device__ __forceinline__ int overloaded(double) { return 2; }
__device__ int with_default(int a, int b = 7) { return a + b; }
__device__ void by_reference(int &a, const int &b) { a += b; }
static __device__ int is_static(int a) { return a + 1; }
inline __device__ int is_inline(int a) { return a + 2; }
constexpr int from_constexpr = 5;
enum color_t { RED = 3, GREEN };
#define FROM_MACRO 9
static const int fixed = 11;

__global__ void calls(int *out, operation_t given)
{
    int t = threadIdx.x, a = 1;
    int *o = out + t * 16;
    o[0] = factorial(t % 10), o[1] = is_even(t), o[2] = deep(50);
    o[3] = int(table[t % 2](3, 4)), o[4] = int(chosen(t, 2)), o[5] = int(given(t, 3)), o[6] = int(twice(add, 5));
    o[7] = int(both(t)), o[8] = square(t) + square(3), o[9] = overloaded(t) * 10 + overloaded(0.5);
    o[10] = with_default(t) + with_default(1, 1);
    by_reference(a, t);
    o[11] = a, o[12] = is_static(t) + is_inline(t), o[13] = from_constexpr + GREEN + FROM_MACRO + fixed;
    operation_t local = t % 2 ? add : multiply;
    o[14] = int(local(5, 6));
    switch (t % 4) {
    case 0: o[15] = 100; break;
    case 1:
    case 2: o[15] = 200; break;
    default: o[15] = 300;
    }
}
int main()
{
    int *d = device<int>(64 * 16);
    operation_t given = nullptr;
    CALL(cudaMemcpyFromSymbol(&given, table, sizeof given)); // the address of add on the device
    calls<<<1, 64>>>(d, given);
    SYNC();
    auto h = to_host(d, 64 * 16);
    const int factorials[] = {1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880};
    for (int t = 0; t < 64; t++) {
        int e[16] = {factorials[t % 10], t % 2 == 0, 50, t % 2 ? 12 : 7, 2 * t, t + 3, 15, 2 * t + 1, t * t + 9, 12,
                     t + 9, t + 1, 2 * t + 3, 5 + 4 + 9 + 11, t % 2 ? 11 : 30, t % 4 == 0 ? 100 : t % 4 == 3 ? 300 : 200};
        for (int k = 0; k < 16; k++) equal(h[t * 16 + k], e[k], "calls", __FILE__, k);
    }
    EQUAL(both(2), 5.f), EQUAL(square(4), 16);
    float *f = device<float>(1);
    by_template<add><<<1, 1>>>(f);
    SYNC();
    EQUAL(to_host(f, 1)[0], 7.f);
    by_template<multiply><<<1, 1>>>(f);
    SYNC();
    EQUAL(to_host(f, 1)[0], 12.f);
    CALL(cudaFree(d)), CALL(cudaFree(f));
    return done();
}
