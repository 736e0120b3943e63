// [given] access.h: the fast path of a load or store: a word that exists, is initialised, and holds nothing new.
#pragma once
#include "check.h"
#include "counters.h"

namespace emu::check
{

// Does this segment belong to somebody who may run at the same time as the running thread?
template <bool GLOBAL> inline bool concurrent(uint32_t segment)
{
    if constexpr (GLOBAL)  // not an earlier launch, nor an earlier interval of this block
        return segment >= hot.launch_first && segment - hot.block_first >= hot.interval_first - hot.block_first;
    else return segment >= hot.interval_first;
}

template <unsigned SIZE> inline bool valid_here(const region_t &r, uintptr_t offset)
{
    if constexpr (SIZE == 1) return r.valid[offset >> 3] >> (offset & 7) & 1;
    if constexpr (SIZE == 2) return !(offset & 1) && (r.valid[offset >> 3] >> (offset & 7) & 3) == 3;
    if constexpr (SIZE == 4) return !(offset & 3) && (r.valid[offset >> 3] >> (offset & 7) & 15) == 15;
    if constexpr (SIZE == 8) return !(offset & 7) && r.valid[offset >> 3] == 0xff;
    return !(offset & 15) && *reinterpret_cast<const uint16_t *>(r.valid + (offset >> 3)) == 0xffff;
}

// One record: of a word, or of a byte of a word that several threads share. False: the slow path has to look.
template <bool WRITES, bool GLOBAL>
__attribute__((always_inline)) inline bool record(word_t *w, places_t *p, uint32_t pc)
{
    const uint32_t writer = w->w, reader = w->r, current = hot.current;
    if (__builtin_expect(concurrent<GLOBAL>(writer) && writer != current, 0)) return false;
    if constexpr (WRITES) {
        if (__builtin_expect(concurrent<GLOBAL>(reader & ~MANY) && reader != current, 0)) return false;
        w->w = current;
        p->w = pc;
        return true;
    }
    if (reader >= (GLOBAL ? hot.many_from : MANY | hot.interval_first) || reader == current) return true;
    const uint32_t other = reader & ~MANY;
    if (!concurrent<GLOBAL>(other)) {
        w->r = current;
        p->r = pc;
        return true;
    }
    if (__builtin_expect(hot.mixed, 0)) return false;
    // Lanes of the first reader's warp add nothing: who writes after them conflicts with the first, too.
    if (other < hot.interval_first || ((other - hot.interval_first) ^ (current - hot.interval_first)) >= 32)
        w->r = reader | MANY;
    return true;
}

// False: the slow path has to look.
template <unsigned SIZE, bool WRITES, bool GLOBAL>
__attribute__((always_inline)) inline bool quick(const region_t &r, uintptr_t offset, uint32_t pc)
{
    if (__builtin_expect(!valid_here<SIZE>(r, offset), 0)) return false;
    word_t *w = r.words + (offset >> 2);
    if constexpr (SIZE >= 4) {
        for (unsigned i = 0; i < SIZE / 4; i++)
            if (!record<WRITES, GLOBAL>(w + i, r.places + (w + i - r.words), pc)) return false;
    } else {
        // Reading a byte of a word is recorded only once some byte of it has been written by itself.
        if (w->w != SPLIT) return !WRITES && (!concurrent<GLOBAL>(w->w) || w->w == hot.current);
        bytes_t *b = hot.splits + w->r;
        for (unsigned i = offset & 3; i < (offset & 3) + SIZE; i++)
            if (!record<WRITES, GLOBAL>(&b->word[i], &b->places[i], pc)) return false;
    }
    return true;
}

// A function of its own, and the last thing that access() does: then access() has no registers to save.
template <unsigned SIZE, bool WRITES> __attribute__((noinline)) void counted(const void *p, const void *site)
{
    const uintptr_t a = reinterpret_cast<uintptr_t>(p);
    const uint32_t pc = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(site));
    if (a - hot.global.low < hot.global.size) counters_access(p, SIZE, WRITES, SPACE_GLOBAL, site);
    else if (a - hot.stack_low < hot.stack_size) return;
    else if (a - hot.fixed.low < hot.fixed.size || a - hot.dynamic.low < hot.dynamic.size)
        counters_access(p, SIZE, WRITES, SPACE_SHARED, site);
    else count_access(a, SIZE, WRITES, pc);
    if (on & 1) slow_access(a, SIZE, WRITES ? WRITE : READ, pc);
}

// Everything but the shortest way; its own function, so that the shortest way needs no registers saved.
template <unsigned SIZE, bool WRITES> __attribute__((noinline)) void longer_access(const void *p, const void *site)
{
    const uintptr_t a = reinterpret_cast<uintptr_t>(p);
    const uint32_t pc = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(site));
    uintptr_t offset = a - hot.global.low;
    if (__builtin_expect(offset < hot.global.size, 1)) {
        if (__builtin_expect(on & 2, 0)) {
            counters_access(p, SIZE, WRITES, SPACE_GLOBAL, site);
            if (!(on & 1)) return;
        }
        if (quick<SIZE, WRITES, true>(hot.global, offset, pc)) return;
    } else {
        if (a - hot.stack_low < hot.stack_size || a - hot.arguments_low < hot.arguments_size ||
            a - hot.block_low < sizeof(block_t))
            return;
        if (__builtin_expect(on & 2, 0)) {
            count_access(a, SIZE, WRITES, pc);
            if (!(on & 1)) return;
        }
        if ((offset = a - hot.fixed.low) < hot.fixed.size) {
            if (quick<SIZE, WRITES, false>(hot.fixed, offset, pc)) return;
        } else if ((offset = a - hot.dynamic.low) < hot.dynamic.size) {
            if (quick<SIZE, WRITES, false>(hot.dynamic, offset, pc)) return;
        }
    }
    slow_access(a, SIZE, WRITES ? WRITE : READ, pc);
}

template <unsigned SIZE, bool WRITES> __attribute__((always_inline)) inline void access(const void *p, const void *site)
{
    const unsigned char active = on;
    if (__builtin_expect(!active, 1)) return;
    if constexpr (SIZE == 4 && !WRITES) {  // a word that nobody writes in this launch, read by this warp or by many
        const uintptr_t offset = reinterpret_cast<uintptr_t>(p) - hot.global.low;
        if (__builtin_expect(offset < hot.global.size && active == 1, 1) && valid_here<SIZE>(hot.global, offset)) {
            const word_t *w = hot.global.words + (offset >> 2);
            if (w->w < hot.launch_first && (w->r >= hot.many_from || ((w->r - hot.interval_first) ^ hot.offset) < 32))
                return;
        } else if (const uintptr_t shared = reinterpret_cast<uintptr_t>(p) - hot.fixed.low;
                   shared < hot.fixed.size && active == 1 && valid_here<SIZE>(hot.fixed, shared)) {
            const word_t *w = hot.fixed.words + (shared >> 2);
            if (w->w < hot.interval_first &&
                (w->r >= (MANY | hot.interval_first) || ((w->r - hot.interval_first) ^ hot.offset) < 32))
                return;
        }
    }
    longer_access<SIZE, WRITES>(p, site);
}
}  // namespace emu::check
