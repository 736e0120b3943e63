// [given] cuda_fp16.h: __half and __half2 (half, half2): conversions, arithmetic, comparisons, computed in software.
#pragma once
#include "vector_types.h"
#include "emu/half.h"

#define EMU_H __half
#define EMU_H2 __half2
#define EMU_RAW __half_raw
#define EMU_RAW2 __half2_raw
#define EMU_FORMAT 10, 5
#define EMU_JOIN(a, b) a##b
#define EMU_NAME(a, b) EMU_JOIN(a, half##b)
#define EMU_NAME2(a, b) EMU_JOIN2(a, half2##b)
#define EMU_JOIN2(a, b) EMU_JOIN3(a, b)
#define EMU_JOIN3(a, b) a##b
#include "emu/half_functions.h"
#undef EMU_H
#undef EMU_H2
#undef EMU_RAW
#undef EMU_RAW2
#undef EMU_FORMAT
#undef EMU_NAME
#undef EMU_NAME2
#undef EMU_JOIN
#undef EMU_JOIN2
#undef EMU_JOIN3

typedef __half half;
typedef __half2 half2;
typedef __half nv_half;
typedef __half2 nv_half2;
inline unsigned char __half2uchar_rz(__half a) { return emu::to_integer<unsigned char>(emu::wide(a), 'z'); }
inline signed char __half2char_rz(__half a) { return emu::to_integer<signed char>(emu::wide(a), 'z'); }
