// [given] numbers.cpp: math functions and intrinsics give the numbers that CUDA's manual says.
#define __CUDACC__
#include <cuda_runtime.h>
#include <math_constants.h>
#include <ctime>
#include "check.h"

static bool near(double a, double b) { return fabs(a - b) <= 1e-15 * fabs(b); }

static void integers()
{
    CHECK(__clz(0) == 32 && __clz(1) == 31 && __clz(-1) == 0 && __clzll(0) == 64 && __clzll(1) == 63);
    CHECK(__popc(0xf0f0) == 8 && __popcll(~0ull) == 64);
    CHECK(__ffs(0) == 0 && __ffs(8) == 4 && __ffsll(1ll << 40) == 41);
    CHECK(__brev(1) == 0x80000000u && __brev(0x12345678) == 0x1e6a2c48 && __brevll(1) == 1ull << 63);
    CHECK(__byte_perm(0x33221100, 0x77665544, 0x7531) == 0x77553311);
    CHECK(__byte_perm(0x33221100, 0x77665544, 0x0123) == 0x00112233);
    CHECK(__funnelshift_l(0x80000001, 0xf, 4) == 0xf8 && __funnelshift_r(0x10, 0xf, 4) == 0xf0000001);
    CHECK(__funnelshift_l(1, 2, 33) == 4 && __funnelshift_lc(1, 2, 33) == 1 && __funnelshift_rc(1, 2, 40) == 2);
    CHECK(__mul24(0x00ffffff, 2) == -2 && __mul24(3, -4) == -12 && __umul24(0x01ffffff, 2) == 0x1fffffe);
    CHECK(__mulhi(-1, 1) == -1 && __umulhi(0xffffffff, 2) == 1 && __mul64hi(1ll << 62, 8) == 2);
    CHECK(__umul64hi(~0ull, ~0ull) == ~0ull - 1);
    CHECK(__sad(-3, 4, 10) == 17 && __usad(3, 4, 10) == 11);
    CHECK(__hadd(INT_MAX, INT_MAX) == INT_MAX && __hadd(-3, 0) == -2 && __rhadd(1, 2) == 2 &&
          __uhadd(~0u, 1) == 1u << 31);
    CHECK(__dp4a(0x01020304, 0x01010101, 5) == 15 && __dp4a(-1, 0x01010101, 0) == -4);
    CHECK(__dp4a(0xffffffffu, 0x01010101u, 0u) == 1020);
    CHECK(__dp2a_lo(0x00020003, 0x05060708, 1) == 1 + 3 * 8 + 2 * 7 &&
          __dp2a_hi(0x00020003, 0x05060708, 1) == 1 + 18 + 10);
    CHECK(__fns(0xf0, 0, 1) == 4 && __fns(0xf0, 0, 4) == 7 && __fns(0xf0, 31, -1) == 7 && __fns(0xf0, 0, 5) == ~0u);
    CHECK(min(-1, 1u) == 1 && max(-1, 1u) == 0xffffffffu && min(-1, 1) == -1 && umax(3, 4) == 4 && llmin(-1, 1) == -1);
}

static void lanes()
{
    CHECK(__vadd4(0xff010203, 0x01010101) == 0x00020304 && __vadd2(0xffff0001, 0x00010001) == 0x00000002);
    CHECK(__vaddus4(0xff010203, 0x01010101) == 0xff020304 && __vaddss4(0x7f80, 0x01ff) == 0x7f80);
    CHECK(__vsub4(0x00000100, 0x01000001) == 0xff0001ff && __vsubus4(0x00000100, 0x01000001) == 0x00000100);
    CHECK(__vabsdiffu4(0x01ff0000, 0x02000000) == 0x01ff0000 && __vabs2(0xffff8000) == 0x00018000);
    CHECK(__vabsss2(0xffff8000) == 0x00017fff && __vneg4(0x01ff8000) == 0xff018000);
    CHECK(__vmaxs4(0xff017f80, 0) == 0x00017f00 && __vmaxu4(0xff017f80, 0) == 0xff017f80);
    CHECK(__vmins2(0xffff0001, 0) == 0xffff0000 && __vminu2(0xffff0001, 0x00020002) == 0x00020001);
    CHECK(__vcmpeq4(0x01020304, 0x01000300) == 0xff00ff00 && __vseteq4(0x01020304, 0x01000300) == 0x01000100);
    CHECK(__vcmpgts4(0xff010000, 0) == 0x00ff0000 && __vcmpgtu4(0xff010000, 0) == 0xffff0000);
    CHECK(__vavgu4(0x01020300, 0x02020300) == 0x02020300 && __vhaddu4(0x01020300, 0x02020300) == 0x01020300);
    CHECK(__vsadu4(0x01020304, 0) == 10 && __vsads2(0xffff0002, 0) == 3);
}

