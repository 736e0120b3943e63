// [given] vector_functions.h: make_int2(x, y) and its kin for all vector types.
#pragma once
#include "vector_types.h"

#if defined __cplusplus && __cplusplus >= 201402L
#define EMU_MAKE static inline constexpr
#else
#define EMU_MAKE static inline
#endif
#define EMU_VECTOR_FUNCTIONS(name, base)                                                                               \
    EMU_MAKE __attribute__((unused)) name##1 make_##name##1(base x)                                                    \
    {                                                                                                                  \
        name##1 v = {x};                                                                                               \
        return v;                                                                                                      \
    }                                                                                                                  \
    EMU_MAKE __attribute__((unused)) name##2 make_##name##2(base x, base y)                                            \
    {                                                                                                                  \
        name##2 v = {x, y};                                                                                            \
        return v;                                                                                                      \
    }                                                                                                                  \
    EMU_MAKE __attribute__((unused)) name##3 make_##name##3(base x, base y, base z)                                    \
    {                                                                                                                  \
        name##3 v = {x, y, z};                                                                                         \
        return v;                                                                                                      \
    }                                                                                                                  \
    EMU_MAKE __attribute__((unused)) name##4 make_##name##4(base x, base y, base z, base w)                            \
    {                                                                                                                  \
        name##4 v = {x, y, z, w};                                                                                      \
        return v;                                                                                                      \
    }
EMU_VECTOR_FUNCTIONS(char, signed char)
EMU_VECTOR_FUNCTIONS(uchar, unsigned char)
EMU_VECTOR_FUNCTIONS(short, short)
EMU_VECTOR_FUNCTIONS(ushort, unsigned short)
EMU_VECTOR_FUNCTIONS(int, int)
EMU_VECTOR_FUNCTIONS(uint, unsigned int)
EMU_VECTOR_FUNCTIONS(long, long)
EMU_VECTOR_FUNCTIONS(ulong, unsigned long)
EMU_VECTOR_FUNCTIONS(longlong, long long)
EMU_VECTOR_FUNCTIONS(ulonglong, unsigned long long)
EMU_VECTOR_FUNCTIONS(float, float)
EMU_VECTOR_FUNCTIONS(double, double)
#undef EMU_VECTOR_FUNCTIONS
#define EMU_VECTOR4_FUNCTIONS(name, base)                                                                              \
    EMU_MAKE __attribute__((unused)) name##4 make_##name##4_16a(base x, base y, base z, base w)                        \
    {                                                                                                                  \
        name##4 v = {x, y, z, w};                                                                                      \
        return v;                                                                                                      \
    }                                                                                                                  \
    EMU_MAKE __attribute__((unused)) name##4_32a make_##name##4_32a(base x, base y, base z, base w)                    \
    {                                                                                                                  \
        name##4_32a v = {x, y, z, w};                                                                                  \
        return v;                                                                                                      \
    }
EMU_VECTOR4_FUNCTIONS(long, long)
EMU_VECTOR4_FUNCTIONS(ulong, unsigned long)
EMU_VECTOR4_FUNCTIONS(longlong, long long)
EMU_VECTOR4_FUNCTIONS(ulonglong, unsigned long long)
EMU_VECTOR4_FUNCTIONS(double, double)
#undef EMU_VECTOR4_FUNCTIONS
#undef EMU_MAKE
