// [given] halves.cpp: __half and __nv_bfloat16: every value there and back, roundings, arithmetic.
#define __CUDACC__
#include <cuda_runtime.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include "check.h"

static void every_value()
{
    int wrong = 0;
    for (unsigned i = 0; i < 65536; i++) {
        const unsigned short bits = (unsigned short)i;
        const float f = __half2float(__ushort_as_half(bits)), b = __bfloat162float(__ushort_as_bfloat16(bits));
        const int exponent = bits >> 10 & 31, sign = bits >> 15 ? -1 : 1;
        const float expected = exponent == 31  ? (bits & 1023 ? NAN : INFINITY)
                               : exponent == 0 ? ldexpf(bits & 1023, -24)
                                               : ldexpf((bits & 1023) + 1024, exponent - 25);
        if (isnan(expected) ? !isnan(f) : f != sign * expected || signbit(f) != (sign < 0)) wrong++;
        if (!isnan(f) && __half_as_ushort(__float2half(f)) != bits) wrong++;
        if (!isnan(b) && (__bfloat16_as_ushort(__float2bfloat16(b)) != bits || __float_as_uint(b) != i << 16)) wrong++;
        // Between this value and the next: ties to even, the directed modes to either side.
        if (exponent == 31 || (bits & 0x7fff) == 0x7bff) continue;
        const float next = __half2float(__ushort_as_half(bits + 1)), middle = (f + next) / 2;
        const unsigned short even = bits & 1 ? bits + 1 : bits, inner = bits, outer = bits + 1;
        if (__half_as_ushort(__float2half_rn(middle)) != even) wrong++;
        if (__half_as_ushort(__float2half_rn(nextafterf(middle, next))) != outer) wrong++;
        if (__half_as_ushort(__float2half_rn(nextafterf(middle, f))) != inner) wrong++;
        if (__half_as_ushort(__float2half_rz(middle)) != inner) wrong++;
        if (__half_as_ushort(__float2half_ru(middle)) != (sign > 0 ? outer : inner)) wrong++;
        if (__half_as_ushort(__float2half_rd(middle)) != (sign > 0 ? inner : outer)) wrong++;
    }
    CHECK(wrong == 0);
}

static void edges()
{
    CHECK(__half2float(__float2half(65519.996f)) == 65504 && isinf(__half2float(__float2half(65520))));
    CHECK(__half2float(__float2half_rz(1e9f)) == 65504 && __half2float(__float2half_ru(-1e9f)) == -65504);
    CHECK(__half_as_ushort(__float2half(ldexpf(1, -25))) == 0 &&
          __half_as_ushort(__float2half(ldexpf(1.001f, -25))) == 1);
    CHECK(__half_as_ushort(__float2half(NAN)) == 0x7fff && __half_as_ushort(__float2half(-0.0f)) == 0x8000);
    CHECK(__bfloat162float(__float2bfloat16(1.00390625f)) == 1 &&
          __bfloat162float(__float2bfloat16(1.01171875f)) == 1.015625f);
    CHECK(__half_as_ushort(__double2half(1 + ldexp(1, -11) + ldexp(1, -40))) == 0x3c01);  // once rounded, not twice
    CHECK(__half2int_rn(__float2half(2.5f)) == 2 && __half2int_rz(__float2half(-2.9f)) == -2);
    CHECK(__half2float(__int2half_rn(2049)) == 2048 && __half2float(__int2half_ru(2049)) == 2050);
    CHECK(__half2float(__ull2half_rn((2049ull << 40) + 1)) == INFINITY);
}

static void arithmetic()
{
    half a = 1.5f, b = 2;
    half2 v = __floats2half2_rn(1, 2), w = __halves2half2(b, a);
    CHECK(float(a + b) == 3.5f && float(a * b) == 3 && float(a / b) == 0.75f && float(-a) == -1.5f && a < b && a != b);
    CHECK(__half2float(__hadd(a, b)) == 3.5f && __heq(a, a) && !__hne(a, a) && __hltu(a, __float2half(NAN)));
    CHECK(__low2float(v + w) == 3 && __high2float(v * w) == 3 && __hbeq2(v, v) && !(v == w));
    CHECK(__half22float2(__hfma2(v, w, v)).x == 3 && __half2float(__low2half(__high2half2(v))) == 2);
    CHECK(float(hsqrt(half(2.25f))) == 1.5f && float(hexp(half(0))) == 1 && float(hrint(half(2.5f))) == 2);
    CHECK(float(__hmax(a, __float2half(NAN))) == 1.5f && __hisnan(__hmax_nan(a, __float2half(NAN))));
    const half c0 = 1.0009765625f;  // 1 + 2^-10: its square less 1 is 2^-9 + 2^-20, half way between two values
    CHECK(float(__hfma(c0, c0, half(-1))) == 0.001953125f);
    CHECK(float(__hadd_sat(a, b)) == 1 && float(__hfma_relu(a, b, half(-9))) == 0);
    a += b;
    a++;
    CHECK(float(a) == 4.5f && int(a) == 4 && (a ? 1 : 0));
    __nv_bfloat16 c = 3.0f, d = __float2bfloat16(0.5f);
    CHECK(float(c * d) == 1.5f && __bfloat162float(__hsub(c, d)) == 2.5f && __bfloat162int_rz(c) == 3);
    CHECK(float(__hfma(c, d, __float2bfloat16(ldexpf(1, -60)))) == 1.5f);
    half sum = 0;
    for (int i = 0; i < 10; i++) atomicAdd(&sum, half(1));
    half2 sums = __float2half2_rn(0);
    atomicAdd(&sums, v);
    CHECK(float(sum) == 10 && __high2float(sums) == 2 && float(__shfl_xor_sync(~0u, sum, 1)) == 10);
}

int main()
{
    every_value();
    edges();
    arithmetic();
    return wrong_count != 0;
}
