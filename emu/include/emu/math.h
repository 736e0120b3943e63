// [given] emu/math.h: CUDA's math functions at global scope, loads and stores with cache hints, clocks.
//
// <math.h> brings the C++ overloads (abs, pow, exp ... of float too); here is what CUDA has in addition.
#pragma once
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "intrinsics.h"
#include "simd.h"

// ---- min and max: exactly CUDA's overloads, so that what is ambiguous for nvcc is so here -------------------

namespace emu
{
// As fmin and fmax: of a NaN and a number, the number. Which one is tested for NaN last decides whether the usual
// fmaxf(0, x) and fmaxf(x, 0) become one instruction.
template <class T> EMU_DEVICE T least_of(T a, T b)
{
    if (__builtin_constant_p(a)) return a != a ? b : b < a ? b : a;
    return b != b ? a : a < b ? a : b;
}
template <class T> EMU_DEVICE T greatest_of(T a, T b)
{
    if (__builtin_constant_p(a)) return a != a ? b : b > a ? b : a;
    return b != b ? a : a > b ? a : b;
}
}  // namespace emu

extern "C" {  // as libm's, but inlined: the usual way to write a rectifier
extern EMU_DEVICE __attribute__((gnu_inline)) float fminf(float a, float b) noexcept { return emu::least_of(a, b); }
extern EMU_DEVICE __attribute__((gnu_inline)) float fmaxf(float a, float b) noexcept { return emu::greatest_of(a, b); }
extern EMU_DEVICE __attribute__((gnu_inline)) double fmin(double a, double b) noexcept { return emu::least_of(a, b); }
extern EMU_DEVICE __attribute__((gnu_inline)) double fmax(double a, double b) noexcept
{
    return emu::greatest_of(a, b);
}
}

#define EMU_MIN_MAX(T, A, B)                                                                                           \
    EMU_DEVICE T min(A a, B b) { return (T)a < (T)b ? (T)a : (T)b; }                                                   \
    EMU_DEVICE T max(A a, B b) { return (T)a > (T)b ? (T)a : (T)b; }
#define EMU_MIN_MAX_SIGNED_UNSIGNED(S, U)                                                                              \
    EMU_MIN_MAX(S, S, S)                                                                                               \
    EMU_MIN_MAX(U, U, U)                                                                                               \
    EMU_MIN_MAX(U, S, U)                                                                                               \
    EMU_MIN_MAX(U, U, S)
EMU_MIN_MAX_SIGNED_UNSIGNED(int, unsigned)
EMU_MIN_MAX_SIGNED_UNSIGNED(long, unsigned long)
EMU_MIN_MAX_SIGNED_UNSIGNED(long long, unsigned long long)
#undef EMU_MIN_MAX_SIGNED_UNSIGNED
#undef EMU_MIN_MAX
EMU_DEVICE float min(float a, float b) { return emu::least_of(a, b); }
EMU_DEVICE float max(float a, float b) { return emu::greatest_of(a, b); }
#define EMU_MIN_MAX(A, B)                                                                                              \
    EMU_DEVICE double min(A a, B b) { return emu::least_of<double>(a, b); }                                            \
    EMU_DEVICE double max(A a, B b) { return emu::greatest_of<double>(a, b); }
EMU_MIN_MAX(double, double)
EMU_MIN_MAX(float, double)
EMU_MIN_MAX(double, float)
#undef EMU_MIN_MAX
EMU_DEVICE unsigned umin(unsigned a, unsigned b) { return min(a, b); }
EMU_DEVICE unsigned umax(unsigned a, unsigned b) { return max(a, b); }
EMU_DEVICE long long llmin(long long a, long long b) { return min(a, b); }
EMU_DEVICE long long llmax(long long a, long long b) { return max(a, b); }
EMU_DEVICE unsigned long long ullmin(unsigned long long a, unsigned long long b) { return min(a, b); }
EMU_DEVICE unsigned long long ullmax(unsigned long long a, unsigned long long b) { return max(a, b); }

// ---- functions of libm with results behind pointers: stored here, where the checks see it -------------------

