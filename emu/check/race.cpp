// [given] race.cpp: two accesses, one of them a write, by threads that nothing has put in an order.
//
// What orders two accesses: the same thread; a barrier of the block; a warp function both lanes took part in; the end of
// a launch; a grid-wide barrier; and __threadfence after the first, then an atomic operation (or a volatile write) by
// its thread, or by another of the block after a barrier, then one at the same address by the other thread's side. The
// last is approximated: the other side is taken to see all that had been fenced by then.
// Threads run one after another, so all hazards of an interval are met, in whatever order they run. A write that leaves
// in memory what was there is no hazard (several threads that set the same flag): looked at when the next access comes.
#include "check.h"
#include "queue.h"
#include "worker.h"
#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace emu::check {

// ---- segments ----------------------------------------------------------------------------------------------

static std::vector<chunk_t> chunks OUTLIVES; // of the running launch
static uint32_t next_free = 1;
static uint32_t own_first; // first segment of the running launch; hot.launch_first: of the earliest that may run beside it
static uint32_t clock_now;          // counts fences, and atomic operations once there was a fence

struct block_state_t { // of a block; cooperative launches have several at once
    uint64_t number;
    uint32_t segment[MAX_THREADS];
    uint32_t together[MAX_THREADS / 32];  // all lanes of the warp met when this was the next segment
    uint32_t (*seen)[32];                 // seen[thread][lane]: last segment of that lane ordered before this thread
    uint32_t acquired[MAX_THREADS];       // when the thread last looked at what others released
    bool fenced[MAX_THREADS];             // its later atomic operations release
    uint32_t block_first, interval_first, resumes;
    bool any_seen;
};
static __thread block_state_t *mine; // of this OS thread
static block_state_t *state;         // of the running block
static uint32_t grid_barriers;

struct fenced_t {
    uint32_t before, time; // segments below this were published at this time
};
static bool fences;  // there was one in this launch
static bool atomics; // and an atomic operation
static std::unordered_map<uint64_t, std::vector<fenced_t>> fenced_threads OUTLIVES, fenced_blocks OUTLIVES;
static std::unordered_map<uintptr_t, uint32_t> released OUTLIVES; // address -> when something was last released there

static uint32_t take_segments(uint32_t n, uint32_t first) {
    if (next_free > MANY - 4 * MAX_THREADS) { // about 2 billion: start again
        shadow_forget_all();
        next_free = 1;
        chunks.clear();
        hot.launch_first = hot.block_first = hot.interval_first = 1;
    }
    const uint32_t base = next_free;
    next_free += n;
    chunks.push_back({base, first, state ? state->number : 0});
    return base;
}

uint32_t next_segment(void) { return next_free; }

segment_t resolve(uint32_t segment) {
    auto i = std::upper_bound(chunks.begin(), chunks.end(), segment, [](uint32_t s, const chunk_t &c) { return s < c.base; });
    if (i == chunks.begin() || !running_launch) return {{0, 0, 0}, {0, 0, 0}, 0, 0};
    --i;
    segment_t s;
    s.linear = i->first + (segment - i->base);
    s.block_number = i->block;
    const dim3 &g = running_launch->grid, &b = running_launch->block;
    s.block = uint3{unsigned(i->block % g.x), unsigned(i->block / g.x % g.y), unsigned(i->block / (uint64_t(g.x) * g.y))};
    s.thread = uint3{s.linear % b.x, s.linear / b.x % b.y, s.linear / (b.x * b.y)};
    return s;
}

static void tell_plain_reads(void);

static void set_bounds(void) {
    hot.block_first = state->block_first;
    hot.interval_first = state->interval_first;
    hot.many_from = MANY | (state->block_first == state->interval_first ? hot.launch_first : state->interval_first);
    if (!(tools & RACECHECK)) hot.launch_first = hot.block_first = hot.interval_first = SPLIT, hot.many_from = 0;
}

static void new_interval(const block_t *b) {
    const uint32_t base = take_segments(b->count, 0);
    state->interval_first = base;
    for (unsigned i = 0; i < b->count; i++) state->segment[i] = base + i;
    hot.mixed = false;
    set_bounds();
    hot.current = base + b->current;
}

void race_launch_begin(const launch_t *l) {
    chunks.clear();
    fences = atomics = false;
    fenced_threads.clear();
    fenced_blocks.clear();
    released.clear();
    hot.race = tools & RACECHECK;
    own_first = hot.launch_first = next_free;
    if (const uint32_t other = first_unordered(l->id); other != l->id) hot.launch_first = first_segment_of(other, next_free);
    hot.mixed = false;
    grid_barriers = 0;
}

