// [given] emu/intrinsics.h: CUDA's arithmetic, conversion and bit intrinsics (__fadd_rz, __float2int_rn, __popc, ...).
//
// Results are the correctly rounded ones. __expf and its kin, which a GPU computes fast and with errors, are computed
// as exactly as expf: a program that works here may still need the accurate forms on a GPU.
#pragma once
#include "../vector_types.h"
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define EMU_DEVICE __attribute__((always_inline)) inline

// ---- arithmetic rounded in a stated way: rn nearest, rz to zero, ru up, rd down -----------------------------

namespace emu
{
// x, but computed as written: never contracted with another operation into a fused one.
#if defined __x86_64__ || defined __i386__
template <class T> EMU_DEVICE T exact(T x)
{
    __asm__("" : "+x"(x));
    return x;
}
#else
template <class T> inline T exact(T x)
{
    volatile T v = x;
    return v;
}
#endif

constexpr int rounding_mode(char mode)
{
    return mode == 'z' ? FE_TOWARDZERO : mode == 'u' ? FE_UPWARD : mode == 'd' ? FE_DOWNWARD : FE_TONEAREST;
}

// volatile keeps the operation between the changes of the mode.
template <char OP, class T> __attribute__((noinline)) T rounded(T a, T b, T c, char mode)
{
    int before = fegetround();
    fesetround(rounding_mode(mode));
    volatile T x = a, y = b, z = c, r;
    if (OP == '+') r = x + y;
    if (OP == '-') r = x - y;
    if (OP == '*') r = x * y;
    if (OP == '/') r = x / y;
    if (OP == 'f') r = fma(x, y, z);
    if (OP == 's') r = sqrt(x);
    fesetround(before);
    return r;
}

template <class TO, class FROM> __attribute__((noinline)) TO converted(FROM v, char mode)
{
    int before = fegetround();
    fesetround(rounding_mode(mode));
    volatile FROM x = v;
    volatile TO r = (TO)x;
    fesetround(before);
    return r;
}

template <class TO, class FROM> EMU_DEVICE TO same_bits(FROM v)
{
    static_assert(sizeof(TO) == sizeof(FROM), "");
    TO r;
    memcpy(&r, &v, sizeof r);
    return r;
}

// Outside of the range: the nearest number there is, as on a GPU (a C++ cast gives the least one).
template <class I, class F> inline I to_integer(F x, char mode)
{
    constexpr bool is_signed = (I)-1 < (I)0;
    constexpr int bits = (int)sizeof(I) * 8 - is_signed;
    constexpr I most = (I)(~0ull >> (64 - bits)), least = is_signed ? (I)(-most - 1) : 0;
    if (x != x) return sizeof(I) == 8 ? (I)(1ull << 63) : 0;
    x = mode == 'n' ? nearbyint(x) : mode == 'z' ? trunc(x) : mode == 'u' ? ceil(x) : floor(x);
    const F limit = (F)(1ull << (bits - 1)) * 2;
    if (x >= limit) return most;
    if (x < (is_signed ? -limit : 0)) return least;
    return (I)x;
}
}  // namespace emu

#define EMU_ROUNDED2(prefix, name, T, op, sign)                                                                        \
    EMU_DEVICE T __##prefix##name##_rn(T x, T y) { return emu::exact(x sign y); }                                      \
    inline T __##prefix##name##_rz(T x, T y) { return emu::rounded<op, T>(x, y, 0, 'z'); }                             \
    inline T __##prefix##name##_ru(T x, T y) { return emu::rounded<op, T>(x, y, 0, 'u'); }                             \
    inline T __##prefix##name##_rd(T x, T y) { return emu::rounded<op, T>(x, y, 0, 'd'); }