extern "C" {
#define EMU_RESULT(T, suffix)                                                                                          \
    extern EMU_DEVICE __attribute__((gnu_inline)) void sincos##suffix(T x, T *s, T *c) noexcept                        \
    {                                                                                                                  \
        *s = sin##suffix(x);                                                                                           \
        *c = cos##suffix(x);                                                                                           \
    }                                                                                                                  \
    extern EMU_DEVICE __attribute__((gnu_inline)) T modf##suffix(T x, T *whole) noexcept                               \
    {                                                                                                                  \
        T w, r = __builtin_modf##suffix(x, &w);                                                                        \
        *whole = w;                                                                                                    \
        return r;                                                                                                      \
    }                                                                                                                  \
    extern EMU_DEVICE __attribute__((gnu_inline)) T frexp##suffix(T x, int *exponent) noexcept                         \
    {                                                                                                                  \
        int e;                                                                                                         \
        T r = __builtin_frexp##suffix(x, &e);                                                                          \
        *exponent = e;                                                                                                 \
        return r;                                                                                                      \
    }                                                                                                                  \
    extern EMU_DEVICE __attribute__((gnu_inline)) T remquo##suffix(T x, T y, int *quotient) noexcept                   \
    {                                                                                                                  \
        int q;                                                                                                         \
        T r = __builtin_remquo##suffix(x, y, &q);                                                                      \
        *quotient = q;                                                                                                 \
        return r;                                                                                                      \
    }
EMU_RESULT(double, )
EMU_RESULT(float, f)
#undef EMU_RESULT
}

// ---- functions that libm lacks ------------------------------------------------------------------------------

namespace emu
{
inline double sine_of_pi_times(double x, int quarters)  // sin(pi x + quarters * pi / 2)
{
    if (isinf(x)) return NAN;
    double r = fmod(x, 2), n = nearbyint(2 * r), t = (r - n / 2) * 3.14159265358979323846;
    switch (((int)n + quarters) & 3) {
    case 0: return quarters == 0 && r == 0 ? x * 0 : sin(t);
    case 1: return cos(t);
    case 2: return -sin(t) + 0.0;
    default: return -cos(t);
    }
}

// Solves erfc(y) = z, for z in (0, 1]: a rough start, then Halley's steps.
inline double inverse_erfc(double z)
{
    double l = log(z * (2 - z)), b = 4.3307467508 + l / 2, y = sqrt(fmax(sqrt(b * b - l / 0.147) - b, 0));
    for (int i = 0; i < 4; i++) {
        double step = (erfc(y) - z) / (1.1283791670955126 * exp(-y * y));
        y += step / (1 - y * step);
    }
    return y;
}
}  // namespace emu

inline double erfinv(double x)
{
    const double a = fabs(x);
    if (!(a < 1)) return a == 1 ? x * INFINITY : NAN;
    if (a > 0.5) return copysign(emu::inverse_erfc(1 - a), x);
    double y = x * 0.88622692545275801 * (1 + x * x * 0.2617993877991494);  // the first terms of its series
    for (int i = 0; i < 4 && x != 0; i++) {
        const double step = (erf(y) - x) / (1.1283791670955126 * exp(-y * y));
        y -= step / (1 + y * step);
    }
    return y;
}
inline double erfcinv(double z)
{
    if (!(z >= 0 && z <= 2)) return NAN;
    if (z == 0 || z == 2) return z == 0 ? INFINITY : -INFINITY;
    return z >= 0.5 ? erfinv(1 - z) : emu::inverse_erfc(z);
}
inline double erfcx(double x)  // exp(x^2) erfc(x)
{
    if (x < -27) return INFINITY;
    if (x < 12) {
        double square = x * x, rest = fma(x, x, -square);
        return exp(square) * (1 + rest) * erfc(x);
    }
    double term = 1, sum = 1;
    for (int n = 1; n < 12; n++) sum += term *= -(2 * n - 1) / (2 * x * x);
    return sum / x * 0.56418958354775629;
}
inline double normcdf(double x)
{
    const double root = 0.70710678118654757, t = -x * root;
    if (!(fabs(t) < 28)) return x != x ? x : x > 0;
    const double lost = fma(-x, root, -t) + x * 4.8336466567264567e-17;  // of -x / sqrt(2)
    return 0.5 * (erfc(t) - 1.1283791670955126 * exp(-t * t) * lost);
}
inline double normcdfinv(double p) { return -1.4142135623730951 * erfcinv(2 * p); }

