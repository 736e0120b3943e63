// [given] emu/half.h: how __half and __nv_bfloat16 are made from wider numbers and back, correctly rounded.
#pragma once
#include <stdint.h>
#include "intrinsics.h"
#ifdef __CUDACC__
#include "atomics.h"
#include "warp.h"
#endif

namespace emu
{
// x as a number with FRACTION bits behind the point and EXPONENT bits of exponent.
// mode: 'n'earest even, to 'z'ero, 'u'p, 'd'own. NaNs become 0x7fff, as on a GPU.
template <int FRACTION, int EXPONENT> inline uint16_t narrow(double x, char mode = 'n')
{
    constexpr uint16_t infinity = ((1 << EXPONENT) - 1) << FRACTION;
    constexpr int least = 2 - (1 << (EXPONENT - 1));  // the exponent of the smallest normal number
    const uint64_t bits = same_bits<uint64_t>(x);
    const bool negative = bits >> 63;
    const uint16_t sign = negative ? 0x8000 : 0;
    int exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t digits = bits & 0xfffffffffffffull;
    if (exponent == 0x7ff) return digits ? 0x7fff : sign | infinity;
    if (exponent) digits |= 1ull << 52;
    else exponent = 1;
    exponent -= 1023;

    const int scale = exponent > least ? exponent : least;
    int shift = scale - FRACTION - (exponent - 52);
    if (shift > 63) shift = 63;
    uint64_t kept = digits >> shift;
    const uint64_t rest = digits & ((1ull << shift) - 1), half = 1ull << (shift - 1);
    if (mode == 'n' ? rest > half || (rest == half && (kept & 1)) : rest && mode == (negative ? 'd' : 'u')) kept++;
    kept += (uint64_t)(scale - least) << FRACTION;  // a carry out of the fraction goes to the exponent
    if (kept >= infinity) kept = mode == 'n' || mode == (negative ? 'd' : 'u') ? infinity : infinity - 1;
    return sign | (uint16_t)kept;
}

template <int FRACTION, int EXPONENT> inline float widen(uint16_t bits)
{
    if (FRACTION == 7) return same_bits<float>((uint32_t)bits << 16);
    constexpr int most = (1 << EXPONENT) - 1, bias = most / 2;
    const uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> FRACTION & most;
    const uint32_t fraction = bits & ((1u << FRACTION) - 1);
    if (exponent == most) return same_bits<float>(sign | 0x7f800000u | fraction << (23 - FRACTION));
    if (exponent == 0) {
        float v = (float)fraction * same_bits<float>((uint32_t)(127 + 1 - bias - FRACTION) << 23);
        return sign ? -v : v;
    }
    return same_bits<float>(sign | (exponent + 127 - bias) << 23 | fraction << (23 - FRACTION));
}

// a * b + c of narrow numbers, to be rounded once more: an inexact sum gets an odd last digit, so that the second
// rounding cannot meet a tie that is none.
inline double fused(double a, double b, double c)
{
    const double product = a * b, sum = product + c;  // the product is exact
    if (!(fabs(sum) < 1e300)) return sum;
    const double back = sum - product, error = (product - (sum - back)) + (c - back);
    const int64_t bits = same_bits<int64_t>(sum);
    if (error == 0 || (bits & 1)) return sum;
    return same_bits<double>(bits + ((error > 0) == (sum > 0) ? 1 : -1));
}
// Also for the second rounding: x / y, and an integer as a double.
inline double quotient(double x, double y)
{
    const double q = x / y, rest = fma(-q, y, x);
    if (!(fabs(q) < 1e300) || rest == 0 || rest != rest) return q;
    const int64_t bits = same_bits<int64_t>(q);
    return (bits & 1) || q == 0 ? q : same_bits<double>(bits + ((rest > 0) == (x > 0) ? 1 : -1));
}
template <class I> inline double converted_to_odd(I v)
{
    const bool negative = v < 0;
    uint64_t size = negative ? 0 - (uint64_t)v : (uint64_t)v;
    if (size >> 53) size = (size >> 12 | ((size & 0xfff) != 0)) << 12;
    return negative ? -(double)size : (double)size;
}
inline double clamped_to_1(double x) { return x > 0 ? x < 1 ? x : 1 : 0; }
inline double rectified(double x) { return x > 0 ? x : x != x ? x : 0; }
}  // namespace emu