#define EMU_ROUNDED(prefix, T, fused, root)                                                                            \
    EMU_ROUNDED2(prefix, add, T, '+', +)                                                                               \
    EMU_ROUNDED2(prefix, sub, T, '-', -)                                                                               \
    EMU_ROUNDED2(prefix, mul, T, '*', *)                                                                               \
    EMU_ROUNDED2(prefix, div, T, '/', /)                                                                               \
    EMU_DEVICE T __##prefix##rcp_rn(T x) { return emu::exact(1 / x); }                                                 \
    inline T __##prefix##rcp_rz(T x) { return emu::rounded<'/', T>(1, x, 0, 'z'); }                                    \
    inline T __##prefix##rcp_ru(T x) { return emu::rounded<'/', T>(1, x, 0, 'u'); }                                    \
    inline T __##prefix##rcp_rd(T x) { return emu::rounded<'/', T>(1, x, 0, 'd'); }                                    \
    EMU_DEVICE T __##prefix##sqrt_rn(T x) { return emu::exact((T)root(x)); }                                           \
    inline T __##prefix##sqrt_rz(T x) { return emu::rounded<'s', T>(x, 0, 0, 'z'); }                                   \
    inline T __##prefix##sqrt_ru(T x) { return emu::rounded<'s', T>(x, 0, 0, 'u'); }                                   \
    inline T __##prefix##sqrt_rd(T x) { return emu::rounded<'s', T>(x, 0, 0, 'd'); }                                   \
    EMU_DEVICE T __##fused##_rn(T x, T y, T z) { return fma(x, y, z); }                                                \
    inline T __##fused##_rz(T x, T y, T z) { return emu::rounded<'f', T>(x, y, z, 'z'); }                              \
    inline T __##fused##_ru(T x, T y, T z) { return emu::rounded<'f', T>(x, y, z, 'u'); }                              \
    inline T __##fused##_rd(T x, T y, T z) { return emu::rounded<'f', T>(x, y, z, 'd'); }
EMU_ROUNDED(f, float, fmaf, sqrtf)
EMU_ROUNDED(d, double, fma, sqrt)
#undef EMU_ROUNDED
#undef EMU_ROUNDED2
inline float __frsqrt_rn(float x) { return (float)(1 / sqrt((double)x)); }

// ---- the fast forms -----------------------------------------------------------------------------------------

extern "C" {  // libc's headers declare some of these names
EMU_DEVICE float __sinf(float x) noexcept { return sinf(x); }
EMU_DEVICE float __cosf(float x) noexcept { return cosf(x); }
EMU_DEVICE float __tanf(float x) noexcept { return tanf(x); }
EMU_DEVICE float __tanhf(float x) noexcept { return tanhf(x); }
EMU_DEVICE float __expf(float x) noexcept { return expf(x); }
EMU_DEVICE float __exp10f(float x) noexcept { return exp10f(x); }
EMU_DEVICE float __logf(float x) noexcept { return logf(x); }
EMU_DEVICE float __log2f(float x) noexcept { return log2f(x); }
EMU_DEVICE float __log10f(float x) noexcept { return log10f(x); }
EMU_DEVICE float __powf(float x, float y) noexcept { return powf(x, y); }
EMU_DEVICE void __sincosf(float x, float *s, float *c) noexcept { sincosf(x, s, c); }
}
EMU_DEVICE float __fdividef(float x, float y) { return x / y; }
EMU_DEVICE float fdividef(float x, float y) { return x / y; }
EMU_DEVICE double fdivide(double x, double y) { return x / y; }
EMU_DEVICE float __saturatef(float x) { return x > 0 ? x < 1 ? x : 1 : 0; }  // a NaN becomes 0

// ---- conversions --------------------------------------------------------------------------------------------

#define EMU_TO_INTEGER(from, F, to, I)                                                                                 \
    inline I __##from##2##to##_rn(F x) { return emu::to_integer<I>(x, 'n'); }                                          \
    inline I __##from##2##to##_rz(F x) { return emu::to_integer<I>(x, 'z'); }                                          \
    inline I __##from##2##to##_ru(F x) { return emu::to_integer<I>(x, 'u'); }                                          \
    inline I __##from##2##to##_rd(F x) { return emu::to_integer<I>(x, 'd'); }
#define EMU_TO_FLOATING(from, F, to, T)                                                                                \
    EMU_DEVICE T __##from##2##to##_rn(F x) { return (T)x; }                                                            \
    inline T __##from##2##to##_rz(F x) { return emu::converted<T>(x, 'z'); }                                           \
    inline T __##from##2##to##_ru(F x) { return emu::converted<T>(x, 'u'); }                                           \
    inline T __##from##2##to##_rd(F x) { return emu::converted<T>(x, 'd'); }
