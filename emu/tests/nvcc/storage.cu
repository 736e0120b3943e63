// [given] storage.cu: every way to declare __shared__, __device__, __constant__ and __managed__ variables.
// flags: --extended-lambda -Xcompiler -Wall,-Wextra,-Wno-unused-function
#include "torture.h"

struct pair_t { int a, b; };
typedef int (*op_t)(int, int);
__device__ int add(int a, int b) { return a + b; }
__device__ int mul(int a, int b);
__device__ op_t ops[] = {add, mul}, one_op = add;
__device__ int (*plain_op)(int, int) = mul;
__device__ int counter, *where = &counter, table[2][3] = {{1, 2, 3}, {4, 5, 6}};
static __device__ volatile int flag = 3;
__device__ static float fraction = 0.25f;
volatile __device__ int ready;
int __device__ turned = 4;
__constant__ float weights[4];
__constant__ pair_t pair = {7, 8};
const __constant__ int fixed[3] = {1, 2, 3};
__device__ const float PI_TABLE[] = {3.f, 3.1f, 3.14f};
__device__ constexpr int LIMIT = 5;
__device__ __managed__ int shared_with_host = 1, also_shared[4];
__managed__ pair_t managed_pair;
__device__ struct { int x; float y; } unnamed;
__device__ struct named_t { int x; } named[2], *named_pointer;
__device__ __align__(16) char buffer[64];
alignas(32) __device__ float aligned[8];
__device__ float braces{2.5f};
__device__ unsigned long long int big_counter = 0ULL;
namespace a {
namespace b {
__device__ int in_namespace = 6;
__constant__ int constant_in_namespace;
} // namespace b
} // namespace a
__device__ int later = 9;
template <class T> struct holder_t {
    static constexpr int size = 3;
    T value;
    __host__ __device__ holder_t(T v) : value(v) {}
    __device__ T get() const { return value; }
};
__device__ int mul(int a, int b) { return a * b; }

extern __shared__ float outside[];
namespace n {
extern __shared__ int counts[];
__global__ void use_counts(int *out)
{
    counts[threadIdx.x] = threadIdx.x;
    __syncthreads();
    if (threadIdx.x == 0)
        for (int i = 0; i < 32; i++) out[0] += counts[i];
}
} // namespace n
__global__ void use_outside(int *out)
{
    float *half = outside + 32;
    int *whole = (int *)&half[32];
    outside[threadIdx.x] = threadIdx.x, half[threadIdx.x] = 1, whole[threadIdx.x] = 2;
    __syncthreads();
    if (threadIdx.x == 0)
        for (int i = 0; i < 32; i++) out[0] += (int)outside[i] + (int)half[i] + whole[i];
}
extern __shared__ __align__(16) unsigned char raw[];
template <class T> __global__ void use_raw(T *out)
{
    T *mine = (T *)raw, *again = reinterpret_cast<T *>(raw);
    mine[threadIdx.x] = T(1);
    __syncthreads();
    if (threadIdx.x == 0)
        for (int i = 0; i < 32; i++) out[0] += again[i];
}
__device__ int raw_in_a_function() { return raw[0] + (int)sizeof(*raw); }
__global__ void shadow(int *raw, int n) { raw[0] += n + raw_in_a_function() * 0; }

