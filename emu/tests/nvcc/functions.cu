// [given] functions.cu: functions, lambdas and classes that run on the device, and words around them in every order.
// flags: --extended-lambda -Xcompiler -Wall,-Wextra,-Wno-unused-function
#include "torture.h"
#include <algorithm>
#include <vector>

__device__ int plain(int x) { return x + 1; }
__device__ int plain(float x) { return (int)x + 2; }
static __device__ int is_static(int x) { return plain(x); }
__device__ static inline int mixed(int x) { return plain(x); }
inline __device__ int is_inline(int x) { return plain(x); }
__host__ __device__ int both(int x) { return x * 2; }
__device__ __host__ inline int both_2(int x) { return x * 2; }
__forceinline__ __device__ int forced(int x) { return x + 1; }
__device__ __forceinline__ int forced_2(int x);
static __forceinline__ __device__ int forced_3(int x) { return forced_2(x); }
__host__ __device__ __forceinline__ int forced_4(int x) { return x + 1; }
__device__ __noinline__ int kept(int x) { return x + 1; }
__noinline__ __device__ int kept_2(int x) { return x + 1; }
__device__ __inline__ int old_inline(int x) { return x + 1; }
__device__ __forceinline__ int recursive(int x) { return x <= 1 ? 1 : x * recursive(x - 1); }
__device__ int even(int n);
__device__ int odd(int n) { return n == 0 ? 0 : even(n - 1); }
__device__ int even(int n) { return n == 0 ? 1 : odd(n - 1); }
__device__ __forceinline__ int forced_2(int x) { return x + 1; }
template <class T> __device__ T generic(T x) { return x + 1; }
template <> __device__ double generic<double>(double x) { return x + 2; }
template <class T> __host__ __device__ __forceinline__ T bigger(T a, T b) { return a > b ? a : b; }
template <int N> struct unroll_t {
    static __device__ __forceinline__ int sum(const int *a) { return a[N - 1] + unroll_t<N - 1>::sum(a); }
};
template <> struct unroll_t<0> {
    static __device__ __forceinline__ int sum(const int *) { return 0; }
};
constexpr __host__ __device__ int square(int x) { return x * x; }
__device__ auto deduced(int x) -> int { return x + 1; }
__device__ float3 operator+(const float3 &a, const float3 &b) { return make_float3(a.x + b.x, a.y + b.y, a.z + b.z); }
inline __host__ __device__ float3 operator*(float s, float3 v) { return make_float3(s * v.x, s * v.y, s * v.z); }
__device__ void by_reference(int &x, int (&array)[3], int *__restrict__ p) { x = 1, array[2] = 2, *p = 3; }
extern "C" __device__ int c_function(int x) { return x + 1; }
extern "C" {
__device__ int c_function_2(int x) { return x + 1; }
}
namespace deep {
namespace inside {
__device__ int f(int x) { return x + 10; }
struct state_t {
    int n;
    __device__ state_t() : n(5) {}
    __device__ explicit state_t(int n) : n{n} {}
    __host__ __device__ ~state_t() {}
    __device__ int next() { return ++n; }
    __device__ int later(int x) const;
    __device__ operator int() const { return n; }
    __device__ state_t &operator+=(int x)
    {
        n += x;
        return *this;
    }
    template <class F> __device__ int apply(F f) const { return f(n); }
    static __device__ int twice(int x) { return 2 * x; }
    friend __device__ int friendly(const state_t &s) { return s.n; }
};
__device__ int state_t::later(int x) const { return n + x; }
} // namespace inside
} // namespace deep
using deep::inside::state_t;

struct base_t {
    __device__ virtual int value() const { return 1; }
    __device__ virtual ~base_t() {}
};
struct derived_t final : public base_t {
    __device__ int value() const override { return 2; }
};
class functor_t {
public:
    __host__ __device__ functor_t(int k) : k(k) {}
    __host__ __device__ int operator()(int x) const { return x * k; }

private:
    int k;
};
template <class F> __global__ void map(int *a, F f) { a[threadIdx.x] = f(a[threadIdx.x]); }
__global__ void hidden_built_ins(int *a)
{
    struct row_t {
        __device__ static int row() { return blockIdx.x * blockDim.x; }
    };
    auto empty = [](int x) { return x + int(threadIdx.x); };
    auto named = [a](int x) -> int { return a[x] + blockIdx.x + gridDim.x; };
    auto by_reference = [&a](int x) { return [&] { return a[x] + blockDim.x; }(); };
    auto all = [=](int x) { return x + threadIdx.x; };
    const int i = row_t::row() + threadIdx.x;
    const int sum = empty(0) + named(i) + by_reference(i) + all(0);
    a[i] = sum;
}
template <class... F> __global__ void map_all(int *a, F... f)
{
    int x = a[threadIdx.x];
    ((x = f(x)), ...);
    a[threadIdx.x] = x;
}
template <template <class> class C, class T> __global__ void nested_template(C<T> c, int *a) { a[threadIdx.x] = c.value; }
template <class T> struct cell_t { T value; };
struct big_t { float values[40]; int n; cell_t<int> cell; };
__global__ void by_value(const big_t b, int *a, const int *__restrict__ in, __grid_constant__ const int unused)
{
    a[threadIdx.x] = (int)b.values[threadIdx.x] + b.n + b.cell.value + (in ? 0 : unused);
}
__global__ void __launch_bounds__(256, 2) bounds_after(int *a) { a[threadIdx.x] = 1; }
__launch_bounds__(256) __global__ void bounds_before(int *a) { a[threadIdx.x] = 2; }
__global__ __launch_bounds__(32 * 8) void bounds_between(int *a) { a[threadIdx.x] = 3; }
static __global__ void is_static_kernel(int *a) { a[threadIdx.x] = 4; }
__global__ static void is_static_kernel_2(int *a) { a[threadIdx.x] = 5; }
void __global__ turned(int *a) { a[threadIdx.x] = 6; }
inline __global__ void is_inline_kernel(int *a) { a[threadIdx.x] = 7; }
template __global__ void map<functor_t>(int *, functor_t);