EMU_TO_INTEGER(float, float, int, int)
EMU_TO_INTEGER(float, float, uint, unsigned)
EMU_TO_INTEGER(float, float, ll, long long)
EMU_TO_INTEGER(float, float, ull, unsigned long long)
EMU_TO_INTEGER(double, double, int, int)
EMU_TO_INTEGER(double, double, uint, unsigned)
EMU_TO_INTEGER(double, double, ll, long long)
EMU_TO_INTEGER(double, double, ull, unsigned long long)
EMU_TO_FLOATING(int, int, float, float)
EMU_TO_FLOATING(uint, unsigned, float, float)
EMU_TO_FLOATING(ll, long long, float, float)
EMU_TO_FLOATING(ull, unsigned long long, float, float)
EMU_TO_FLOATING(ll, long long, double, double)
EMU_TO_FLOATING(ull, unsigned long long, double, double)
EMU_TO_FLOATING(double, double, float, float)
#undef EMU_TO_INTEGER
#undef EMU_TO_FLOATING
EMU_DEVICE double __int2double_rn(int x) { return x; }
EMU_DEVICE double __uint2double_rn(unsigned x) { return x; }

EMU_DEVICE int __float_as_int(float x) { return emu::same_bits<int>(x); }
EMU_DEVICE unsigned __float_as_uint(float x) { return emu::same_bits<unsigned>(x); }
EMU_DEVICE float __int_as_float(int x) { return emu::same_bits<float>(x); }
EMU_DEVICE float __uint_as_float(unsigned x) { return emu::same_bits<float>(x); }
EMU_DEVICE long long __double_as_longlong(double x) { return emu::same_bits<long long>(x); }
EMU_DEVICE double __longlong_as_double(long long x) { return emu::same_bits<double>(x); }
EMU_DEVICE int __double2hiint(double x) { return (int)(emu::same_bits<uint64_t>(x) >> 32); }
EMU_DEVICE int __double2loint(double x) { return (int)emu::same_bits<uint64_t>(x); }
EMU_DEVICE double __hiloint2double(int hi, int lo)
{
    return emu::same_bits<double>((uint64_t)(unsigned)hi << 32 | (unsigned)lo);
}

// ---- integers and bits --------------------------------------------------------------------------------------