template <int N> __global__ void statics(int *out)
{
    __shared__ int plain[N];
    __shared__ volatile int before[N];
    volatile __shared__ int after[N], scalar, matrix[2][N + 1];
    static __shared__ int with_static[N];
    __shared__ static int with_static_2[N];
    int __shared__ turned[N];
    __shared__ __align__(16) float4 vectors[N];
    __align__(8) __shared__ char bytes[N];
    __shared__ alignas(16) int with_alignas[4];
    alignas(16) __shared__ int with_alignas_2[4];
    __shared__ struct { int x[N]; float y; } in_place;
    __shared__ pair_t pairs[2], *pair_pointer;
    __shared__ struct pair_t elaborated;
    __shared__ unsigned long long int wide;
    const int M = 2 * N;
    __shared__ int computed[M][(M > 3 ? 2 : 1)];
    const int i = threadIdx.x;
    plain[i] = before[i] = after[i] = matrix[1][i] = with_static[i] = with_static_2[i] = turned[i] = 1;
    vectors[i] = make_float4(1, 2, 3, 4), bytes[i] = 1, in_place.x[i] = 1, computed[2 * i][1] = 1;
    if (i == 0) {
        scalar = 1, with_alignas[3] = 1, with_alignas_2[3] = 1, in_place.y = 1, elaborated.b = 1, wide = 1;
        pairs[1].a = 1, pair_pointer = &pairs[1];
    }
    __syncthreads();
    if (i > 0) return;
    int sum = scalar + with_alignas[3] + with_alignas_2[3] + (int)in_place.y + elaborated.b + (int)wide + pair_pointer->a;
    for (int j = 0; j < N; j++) {
        sum += plain[j] + before[j] + after[j] + matrix[1][j] + with_static[j] + with_static_2[j] + turned[j];
        sum += (int)vectors[j].w + bytes[j] + in_place.x[j] + computed[2 * j][1];
    }
    *out = sum;
}
__global__ void dynamic_forms(int *out)
{
    extern __shared__ int s[];
    extern __shared__ __align__(16) int s2[];
    __align__(16) extern __shared__ float4 s3[];
    extern volatile __shared__ int s4[];
    extern __shared__ float rows[][8];
    extern __shared__ struct pair_t pairs[];
    s[threadIdx.x] = 1;
    __syncthreads();
    if (threadIdx.x) return;
    rows[1][7] = 0;
    for (int i = 0; i < 32; i++) out[0] += s[i] + s2[i] + s4[i];
    out[0] += s3 == (float4 *)s, out[0] += pairs[1].b;
}
template <class T> struct shared_t { // NVIDIA's samples use this
    __device__ operator T *()
    {
        extern __shared__ int everything[];
        return (T *)everything;
    }
};
template <class T> __global__ void with_wrapper(T *out)
{
    T *s = shared_t<T>();
    s[threadIdx.x] = 1;
    __syncthreads();
    if (threadIdx.x == 0)
        for (int i = 0; i < 32; i++) out[0] += s[i];
}
__device__ int helper(int i)
{
    __shared__ int in_a_function[32];
    in_a_function[i] = i;
    __syncthreads();
    return in_a_function[31 - i];
}
__global__ void device_variables(int *out)
{
    static int local_static = 1;
    if (threadIdx.x == 0) {
        counter += 1, *where += 1, flag = flag + 1, ready = 1;
        big_counter += ops[1](3, 4) + one_op(1, 1) + plain_op(2, 2);
        shared_with_host += 1, also_shared[3] = 2, managed_pair.b = 5;
        unnamed.x = 1, named[1].x = 2, named_pointer = &named[1], buffer[3] = 1, aligned[7] = 1;
        out[0] = counter + flag + table[1][2] + turned + (int)(4 * fraction) + (int)(100 * PI_TABLE[2]) + LIMIT;
        out[0] += pair.b + fixed[2] + a::b::in_namespace + a::b::constant_in_namespace + later + unnamed.x;
        out[0] += named_pointer->x + buffer[3] + (int)aligned[7] + (int)(2 * braces) + (int)weights[3];
        out[0] += holder_t<int>::size + holder_t<int>(4).get() + local_static;
    }
    atomicAdd(out + 1, helper(threadIdx.x));
}

int main()
{
    array_t<int> out(2);
    const float w[4] = {1, 2, 3, 4};
    const int c = 100;
    CALL(cudaMemcpyToSymbol(weights, w, sizeof w));
    CALL(cudaMemcpyToSymbol(a::b::constant_in_namespace, &c, sizeof c));
    device_variables<<<1, 32>>>(out);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 2 + 4 + 6 + 4 + 1 + 314 + 5 + 8 + 3 + 6 + 100 + 9 + 1 + 2 + 1 + 1 + 5 + 4 + 3 + 4 + 1);
    CHECK(out[1] == 31 * 16);
    CHECK(shared_with_host == 2 && also_shared[3] == 2 && managed_pair.b == 5);
    unsigned long long big;
    int two[2];
    CALL(cudaMemcpyFromSymbol(&big, big_counter, sizeof big));
    CALL(cudaMemcpyFromSymbol(two, table, sizeof two, 4 * sizeof(int)));
    CHECK(big == 12 + 2 + 4 && two[0] == 5 && two[1] == 6);
    void *address;
    size_t size;
    CALL(cudaGetSymbolAddress(&address, table));
    CALL(cudaGetSymbolSize(&size, buffer));
    CHECK(size == 64);

    out[0] = 0;
    use_outside<<<1, 32, 96 * sizeof(float)>>>(out);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 31 * 16 + 32 + 64);
    n::use_counts<<<1, 32, 32 * sizeof(int)>>>(out);
    use_raw<<<1, 32, 32 * sizeof(int)>>>(out.p);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 31 * 32 + 32 + 64 + 32);
    shadow<<<1, 1, 4>>>(out, 1);
    out[0] = 0;
    statics<32><<<1, 32>>>(out);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 7 + 32 * (7 + 4 + 3));
    out[0] = 0;
    dynamic_forms<<<1, 32, 1024>>>(out);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 3 * 31 + 1 + 1);
    out[0] = 0;
    with_wrapper<<<1, 32, 1024>>>(out.p);
    CALL(cudaDeviceSynchronize());
    CHECK(out[0] == 32);
    puts("ok");
}