__global__ void use_all(int *out)
{
    int array[3] = {0, 0, 0}, x, y;
    by_reference(x, array, &y);
    int sum = plain(1) + plain(1.f) + is_static(1) + mixed(1) + is_inline(1) + both(1) + both_2(1);
    sum += forced(1) + forced_2(1) + forced_3(1) + forced_4(1) + kept(1) + kept_2(1) + old_inline(1);
    sum += recursive(4) + even(4) + generic(1) + (int)generic(1.) + bigger(2, 3) + square(3) + deduced(1);
    const int three[] = {1, 2, 3};
    sum += unroll_t<3>::sum(three) + c_function(1) + c_function_2(1) + deep::inside::f(1) + x + y + array[2];
    float3 v = 2.f * make_float3(1, 2, 3) + make_float3(1, 1, 1);
    sum += (int)v.z;
    state_t s, t(7);
    sum += s.next();
    sum += s.later(1) + int(t) + state_t::twice(4) + friendly(t);
    sum += (s += 2).n;
    auto local = [=](int k) { return k + x; };
    auto with_word = [&] __device__(int k) { return k + y; };
    sum += local(1) + with_word(1) + s.apply([](int k) { return k + 1; });
    derived_t d;
    const base_t *b = &d;
    sum += b->value();
    struct inner_t {
        int n;
        __device__ int get() const { return n; }
    } inner = {3};
    sum += inner.get();
    for (int i = 0; i < 3; i++)
        switch (i) {
        case 0: sum += 1; break;
        case 1: goto out;
        default: sum += 100;
        }
out:
    *out = sum;
}

int host_only(const std::vector<int> &v)
{
    int s = 0;
    for (size_t i = 0; i < v.size(); i++) s += v[i];
    return s;
}
template <class T> static T host_template(T a, T b) noexcept { return a < b ? a : b; }
struct host_t {
    std::vector<int> v;
    host_t() : v(3, 1) {}
    ~host_t() = default;
    host_t(const host_t &) = delete;
    int total() const noexcept { return host_only(v); }
    static int zero() { return 0; }
    virtual int one() try { return 1; } catch (...) { return 2; }
    bool operator==(const host_t &o) const { return v == o.v; }
    explicit operator bool() const { return !v.empty(); }
};
[[nodiscard]] static int attributed() { return 1; }
[[maybe_unused]] static auto trailing(int x) -> decltype(x + 1) { return x; }
static int (*returns_pointer(int))(int) { return nullptr; }

int main()
{
    const int n = 32, k = 3;
    array_t<int> a(n);
    use_all<<<1, 1>>>(a);
    CALL(cudaDeviceSynchronize());
    CHECK(a[0] == 171);
    auto fill = [&](int v) { std::fill(a.p, a.p + n, v); };
    fill(2);
    map<<<1, n>>>(a.p, functor_t(4));
    map<functor_t><<<1, n>>>(a, functor_t{2});
    CHECK(a.sum() == 16 * n);
    map<<<1, n>>>(a.p, [] __device__(int x) { return x + 1; });
    map<<<1, n>>>(a.p, [=] __device__(int x) { return x + k; });
    map<<<1, n>>>(a.p, [=] __host__ __device__(int x) -> int { return x + both(k); });
    map<<<1, n>>>(a.p, [k] __device__(int x) mutable { return x + k; });
    CHECK(a.sum() == 29 * n);
    auto f = [=] __device__(int x) {
        while (x > 10) x -= 10;
        return x;
    };
    map<<<1, n>>>(a.p, f);
    map_all<<<1, n>>>(a.p, functor_t(1), functor_t(2), functor_t(3));
    CHECK(a.sum() == 54 * n);
    nested_template<<<1, n>>>(cell_t<int>{8}, a.p);
    CHECK(a.sum() == 8 * n);
    big_t b = {};
    b.n = 1, b.cell.value = 2;
    by_value<<<1, n>>>(b, a, nullptr, 4);
    CHECK(a.sum() == 7 * n);
    void (*kernels[])(int *) = {bounds_after, bounds_before, bounds_between, is_static_kernel, is_static_kernel_2, turned,
                                is_inline_kernel};
    for (int i = 0; i < 7; i++) {
        kernels[i]<<<1, n>>>(a);
        CHECK(a.sum() == (i + 1) * n);
    }
    fill(0);
    hidden_built_ins<<<2, n / 2>>>(a);
    CHECK(a.sum() == 2 * 2 * 120 + 16 + 2 * n + 16 * n);
    host_t h;
    CHECK(h.total() == 3 && h.one() == 1 && host_t::zero() == 0 && h == h && h && attributed() == 1);
    CHECK(host_template(1, 2) == 1 && !returns_pointer(1) && both(2) == 4 && functor_t(2)(3) == 6);
    puts("ok");
}