void race_launch_end(void) {
    blame_launch(running_launch, chunks);
}

void race_block_begin(const block_t *b) {
    if (!mine) mine = new block_state_t();
    state = mine;
    state->number = b->index.x + uint64_t(b->grid.x) * (b->index.y + uint64_t(b->grid.y) * b->index.z);
    state->block_first = next_free;
    state->resumes = 0;
    if (fences) {
        memset(state->acquired, 0, sizeof state->acquired);
        memset(state->fenced, 0, sizeof state->fenced);
    }
    new_interval(b);
}

void race_block_end(const block_t *) {
    tell_plain_reads();
    state = nullptr;
}

void race_block_resume(const block_t *b) { // after a grid-wide barrier
    state = mine;
    if (++state->resumes > grid_barriers) {
        grid_barriers = state->resumes;
        hot.launch_first = next_free;
    }
    state->block_first = next_free;
    new_interval(b);
}

void race_block_switch(void) { // its segments and those of other blocks are now mixed
    state = mine;
    set_bounds();
    hot.mixed = true;
    hot.current = state->segment[running_block->current];
}

void race_thread(unsigned thread) { hot.current = state->segment[thread]; }

void race_barrier(const block_t *b) {
    tell_plain_reads();
    if (fences) {
        uint32_t acquired = *std::max_element(state->acquired, state->acquired + b->count);
        bool fenced = false;
        for (unsigned i = 0; i < b->count; i++) fenced |= state->fenced[i];
        for (unsigned i = 0; i < b->count; i++) state->acquired[i] = acquired, state->fenced[i] = fenced;
    }
    new_interval(b);
}

void race_warp_sync(unsigned warp, unsigned mask) {
    const unsigned count = running_block->count - warp * 32, lanes = count >= 32 ? 32 : count;
    const unsigned all = lanes == 32 ? 0xffffffffu : (1u << lanes) - 1;
    uint32_t *segment = state->segment + warp * 32;
    if (fences)
        for (unsigned m = mask, most = 0, pass = 0; pass < 2; pass++, m = mask)
            for (; m; m &= m - 1) {
                uint32_t &t = state->acquired[warp * 32 + __builtin_ctz(m)];
                if (pass) t = most;
                most = std::max(most, t);
            }
    const uint32_t base = take_segments(lanes, warp * 32);
    if ((mask & all) == all) {
        state->together[warp] = base;
    } else {
        if (!state->seen) state->seen = new uint32_t[MAX_THREADS][32]();
        uint32_t joined[32] = {};
        for (unsigned m = mask; m; m &= m - 1) {
            const unsigned i = __builtin_ctz(m);
            for (unsigned k = 0; k < 32; k++) joined[k] = std::max(joined[k], state->seen[warp * 32 + i][k]);
            joined[i] = std::max(joined[i], segment[i]);
        }
        for (unsigned m = mask; m; m &= m - 1) memcpy(state->seen[warp * 32 + __builtin_ctz(m)], joined, sizeof joined);
    }
    for (unsigned m = mask; m; m &= m - 1) segment[__builtin_ctz(m)] = base + __builtin_ctz(m);
    hot.mixed = true;
    hot.current = state->segment[running_block->current];
}

// ---- fences and atomic operations ---------------------------------------------------------------------------

static uint64_t thread_key(uint64_t block_number, unsigned thread) { return block_number << 10 | thread; }

void race_fence(void) {
    if (!state) return;
    host_side_t guard;
    settle();
    if (!fences) {
        fences = true;
        memset(state->acquired, 0, sizeof state->acquired);
        memset(state->fenced, 0, sizeof state->fenced);
    }
    const unsigned t = running_block->current;
    clock_now++;
    state->fenced[t] = true;
    auto &of_block = fenced_blocks[state->number];
    if (of_block.empty() || of_block.back().before < state->interval_first) of_block.push_back({state->interval_first, clock_now});
    const uint32_t base = take_segments(1, t);
    fenced_threads[thread_key(state->number, t)].push_back({base, clock_now});
    state->segment[t] = hot.current = base;
    hot.mixed = true;
}

void race_release_acquire(uintptr_t a, unsigned flags) {
    atomics |= flags & ATOMIC;
    if (!fences) return;
    const unsigned t = running_block->current;
    auto i = released.find(a);
    if (i != released.end()) state->acquired[t] = std::max(state->acquired[t], i->second);
    if (flags & WRITE && state->fenced[t]) released[a] = ++clock_now;
}

