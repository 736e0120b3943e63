// [given] cuComplex.h: cuComplex and cuDoubleComplex: float2 and double2 as complex numbers.
#pragma once
#include <math.h>
#include "vector_functions.h"

typedef float2 cuFloatComplex;
typedef double2 cuDoubleComplex;
typedef cuFloatComplex cuComplex;

// The quotient and the absolute value are scaled, so that they do not overflow before their time.
#define EMU_COMPLEX(C, T, suffix, make, absolute, root)                                                                \
    static inline C make_##C(T x, T y) { return make(x, y); }                                                          \
    static inline T cuCreal##suffix(C a) { return a.x; }                                                               \
    static inline T cuCimag##suffix(C a) { return a.y; }                                                               \
    static inline C cuConj##suffix(C a) { return make(a.x, -a.y); }                                                    \
    static inline C cuCadd##suffix(C a, C b) { return make(a.x + b.x, a.y + b.y); }                                    \
    static inline C cuCsub##suffix(C a, C b) { return make(a.x - b.x, a.y - b.y); }                                    \
    static inline C cuCmul##suffix(C a, C b) { return make(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }            \
    static inline C cuCfma##suffix(C a, C b, C c) { return cuCadd##suffix(cuCmul##suffix(a, b), c); }                  \
    static inline C cuCdiv##suffix(C a, C b)                                                                           \
    {                                                                                                                  \
        T scale = 1 / (absolute(b.x) + absolute(b.y));                                                                 \
        T ax = a.x * scale, ay = a.y * scale, bx = b.x * scale, by = b.y * scale;                                      \
        scale = 1 / (bx * bx + by * by);                                                                               \
        return make((ax * bx + ay * by) * scale, (ay * bx - ax * by) * scale);                                         \
    }                                                                                                                  \
    static inline T cuCabs##suffix(C a) { return root(a.x, a.y); }
EMU_COMPLEX(cuFloatComplex, float, f, make_float2, fabsf, hypotf)
EMU_COMPLEX(cuDoubleComplex, double, , make_double2, fabs, hypot)
#undef EMU_COMPLEX
static inline cuComplex make_cuComplex(float x, float y) { return make_float2(x, y); }
static inline cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex a) { return make_double2(a.x, a.y); }
static inline cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex a) { return make_float2((float)a.x, (float)a.y); }