static void rounding()
{
    const float tiny = 1e-20f, above = nextafterf(1, 2), below = nextafterf(1, 0);
    CHECK(__fadd_rn(1, tiny) == 1 && __fadd_ru(1, tiny) == above && __fadd_rd(1, -tiny) == below);
    CHECK(__fadd_rz(-1, -tiny) == -1 && __fadd_rz(1, -tiny) == below && __fsub_ru(1, -tiny) == above);
    CHECK(__fmul_ru(above, above) > __fmul_rd(above, above) && __fmul_rz(-above, above) == -__fmul_rd(above, above));
    CHECK(__fdiv_ru(1, 3) == nextafterf(__fdiv_rd(1, 3), 1) && __fdiv_rn(1, 3) == 1.0f / 3);
    CHECK(__fsqrt_ru(2) == nextafterf(__fsqrt_rd(2), 2) && __frcp_rn(3) == 1.0f / 3 && __frsqrt_rn(4) == 0.5f);
    CHECK(__fmaf_rn(above, above, -1) == fmaf(above, above, -1) && __fmaf_ru(1, 1, tiny) == above);
    CHECK(__dadd_ru(1, 1e-30) == nextafter(1, 2) && __dadd_rd(1, 1e-30) == 1 && __dmul_rn(3, 4) == 12);
    CHECK(__ddiv_rz(-1, 3) > __ddiv_rd(-1, 3) && __dsqrt_rd(2) < __dsqrt_ru(2) &&
          __fma_rz(1, 1, -1e-30) == nextafter(1, 0));
    CHECK(__fmul_ru(3e38f, 10) == INFINITY && __fmul_rz(3e38f, 10) == 3.402823466e38f);
    CHECK(__fmul_ru(1e-40f, 1e-10f) > 0 && __fmul_rd(1e-40f, 1e-10f) == 0);
    CHECK(__double2float_ru(0.1) > 0.1 && __double2float_rd(0.1) < 0.1 && __double2float_rn(0.1) == 0.1f);
    CHECK(__int2float_rn(16777217) == 16777216 && __int2float_ru(16777217) == 16777218 &&
          __uint2float_rd(~0u) < 4294967296.f);
    CHECK(__ll2double_ru(LLONG_MAX) == 9223372036854775808.0 && __ll2double_rz(LLONG_MAX) < 9223372036854775808.0);
    CHECK(__ull2float_rd(~0ull) < 18446744073709551616.f && __ull2float_rn(~0ull) == 18446744073709551616.f);
}

static void conversions()
{
    CHECK(__float2int_rn(2.5f) == 2 && __float2int_rn(3.5f) == 4 && __float2int_rz(-2.9f) == -2);
    CHECK(__float2int_ru(2.1f) == 3 && __float2int_rd(-2.1f) == -3 && __double2int_rn(-0.6) == -1);
    CHECK(__float2int_rz(1e20f) == INT_MAX && __float2int_rz(-1e20f) == INT_MIN && __float2int_rz(NAN) == 0);
    CHECK(__float2uint_rz(-5) == 0 && __float2uint_rz(1e20f) == UINT_MAX && __float2uint_rz(4e9f) == 4000000000u);
    CHECK(__double2ll_rn(1e15 + 0.5) == 1000000000000000 && __double2ull_rz(1e30) == ULLONG_MAX);
    CHECK(__double2ull_rz(18446744073709549568.0) == 18446744073709549568ull && __float2ll_rd(-0.5f) == -1);
    CHECK(__float_as_int(1) == 0x3f800000 && __int_as_float(0x40000000) == 2 && __uint_as_float(0x80000000) == 0);
    CHECK(__double_as_longlong(1) == 0x3ff0000000000000 && __hiloint2double(0x3ff00000, 0) == 1);
    CHECK(__double2hiint(1) == 0x3ff00000 && __double2loint(1) == 0 && __longlong_as_double(0) == 0);
}