static uint32_t published(uint32_t segment, const segment_t &s) { // when; never: the largest number
    uint32_t time = 0xffffffffu;
    auto first = [&](const std::vector<fenced_t> &v) {
        auto i = std::upper_bound(v.begin(), v.end(), segment, [](uint32_t x, const fenced_t &f) { return x < f.before; });
        if (i != v.end()) time = std::min(time, i->time);
    };
    auto t = fenced_threads.find(thread_key(s.block_number, s.linear));
    if (t != fenced_threads.end()) first(t->second);
    auto b = fenced_blocks.find(s.block_number);
    if (b != fenced_blocks.end()) first(b->second);
    return time;
}

// ---- hazards ---------------------------------------------------------------------------------------------------

static bool in_scope(uint32_t segment, bool shared) {
    if (shared) return segment >= hot.interval_first;
    if (segment < own_first) return segment >= hot.launch_first && beside(segment);
    return segment >= hot.launch_first && segment - hot.block_first >= hot.interval_first - hot.block_first;
}

static bool unordered(uint32_t segment, bool shared) {
    if (segment == hot.current || !in_scope(segment, shared)) return false;
    if (segment < own_first) return true;
    const segment_t s = resolve(segment);
    const unsigned me = running_block->current;
    if (s.block_number == state->number) { // in this interval
        if (s.linear == me) return false;
        if (s.linear / 32 == me / 32) {
            if (segment < state->together[me / 32]) return false;
            if (state->seen && segment <= state->seen[me][s.linear % 32]) return false;
        }
    }
    return !fences || published(segment, s) > state->acquired[me];
}

struct hazard_t {
    const char *name;
    uintptr_t a, size;
    uint32_t segment, other, pc, other_pc; // other: SPLIT if it is not known which thread
    unsigned flags;
    unsigned char before[4];
};
static std::vector<hazard_t> pending OUTLIVES;
static region_t saved[3];
static uintptr_t saved_stack;

static void report_race(const hazard_t &h);
static void after_plain_read(const hazard_t &h);

// The next access, of whatever thread, shall come to settle(): close the fast path.
static void postpone(const hazard_t &h) {
    if (pending.empty()) {
        saved[0] = hot.global, saved[1] = hot.fixed, saved[2] = hot.dynamic;
        saved_stack = hot.stack_size;
        hot.global.size = hot.fixed.size = hot.dynamic.size = hot.stack_size = 0;
    }
    pending.push_back(h);
    memcpy(pending.back().before, reinterpret_cast<void *>(h.a), h.size);
}

void settle(void) {
    if (pending.empty()) return;
    hot.global.size = saved[0].size, hot.fixed.size = saved[1].size, hot.dynamic.size = saved[2].size;
    hot.stack_size = saved_stack;
    std::vector<hazard_t> list;
    list.swap(pending);
    for (const hazard_t &h : list)
        if (memcmp(h.before, reinterpret_cast<void *>(h.a), h.size) != 0) {
            if (h.name[2] == 'R' && h.flags & ATOMIC && !(h.other_pc & (PC_ATOMIC | PC_VOLATILE)))
                after_plain_read(h);
            else
                report_race(h);
        }
    list.clear();
    if (pending.empty()) pending.swap(list); // keeps its memory
}

// A plain read of what others change by atomic operations is all right where threads then try an atomic operation on it
// themselves: old = *p; while (value > old) { ... atomicCAS(p, ...) }. So these are told at the end of the interval.
static std::vector<hazard_t> plain_reads OUTLIVES;
static std::vector<uint32_t> loops_begin OUTLIVES; // program counters of such reads

static void is_begin_of_loop(uint32_t pc) {
    if (std::find(loops_begin.begin(), loops_begin.end(), pc & PC) == loops_begin.end()) loops_begin.push_back(pc & PC);
}

static void after_plain_read(const hazard_t &h) {
    if (plain_reads.size() < 4096) plain_reads.push_back(h);
}

static void atomic_after_read(uintptr_t a, size_t size) {
    const unsigned me = running_block->current;
    for (size_t i = plain_reads.size(); i-- > 0;)
        if (plain_reads[i].name[0] == 'R' && plain_reads[i].a - a < size && resolve(plain_reads[i].segment).linear == me) {
            is_begin_of_loop(plain_reads[i].pc);
            plain_reads[i] = plain_reads.back();
            plain_reads.pop_back();
        }
}

static void tell_plain_reads(void) {
    for (const hazard_t &h : plain_reads) {
        const uint32_t pc = (h.name[0] == 'R' ? h.pc : h.other_pc) & PC;
        if (std::find(loops_begin.begin(), loops_begin.end(), pc) == loops_begin.end()) report_race(h);
    }
    plain_reads.clear();
}

