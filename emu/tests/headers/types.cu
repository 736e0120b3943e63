// [given] types.cu: sizes, alignments and overloads, as assertions that CUDA's own headers fulfil too.
#ifdef WITHOUT_NVCC  // compiled by g++ alone
#define __CUDACC__
#define __device__
#endif
#include <cuda_runtime.h>
#include <cuda_fp16.h>
#include <cuda_bf16.h>
#include <cuComplex.h>
#include <type_traits>

#define LAYOUT(type, size, alignment)                                                                                  \
    static_assert(sizeof(type) == size && alignof(type) == alignment, "layout of " #type)
#define LAYOUTS(name, s, a1, a2, a3, a4)                                                                               \
    LAYOUT(name##1, s, a1);                                                                                            \
    LAYOUT(name##2, 2 * s, a2);                                                                                        \
    LAYOUT(name##3, 3 * s, a3);                                                                                        \
    LAYOUT(name##4, 4 * s, a4)
LAYOUTS(char, 1, 1, 2, 1, 4);
LAYOUTS(uchar, 1, 1, 2, 1, 4);
LAYOUTS(short, 2, 2, 4, 2, 8);
LAYOUTS(ushort, 2, 2, 4, 2, 8);
LAYOUTS(int, 4, 4, 8, 4, 16);
LAYOUTS(uint, 4, 4, 8, 4, 16);
LAYOUTS(long, 8, 8, 16, 8, 16);
LAYOUTS(ulong, 8, 8, 16, 8, 16);
LAYOUTS(longlong, 8, 8, 16, 8, 16);
LAYOUTS(ulonglong, 8, 8, 16, 8, 16);
LAYOUTS(float, 4, 4, 8, 4, 16);
LAYOUTS(double, 8, 8, 16, 8, 16);
LAYOUT(dim3, 12, 4);
LAYOUT(__half, 2, 2);
LAYOUT(half2, 4, 4);
LAYOUT(__nv_bfloat16, 2, 2);
LAYOUT(__nv_bfloat162, 4, 4);
LAYOUT(cuComplex, 8, 8);
LAYOUT(cuDoubleComplex, 16, 16);

static_assert(dim3().x == 1 && dim3(5).y == 1 && dim3(1, 2).z == 1 && dim3(1, 2, 3).z == 3, "dim3");
static_assert(std::is_convertible<int, dim3>::value && std::is_convertible<uint3, dim3>::value, "dim3 from");
static_assert(std::is_convertible<dim3, uint3>::value, "dim3 to");
static_assert(std::is_trivially_destructible<dim3>::value && std::is_trivially_copyable<__half>::value, "trivial");

#define RESULT(expression, type) static_assert(std::is_same<decltype(expression), type>::value, #expression)
__device__ void overloads(int i, unsigned u, long l, unsigned long ul, long long ll, unsigned long long ull, float f,
                          double d, short s, char c)
{
    RESULT(min(i, i), int);
    RESULT(min(i, u), unsigned);
    RESULT(max(u, i), unsigned);
    RESULT(max(u, u), unsigned);
    RESULT(min(s, c), int);
    RESULT(min(l, l), long);
    RESULT(min(l, ul), unsigned long);
    RESULT(max(ul, ul), unsigned long);
    RESULT(max(ll, ll), long long);
    RESULT(min(ll, ull), unsigned long long);
    RESULT(min(f, f), float);
    RESULT(max(f, d), double);
    RESULT(max(d, f), double);
    RESULT(min(d, d), double);
    RESULT(abs(i), int);
    RESULT(abs(f), float);
    RESULT(abs(d), double);
    RESULT(abs(ll), long long);
    RESULT(fabs(f), float);
    RESULT(exp(f), float);
    RESULT(exp(d), double);
    RESULT(exp(i), double);
    RESULT(sqrt(f), float);
    RESULT(pow(f, f), float);
    RESULT(pow(d, i), double);
    RESULT(rsqrt(f), float);
    RESULT(rsqrt(d), double);
    RESULT(exp10(f), float);
    RESULT(floor(f), float);
    RESULT(fmax(f, f), float);
    RESULT(fmax(f, d), double);
    RESULT(fma(f, f, f), float);
    RESULT(erfinv(f), float);
    RESULT(normcdf(d), double);
    RESULT(isnan(f), bool);
    RESULT(__ldg(&f), float);
    RESULT(__ldg((const int *)&i), int);
    RESULT(atomicAdd(&f, 1), float);
    RESULT(atomicAdd(&f, 1.0), float);
    RESULT(atomicAdd(&u, 1), unsigned);
    RESULT(atomicAdd(&i, 1u), int);
    RESULT(atomicAdd(&ull, 1), unsigned long long);
    RESULT(atomicAdd(&d, 1), double);
    RESULT(atomicMax(&ll, 1), long long);
    RESULT(atomicCAS(&i, 0, 1u), int);
    RESULT(atomicExch(&f, 1), float);
    RESULT(atomicInc(&u, 7), unsigned);
    RESULT(__shfl_sync(0xffffffff, f, 0), float);
    RESULT(__shfl_down_sync(0xffffffff, d, 1), double);
    RESULT(__shfl_xor_sync(0xffffffff, s, 1), int);
    RESULT(__shfl_up_sync(-1, ul, 1, 8), unsigned long);
    RESULT(__ballot_sync(0xffffffff, i), unsigned);
    RESULT(__any_sync(0xffffffff, i), int);
    RESULT(__popcll(ull), int);
    RESULT(__clz(i), int);
    RESULT(__float2int_rn(f), int);
    RESULT(__mul24(i, i), int);
    RESULT(__umulhi(u, u), unsigned);
    RESULT(__dp4a(i, i, i), int);
    RESULT(__vadd4(u, u), unsigned);
    RESULT(clock64(), long long);
    RESULT(make_float4(f, f, f, f), float4);
    RESULT(__float2half(f), __half);
    RESULT(__half2float(__half()), float);
    RESULT(__hadd(__half(), __half()), __half);
    RESULT(__half() + __half(), __half);
    RESULT(__half() < __half(), bool);
    RESULT(__hfma2(half2(), half2(), half2()), __half2);
    RESULT(__floats2half2_rn(f, f), __half2);
    RESULT(__bfloat162float(__nv_bfloat16()), float);
    RESULT(__hmul(__nv_bfloat16(), __nv_bfloat16()), __nv_bfloat16);
    RESULT(hexp(__half()), __half);
}

int main() {}