static void functions()
{
    CHECK(rsqrtf(4) == 0.5f && rsqrt(16.0) == 0.25 && rsqrt(4.f) == 0.5f && rcbrt(8.0) == 0.5 &&
          near(exp10(3.0), 1000));
    CHECK(sinpi(1.0) == 0 && cospi(0.5) == 0 && sinpif(0.5f) == 1 && cospif(1) == -1 && near(sinpi(0.25), sqrt(0.5)));
    CHECK(sinpi(-1.5) == 1 && cospi(2.0) == 1 && sinpi(1e300) == 0 && isnan(sinpi(INFINITY)));
    for (double x = -0.999; x < 1; x += 0.01) CHECK(fabs(erf(erfinv(x)) - x) < 3e-16);
    for (double x = 1e-300; x < 2; x *= 1.7) CHECK(fabs(erfc(erfcinv(x)) - x) <= 3e-13 * x);
    CHECK(near(normcdfinv(0.975), 1.9599639845400543) && normcdf(0.0) == 0.5 &&
          near(normcdf(-10.0), 7.6198530241605269e-24));
    CHECK(erfinv(1.0) == INFINITY && isnan(erfinv(1.5)) && erfcinv(2.0) == -INFINITY && normcdf(INFINITY) == 1);
    CHECK(near(erfcx(10.0), 0.056140992743822585) && near(erfcx(30.0), 0.018795888861416751) &&
          erfcx(-INFINITY) == INFINITY);
    CHECK(near(norm3d(1, 2, 2), 3) && near(norm4d(2, 2, 2, 2), 4) && near(rhypot(3, 4), 0.2) &&
          norm3df(1e38f, 0, 0) == 1e38f);
    CHECK(near(cyl_bessel_i0(1.0), 1.2660658777520084) && cyl_bessel_i1(-1.0) == -cyl_bessel_i1(1.0));
    float s, c;
    sincosf(0.5f, &s, &c);
    CHECK(s == sinf(0.5f) && c == cosf(0.5f));
    __sincosf(0.5f, &s, &c);
    CHECK(s == sinf(0.5f) && __expf(1) == expf(1) && __powf(2, 3) == 8 && __fdividef(1, 4) == 0.25f &&
          __exp10f(2) == 100);
    CHECK(__saturatef(2) == 1 && __saturatef(-1) == 0 && __saturatef(NAN) == 0 && __saturatef(0.5f) == 0.5f);
    volatile float nan = NAN, one = 1, two = 2;
    CHECK(fminf(nan, one) == 1 && fmaxf(one, nan) == 1 && fminf(one, two) == 1 && isnan(fmaxf(nan, nan)));
    CHECK(fmaxf(0.0f, nan) == 0 && fmaxf(nan, 0.0f) == 0 && max(nan, 3.0) == 3 && min(one, 0.5f) == 0.5f);
    CHECK(abs(-1.5f) == 1.5f && pow(2.f, 3) == 8 && fabs(-2.5f) == 2.5f);
    CHECK(CUDART_INF_F == INFINITY && isnan(CUDART_NAN_F) && CUDART_INF == INFINITY && CUDART_PI_F == 3.14159274f);
    const int four[4] = {1, 2, 3, 4};
    float there = 0;
    __stcg(&there, 2);
    CHECK(__ldg(four + 2) == 3 && __ldcs(&there) == 2 && clock() == 42 && std::clock() == 42 && clock64() == 42);
    float3 v = make_float3(1, 2, 3);
    CHECK(v.z == 3 && make_uchar4(1, 2, 3, 255).w == 255);
}

int main()
{
    integers();
    lanes();
    rounding();
    conversions();
    functions();
    return wrong_count != 0;
}