static std::string access_name(uint32_t pc_flags, bool write) {
    return std::string(pc_flags & PC_ATOMIC ? "Atomic " : "") + (pc_flags & PC_ATOMIC ? "access" : write ? "Write access" : "Read access");
}

static void report_race_of_launches(const hazard_t &h, finding_t f) {
    const bool writes = h.flags & WRITE, other_writes = h.name[2] == 'W';
    emu_writer_t other = {};
    other.kernel = "?";
    writer_of(h.other, h.other_pc, &other);
    const uint3 block = {unsigned(other.block[0]), unsigned(other.block[1]), unsigned(other.block[2])};
    const uint3 thread = {unsigned(other.thread[0]), unsigned(other.thread[1]), unsigned(other.thread[2])};
    const segment_t me = resolve(h.segment);
    f.lines.push_back(std::string(h.name) + " hazard on " + describe(h.a, h.size));
    auto access = [](bool write, uint32_t pc, uint3 thread, uint3 block, const std::string &kernel, site_t site) {
        return std::string(write ? "write" : "read") + " at " + at(site_of(pc)) + " by thread " + triple(thread) +
               " in block " + triple(block) + " of kernel " + kernel + " launched at " + at(site);
    };
    f.lines.push_back(access(other_writes, h.other_pc, thread, block, other.kernel, launch_site(h.other)));
    f.lines.push_back(access(writes, h.pc, me.thread, me.block, f.kernel, running_launch->site));
    f.lines.push_back("it means: the two launches are in different streams and nothing makes one wait for the other, "
                      "so on a GPU the result depends on which comes first");
    f.hint = "launch both in one stream, or put cudaEventRecord after the first and cudaStreamWaitEvent before the second";
    take_finding(f);
}

static void report_race(const hazard_t &h) {
    if (!(tools & RACECHECK) || !first_time("race", std::min(line_of(h.pc & PC), line_of(h.other_pc & PC)), std::max(line_of(h.pc & PC), line_of(h.other_pc & PC)))) return;
    const bool writes = h.flags & WRITE, other_writes = h.name[2] == 'W'; // "WAR": after a read
    const segment_t me = resolve(h.segment), other = resolve(h.other);
    const region_t *r = region_of(h.a);
    const bool shared = r && (r->kind == 's' || r->kind == 'd');
    const std::string here = at(site_of(h.pc)), there = at(site_of(h.other_pc));
    finding_t f = kernel_finding("racecheck", "race",
                                 "Race reported between " + access_name(h.other_pc, other_writes) + " at " + there +
                                     " and " + access_name(h.pc, writes) + " at " + here, h.pc);
    f.thread = me.thread, f.block = me.block;
    f.lines.clear();
    if (h.other < own_first) {
        const where_t mine_at = where(site_of(h.pc)), other_at = where(site_of(h.other_pc));
        f.file = mine_at.file, f.line = mine_at.line, f.other_file = other_at.file, f.other_line = other_at.line;
        return report_race_of_launches(h, f);
    }
    f.lines.push_back("in kernel " + f.kernel);
    f.lines.push_back(std::string(h.name) + " hazard on " + describe(h.a, h.size));
    const bool same_block = h.other != SPLIT && other.block_number == me.block_number;
    std::string who = h.other == SPLIT ? "another thread" : "thread " + triple(other.thread);
    who += same_block ? " of the same block" : h.other == SPLIT ? "" : " in block " + triple(other.block);
    const where_t mine_at = where(site_of(h.pc)), other_at = where(site_of(h.other_pc));
    f.lines.push_back("earlier " + std::string(other_writes ? "write" : "read") + " at " + there + " by " + who);
    f.lines.push_back("then " + std::string(writes ? "write" : "read") + " at " + here + " by thread " + triple(me.thread) + " in block " + triple(me.block));
    f.file = mine_at.file, f.line = mine_at.line, f.other_file = other_at.file, f.other_line = other_at.line;
    if (same_block || shared) {
        const bool warp = h.other != SPLIT && other.linear / 32 == me.linear / 32;
        f.lines.push_back(std::string("it means: no __syncthreads() ") + (warp ? "or __syncwarp() " : "") +
                          "is between the two, so on a GPU the result depends on which comes first");
        f.hint = mine_at.line == other_at.line && writes && other_writes
                     ? "two threads write the same element: is the index right? If they shall add up, use atomicAdd"
                     : std::string("put a __syncthreads() ") + (warp ? "(or, for one warp, a __syncwarp()) " : "") +
                           "between the two lines, where all threads of the block pass";
        if (mine_at.line == other_at.line && !(writes && other_writes))
            f.hint = "read into a local variable, __syncthreads(), write, __syncthreads(); or give each thread elements of its own";
    } else {
        f.lines.push_back("it means: blocks run in any order and at the same time, so on a GPU the result depends on which comes first");
        f.hint = atomics
                     ? "if an atomic operation is meant to order the two, a __threadfence() is needed between the first and it"
                     : "use atomicAdd to add up, write to a second array, or launch two kernels one after the other";
    }
    take_finding(f);
}

