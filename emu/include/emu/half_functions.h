// [given] emu/half_functions.h: what __half and __nv_bfloat16 have alike. No #pragma once: included for each.
//
// Set by cuda_fp16.h: EMU_H the type, EMU_H2 the pair, EMU_RAW and EMU_RAW2 their plain forms, EMU_FORMAT the numbers
// of fraction and exponent bits, EMU_NAME(a, b) the name a##half##b, EMU_NAME2(a, b) the name a##half2##b.

struct __align__(2) EMU_RAW { unsigned short x; };
struct __align__(4) EMU_RAW2 { unsigned short x, y; };

struct __align__(2) EMU_H
{
    unsigned short __x;
    EMU_H() = default;
    EMU_H(const EMU_RAW &raw) : __x(raw.x) {}
    EMU_H(float v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(double v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(short v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(unsigned short v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(int v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(unsigned v) : __x(emu::narrow<EMU_FORMAT>(v)) {}
    EMU_H(long v) : __x(emu::narrow<EMU_FORMAT>((double)v)) {}
    EMU_H(unsigned long v) : __x(emu::narrow<EMU_FORMAT>((double)v)) {}
    EMU_H(long long v) : __x(emu::narrow<EMU_FORMAT>((double)v)) {}
    EMU_H(unsigned long long v) : __x(emu::narrow<EMU_FORMAT>((double)v)) {}
    operator float() const { return emu::widen<EMU_FORMAT>(__x); }
    operator EMU_RAW() const { return {__x}; }
};
struct __align__(4) EMU_H2
{
    EMU_H x, y;
    EMU_H2() = default;
    EMU_H2(const EMU_H &a, const EMU_H &b) : x(a), y(b) {}
    EMU_H2(const EMU_RAW2 &raw) : x(EMU_RAW{raw.x}), y(EMU_RAW{raw.y}) {}
    operator EMU_RAW2() const { return {x.__x, y.__x}; }
};

// ---- conversions --------------------------------------------------------------------------------------------

namespace emu
{
inline EMU_H EMU_NAME(to_, )(double v, char mode = 'n') { return EMU_H(EMU_RAW{narrow<EMU_FORMAT>(v, mode)}); }
inline float wide(EMU_H a) { return widen<EMU_FORMAT>(a.__x); }
}  // namespace emu
#define EMU_TO(...) emu::EMU_NAME(to_, )(__VA_ARGS__)

inline EMU_H EMU_NAME(__float2, )(float v) { return EMU_TO(v); }
inline EMU_H EMU_NAME(__float2, _rn)(float v) { return EMU_TO(v); }
inline EMU_H EMU_NAME(__float2, _rz)(float v) { return EMU_TO(v, 'z'); }
inline EMU_H EMU_NAME(__float2, _ru)(float v) { return EMU_TO(v, 'u'); }
inline EMU_H EMU_NAME(__float2, _rd)(float v) { return EMU_TO(v, 'd'); }
inline EMU_H EMU_NAME(__double2, )(double v) { return EMU_TO(v); }
inline float EMU_NAME(__, 2float)(EMU_H a) { return emu::wide(a); }
inline EMU_H2 EMU_NAME2(__float2, _rn)(float v) { return {EMU_TO(v), EMU_TO(v)}; }
inline EMU_H2 EMU_NAME2(__floats2, _rn)(float a, float b) { return {EMU_TO(a), EMU_TO(b)}; }
inline EMU_H2 EMU_NAME2(__float22, _rn)(float2 v) { return {EMU_TO(v.x), EMU_TO(v.y)}; }
inline float2 EMU_NAME2(__, 2float2)(EMU_H2 a) { return {emu::wide(a.x), emu::wide(a.y)}; }
inline float __low2float(EMU_H2 a) { return emu::wide(a.x); }
inline float __high2float(EMU_H2 a) { return emu::wide(a.y); }
inline EMU_H EMU_NAME(__low2, )(EMU_H2 a) { return a.x; }
inline EMU_H EMU_NAME(__high2, )(EMU_H2 a) { return a.y; }
inline EMU_H2 EMU_NAME2(EMU_NAME(__, 2), )(EMU_H a) { return {a, a}; }
inline EMU_H2 EMU_NAME2(__halves2, )(EMU_H a, EMU_H b) { return {a, b}; }
inline EMU_H2 EMU_NAME2(make_, )(EMU_H a, EMU_H b) { return {a, b}; }
inline EMU_H2 EMU_NAME2(__low2, )(EMU_H2 a) { return {a.x, a.x}; }
inline EMU_H2 EMU_NAME2(__high2, )(EMU_H2 a) { return {a.y, a.y}; }
inline EMU_H2 EMU_NAME2(__lows2, )(EMU_H2 a, EMU_H2 b) { return {a.x, b.x}; }
inline EMU_H2 EMU_NAME2(__highs2, )(EMU_H2 a, EMU_H2 b) { return {a.y, b.y}; }
inline EMU_H2 __lowhigh2highlow(EMU_H2 a) { return {a.y, a.x}; }
inline short EMU_NAME(__, _as_short)(EMU_H a) { return (short)a.__x; }
inline unsigned short EMU_NAME(__, _as_ushort)(EMU_H a) { return a.__x; }
inline EMU_H EMU_NAME(__short_as_, )(short v) { return EMU_H(EMU_RAW{(unsigned short)v}); }
inline EMU_H EMU_NAME(__ushort_as_, )(unsigned short v) { return EMU_H(EMU_RAW{v}); }

#define EMU_INTEGER(name, I)                                                                                           \
    inline I EMU_NAME(__, 2##name##_rn)(EMU_H a) { return emu::to_integer<I>(emu::wide(a), 'n'); }                     \
    inline I EMU_NAME(__, 2##name##_rz)(EMU_H a) { return emu::to_integer<I>(emu::wide(a), 'z'); }                     \
    inline I EMU_NAME(__, 2##name##_ru)(EMU_H a) { return emu::to_integer<I>(emu::wide(a), 'u'); }                     \
    inline I EMU_NAME(__, 2##name##_rd)(EMU_H a) { return emu::to_integer<I>(emu::wide(a), 'd'); }                     \
    inline EMU_H EMU_NAME(__##name##2, _rn)(I v) { return EMU_TO(emu::converted_to_odd(v)); }                          \
    inline EMU_H EMU_NAME(__##name##2, _rz)(I v) { return EMU_TO(emu::converted_to_odd(v), 'z'); }                     \
    inline EMU_H EMU_NAME(__##name##2, _ru)(I v) { return EMU_TO(emu::converted_to_odd(v), 'u'); }                     \
    inline EMU_H EMU_NAME(__##name##2, _rd)(I v) { return EMU_TO(emu::converted_to_odd(v), 'd'); }
EMU_INTEGER(int, int)
EMU_INTEGER(uint, unsigned)
EMU_INTEGER(short, short)
EMU_INTEGER(ushort, unsigned short)
EMU_INTEGER(ll, long long)
EMU_INTEGER(ull, unsigned long long)
#undef EMU_INTEGER

// ---- arithmetic: exact in double, then rounded once ---------------------------------------------------------

#define EMU_UNARY(name1, name2, expression)                                                                            \
    inline EMU_H name1(EMU_H a)                                                                                        \
    {                                                                                                                  \
        double x = emu::wide(a);                                                                                       \
        return EMU_TO(expression);                                                                                     \
    }                                                                                                                  \
    inline EMU_H2 name2(EMU_H2 a) { return {name1(a.x), name1(a.y)}; }
#define EMU_BINARY(name1, name2, expression)                                                                           \
    inline EMU_H name1(EMU_H a, EMU_H b)                                                                               \
    {                                                                                                                  \
        double x = emu::wide(a), y = emu::wide(b);                                                                     \
        return EMU_TO(expression);                                                                                     \
    }                                                                                                                  \
    inline EMU_H2 name2(EMU_H2 a, EMU_H2 b) { return {name1(a.x, b.x), name1(a.y, b.y)}; }
#define EMU_FUSED(name1, name2, function)                                                                              \
    inline EMU_H name1(EMU_H a, EMU_H b, EMU_H c)                                                                      \
    {                                                                                                                  \
        return EMU_TO(function(emu::fused(emu::wide(a), emu::wide(b), emu::wide(c))));                                 \
    }                                                                                                                  \
    inline EMU_H2 name2(EMU_H2 a, EMU_H2 b, EMU_H2 c) { return {name1(a.x, b.x, c.x), name1(a.y, b.y, c.y)}; }

EMU_BINARY(__hadd, __hadd2, emu::fused(x, 1, y))
EMU_BINARY(__hsub, __hsub2, emu::fused(x, 1, -y))
EMU_BINARY(__hmul, __hmul2, x *y)
EMU_BINARY(__hdiv, __h2div, emu::quotient(x, y))
EMU_BINARY(__hadd_rn, __hadd2_rn, emu::fused(x, 1, y))
EMU_BINARY(__hsub_rn, __hsub2_rn, emu::fused(x, 1, -y))
EMU_BINARY(__hmul_rn, __hmul2_rn, x *y)
EMU_BINARY(__hadd_sat, __hadd2_sat, emu::clamped_to_1(emu::fused(x, 1, y)))
EMU_BINARY(__hsub_sat, __hsub2_sat, emu::clamped_to_1(emu::fused(x, 1, -y)))
EMU_BINARY(__hmul_sat, __hmul2_sat, emu::clamped_to_1(x *y))
EMU_BINARY(__hmax, __hmax2, x != x ? y : y != y ? x : x > y || (x == y && signbit(y)) ? x : y)
EMU_BINARY(__hmin, __hmin2, x != x ? y : y != y ? x : x < y || (x == y && signbit(x)) ? x : y)
EMU_BINARY(__hmax_nan, __hmax2_nan, x != x || y != y ? NAN : x > y || (x == y && signbit(y)) ? x : y)
EMU_BINARY(__hmin_nan, __hmin2_nan, x != x || y != y ? NAN : x < y || (x == y && signbit(x)) ? x : y)
EMU_FUSED(__hfma, __hfma2, )
EMU_FUSED(__hfma_sat, __hfma2_sat, emu::clamped_to_1)
EMU_FUSED(__hfma_relu, __hfma2_relu, emu::rectified)
EMU_UNARY(hsqrt, h2sqrt, sqrt(x))
EMU_UNARY(hrsqrt, h2rsqrt, 1 / sqrt(x))
EMU_UNARY(hrcp, h2rcp, emu::quotient(1, x))
EMU_UNARY(hexp, h2exp, exp(x))
EMU_UNARY(hexp2, h2exp2, exp2(x))
EMU_UNARY(hexp10, h2exp10, exp10(x))
EMU_UNARY(hlog, h2log, log(x))
EMU_UNARY(hlog2, h2log2, log2(x))
EMU_UNARY(hlog10, h2log10, log10(x))
EMU_UNARY(hsin, h2sin, sin(x))
EMU_UNARY(hcos, h2cos, cos(x))
EMU_UNARY(htanh, h2tanh, tanh(x))
EMU_UNARY(htanh_approx, h2tanh_approx, tanh(x))
EMU_UNARY(hceil, h2ceil, ceil(x))
EMU_UNARY(hfloor, h2floor, floor(x))
EMU_UNARY(htrunc, h2trunc, trunc(x))
EMU_UNARY(hrint, h2rint, nearbyint(x))
#undef EMU_UNARY
#undef EMU_BINARY
#undef EMU_FUSED
inline EMU_H __hneg(EMU_H a) { return EMU_H(EMU_RAW{(unsigned short)(a.__x ^ 0x8000)}); }
inline EMU_H __habs(EMU_H a) { return EMU_H(EMU_RAW{(unsigned short)(a.__x & 0x7fff)}); }
inline EMU_H2 __hneg2(EMU_H2 a) { return {__hneg(a.x), __hneg(a.y)}; }
inline EMU_H2 __habs2(EMU_H2 a) { return {__habs(a.x), __habs(a.y)}; }

inline EMU_H2 __hcmadd(EMU_H2 a, EMU_H2 b, EMU_H2 c)  // a * b + c of complex numbers
{
    return {__hfma(__hneg(a.y), b.y, __hfma(a.x, b.x, c.x)), __hfma(a.y, b.x, __hfma(a.x, b.y, c.y))};
}

// ---- comparisons: false with a NaN; the forms with u: true --------------------------------------------------

#define EMU_COMPARE(name, expression)                                                                                  \
    inline bool __h##name(EMU_H a, EMU_H b)                                                                            \
    {                                                                                                                  \
        float x = emu::wide(a), y = emu::wide(b);                                                                      \
        return expression;                                                                                             \
    }                                                                                                                  \
    inline EMU_H2 __h##name##2(EMU_H2 a, EMU_H2 b)                                                                     \
    {                                                                                                                  \
        return {EMU_H(__h##name(a.x, b.x)), EMU_H(__h##name(a.y, b.y))};                                               \
    }                                                                                                                  \
    inline unsigned __h##name##2_mask(EMU_H2 a, EMU_H2 b)                                                              \
    {                                                                                                                  \
        return (__h##name(a.x, b.x) ? 0xffffu : 0) | (__h##name(a.y, b.y) ? 0xffff0000u : 0);                          \
    }                                                                                                                  \
    inline bool __hb##name##2(EMU_H2 a, EMU_H2 b) { return __h##name(a.x, b.x) && __h##name(a.y, b.y); }
EMU_COMPARE(eq, x == y)
EMU_COMPARE(ne, x<y || x> y)
EMU_COMPARE(lt, x < y)
EMU_COMPARE(gt, x > y)
EMU_COMPARE(le, x <= y)
EMU_COMPARE(ge, x >= y)
EMU_COMPARE(equ, !(x < y || x > y))
EMU_COMPARE(neu, x != y)
EMU_COMPARE(ltu, !(x >= y))
EMU_COMPARE(gtu, !(x <= y))
EMU_COMPARE(leu, !(x > y))
EMU_COMPARE(geu, !(x < y))
#undef EMU_COMPARE
inline bool __hisnan(EMU_H a) { return isnan(emu::wide(a)); }
inline int __hisinf(EMU_H a) { return isinf(emu::wide(a)) ? emu::wide(a) > 0 ? 1 : -1 : 0; }
inline EMU_H2 __hisnan2(EMU_H2 a) { return {EMU_H(__hisnan(a.x)), EMU_H(__hisnan(a.y))}; }

#define EMU_OPERATOR(op, name)                                                                                         \
    inline EMU_H operator op(const EMU_H &a, const EMU_H &b) { return __h##name(a, b); }                               \
    inline EMU_H &operator op##=(EMU_H &a, const EMU_H &b) { return a = __h##name(a, b); }                             \
    inline EMU_H2 operator op(const EMU_H2 &a, const EMU_H2 &b) { return {a.x op b.x, a.y op b.y}; }                   \
    inline EMU_H2 &operator op##=(EMU_H2 &a, const EMU_H2 &b) { return a = a op b; }
EMU_OPERATOR(+, add)
EMU_OPERATOR(-, sub)
EMU_OPERATOR(*, mul)
EMU_OPERATOR(/, div)
#undef EMU_OPERATOR
#define EMU_OPERATOR(op, name)                                                                                         \
    inline bool operator op(const EMU_H &a, const EMU_H &b) { return __h##name(a, b); }                                \
    inline bool operator op(const EMU_H2 &a, const EMU_H2 &b) { return __hb##name##2(a, b); }
EMU_OPERATOR(==, eq)
EMU_OPERATOR(!=, neu)
EMU_OPERATOR(<, lt)
EMU_OPERATOR(>, gt)
EMU_OPERATOR(<=, le)
EMU_OPERATOR(>=, ge)
#undef EMU_OPERATOR
#define EMU_STEP(op, sign)                                                                                             \
    inline EMU_H &operator op(EMU_H &a) { return a = a sign EMU_H(1); }                                                \
    inline EMU_H operator op(EMU_H &a, int)                                                                            \
    {                                                                                                                  \
        EMU_H before = a;                                                                                              \
        op a;                                                                                                          \
        return before;                                                                                                 \
    }                                                                                                                  \
    inline EMU_H2 &operator op(EMU_H2 &a) { return a = EMU_H2(op a.x, op a.y); }
EMU_STEP(++, +)
EMU_STEP(--, -)
#undef EMU_STEP
inline EMU_H operator+(const EMU_H &a) { return a; }
inline EMU_H operator-(const EMU_H &a) { return __hneg(a); }
inline EMU_H2 operator+(const EMU_H2 &a) { return a; }
inline EMU_H2 operator-(const EMU_H2 &a) { return __hneg2(a); }

#ifdef __CUDACC__
EMU_SHUFFLES(EMU_H)
EMU_SHUFFLES(EMU_H2)
namespace emu
{
template <> struct atomic_letter<EMU_H> {
    static constexpr char value = 'h';
};
template <> struct atomic_letter<EMU_H2> {
    static constexpr char value = 'h';
};
}  // namespace emu
#endif
#undef EMU_TO