EMU_DEVICE int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
EMU_DEVICE int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
EMU_DEVICE int __popc(unsigned x) { return __builtin_popcount(x); }
EMU_DEVICE int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
EMU_DEVICE int __ffs(int x) { return __builtin_ffs(x); }
EMU_DEVICE int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned long long __brevll(unsigned long long x)
{
    x = (x & 0x5555555555555555ull) << 1 | (x >> 1 & 0x5555555555555555ull);
    x = (x & 0x3333333333333333ull) << 2 | (x >> 2 & 0x3333333333333333ull);
    x = (x & 0x0f0f0f0f0f0f0f0full) << 4 | (x >> 4 & 0x0f0f0f0f0f0f0f0full);
    return __builtin_bswap64(x);
}
inline unsigned __brev(unsigned x) { return (unsigned)(__brevll(x) >> 32); }
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector)
{
    uint64_t bytes = (uint64_t)y << 32 | x;
    unsigned r = 0;
    for (int i = 0; i < 4; i++) r |= (unsigned)(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
    return r;
}
EMU_DEVICE unsigned __funnelshift_l(unsigned lo, unsigned hi, unsigned shift)
{
    return (unsigned)(((uint64_t)hi << 32 | lo) << (shift & 31) >> 32);
}
EMU_DEVICE unsigned __funnelshift_r(unsigned lo, unsigned hi, unsigned shift)
{
    return (unsigned)(((uint64_t)hi << 32 | lo) >> (shift & 31));
}
EMU_DEVICE unsigned __funnelshift_lc(unsigned lo, unsigned hi, unsigned shift)
{
    return shift >= 32 ? lo : __funnelshift_l(lo, hi, shift);
}
EMU_DEVICE unsigned __funnelshift_rc(unsigned lo, unsigned hi, unsigned shift)
{
    return shift >= 32 ? hi : __funnelshift_r(lo, hi, shift);
}
// The position of the n-th (counted from 1; below 0: backwards) bit set in mask, from bit base on; -1: none.
inline unsigned __fns(unsigned mask, unsigned base, int n)
{
    if (n == 0) return mask >> base & 1 ? base : 0xffffffffu;
    for (unsigned i = base; i<32; i += n> 0 ? 1 : -1u)
        if ((mask >> i & 1) && (n > 0 ? --n : ++n) == 0) return i;
    return 0xffffffffu;
}

EMU_DEVICE int __mul24(int x, int y)
{
    return (int)((unsigned)((int)((unsigned)x << 8) >> 8) * (unsigned)((int)((unsigned)y << 8) >> 8));
}
EMU_DEVICE unsigned __umul24(unsigned x, unsigned y) { return (x & 0xffffff) * (y & 0xffffff); }
EMU_DEVICE int __mulhi(int x, int y) { return (int)((long long)x * y >> 32); }
EMU_DEVICE unsigned __umulhi(unsigned x, unsigned y) { return (unsigned)((uint64_t)x * y >> 32); }
EMU_DEVICE long long __mul64hi(long long x, long long y) { return (long long)((__int128)x * y >> 64); }
EMU_DEVICE unsigned long long __umul64hi(unsigned long long x, unsigned long long y)
{
    return (unsigned long long)((unsigned __int128)x * y >> 64);
}
EMU_DEVICE int mul24(int x, int y) { return __mul24(x, y); }
EMU_DEVICE unsigned umul24(unsigned x, unsigned y) { return __umul24(x, y); }
EMU_DEVICE int mulhi(int x, int y) { return __mulhi(x, y); }
EMU_DEVICE unsigned umulhi(unsigned x, unsigned y) { return __umulhi(x, y); }
EMU_DEVICE long long mul64hi(long long x, long long y) { return __mul64hi(x, y); }
EMU_DEVICE unsigned long long umul64hi(unsigned long long x, unsigned long long y) { return __umul64hi(x, y); }
EMU_DEVICE unsigned __usad(unsigned x, unsigned y, unsigned z) { return (x > y ? x - y : y - x) + z; }
EMU_DEVICE unsigned __sad(int x, int y, unsigned z)
{
    return (x > y ? (unsigned)x - (unsigned)y : (unsigned)y - (unsigned)x) + z;
}
EMU_DEVICE int __hadd(int x, int y) { return (int)(((long long)x + y) >> 1); }
EMU_DEVICE int __rhadd(int x, int y) { return (int)(((long long)x + y + 1) >> 1); }
EMU_DEVICE unsigned __uhadd(unsigned x, unsigned y) { return (unsigned)(((uint64_t)x + y) >> 1); }
EMU_DEVICE unsigned __urhadd(unsigned x, unsigned y) { return (unsigned)(((uint64_t)x + y + 1) >> 1); }

// Sums of products: four of bytes; two of 16-bit numbers with bytes (the low or the high ones).
inline int __dp4a(int a, int b, int c)
{
    for (int i = 0; i < 32; i += 8) c = (int)((unsigned)c + (unsigned)((int8_t)(a >> i) * (int8_t)(b >> i)));
    return c;
}
inline unsigned __dp4a(unsigned a, unsigned b, unsigned c)
{
    for (int i = 0; i < 32; i += 8) c += (a >> i & 0xff) * (b >> i & 0xff);
    return c;
}
inline int __dp2a_lo(int a, int b, int c)
{
    return (int)((unsigned)c + (unsigned)((int16_t)a * (int8_t)b) + (unsigned)((int16_t)(a >> 16) * (int8_t)(b >> 8)));
}
inline unsigned __dp2a_lo(unsigned a, unsigned b, unsigned c)
{
    return c + (a & 0xffff) * (b & 0xff) + (a >> 16) * (b >> 8 & 0xff);
}
inline int __dp2a_hi(int a, int b, int c) { return __dp2a_lo(a, b >> 16, c); }
inline unsigned __dp2a_hi(unsigned a, unsigned b, unsigned c) { return __dp2a_lo(a, b >> 16, c); }
inline int __dp4a(char4 a, char4 b, int c) { return __dp4a(emu::same_bits<int>(a), emu::same_bits<int>(b), c); }
inline unsigned __dp4a(uchar4 a, uchar4 b, unsigned c)
{
    return __dp4a(emu::same_bits<unsigned>(a), emu::same_bits<unsigned>(b), c);
}
inline int __dp2a_lo(short2 a, char4 b, int c) { return __dp2a_lo(emu::same_bits<int>(a), emu::same_bits<int>(b), c); }
inline unsigned __dp2a_lo(ushort2 a, uchar4 b, unsigned c)
{
    return __dp2a_lo(emu::same_bits<unsigned>(a), emu::same_bits<unsigned>(b), c);
}
inline int __dp2a_hi(short2 a, char4 b, int c) { return __dp2a_hi(emu::same_bits<int>(a), emu::same_bits<int>(b), c); }
inline unsigned __dp2a_hi(ushort2 a, uchar4 b, unsigned c)
{
    return __dp2a_hi(emu::same_bits<unsigned>(a), emu::same_bits<unsigned>(b), c);
}