// ---- one record -----------------------------------------------------------------------------------------------------

static bool meant(uint32_t other, uint32_t pc_flags, unsigned flags, bool write_write) {
    if (pc_flags & PC_ATOMIC && flags & ATOMIC) return true;
    // A volatile flag that one thread writes and others poll. Inside of a warp it is rather lock-step that was relied on.
    if (write_write || !(pc_flags & (PC_VOLATILE | PC_ATOMIC)) || !(flags & (VOLATILE | ATOMIC))) return false;
    if (other < own_first) return true;
    const segment_t s = resolve(other);
    return s.block_number != state->number || s.linear / 32 != running_block->current / 32;
}

static void one_record(word_t *w, places_t *p, bool shared, uintptr_t a, size_t size, unsigned flags, uint32_t pc) {
    const uint32_t reader = w->r & ~MANY;
    const uint32_t pc_flags = (pc & PC) | (flags & ATOMIC ? PC_ATOMIC : 0) | (flags & VOLATILE ? PC_VOLATILE : 0);
    hazard_t h = {nullptr, a, size, hot.current, 0, pc_flags, 0, flags, {}};
    const bool after_write = unordered(w->w, shared);
    if (after_write && !meant(w->w, p->w, flags, flags & WRITE)) {
        h.name = flags & WRITE ? "WAW" : "RAW", h.other = w->w, h.other_pc = p->w;
        if (flags & WRITE)
            postpone(h);
        else if (p->w & PC_ATOMIC && !(flags & (VOLATILE | RANGE)))
            after_plain_read(h);
        else
            report_race(h);
    } else if (flags & WRITE && !(flags & ATOMIC && p->r & PC_ATOMIC)) {
        const bool after_read = unordered(reader, shared);
        if ((after_read && !meant(reader, p->r, flags, false)) ||
            (!after_read && w->r & MANY && in_scope(reader, shared) && !fences && !hot.mixed)) {
            h.name = "WAR", h.other = after_read || reader < own_first ? reader : SPLIT, h.other_pc = p->r;
            postpone(h);
        }
    }
    if (flags & ATOMIC && reader == hot.current && !(p->r & PC_ATOMIC)) { // reading belonged to it
        is_begin_of_loop(p->r);
        p->r |= PC_ATOMIC;
    }
    if (flags & WRITE) {
        // Of atomic operations the last one stands for all: a thread that did one comes after those before it.
        w->w = hot.current, p->w = pc_flags;
    } else if (reader != hot.current) {
        if (!unordered(reader, shared)) {
            w->r = hot.current, p->r = pc_flags;
        } else if (const segment_t s = resolve(reader); reader < hot.block_first || s.linear / 32 != running_block->current / 32) {
            w->r |= MANY;
        }
    }
}

// ---- records of single bytes ------------------------------------------------------------------------------------------

struct bytes_t {
    word_t word[4];
    places_t places[4];
};
static std::vector<bytes_t> splits OUTLIVES;

static bytes_t *split(word_t *w, places_t *p) {
    if (w->w != SPLIT) {
        splits.push_back({{*w, *w, *w, *w}, {*p, *p, *p, *p}});
        *w = {SPLIT, uint32_t(splits.size() - 1)};
    }
    return &splits[w->r];
}

void race_access(region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc) {
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

void forget_races(uintptr_t a, size_t size) {
    region_t *r = region_of(a);
    if (!r) return;
    for (uintptr_t x = a; x < a + size; x += 4) {
        word_t *w = &r->words[(x - r->low) >> 2];
        if (w->w == SPLIT)
            splits[w->r] = {};
        else
            *w = {0, 0};
    }
}

// For blame: the record of the byte at a.
bool record_of(uintptr_t a, word_t *w, places_t *p) {
    region_t *r = region_of(a);
    if (!r) return false;
    *w = r->words[(a - r->low) >> 2], *p = r->places[(a - r->low) >> 2];
    if (w->w == SPLIT) *p = splits[w->r].places[a & 3], *w = splits[w->r].word[a & 3];
    return true;
}

void forget_splits(void) { splits.clear(); }
} // namespace emu::check
