// [given] odd.cu: odd but legal programs.
// flags: -Xcompiler -Wall,-Wextra
#include "torture.h"

template <typename T, template <typename> class Op> struct reducer {
    template <int N> __device__ __forceinline__ static T run(const T (&v)[N], Op<T> op = Op<T>()) { T r = v[0];
#pragma unroll
        for (int i = 1; i < N; ++i) r = op(r, v[i]);
        return r; }
};
template <typename T> struct plus_op { __host__ __device__ T operator()(const T &a, const T &b) const { return a + b; } };
template <typename T> __global__ void reduce_k(T *out) { T v[4] = {1, 2, 3, 4}; *out = reducer<T, plus_op>::template run<4>(v); }
#define DEFINE_KERNEL(NAME, TYPE, ...) template <> __global__ void NAME<TYPE>(TYPE *a) { __VA_ARGS__; }
template <typename T> __global__ void spec(T *a);
DEFINE_KERNEL(spec, int, a[0] = 7; a[0] <<= 1)
DEFINE_KERNEL(spec, float, a[0] = 7.5f)
enum class mode : unsigned { a = 1, b };
enum { COUNT = sizeof(int) << 2 };
union pack { float f; unsigned u; };
__device__ unsigned bits(float f) { pack p; p.f = f; return p.u; }
template <mode M> __global__ void moded(int *a) { if constexpr (M == mode::a) a[0] = 1; else a[0] = 2; }
template <typename... Ts> struct launcher {
    template <void (*K)(Ts...)> static void go(int g, int b, Ts... ts) { K<<<g, b>>>(ts...); }
};
__global__ void two(int *a, int v) { *a = v; }
struct Ctx { cudaStream_t s = 0; int *d; dim3 g{1}, b{1};
    void run() { two<<<g, b, 0, s>>>(d, 5); this->other(); }
    void other() const { two<<<this->g, this->b, 0, this->s>>>(this->d, int{6}); } };
namespace A { inline namespace B { inline namespace C { template <class T> __global__ void deep(T *p, T v = T(9)) { *p = v; } } } }
using kfun = void (*)(int *, int);
static kfun pick(int i) { static const kfun t[] = {two, A::deep<int>}; return t[i]; }
auto operator"" _b(unsigned long long n) { return dim3(unsigned(n)); }
int get(int *d) { int h; cudaMemcpy(&h, d, 4, cudaMemcpyDeviceToHost); return h; }
__global__ void __launch_bounds__(1) attributed(int *__restrict__ const a, [[maybe_unused]] int unused = COUNT > 3 ? 1 : 0) { a[0] = COUNT; }
__device__ int (*fp_table[2])(int) = {[](int x) { return x; }, [](int x) { return 2 * x; }};
__global__ void fp(int *a) { a[0] = fp_table[1](21); }
int main() try {
    int *d; cudaMalloc(&d, 64);
    reduce_k<int><<<1, 1>>>(d); int r0 = get(d);
    spec<int><<<1, 1>>>(d); int r1 = get(d);
    spec<float><<<1, 1>>>(reinterpret_cast<float *>(d));
    moded<mode::a><<<1, 1>>>(d); int r2 = get(d);
    moded<(mode)2><<<1, 1>>>(d); int r3 = get(d);
    launcher<int *, int>::go<two>(1, 1, d, 4); int r4 = get(d);
    Ctx c; c.d = d; c.run(); int r5 = get(d);
    A::deep<<<1_b, 1_b>>>(d); int r6 = get(d);
    pick(0)<<<1, 1>>>(d, 3); int r7 = get(d);
    (*pick(1))<<<1, 1>>>(d, 8); int r8 = get(d);
    attributed<<<1, 1>>>(d); int r9 = get(d);
    for (auto k : {two, A::deep<int>}) if (k) k<<<1, 1>>>(d, 11); else return 1;
    switch (get(d)) case 11: two<<<1, 1>>>(d, 12);
    do two<<<1, 1>>>(d, 13); while (get(d) != 13);
    int r10 = get(d);
    fp<<<1, 1>>>(d); int r11 = get(d);
    CHECK(r0 == 10 && r1 == 14 && r2 == 1 && r3 == 2 && r4 == 4 && r5 == 6 && r6 == 9 && r7 == 3 && r8 == 8);
    CHECK(r9 == 16 && r10 == 13 && r11 == 42);
    auto x = 1 << 3 << (1 < 2); x <<= 1, x >>= 2;
    CHECK(x == 8);
    puts("ok");
} catch (...) { return 2; }
