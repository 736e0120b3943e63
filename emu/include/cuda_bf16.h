// [given] cuda_bf16.h: __nv_bfloat16 and __nv_bfloat162: conversions, arithmetic, comparisons, computed in software.
#pragma once
#include "vector_types.h"
#include "emu/half.h"

#define EMU_H __nv_bfloat16
#define EMU_H2 __nv_bfloat162
#define EMU_RAW __nv_bfloat16_raw
#define EMU_RAW2 __nv_bfloat162_raw
#define EMU_FORMAT 7, 8
#define EMU_JOIN(a, b) a##b
#define EMU_NAME(a, b) EMU_JOIN(a, bfloat16##b)
#define EMU_NAME2(a, b) EMU_JOIN2(a, bfloat162##b)
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

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;
inline unsigned char __bfloat162uchar_rz(__nv_bfloat16 a) { return emu::to_integer<unsigned char>(emu::wide(a), 'z'); }
inline signed char __bfloat162char_rz(__nv_bfloat16 a) { return emu::to_integer<signed char>(emu::wide(a), 'z'); }