#if !defined __GLIBC_PREREQ
#define EMU_LIBC(major, minor) 0
#else
#define EMU_LIBC(major, minor) __GLIBC_PREREQ(major, minor)
#endif
#if !EMU_LIBC(2, 41)
inline double sinpi(double x) { return emu::sine_of_pi_times(x, 0); }
inline double cospi(double x) { return emu::sine_of_pi_times(x, 1); }
inline float sinpif(float x) { return (float)emu::sine_of_pi_times(x, 0); }
inline float cospif(float x) { return (float)emu::sine_of_pi_times(x, 1); }
#endif
#if !EMU_LIBC(2, 42)
EMU_DEVICE double rsqrt(double x) { return 1 / sqrt(x); }
EMU_DEVICE float rsqrtf(float x) { return 1 / sqrtf(x); }
#endif
#undef EMU_LIBC

inline void sincospi(double x, double *s, double *c) { *s = sinpi(x), *c = cospi(x); }
inline void sincospif(float x, float *s, float *c) { *s = sinpif(x), *c = cospif(x); }
inline double rcbrt(double x) { return 1 / cbrt(x); }
inline float rcbrtf(float x) { return (float)(1 / cbrt((double)x)); }
inline float erfinvf(float x) { return (float)erfinv((double)x); }
inline float erfcinvf(float x) { return (float)erfcinv((double)x); }
inline float erfcxf(float x) { return (float)erfcx((double)x); }
inline float normcdff(float x) { return (float)normcdf((double)x); }
inline float normcdfinvf(float x) { return (float)normcdfinv((double)x); }

inline double norm3d(double x, double y, double z) { return hypot(hypot(x, y), z); }
inline double norm4d(double x, double y, double z, double w) { return hypot(hypot(x, y), hypot(z, w)); }
inline double norm(int dim, const double *p)
{
    double r = 0;
    for (int i = 0; i < dim; i++) r = hypot(r, p[i]);
    return r;
}
inline float normf(int dim, const float *p)
{
    double r = 0;
    for (int i = 0; i < dim; i++) r = hypot(r, (double)p[i]);
    return (float)r;
}
inline double rhypot(double x, double y) { return 1 / hypot(x, y); }
inline double rnorm3d(double x, double y, double z) { return 1 / norm3d(x, y, z); }
inline double rnorm4d(double x, double y, double z, double w) { return 1 / norm4d(x, y, z, w); }
inline double rnorm(int dim, const double *p) { return 1 / norm(dim, p); }
inline float norm3df(float x, float y, float z) { return (float)norm3d(x, y, z); }
inline float norm4df(float x, float y, float z, float w) { return (float)norm4d(x, y, z, w); }
inline float rhypotf(float x, float y) { return (float)rhypot(x, y); }
inline float rnorm3df(float x, float y, float z) { return (float)rnorm3d(x, y, z); }
inline float rnorm4df(float x, float y, float z, float w) { return (float)rnorm4d(x, y, z, w); }
inline float rnormf(int dim, const float *p) { return 1 / normf(dim, p); }

namespace emu
{
inline double modified_bessel(int order, double x, double first)  // the power series; its first term
{
    double sum = first, term = first;
    for (int k = 1; term > sum * 1e-17 && sum < INFINITY; k++) sum += term *= x * x / 4 / k / (k + order);
    return sum;
}
}  // namespace emu
inline double cyl_bessel_i0(double x) { return emu::modified_bessel(0, x, 1); }
inline double cyl_bessel_i1(double x) { return copysign(emu::modified_bessel(1, x, fabs(x) / 2), x); }
inline float cyl_bessel_i0f(float x) { return (float)cyl_bessel_i0((double)x); }
inline float cyl_bessel_i1f(float x) { return (float)cyl_bessel_i1((double)x); }

