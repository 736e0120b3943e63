// [given] race.cpp: two accesses, one of them a write, by threads that nothing has put in an order (segments.cpp).
//
// Threads run one after another, so all hazards of an interval are met, in whatever order they run. A write that leaves
// in memory what was there is no hazard (several threads that set the same flag): looked at when the next access comes.
#include "race.h"
#include <algorithm>
#include <cstring>

namespace emu::check
{

static std::vector<hazard_t> pending OUTLIVES;
static region_t saved[3];
static uintptr_t saved_stack;

static void after_plain_read(const hazard_t &h);

// The next access, of whatever thread, shall come to settle(): close the fast path.
static void postpone(const hazard_t &h)
{
    if (pending.empty()) {
        saved[0] = hot.global, saved[1] = hot.fixed, saved[2] = hot.dynamic;
        saved_stack = hot.stack_size;
        hot.global.size = hot.fixed.size = hot.dynamic.size = hot.stack_size = 0;
    }
    pending.push_back(h);
    memcpy(pending.back().before, reinterpret_cast<void *>(h.a), h.size);
}

void settle(void)
{
    if (pending.empty()) return;
    hot.global.size = saved[0].size, hot.fixed.size = saved[1].size, hot.dynamic.size = saved[2].size;
    hot.stack_size = saved_stack;
    std::vector<hazard_t> list;
    list.swap(pending);
    for (const hazard_t &h : list)
        if (memcmp(h.before, reinterpret_cast<void *>(h.a), h.size) != 0) {
            if (h.name[2] == 'R' && h.flags & ATOMIC && !(h.other_pc & (PC_ATOMIC | PC_VOLATILE))) after_plain_read(h);
            else report_race(h);
        }
    list.clear();
    if (pending.empty()) pending.swap(list);  // keeps its memory
}

// A plain read of what others change by atomic operations is all right where threads then try an atomic operation on it
// themselves: old = *p; while (value > old) { ... atomicCAS(p, ...) }. So these are told at the end of the interval.
static std::vector<hazard_t> plain_reads OUTLIVES;
static std::vector<uint32_t> loops_begin OUTLIVES;  // program counters of such reads

static void is_begin_of_loop(uint32_t pc)
{
    if (std::find(loops_begin.begin(), loops_begin.end(), pc & PC) == loops_begin.end()) loops_begin.push_back(pc & PC);
}

static void after_plain_read(const hazard_t &h)
{
    if (plain_reads.size() < 4096) plain_reads.push_back(h);
}

static void atomic_after_read(uintptr_t a, size_t size)
{
    const unsigned me = running_block->current;
    for (size_t i = plain_reads.size(); i-- > 0;)
        if (plain_reads[i].name[0] == 'R' && plain_reads[i].a - a < size &&
            resolve(plain_reads[i].segment).linear == me) {
            is_begin_of_loop(plain_reads[i].pc);
            plain_reads[i] = plain_reads.back();
            plain_reads.pop_back();
        }
}

void tell_plain_reads(void)
{
    for (const hazard_t &h : plain_reads) {
        const uint32_t pc = (h.name[0] == 'R' ? h.pc : h.other_pc) & PC;
        if (std::find(loops_begin.begin(), loops_begin.end(), pc) == loops_begin.end()) report_race(h);
    }
    plain_reads.clear();
}

// ---- one record -----------------------------------------------------------------------------------------------------

static bool meant(uint32_t other, uint32_t pc_flags, unsigned flags, bool write_write)
{
    if (pc_flags & PC_ATOMIC && flags & ATOMIC) return true;
    // A volatile flag that one thread writes and others poll. Inside of a warp it is rather lock-step that was relied on.
    if (write_write || !(pc_flags & (PC_VOLATILE | PC_ATOMIC)) || !(flags & (VOLATILE | ATOMIC))) return false;
    if (other < own_first) return true;
    const segment_t s = resolve(other);
    return s.block_number != resolve(hot.current).block_number || s.linear / 32 != running_block->current / 32;
}

static void one_record(word_t *w, places_t *p, bool shared, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    const uint32_t reader = w->r & ~MANY;
    const uint32_t pc_flags = (pc & PC) | (flags & ATOMIC ? PC_ATOMIC : 0) | (flags & VOLATILE ? PC_VOLATILE : 0);
    hazard_t h = {nullptr, a, size, hot.current, 0, pc_flags, 0, flags, {}};
    const bool after_write = unordered(w->w, shared);
    if (after_write && !meant(w->w, p->w, flags, flags & WRITE)) {
        h.name = flags & WRITE ? "WAW" : "RAW", h.other = w->w, h.other_pc = p->w;
        if (flags & WRITE) postpone(h);
        else if (p->w & PC_ATOMIC && !(flags & (VOLATILE | RANGE))) after_plain_read(h);
        else report_race(h);
    } else if (flags & WRITE && !(flags & ATOMIC && p->r & PC_ATOMIC)) {
        const bool after_read = unordered(reader, shared);
        if ((after_read && !meant(reader, p->r, flags, false)) ||
            (!after_read && w->r & MANY && in_scope(reader, shared) && !fences && !hot.mixed)) {
            h.name = "WAR", h.other = after_read || reader < own_first ? reader : SPLIT, h.other_pc = p->r;
            postpone(h);
        }
    }
    if (flags & ATOMIC && reader == hot.current && !(p->r & PC_ATOMIC)) {  // reading belonged to it
        is_begin_of_loop(p->r);
        p->r |= PC_ATOMIC;
    }
    if (flags & WRITE) {
        // Of atomic operations the last one stands for all: a thread that did one comes after those before it.
        w->w = hot.current, p->w = pc_flags;
    } else if (reader != hot.current) {
        if (!unordered(reader, shared)) {
            w->r = hot.current, p->r = pc_flags;
        } else if (const segment_t s = resolve(reader);
                   reader < hot.block_first || s.linear / 32 != running_block->current / 32) {
            w->r |= MANY;
        }
    }
}

// ---- records of single bytes ------------------------------------------------------------------------------------------

static std::vector<bytes_t> splits OUTLIVES;

static bytes_t *split(word_t *w, places_t *p)
{
    if (w->w != SPLIT) {
        splits.push_back({{*w, *w, *w, *w}, {*p, *p, *p, *p}});
        hot.splits = splits.data();
        *w = {SPLIT, uint32_t(splits.size() - 1)};
    }
    return &splits[w->r];
}

void race_access(region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (flags & (ATOMIC | VOLATILE) && !(flags & WRITE)) race_release_acquire(a, flags);
    if (flags & ATOMIC && !plain_reads.empty()) atomic_after_read(a, size);
    const bool shared = r->kind == 's' || r->kind == 'd';
    uintptr_t end = a + size;
    if (end - r->low > r->size) end = r->low + r->size;
    for (uintptr_t x = a; x < end;) {
        const uintptr_t i = (x - r->low) >> 2, next = std::min(end, (x & ~uintptr_t(3)) + 4);
        word_t *w = &r->words[i];
        places_t *p = &r->places[i];
        if (!hot.race) {
            if (flags & WRITE) w->w = hot.current, p->w = pc;
        } else if (next - x < 4 && w->w != SPLIT && !(flags & WRITE)) {  // not recorded, as in quick()
            word_t word = *w;
            places_t places = *p;
            one_record(&word, &places, shared, x, 1, flags, pc);
        } else if (next - x < 4 || w->w == SPLIT) {
            bytes_t *b = split(w, p);
            for (; x < next; x++) one_record(&b->word[x & 3], &b->places[x & 3], shared, x, 1, flags, pc);
        } else {
            one_record(w, p, shared, x, 4, flags, pc);
        }
        x = next;
    }
    if (flags & (ATOMIC | VOLATILE) && flags & WRITE) race_release_acquire(a, flags);
}

void forget_races(uintptr_t a, size_t size)
{
    region_t *r = region_of(a);
    if (!r) return;
    for (uintptr_t x = a; x < a + size; x += 4) {
        word_t *w = &r->words[(x - r->low) >> 2];
        if (w->w == SPLIT) splits[w->r] = {};
        else *w = {0, 0};
    }
}

// For blame: the record of the byte at a.
bool record_of(uintptr_t a, word_t *w, places_t *p)
{
    region_t *r = region_of(a);
    if (!r) return false;
    *w = r->words[(a - r->low) >> 2], *p = r->places[(a - r->low) >> 2];
    if (w->w == SPLIT) *p = splits[w->r].places[a & 3], *w = splits[w->r].word[a & 3];
    return true;
}

void forget_splits(void) { splits.clear(); }
}  // namespace emu::check
