// [given] emu/warp.h: barriers of a block, and the functions that the threads of a warp call together.
//
// Everything ends in one of a few functions of the runtime. The wrappers are always inlined: the runtime takes its
// return address for the line of the program that called.
#pragma once
#include "../vector_types.h"
#include <cstring>

extern "C++" {
void __syncthreads(void);
int __syncthreads_count(int predicate);
int __syncthreads_and(int predicate);
int __syncthreads_or(int predicate);
void __syncwarp(unsigned mask = 0xffffffffu);
unsigned __activemask(void);

namespace emu
{
// kind: 'i'dx, 'u'p, 'd'own, 'x'or. width: 1 to 32, a power of two; lanes outside of a segment keep their own value.
unsigned long long shuffle(unsigned mask, unsigned long long bits, int lane_argument, int width, char kind,
                           const char *name);
// kind: 'b'allot, 'a'll, a'n'y.
unsigned vote(unsigned mask, int predicate, char kind, const char *name);
// The lanes of mask with the same value. all: mask if all have the same, else 0; *pred says which.
unsigned match(unsigned mask, unsigned long long value, int size, bool all, int *pred, const char *name);
// kind: '+', '<' (least), '>' (greatest), '&', '|', '^', on unsigned numbers.
unsigned reduce(unsigned mask, unsigned value, char kind, const char *name);
}  // namespace emu
}

#define EMU_DEVICE __attribute__((always_inline)) inline

namespace emu
{
template <class T> EMU_DEVICE T shuffle_value(unsigned mask, T v, int argument, int width, char kind, const char *name)
{
    static_assert(sizeof(T) <= 8, "shuffles take up to 8 bytes");
    unsigned long long bits = 0;
    memcpy(&bits, static_cast<const void *>(&v), sizeof v);
    bits = shuffle(mask, bits, argument, width, kind, name);
    memcpy(static_cast<void *>(&v), &bits, sizeof v);
    return v;
}
template <class T> EMU_DEVICE unsigned match_value(unsigned mask, T v, bool all, int *pred, const char *name)
{
    unsigned long long bits = 0;
    memcpy(&bits, &v, sizeof v);
    return match(mask, bits, sizeof v, all, pred, name);
}
}  // namespace emu

// Shuffles of one type; also used for the types of cuda_fp16.h and cuda_bf16.h.
#define EMU_SHUFFLES(T)                                                                                                \
    EMU_DEVICE T __shfl_sync(unsigned mask, T v, int lane, int width = 32)                                             \
    {                                                                                                                  \
        return emu::shuffle_value(mask, v, lane, width, 'i', "__shfl_sync");                                           \
    }                                                                                                                  \
    EMU_DEVICE T __shfl_up_sync(unsigned mask, T v, unsigned delta, int width = 32)                                    \
    {                                                                                                                  \
        return emu::shuffle_value(mask, v, (int)delta, width, 'u', "__shfl_up_sync");                                  \
    }                                                                                                                  \
    EMU_DEVICE T __shfl_down_sync(unsigned mask, T v, unsigned delta, int width = 32)                                  \
    {                                                                                                                  \
        return emu::shuffle_value(mask, v, (int)delta, width, 'd', "__shfl_down_sync");                                \
    }                                                                                                                  \
    EMU_DEVICE T __shfl_xor_sync(unsigned mask, T v, int lane_mask, int width = 32)                                    \
    {                                                                                                                  \
        return emu::shuffle_value(mask, v, lane_mask, width, 'x', "__shfl_xor_sync");                                  \
    }
#define EMU_MATCHES(T)                                                                                                 \
    EMU_DEVICE unsigned __match_any_sync(unsigned mask, T v)                                                           \
    {                                                                                                                  \
        return emu::match_value(mask, v, false, nullptr, "__match_any_sync");                                          \
    }                                                                                                                  \
    EMU_DEVICE unsigned __match_all_sync(unsigned mask, T v, int *pred)                                                \
    {                                                                                                                  \
        return emu::match_value(mask, v, true, pred, "__match_all_sync");                                              \
    }
