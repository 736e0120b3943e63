// [given] emu/simd.h: CUDA's "video" intrinsics, on two 16-bit or four 8-bit numbers in one word (__vadd4, ...).
#pragma once
#include <stdint.h>

namespace emu
{
constexpr int clamped(int x, int least, int most) { return x < least ? least : x > most ? most : x; }

// One lane of width bits; S: signed.
template <int BITS, bool S> inline int lane(unsigned x, int i)
{
    unsigned v = x >> i * BITS & ((1u << BITS) - 1);
    return S ? (int)(v << (32 - BITS)) >> (32 - BITS) : (int)v;
}

// Lane by lane op(a, b): see the list below.
template <int BITS, bool S, char OP> inline unsigned lanes(unsigned x, unsigned y)
{
    constexpr unsigned mask = (1u << BITS) - 1;
    constexpr int least = S ? -(1 << (BITS - 1)) : 0, most = S ? (1 << (BITS - 1)) - 1 : (int)mask;
    unsigned r = 0;
    for (int i = 0; i < 32 / BITS; i++) {
        const int a = lane<BITS, S>(x, i), b = lane<BITS, S>(y, i), d = a > b ? a - b : b - a;
        int v = 0;
        if (OP == '+') v = a + b;
        if (OP == 'A') v = clamped(a + b, least, most);
        if (OP == '-') v = a - b;
        if (OP == 'S') v = clamped(a - b, least, most);
        if (OP == 'd') v = d;
        if (OP == 'v') v = (a + b + 1) >> 1;
        if (OP == 'h') v = (a + b) >> 1;
        if (OP == '<') v = a < b ? a : b;
        if (OP == '>') v = a > b ? a : b;
        r |= ((unsigned)v & mask) << i * BITS;
    }
    return r;
}

// Compares lane by lane: all bits of a lane that agrees become 1 (ALL), or its lowest.
template <int BITS, bool S, char OP, bool ALL> inline unsigned compared(unsigned x, unsigned y)
{
    unsigned r = 0;
    for (int i = 0; i < 32 / BITS; i++) {
        const int a = lane<BITS, S>(x, i), b = lane<BITS, S>(y, i);
        bool yes = OP == '='   ? a == b
                   : OP == '!' ? a != b
                   : OP == '<' ? a < b
                   : OP == '>' ? a > b
                   : OP == 'l' ? a <= b
                               : a >= b;
        if (yes) r |= (ALL ? (1u << BITS) - 1 : 1u) << i * BITS;
    }
    return r;
}

template <int BITS, bool S> inline unsigned sum_of_differences(unsigned x, unsigned y)
{
    unsigned sum = 0;
    for (int i = 0; i < 32 / BITS; i++) {
        int a = lane<BITS, S>(x, i), b = lane<BITS, S>(y, i);
        sum += (unsigned)(a > b ? a - b : b - a);
    }
    return sum;
}
}  // namespace emu

#define EMU_LANES(name, S, op)                                                                                         \
    inline unsigned name##2(unsigned a, unsigned b) { return emu::lanes<16, S, op>(a, b); }                            \
    inline unsigned name##4(unsigned a, unsigned b) { return emu::lanes<8, S, op>(a, b); }
EMU_LANES(__vadd, false, '+')
EMU_LANES(__vaddss, true, 'A')
EMU_LANES(__vaddus, false, 'A')
EMU_LANES(__vsub, false, '-')
EMU_LANES(__vsubss, true, 'S')
EMU_LANES(__vsubus, false, 'S')
EMU_LANES(__vabsdiffs, true, 'd')
EMU_LANES(__vabsdiffu, false, 'd')
EMU_LANES(__vavgs, true, 'v')
EMU_LANES(__vavgu, false, 'v')
EMU_LANES(__vhaddu, false, 'h')
EMU_LANES(__vmins, true, '<')
EMU_LANES(__vminu, false, '<')
EMU_LANES(__vmaxs, true, '>')
EMU_LANES(__vmaxu, false, '>')
#undef EMU_LANES

#define EMU_COMPARE(suffix, S, op)                                                                                     \
    inline unsigned __vcmp##suffix##2(unsigned a, unsigned b) { return emu::compared<16, S, op, true>(a, b); }         \
    inline unsigned __vcmp##suffix##4(unsigned a, unsigned b) { return emu::compared<8, S, op, true>(a, b); }          \
    inline unsigned __vset##suffix##2(unsigned a, unsigned b) { return emu::compared<16, S, op, false>(a, b); }        \
    inline unsigned __vset##suffix##4(unsigned a, unsigned b) { return emu::compared<8, S, op, false>(a, b); }
