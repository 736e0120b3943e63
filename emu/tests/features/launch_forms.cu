// [given] launch_forms.cu: every way to write a launch.
#include "test.h"

__global__ void plain(int *a, int value) { a[blockIdx.x * blockDim.x + threadIdx.x] = value; }
template <class T> __global__ void of_type(T *a, T value) { a[threadIdx.x] = value + T(threadIdx.x); }
template <int N, bool TWICE> __global__ void of_value(int *a) { a[threadIdx.x] = TWICE ? 2 * N : N; }
template <class T, int N = 3> __global__ void of_both(T *a) { a[threadIdx.x] = N; }
__global__ void overloaded(int *a) { a[0] = 1; }
__global__ void overloaded(float *a) { a[0] = 2; }
__global__ void overloaded(int *a, int b) { a[0] = b; }
static __global__ void is_static(int *a) { a[0] = 5; }
__global__ static void is_static_too(int *a) { a[0] = 6; }
__global__ void __launch_bounds__(128, 2) bounded(int *a) { a[0] = 7; }
__launch_bounds__(64) __global__ void bounded_first(int *a) { a[0] = 8; }
extern "C" __global__ void in_c(int *a) { a[0] = 9; }
__global__ void declared_before(int *a, int b);
namespace outer
{
__global__ void k(int *a) { a[0] = 10; }
namespace inner
{
template <class T> __global__ void k(T *a) { a[0] = 11; }
} // namespace inner
} // namespace outer
namespace
{
__global__ void hidden(int *a) { a[0] = 12; }
} // namespace
#define KERNEL(name, value)                                                                                            \
    __global__ void name(int *a) { a[0] = value; }
KERNEL(by_macro_1, 13)
KERNEL(by_macro_2, 14)
#define LAUNCH(kernel, ...) kernel<<<1, 1>>>(__VA_ARGS__)
__global__ void no_parameters() {}
__global__ void many(char a, short b, int c, long d, float e, double f, const int *g, bool h, double *out)
{
    *out = a + b + c + d + e + f + *g + (h ? 1 : 0);
}
struct launcher_t {
    int *a;
    void go() { plain<<<1, 1>>>(a, 77); }
    static void go(int *a) { plain<<<1, 1>>>(a, 78); }
};
template <class T> void launch_from_template(T *a, T v) { of_type<T><<<1, 1>>>(a, v); }
template <template <class> class H, class T> struct none_t {};

static int first(const int *d)
{
    int h = -1;
    SYNC();
    CALL(cudaMemcpy(&h, d, sizeof h, cudaMemcpyDeviceToHost));
    return h;
}
static int blocks_for(int n, int size) { return (n + size - 1) / size; }

