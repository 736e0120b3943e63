// [given] segments.cpp: what orders two accesses of a kernel.
//
// The same thread; a barrier of the block; a warp function both lanes took part in; the end of a launch (streams: where
// the runtime knows an order); a grid-wide barrier; and __threadfence after the first, then an atomic operation (or a
// volatile write) by its thread, or by another of the block after a barrier, then one at the same address by the other
// thread's side. The last is approximated: the other side is taken to see all that had been fenced by then.
#include "race.h"
#include "queue.h"
#include "worker.h"
#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace emu::check
{

// ---- segments ----------------------------------------------------------------------------------------------

static std::vector<chunk_t> chunks OUTLIVES;  // of the running launch
static uint32_t next_free = 1;
uint32_t own_first;
static uint32_t clock_now;  // counts fences, and atomic operations once there was a fence

struct block_state_t {  // of a block; cooperative launches have several at once
    uint64_t number;
    uint32_t segment[MAX_THREADS];
    uint32_t together[MAX_THREADS / 32];  // all lanes of the warp met when this was the next segment
    uint32_t (*seen)[32];                 // seen[thread][lane]: last segment of that lane ordered before this thread
    uint32_t acquired[MAX_THREADS];       // when the thread last looked at what others released
    bool fenced[MAX_THREADS];             // its later atomic operations release
    uint32_t block_first, interval_first, resumes;
};
static __thread block_state_t *mine;  // of this OS thread
static block_state_t *state;          // of the running block
static uint32_t grid_barriers;

struct fenced_t {
    uint32_t before, time;  // segments below this were published at this time
};
bool fences, atomics;
static std::unordered_map<uint64_t, std::vector<fenced_t>> fenced_threads OUTLIVES, fenced_blocks OUTLIVES;
static std::unordered_map<uintptr_t, uint32_t> released OUTLIVES;  // address -> when something was last released there

static uint32_t take_segments(uint32_t n, uint32_t first)
{
    if (next_free > MANY - 4 * MAX_THREADS) {  // about 2 billion: start again
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

segment_t resolve(uint32_t segment)
{
    auto i = std::upper_bound(chunks.begin(), chunks.end(), segment,
                              [](uint32_t s, const chunk_t &c) { return s < c.base; });
    if (i == chunks.begin() || !running_launch) return {{0, 0, 0}, {0, 0, 0}, 0, 0};
    --i;
    segment_t s;
    s.linear = i->first + (segment - i->base);
    s.block_number = i->block;
    const dim3 &g = running_launch->grid, &b = running_launch->block;
    s.block = uint3{unsigned(i->block % g.x), unsigned(i->block / g.x % g.y),
                    unsigned(i->block / (uint64_t(g.x) * g.y))};
    s.thread = uint3{s.linear % b.x, s.linear / b.x % b.y, s.linear / (b.x * b.y)};
    return s;
}

static void set_bounds(void)
{
    hot.block_first = state->block_first;
    hot.interval_first = state->interval_first;
    hot.many_from = MANY | (state->block_first == state->interval_first ? hot.launch_first : state->interval_first);
    if (!(tools & RACECHECK)) hot.launch_first = hot.block_first = hot.interval_first = SPLIT, hot.many_from = 0;
}

static void set_current(uint32_t segment)
{
    hot.current = segment;
    hot.offset = hot.mixed ? MANY >> 1 : segment - hot.interval_first;
}

static void new_interval(const block_t *b)
{
    const uint32_t base = take_segments(b->count, 0);
    state->interval_first = base;
    for (unsigned i = 0; i < b->count; i++) state->segment[i] = base + i;
    hot.mixed = false;
    set_bounds();
    set_current(base + b->current);
}

void race_launch_begin(const launch_t *l)
{
    chunks.clear();
    fences = atomics = false;
    fenced_threads.clear();
    fenced_blocks.clear();
    released.clear();
    hot.race = tools & RACECHECK;
    own_first = hot.launch_first = next_free;
    if (const uint32_t other = first_unordered(l->id); other != l->id)
        hot.launch_first = first_segment_of(other, next_free);
    hot.mixed = false;
    grid_barriers = 0;
}

void race_launch_end(void) { blame_launch(running_launch, chunks); }

void race_block_begin(const block_t *b)
{
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

void race_block_end(const block_t *)
{
    tell_plain_reads();
    state = nullptr;
}

void race_block_resume(const block_t *b)
{  // after a grid-wide barrier
    state = mine;
    if (++state->resumes > grid_barriers) {
        grid_barriers = state->resumes;
        hot.launch_first = next_free;
    }
    state->block_first = next_free;
    new_interval(b);
}

void race_block_switch(void)
{  // its segments and those of other blocks are now mixed
    state = mine;
    set_bounds();
    hot.mixed = true;
    set_current(state->segment[running_block->current]);
}

void race_thread(unsigned thread) { set_current(state->segment[thread]); }

void race_barrier(const block_t *b)
{
    tell_plain_reads();
    if (fences) {
        uint32_t acquired = *std::max_element(state->acquired, state->acquired + b->count);
        bool fenced = false;
        for (unsigned i = 0; i < b->count; i++) fenced |= state->fenced[i];
        for (unsigned i = 0; i < b->count; i++) state->acquired[i] = acquired, state->fenced[i] = fenced;
    }
    new_interval(b);
}

void race_warp_sync(unsigned warp, unsigned mask)
{
    const unsigned count = running_block->count - warp * 32, lanes = count >= 32 ? 32 : count;
    const unsigned all = lanes == 32 ? 0xffffffffu : (1u << lanes) - 1;
    uint32_t *segment = state->segment + warp * 32;
    if (fences) {  // what one of them has acquired, all have
        uint32_t most = 0;
        for (unsigned m = mask; m; m &= m - 1) most = std::max(most, state->acquired[warp * 32 + __builtin_ctz(m)]);
        for (unsigned m = mask; m; m &= m - 1) state->acquired[warp * 32 + __builtin_ctz(m)] = most;
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
    set_current(state->segment[running_block->current]);
}

// ---- fences and atomic operations ---------------------------------------------------------------------------

static uint64_t thread_key(uint64_t block_number, unsigned thread) { return block_number << 10 | thread; }

void race_fence(void)
{
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
    if (of_block.empty() || of_block.back().before < state->interval_first)
        of_block.push_back({state->interval_first, clock_now});
    const uint32_t base = take_segments(1, t);
    fenced_threads[thread_key(state->number, t)].push_back({base, clock_now});
    hot.mixed = true;
    state->segment[t] = base;
    set_current(base);
}

void race_release_acquire(uintptr_t a, unsigned flags)
{
    atomics |= flags & ATOMIC;
    if (!fences) return;
    const unsigned t = running_block->current;
    auto i = released.find(a);
    if (i != released.end()) state->acquired[t] = std::max(state->acquired[t], i->second);
    if (flags & WRITE && state->fenced[t]) released[a] = ++clock_now;
}

static uint32_t published(uint32_t segment, const segment_t &s)
{  // when; never: the largest number
    uint32_t time = 0xffffffffu;
    auto first = [&](const std::vector<fenced_t> &v) {
        auto i = std::upper_bound(v.begin(), v.end(), segment,
                                  [](uint32_t x, const fenced_t &f) { return x < f.before; });
        if (i != v.end()) time = std::min(time, i->time);
    };
    auto t = fenced_threads.find(thread_key(s.block_number, s.linear));
    if (t != fenced_threads.end()) first(t->second);
    auto b = fenced_blocks.find(s.block_number);
    if (b != fenced_blocks.end()) first(b->second);
    return time;
}

// ---- order ------------------------------------------------------------------------------------------------

bool in_scope(uint32_t segment, bool shared)
{
    if (shared) return segment >= hot.interval_first;
    if (segment < own_first) return segment >= hot.launch_first && beside(segment);
    return segment >= hot.launch_first && segment - hot.block_first >= hot.interval_first - hot.block_first;
}

bool unordered(uint32_t segment, bool shared)
{
    if (segment == hot.current || !in_scope(segment, shared)) return false;
    if (segment < own_first) return true;
    const segment_t s = resolve(segment);
    const unsigned me = running_block->current;
    if (s.block_number == state->number) {  // in this interval
        if (s.linear == me) return false;
        if (s.linear / 32 == me / 32) {
            if (segment < state->together[me / 32]) return false;
            if (state->seen && segment <= state->seen[me][s.linear % 32]) return false;
        }
    }
    return !fences || published(segment, s) > state->acquired[me];
}
}  // namespace emu::check
