// [given] launches.cu: every way to write a launch: templates, pointers, macros, ternaries, nested, through other functions.
// flags: --extended-lambda -Xcompiler -Wall,-Wextra,-Wno-unused-function
#include "torture.h"
#include <vector>

__global__ void set(int *a, int value) { a[blockIdx.x * blockDim.x + threadIdx.x] = value; }
template <class T> __global__ void add(T *a, T value) { a[blockIdx.x * blockDim.x + threadIdx.x] += value; }
template <class T, int N, bool NEGATIVE = (N > 3)> __global__ void add_n(T *a)
{
    a[blockIdx.x * blockDim.x + threadIdx.x] += NEGATIVE ? -N : N;
}
__global__ void set(float *a) { a[threadIdx.x] = 1.5f; } // an overload
namespace outer {
namespace inner {
__global__ void twice(int *a) { a[threadIdx.x] *= 2; }
template <class T> struct box_t { T value; };
template <class T> __global__ void from_box(T *a, box_t<T> b) { a[threadIdx.x] = b.value; }
} // namespace inner
static __global__ void thrice(int *a) { a[threadIdx.x] *= 3; }
} // namespace outer
namespace {
__global__ void hidden(int *a) { a[threadIdx.x] = -1; }
} // namespace
extern "C" __global__ void c_name(int *a) { a[threadIdx.x] = 77; }
extern "C" {
__global__ void c_name_2(int *a, int = 5) { a[threadIdx.x] = 78; }
}
__global__ void defaults(int *a, int x = 3, int y = 1 << 2);
__global__ void defaults(int *a, int x, int y) { a[threadIdx.x] = x + y; }
template <> __global__ void add<float>(float *a, float value) { a[threadIdx.x] += 10 * value; }

#define MAKE_KERNEL(name, op) \
    __global__ void name(int *a, int b) { int i = threadIdx.x; if (i < 32) { a[i] = a[i] op b; } }
MAKE_KERNEL(plus_b, +) MAKE_KERNEL(minus_b, -)

typedef void (*kernel_t)(int *, int);
struct table_t {
    kernel_t k[2];
    kernel_t get(int i) const { return k[i]; }
};
kernel_t choose(bool first) { return first ? plus_b : minus_b; }
int one() { return 1; }
template <class T> T same(T x) { return x; }

int launch_and_count(int *a, int v)
{
    set<<<1, 32>>>(a, v);
    return v;
}
template <class T> void in_a_template(T *a)
{
    add<<<1, 32>>>(a, T(1));
    add<T><<<1, 32>>>(a, T(1));
    add_n<T, 2><<<1, 32>>>(a);
}
struct member_t {
    int *a;
    int n;
    void go() const { set<<<n / 32, 32>>>(a, 4); }
    template <int B> void go_n() const;
};
template <int B> void member_t::go_n() const { add_n<int, B><<<n / 32, dim3(32, 1)>>>(a); }

