// [given] lambdas.cu: functors, lambdas inside of kernels, device lambdas as arguments, parameter packs.
// flags: --extended-lambda
#include "test.h"

struct saxpy_t {
    float a;
    __host__ __device__ float operator()(float x, float y) const { return a * x + y; }
};
template <class F> __global__ void apply(const float *x, float *y, int n, F f)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = f(x[i], y[i]);
}
template <class F> __global__ void for_each(int n, F f)
{
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) f(i);
}
template <class... A> __device__ int sum_of(A... a) { return (0 + ... + a); }
template <class... A> __global__ void variadic(int *out, A... a) { *out = sum_of(a...) + int(sizeof...(a)); }
template <class... A> void launch(void (*kernel)(int *, A...), int *out, A... a) { kernel<<<1, 1>>>(out, a...); }
__global__ void inside(int *out)
{
    int t = threadIdx.x;
    auto square = [](int v) { return v * v; };
    auto add = [t](int v) { return v + t; };
    int n = 0;
    auto count = [&n](int by) { n += by; };
    count(2), count(3);
    auto generic = [=](auto v) { return v * 2; };
    out[t] = square(t) + add(1) + n + generic(10) + int(generic(0.5));
}
int main()
{
    const int n = 100;
    float *x = to_device(std::vector<float>(n, 2)), *y = to_device(std::vector<float>(n, 1));
    apply<<<4, 32>>>(x, y, n, saxpy_t{3});
    SYNC();
    EQUAL(to_host(y, n)[99], 7.f);
    float scale = 10;
    apply<<<4, 32>>>(x, y, n, [=] __device__(float a, float b) { return a * scale + b; });
    SYNC();
    EQUAL(to_host(y, n)[99], 27.f);
    for_each<<<2, 32>>>(n, [=] __device__(int i) { y[i] = x[i] + i; });
    SYNC();
    EQUAL(to_host(y, n)[99], 101.f);
    auto both = [=] __host__ __device__(float a, float b) { return a - b; };
    apply<<<4, 32>>>(x, y, n, both);
    SYNC();
    EQUAL(to_host(y, n)[99], -99.f), EQUAL(both(3, 1), 2.f);

    int *d = device<int>(32);
    variadic<<<1, 1>>>(d, 1, 2, 3);
    SYNC();
    EQUAL(to_host(d, 1)[0], 9);
    launch(variadic<int, short>, d, 5, short(6));
    SYNC();
    EQUAL(to_host(d, 1)[0], 13);
    inside<<<1, 32>>>(d);
    SYNC();
    auto h = to_host(d, 32);
    for (int t = 0; t < 32; t++) EQUAL(h[t], t * t + t + 1 + 5 + 20 + 1);
    CALL(cudaFree(x)), CALL(cudaFree(y)), CALL(cudaFree(d));
    return done();
}