int main()
{
    int *a = device<int>(1024), n = 100;
    float *f = device<float>(32);
    plain<<<1, 1>>>(a, 1), EQUAL(first(a), 1);
    plain<<<blocks_for(n, 32), n > 50 ? 32 : 16>>>(a, 2), EQUAL(first(a), 2);
    EQUAL(to_host(a, 128)[127], 2);
    plain<<<dim3(2, 1, 1), dim3(8)>>>(a, 3), EQUAL(to_host(a, 16)[15], 3);
    dim3 grid(2), block = 16;
    plain<<<grid, block, 0>>>(a, 4), EQUAL(to_host(a, 32)[31], 4);
    plain<<<grid, block, 16 * sizeof(int), 0>>>(a, (1 << 4) >> 2), EQUAL(first(a), 4);
    plain<<<(n >> 6), dim3{4, 1, 1}>>>(a, 5), EQUAL(first(a), 5);
    if (n > 3) plain<<<1, 1>>>(a, 6);
    EQUAL(first(a), 6);
    for (int i = 0; i < 3; i++) plain<<<1, 1>>>(a, i);
    EQUAL(first(a), 2);
    n < 3 ? plain<<<1, 1>>>(a, 7) : plain<<<1, 1>>>(a, 8);
    EQUAL(first(a), 8);

    of_type<int><<<1, 4>>>(a, 20), EQUAL(to_host(a, 4)[3], 23);
    of_type<<<1, 4>>>(a, 30), EQUAL(to_host(a, 4)[3], 33);
    of_type<float><<<1, 4>>>(f, 1.5f), EQUAL(to_host(f, 4)[2], 3.5f);
    of_value<21, true><<<1, 1>>>(a), EQUAL(first(a), 42);
    of_value<(3 > 2) ? 4 : 5, (1 < 0)><<<1, 1>>>(a), EQUAL(first(a), 4);
    of_both<int><<<1, 1>>>(a), EQUAL(first(a), 3);
    of_both<int, 9><<<1, 1>>>(a), EQUAL(first(a), 9);
    launch_from_template(a, 55), EQUAL(first(a), 55);

    overloaded<<<1, 1>>>(a), EQUAL(first(a), 1);
    overloaded<<<1, 1>>>(f), EQUAL(to_host(f, 1)[0], 2.f);
    overloaded<<<1, 1>>>(a, 3), EQUAL(first(a), 3);
    is_static<<<1, 1>>>(a), EQUAL(first(a), 5);
    is_static_too<<<1, 1>>>(a), EQUAL(first(a), 6);
    bounded<<<1, 1>>>(a), EQUAL(first(a), 7);
    bounded_first<<<1, 1>>>(a), EQUAL(first(a), 8);
    in_c<<<1, 1>>>(a), EQUAL(first(a), 9);
    declared_before<<<1, 1>>>(a, 99), EQUAL(first(a), 99);
    outer::k<<<1, 1>>>(a), EQUAL(first(a), 10);
    outer::inner::k<int><<<1, 1>>>(a), EQUAL(first(a), 11);
    ::outer::k<<<1, 1>>>(a), EQUAL(first(a), 10);
    hidden<<<1, 1>>>(a), EQUAL(first(a), 12);
    by_macro_1<<<1, 1>>>(a), EQUAL(first(a), 13);
    LAUNCH(by_macro_2, a), EQUAL(first(a), 14);
    LAUNCH(plain, a, 15), EQUAL(first(a), 15);
    {
        using namespace outer::inner;
        outer::inner::k<<<1, 1>>>(a);
        EQUAL(first(a), 11);
    }
    no_parameters<<<3, 5>>>();
    SYNC();
    double *d = device<double>(1);
    many<<<1, 1>>>(1, 2, 3, 4, 5.5f, 6.25, a, true, d);
    EQUAL(to_host(d, 1)[0], 33.75 - 0);
    launcher_t l = {a};
    l.go(), EQUAL(first(a), 77);
    launcher_t::go(a), EQUAL(first(a), 78);

    void (*pointer)(int *, int) = plain;
    pointer<<<1, 1>>>(a, 16), EQUAL(first(a), 16);
    (*pointer)<<<1, 1>>>(a, 17), EQUAL(first(a), 17);
    void (*table[])(int *) = {by_macro_1, by_macro_2};
    table[1]<<<1, 1>>>(a), EQUAL(first(a), 14);
    auto deduced = of_value<5, false>;
    deduced<<<1, 1>>>(a), EQUAL(first(a), 5);
    auto lambda = [&](int v) { plain<<<1, 1>>>(a, v); };
    lambda(18), EQUAL(first(a), 18);

    int value = 19;
    void *arguments[] = {&a, &value};
    CALL(cudaLaunchKernel((const void *)plain, dim3(1), dim3(1), arguments, 0, nullptr)), EQUAL(first(a), 19);
    value = 20;
    CALL(cudaLaunchKernel(plain, dim3(2), dim3(4), arguments, 0, nullptr)), EQUAL(to_host(a, 8)[7], 20);
    CALL(cudaLaunchKernel((void *)of_type<int>, 1, 2, arguments, 0, 0)), EQUAL(to_host(a, 2)[1], 21);
    CALL(cudaFree(a)), CALL(cudaFree(f)), CALL(cudaFree(d));
    return done();
}
__global__ void declared_before(int *a, int b) { a[0] = b; }
