// [given] vector_types.h: CUDA's vector types (char1 ... double4) with CUDA's sizes and alignments, uint3 and dim3.
#pragma once

#ifndef __align__
#define __align__(n) __attribute__((aligned(n)))
#endif
#ifndef __builtin_align__
#define __builtin_align__(n) __attribute__((aligned(n)))
#endif

// Alignments of the forms with 1 to 4 components. Those with 2 and 4 can be loaded at once (up to 16 bytes).
#define EMU_VECTOR_TYPES(name, base, a1, a2, a3, a4)                                                                   \
    typedef struct __align__(a1) name##1 { base x; }                                                                   \
    name##1;                                                                                                           \
    typedef struct __align__(a2) name##2 { base x, y; }                                                                \
    name##2;                                                                                                           \
    typedef struct __align__(a3) name##3 { base x, y, z; }                                                             \
    name##3;                                                                                                           \
    typedef struct __align__(a4) name##4 { base x, y, z, w; }                                                          \
    name##4

EMU_VECTOR_TYPES(char, signed char, 1, 2, 1, 4);
EMU_VECTOR_TYPES(uchar, unsigned char, 1, 2, 1, 4);
EMU_VECTOR_TYPES(short, short, 2, 4, 2, 8);
EMU_VECTOR_TYPES(ushort, unsigned short, 2, 4, 2, 8);
EMU_VECTOR_TYPES(int, int, 4, 8, 4, 16);
EMU_VECTOR_TYPES(uint, unsigned int, 4, 8, 4, 16);
EMU_VECTOR_TYPES(long, long, __SIZEOF_LONG__, 2 * __SIZEOF_LONG__, __SIZEOF_LONG__, 16);
EMU_VECTOR_TYPES(ulong, unsigned long, __SIZEOF_LONG__, 2 * __SIZEOF_LONG__, __SIZEOF_LONG__, 16);
EMU_VECTOR_TYPES(longlong, long long, 8, 16, 8, 16);
EMU_VECTOR_TYPES(ulonglong, unsigned long long, 8, 16, 8, 16);
EMU_VECTOR_TYPES(float, float, 4, 8, 4, 16);
EMU_VECTOR_TYPES(double, double, 8, 16, 8, 16);
#undef EMU_VECTOR_TYPES

// CUDA 13's names that state the alignment.
#define EMU_VECTOR4_ALIGNED(name, base)                                                                                \
    typedef name##4 name##4_16a;                                                                                       \
    typedef struct __align__(32) name##4_32a { base x, y, z, w; }                                                      \
    name##4_32a
EMU_VECTOR4_ALIGNED(long, long);
EMU_VECTOR4_ALIGNED(ulong, unsigned long);
EMU_VECTOR4_ALIGNED(longlong, long long);
EMU_VECTOR4_ALIGNED(ulonglong, unsigned long long);
EMU_VECTOR4_ALIGNED(double, double);
#undef EMU_VECTOR4_ALIGNED

typedef struct dim3 {
    unsigned int x, y, z;
#ifdef __cplusplus
    constexpr dim3(unsigned int x = 1, unsigned int y = 1, unsigned int z = 1) : x(x), y(y), z(z) {}
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
    constexpr operator uint3() const { return uint3{x, y, z}; }
#endif
} dim3;