#define EMU_SHUFFLES_AND_MATCHES(T) EMU_SHUFFLES(T) EMU_MATCHES(T)

EMU_SHUFFLES_AND_MATCHES(int)
EMU_SHUFFLES_AND_MATCHES(unsigned)
EMU_SHUFFLES_AND_MATCHES(long)
EMU_SHUFFLES_AND_MATCHES(unsigned long)
EMU_SHUFFLES_AND_MATCHES(long long)
EMU_SHUFFLES_AND_MATCHES(unsigned long long)
EMU_SHUFFLES_AND_MATCHES(float)
EMU_SHUFFLES_AND_MATCHES(double)
#undef EMU_SHUFFLES_AND_MATCHES

EMU_DEVICE unsigned __ballot_sync(unsigned mask, int predicate)
{
    return emu::vote(mask, predicate, 'b', "__ballot_sync");
}
EMU_DEVICE int __all_sync(unsigned mask, int predicate) { return (int)emu::vote(mask, predicate, 'a', "__all_sync"); }
EMU_DEVICE int __any_sync(unsigned mask, int predicate) { return (int)emu::vote(mask, predicate, 'n', "__any_sync"); }

EMU_DEVICE unsigned __reduce_add_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '+', "__reduce_add_sync");
}
EMU_DEVICE unsigned __reduce_min_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '<', "__reduce_min_sync");
}
EMU_DEVICE unsigned __reduce_max_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '>', "__reduce_max_sync");
}
EMU_DEVICE int __reduce_add_sync(unsigned mask, int v)
{
    return (int)emu::reduce(mask, (unsigned)v, '+', "__reduce_add_sync");
}
// With the sign bit inverted, signed numbers are ordered like unsigned ones.
EMU_DEVICE int __reduce_min_sync(unsigned mask, int v)
{
    return (int)(emu::reduce(mask, (unsigned)v ^ 0x80000000u, '<', "__reduce_min_sync") ^ 0x80000000u);
}
EMU_DEVICE int __reduce_max_sync(unsigned mask, int v)
{
    return (int)(emu::reduce(mask, (unsigned)v ^ 0x80000000u, '>', "__reduce_max_sync") ^ 0x80000000u);
}
EMU_DEVICE unsigned __reduce_and_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '&', "__reduce_and_sync");
}
EMU_DEVICE unsigned __reduce_or_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '|', "__reduce_or_sync");
}
EMU_DEVICE unsigned __reduce_xor_sync(unsigned mask, unsigned v)
{
    return emu::reduce(mask, v, '^', "__reduce_xor_sync");
}

// The forms without a mask are gone from CUDA since its version 9 (for GPUs since Volta).
#define EMU_REMOVED(name, instead) __attribute__((error(#name " was removed from CUDA: use " instead)))
template <class T> EMU_REMOVED(__shfl, "__shfl_sync(0xffffffff, ...)") T __shfl(T v, int lane, int width = 32);
template <class T> EMU_REMOVED(__shfl_up, "__shfl_up_sync(0xffffffff, ...)") T __shfl_up(T v, unsigned d, int w = 32);
template <class T> EMU_REMOVED(__shfl_down, "__shfl_down_sync(0xffffffff, ...)")
T __shfl_down(T v, unsigned d, int width = 32);
template <class T> EMU_REMOVED(__shfl_xor, "__shfl_xor_sync(0xffffffff, ...)") T __shfl_xor(T v, int m, int w = 32);
EMU_REMOVED(__ballot, "__ballot_sync(0xffffffff, ...)") unsigned __ballot(int predicate);
EMU_REMOVED(__all, "__all_sync(0xffffffff, ...)") int __all(int predicate);
EMU_REMOVED(__any, "__any_sync(0xffffffff, ...)") int __any(int predicate);
#undef EMU_REMOVED