int main()
{
    const int n = 32;
    array_t<int> a(n);
    array_t<float> f(n);
    set<<<1, n>>>(a, 1);
    CHECK(a.sum() == n);
    set<<<dim3(1), dim3(n, 1, 1), 0, 0>>>(f);
    CHECK(f.sum() == 1.5f * n);
    add<<<1, n>>>(a.p, 1);
    add<int><<<1, n>>>(a, 1);
    add_n<int, 5><<<1, n>>>(a);
    add_n<int, (3 > 2 ? 4 : 1), (2 > 1)><<<1, n>>>(a);
    add_n<int, 4, (4 < 3)><<<(n > 16) ? 1 : 2, n>>>(a);
    CHECK(a.sum() == n * (3 - 5 - 4 + 4));
    add<float><<<1, n>>>(f, .05f);
    CHECK(f.sum() == 2 * n);
    set<<<
        BLOCKS(n, 32), // blocks
        32             /* threads >>> */
        >>>(a,
            3);
    outer::inner::twice<<<1, n>>>(a);
    ::outer::thrice<<<1, n>>>(a);
    CHECK(a.sum() == 18 * n);
    outer::inner::from_box<<<1, n>>>(a.p, outer::inner::box_t<int>{6});
    outer::inner::from_box<int><<<1, n>>>(a, {7});
    CHECK(a.sum() == 7 * n);
    hidden<<<1, n>>>(a), c_name<<<1, n>>>(a);
    c_name_2<<<1, n>>>(a);
    CHECK(a.sum() == 78 * n);
    defaults<<<1, n>>>(a);
    CHECK(a.sum() == 7 * n);
    LAUNCH(plus_b, 1, n, a, 1);
    LAUNCH_ALL(minus_b, CONFIG(1, n, 0), a, 2);
    LAUNCH_ALL((add_n<int, 1>), CONFIG(dim3(1, 1), dim3{n}), a);
    CHECK(a.sum() == 7 * n);

    kernel_t p = plus_b, *pp = &p, list[] = {plus_b, minus_b};
    table_t table = {{plus_b, minus_b}}, *t = &table;
    std::vector<kernel_t> many(list, list + 2);
    set<<<1, n>>>(a, 0);
    p<<<1, n>>>(a, 1);
    (*p)<<<1, n>>>(a, 1);
    (*pp)<<<1, n>>>(a, 1);
    (**pp)<<<1, n>>>(a, 1);
    list[0]<<<1, n>>>(a, 1);
    table.k[0]<<<1, n>>>(a, 1);
    t->k[1 - 1]<<<1, n>>>(a, 1);
    table.get(0)<<<1, n>>>(a, 1);
    many[0]<<<1, n>>>(a, 1);
    choose(true)<<<1, n>>>(a, 1);
    same(p)<<<1, n>>>(a, 1);
    (n > 3 ? plus_b : minus_b)<<<1, n>>>(a, 1);
    CHECK(a.sum() == 12 * n);
    for (kernel_t k : list) k<<<1, n>>>(a, 1);
    CHECK(a.sum() == 12 * n);

    if (n == 32) set<<<1, n>>>(a, 2);
    else set<<<1, n>>>(a, 3);
    CHECK(a.sum() == 2 * n);
    n > 1 ? set<<<1, n>>>(a, 4) : plus_b<<<1, n>>>(a, 5);
    CHECK(a.sum() == 4 * n);
    for (int i = 0; i < 3; i++) plus_b<<<1, n>>>(a, i);
    CHECK(a.sum() == 7 * n);
    set<<<1, n>>>(a, launch_and_count(a, 9) + launch_and_count(a, 1));
    CHECK(a.sum() == 10 * n);
    set<<<launch_and_count(a, 1), n>>>(a, 11);
    CHECK(a.sum() == 11 * n);
    set<<<same<int>(one()), same<int>(n)>>>(a, 12);
    set<<<(64 >> 1) >> 5, n>>>(a, 12);
    set<<<n >> 5, n>>>(a, 12);
    set<<<{1, 1, 1}, {(unsigned)n}>>>(a, 12);
    set<<<[] { return 1; }(), [=](int x) { return x; }(n)>>>(a, 12);
    CHECK(a.sum() == 12 * n);
    auto launcher = [&](auto... arguments) { set<<<1, n>>>(arguments...); };
    launcher(a.p, 13);
    CHECK(a.sum() == 13 * n);
    cudaStream_t stream;
    CALL(cudaStreamCreate(&stream));
    set<<<1, n, 0, stream>>>(a, 14);
    CHECK(a.sum() == 14 * n);
    in_a_template(a.p), in_a_template(f.p);
    CHECK(a.sum() == 18 * n);
    member_t m = {a, n};
    m.go(), m.go_n<3>();
    CHECK(a.sum() == 7 * n);

    int value = 15;
    int *pointer = a;
    void *arguments[] = {&pointer, &value}, *two[] = {&pointer, &value, &value};
    CALL(cudaLaunchKernel((void *)plus_b, dim3(1), dim3(n), arguments, 0, 0));
    CALL(cudaLaunchKernel((const void *)&plus_b, 1, n, arguments, 0, stream));
    CALL(cudaLaunchKernel(reinterpret_cast<const void *>(add<int>), 1, n, arguments, 0, 0));
    CALL(cudaLaunchKernel((void *)(outer::thrice), 1, n, arguments, 0, 0));
    CALL(cudaLaunchKernel(choose(false), 1, n, arguments, 0, 0));
    const void *untyped = (const void *)defaults;
    CALL(cudaLaunchKernel(untyped, 1, n, two, 0, 0));
    CHECK(a.sum() == 30 * n);
    int grid, block;
    CALL(cudaOccupancyMaxPotentialBlockSize(&grid, &block, (void *)plus_b, 0, 0));
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&grid, add_n<int, 1>, 128, 0));
    cudaFuncAttributes attributes;
    CALL(cudaFuncGetAttributes(&attributes, (const void *)add<int>));
    CALL(cudaFuncSetAttribute((const void *)plus_b, cudaFuncAttributeMaxDynamicSharedMemorySize, 1024));
    CALL(cudaStreamDestroy(stream));
    // "k<<<1, 1>>>(x)" in a comment, in 'literals' and in strings stays what it is:
    const char *text = "k<<<1, 1>>>(x)", *raw = R"(__global__ "k<<<1,
1>>>")", quote = '"', wide = L'<' == '<' ? '<' : 0;
    CHECK(text[1] == '<' && raw[0] == '_' && quote == '"' && wide == '<' && __LINE__ == 173);
    puts("ok");
}