EMU_COMPARE(eq, false, '=')
EMU_COMPARE(ne, false, '!')
EMU_COMPARE(lts, true, '<')
EMU_COMPARE(ltu, false, '<')
EMU_COMPARE(gts, true, '>')
EMU_COMPARE(gtu, false, '>')
EMU_COMPARE(les, true, 'l')
EMU_COMPARE(leu, false, 'l')
EMU_COMPARE(ges, true, 'g')
EMU_COMPARE(geu, false, 'g')
#undef EMU_COMPARE

inline unsigned __vneg2(unsigned a) { return __vsub2(0, a); }
inline unsigned __vneg4(unsigned a) { return __vsub4(0, a); }
inline unsigned __vnegss2(unsigned a) { return __vsubss2(0, a); }
inline unsigned __vnegss4(unsigned a) { return __vsubss4(0, a); }
inline unsigned __vabs2(unsigned a) { return __vabsdiffs2(a, 0); }
inline unsigned __vabs4(unsigned a) { return __vabsdiffs4(a, 0); }
inline unsigned __vabsss2(unsigned a) { return __vmaxs2(a, __vnegss2(a)); }
inline unsigned __vabsss4(unsigned a) { return __vmaxs4(a, __vnegss4(a)); }
inline unsigned __vsads2(unsigned a, unsigned b) { return emu::sum_of_differences<16, true>(a, b); }
inline unsigned __vsads4(unsigned a, unsigned b) { return emu::sum_of_differences<8, true>(a, b); }
inline unsigned __vsadu2(unsigned a, unsigned b) { return emu::sum_of_differences<16, false>(a, b); }
inline unsigned __vsadu4(unsigned a, unsigned b) { return emu::sum_of_differences<8, false>(a, b); }

// ---- greatest and least of several, of sums, and with 0 (relu); _s16x2 and _u16x2: lane by lane -------------

#define EMU_OF_32(name, I, type, pick)                                                                                 \
    inline I __vi##name##3_##type(I a, I b, I c) { return pick(pick(a, b), c); }                                       \
    inline I __viadd##name##_##type(I a, I b, I c) { return pick((I)((unsigned)a + (unsigned)b), c); }                 \
    inline I __vib##name##_##type(I a, I b, bool *first)                                                               \
    {                                                                                                                  \
        const I r = pick(a, b);                                                                                        \
        *first = r == a;                                                                                               \
        return r;                                                                                                      \
    }
#define EMU_OF_16(name, type, pick)                                                                                    \
    inline unsigned __vi##name##3_##type(unsigned a, unsigned b, unsigned c) { return pick(pick(a, b), c); }           \
    inline unsigned __viadd##name##_##type(unsigned a, unsigned b, unsigned c) { return pick(__vadd2(a, b), c); }      \
    inline unsigned __vib##name##_##type(unsigned a, unsigned b, bool *high, bool *low)                                \
    {                                                                                                                  \
        const unsigned r = pick(a, b);                                                                                 \
        *high = r >> 16 == a >> 16;                                                                                    \
        *low = (r & 0xffff) == (a & 0xffff);                                                                           \
        return r;                                                                                                      \
    }
#define EMU_WITH_0(name, I, type, pick, top)                                                                           \
    inline I __vi##name##_##type##_relu(I a, I b) { return top(pick(a, b), 0); }                                       \
    inline I __vi##name##3_##type##_relu(I a, I b, I c) { return top(__vi##name##3_##type(a, b, c), 0); }              \
    inline I __viadd##name##_##type##_relu(I a, I b, I c) { return top(__viadd##name##_##type(a, b, c), 0); }
namespace emu
{
template <class I> constexpr I greatest(I a, I b) { return a > b ? a : b; }
template <class I> constexpr I least(I a, I b) { return a < b ? a : b; }
}  // namespace emu
EMU_OF_32(max, int, s32, emu::greatest<int>)
EMU_OF_32(min, int, s32, emu::least<int>)
EMU_OF_32(max, unsigned, u32, emu::greatest<unsigned>)
EMU_OF_32(min, unsigned, u32, emu::least<unsigned>)
EMU_OF_16(max, s16x2, __vmaxs2)
EMU_OF_16(min, s16x2, __vmins2)
EMU_OF_16(max, u16x2, __vmaxu2)
EMU_OF_16(min, u16x2, __vminu2)
EMU_WITH_0(max, int, s32, emu::greatest<int>, emu::greatest<int>)
EMU_WITH_0(min, int, s32, emu::least<int>, emu::greatest<int>)
EMU_WITH_0(max, unsigned, s16x2, __vmaxs2, __vmaxs2)
EMU_WITH_0(min, unsigned, s16x2, __vmins2, __vmaxs2)
#undef EMU_OF_32
#undef EMU_OF_16
#undef EMU_WITH_0