// Overloads for float of what C++ has for double only.
EMU_DEVICE float rsqrt(float x) { return rsqrtf(x); }
inline float rcbrt(float x) { return rcbrtf(x); }
inline float sinpi(float x) { return sinpif(x); }
inline float cospi(float x) { return cospif(x); }
inline void sincospi(float x, float *s, float *c) { sincospif(x, s, c); }
inline void sincos(float x, float *s, float *c) { sincosf(x, s, c); }
inline float exp10(float x) { return exp10f(x); }
inline float erfinv(float x) { return erfinvf(x); }
inline float erfcinv(float x) { return erfcinvf(x); }
inline float erfcx(float x) { return erfcxf(x); }
inline float normcdf(float x) { return normcdff(x); }
inline float normcdfinv(float x) { return normcdfinvf(x); }
inline float j0(float x) { return j0f(x); }
inline float j1(float x) { return j1f(x); }
inline float jn(int n, float x) { return jnf(n, x); }
inline float y0(float x) { return y0f(x); }
inline float y1(float x) { return y1f(x); }
inline float yn(int n, float x) { return ynf(n, x); }
inline double copysign(double a, float b) { return copysign(a, (double)b); }
inline double copysign(float a, double b) { return copysign((double)a, b); }
inline float cyl_bessel_i0(float x) { return cyl_bessel_i0f(x); }
inline float cyl_bessel_i1(float x) { return cyl_bessel_i1f(x); }

// ---- loads and stores with cache hints (there is no cache to hint at) ---------------------------------------

namespace emu
{
template <class T> struct as_is {
    typedef T type;
};
void spin(void);
}  // namespace emu
#define EMU_LOAD(name)                                                                                                 \
    template <class T> EMU_DEVICE T name(const T *p) { return *p; }
#define EMU_STORE(name)                                                                                                \
    template <class T> EMU_DEVICE void name(T *p, typename emu::as_is<T>::type v) { *p = v; }
EMU_LOAD(__ldg)
EMU_LOAD(__ldcg)
EMU_LOAD(__ldca)
EMU_LOAD(__ldcs)
EMU_LOAD(__ldlu)
EMU_LOAD(__ldcv)
EMU_STORE(__stwb)
EMU_STORE(__stcg)
EMU_STORE(__stcs)
EMU_STORE(__stwt)
#undef EMU_LOAD
#undef EMU_STORE

// ---- time and the rest --------------------------------------------------------------------------------------

// One tick is one nanosecond. clock() is libc's on the host and clock64() in kernels: runtime/device.cpp decides.
extern "C" clock_t clock(void) noexcept __asm__("emu_clock");
extern "C++" long long clock64(void);
extern "C++" unsigned long long __globaltimer(void);
EMU_DEVICE void __nanosleep(unsigned) { emu::spin(); }  // lets the other threads of the block go on
EMU_DEVICE void __prof_trigger(int) {}
EMU_DEVICE void __brkpt(int = 0) {}
EMU_DEVICE void __trap(void) { __builtin_trap(); }

#ifndef __clang__
#define __builtin_assume(condition) ((void)sizeof((condition) ? 1 : 0))
#endif
#define __assume(condition) ((void)sizeof((condition) ? 1 : 0))

#define EMU_MISSING(name) __attribute__((error(#name " is not supported by the emulator")))
EMU_MISSING(__isGlobal) unsigned __isGlobal(const void *p);
EMU_MISSING(__isShared) unsigned __isShared(const void *p);
EMU_MISSING(__isConstant) unsigned __isConstant(const void *p);
EMU_MISSING(__isLocal) unsigned __isLocal(const void *p);
EMU_MISSING(__isGridConstant) unsigned __isGridConstant(const void *p);
EMU_MISSING(__cvta_generic_to_shared) size_t __cvta_generic_to_shared(const void *p);
EMU_MISSING(__cvta_generic_to_global) size_t __cvta_generic_to_global(const void *p);
EMU_MISSING(__cvta_shared_to_generic) void *__cvta_shared_to_generic(size_t p);
EMU_MISSING(__cvta_global_to_generic) void *__cvta_global_to_generic(size_t p);
#undef EMU_MISSING
