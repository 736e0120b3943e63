// [given] counters_warps.cpp: accesses of threads become requests of warps.
#include "counters_now.h"
#include "worker.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace emu::counters
{
// While the counters take memory inside a kernel: it is to come from the host.
struct host_t {
    bool in_kernel = worker && worker->in_kernel;
    host_t()
    {
        if (worker) worker->in_kernel = false;
    }
    ~host_t()
    {
        if (worker) worker->in_kernel = in_kernel;
    }
};

// ---- places ------------------------------------------------------------------------------------------

static struct {
    site_t pc;
    char space;
    place_t *place;
} recent[2048];  // the places of the running kernel, found fast

static place_t *new_place(site_t pc, unsigned bytes, char operation, char space)
{
    host_t host;
    std::unique_ptr<place_t> &p = now->kernel->places[{pc, space}];
    if (!p) {
        p.reset(new place_t());
        p->pc = pc;
        p->space = space;
        p->operation = operation;
        p->bytes = bytes;
        p->least_stride = -1;
        p->line = line_of(pc);
        p->vector = operation != ATOMIC && bytes < 16 && vector_code(p->line, now->kernel->kernel);
        p->warps = new warp_t[32]();
    }
    return p.get();
}

static inline place_t *place_at(site_t pc, unsigned bytes, char operation, char space)
{
    auto &r = recent[reinterpret_cast<uintptr_t>(pc) % 2048];
    if (__builtin_expect(r.pc != pc || r.space != space, 0)) r = {pc, space, new_place(pc, bytes, operation, space)};
    return r.place;
}

// ---- accesses that g++ has split ---------------------------------------------------------------------
// A float4 can arrive as four loads of four bytes. What one lane does on one line inside one aligned unit of 16 bytes
// is one access, as it is on a GPU, as long as no byte is touched twice.

struct unit_t {
    uintptr_t unit;
    uint32_t interval, occurrence;
    place_t *place;
    uint16_t covered;
};
static unit_t open_units[1024][8];
static unsigned char next_unit[1024];

static bool join(unsigned thread, uintptr_t a, unsigned bytes, const place_t *p)
{
    const uint16_t mask = uint16_t(((1u << bytes) - 1) << (a & 15));
    for (unit_t &u : open_units[thread]) {
        if (u.unit != a >> 4 || u.interval != now->interval || u.place->line != p->line) continue;
        if (u.place->operation != p->operation || u.covered & mask) continue;
        warp_t *w = &u.place->warps[thread / 32];
        if (u.occurrence >= w->n) return true;
        u.covered |= mask;
        request_t *r = &w->requests[u.occurrence];
        const unsigned low = unsigned(__builtin_ctz(u.covered)), high = 32 - unsigned(__builtin_clz(u.covered));
        r->offset[thread % 32] = int32_t(intptr_t((u.unit << 4) + low - r->base));
        r->bytes = std::max(r->bytes, high - low);
        u.place->bytes = std::max(u.place->bytes, r->bytes);
        return true;
    }
    return false;
}

static void remember(unsigned thread, uintptr_t a, unsigned bytes, place_t *p, uint32_t occurrence)
{
    unit_t *u = &open_units[thread][next_unit[thread]++ % 8];
    *u = {a >> 4, now->interval, occurrence, p, uint16_t(((1u << bytes) - 1) << (a & 15))};
}

// ---- requests ----------------------------------------------------------------------------------------

static bool grow(place_t *p, unsigned warp, warp_t *w)
{
    host_t host;
    if (!w->dirty) {
        w->dirty = true;
        now->dirty.push_back({p, warp});
    }
    if (w->n < w->capacity) return true;
    if (w->capacity >= MOST_REQUESTS || now->bytes > MOST_BYTES) return false;
    const uint32_t capacity = w->capacity ? w->capacity * 4 : 4;
    void *more = realloc(static_cast<void *>(w->requests), capacity * sizeof(request_t));
    if (!more) return false;
    w->requests = static_cast<request_t *>(more);
    now->bytes += (capacity - w->capacity) * sizeof(request_t);
    w->capacity = capacity;
    return true;
}

static inline void record(place_t *p, uintptr_t a, unsigned bytes, unsigned thread)
{
    const unsigned lane = thread % 32;
    warp_t *w = &p->warps[thread / 32];
    const uint32_t k = w->seen[lane]++;
    if (k >= w->n) {
        if (k > w->n || !grow(p, thread / 32, w)) return;
        request_t *r = &w->requests[w->n++];
        r->base = a;
        r->mask = 1u << lane;
        r->bytes = bytes;
        r->offset[lane] = 0;
        p->address = a;
        return;
    }
    request_t *r = &w->requests[k];
    const int64_t offset = int64_t(a - r->base);
    r->mask |= 1u << lane;
    r->offset[lane] = offset == int32_t(offset) ? int32_t(offset) : FAR;
}

// The hottest addresses, with a bounded number of counters: a new address takes over the least one and its count.
static void count_address(kernel_stats_t *k, place_t *p, uintptr_t a, unsigned bytes)
{
    static unsigned last;
    auto &h = k->hottest;
    if (last < h.size() && h[last].address == a) {
        h[last].count += now->weight;
        return;
    }
    for (last = 0; last < h.size(); last++)
        if (h[last].address == a) {
            h[last].count += now->weight;
            return;
        }
    if (h.size() < 64) {
        host_t host;
        h.push_back({a, now->weight, bytes, p});
        return;
    }
    last = unsigned(std::min_element(h.begin(), h.end(), [](auto &x, auto &y) { return x.count < y.count; }) -
                    h.begin());
    h[last] = {a, h[last].count + now->weight, bytes, p};
}

// ---- the end of an interval: requests are complete ----------------------------------------------------

static void vote(place_t *p, const measured_t &m, double weight)
{
    if (m.lanes < 2) return;
    p->regular += m.regular ? weight : -weight;
    if (!m.regular) return;
    const int64_t distance = std::abs(m.stride);
    p->greatest_stride = std::max(p->greatest_stride, distance);
    p->least_stride = p->least_stride < 0 ? distance : std::min(p->least_stride, distance);
    if (p->votes <= 0) p->stride = m.stride;
    p->votes += m.stride == p->stride ? weight : -weight;
}

// Two, and then those that differ.
static void keep_sample(place_t *p, const sample_t &s)
{
    auto alike = [&](const sample_t &o) {
        return o.measured.sectors == s.measured.sectors && o.measured.passes == s.measured.passes &&
               o.measured.stride == s.measured.stride && o.measured.lanes == s.measured.lanes &&
               o.measured.same == s.measured.same;
    };
    if (p->samples.size() < 2 || std::none_of(p->samples.begin(), p->samples.end(), alike)) p->samples.push_back(s);
}

static void evaluate(place_t *p, unsigned warp)
{
    warp_t *w = &p->warps[warp];
    const unsigned count = now->block->count, exist = std::min(32u, count - std::min(count, warp * 32));
    double seen = 0, recorded = 0, most = 0, taking_part = 0;
    for (unsigned i = 0; i < 32; i++) {
        seen += w->seen[i];
        most = std::max(most, double(w->seen[i]));
        taking_part += w->seen[i] > 0;
    }
    for (uint32_t i = 0; i < w->n; i++) recorded += __builtin_popcount(w->requests[i].mask);
    const double weight = recorded > 0 ? now->weight * seen / recorded : 0;
    sums_t *s = &p->sums;
    for (uint32_t i = 0; i < w->n; i++) {
        const measured_t m = measure(w->requests[i], p->space);
        s->requests += weight;
        s->lanes += weight * m.lanes;
        s->possible += weight * exist;
        s->sectors += weight * m.sectors;
        s->ideal += weight * m.ideal;
        s->used += weight * m.used;
        s->moved += weight * m.sectors * 32;
        s->passes += weight * m.passes;
        s->fewest += weight * m.fewest;
        s->same += weight * m.same;
        s->most_passes = std::max(s->most_passes, m.passes);
        s->most_same = std::max(s->most_same, m.same);
        vote(p, m, weight);
        if (now->trace && p->samples.size() < MOST_SAMPLES) keep_sample(p, {w->requests[i], m, warp, i});
    }
    if (taking_part > 0) {
        s->loop_most += now->weight * most;
        s->loop_mean += now->weight * seen / taking_part;
    }
    w->n = 0;
    w->dirty = false;
    memset(w->seen, 0, sizeof w->seen);
}

void end_interval(void)
{
    host_t host;
    std::sort(now->dirty.begin(), now->dirty.end(), [](auto &x, auto &y) { return x.second < y.second; });
    for (auto &d : now->dirty) evaluate(d.first, d.second);
    now->dirty.clear();
    now->interval++;
    if (now->bytes <= MOST_BYTES / 2) return;
    for (auto &p : now->kernel->places)  // a few long lists must not keep the others from growing
        for (unsigned i = 0; i < 32; i++) {
            free(static_cast<void *>(p.second->warps[i].requests));
            p.second->warps[i].requests = nullptr;
            p.second->warps[i].capacity = 0;
        }
    now->bytes = 0;
}

void forget_places(void) { memset(static_cast<void *>(recent), 0, sizeof recent); }
}  // namespace emu::counters

namespace emu
{
using namespace counters;

void counters_access(const void *address, unsigned bytes, bool write, char space, site_t pc)
{
    if (__builtin_expect(bytes > 16 || (bytes & (bytes - 1)),
                         0)) {  // a structure: in the largest pieces that are aligned
        const uintptr_t odd = reinterpret_cast<uintptr_t>(address) | bytes | 16, piece = odd & -odd;
        for (unsigned i = 0; i < bytes; i += unsigned(piece))
            counters_access(static_cast<const char *>(address) + i, unsigned(piece), write, space, pc);
        return;
    }
    const unsigned thread = now->block->current;
    const uintptr_t a = reinterpret_cast<uintptr_t>(address);
    now->flags[thread] |= write ? 1 : 2;
    place_t *p = place_at(pc, bytes, write ? STORE : LOAD, space);
    if (__builtin_expect(p->vector, 0)) {
        if (join(thread, a, bytes, p)) return;
        remember(thread, a, bytes, p, p->warps[thread / 32].seen[thread % 32]);
    }
    record(p, a, bytes, thread);
}

void counters_atomic(const void *address, unsigned bytes, char space, site_t pc)
{
    if (!counters_detail) return;
    const unsigned thread = now->block->current;
    now->flags[thread] |= 1;
    const uintptr_t a = reinterpret_cast<uintptr_t>(address);
    place_t *p = place_at(pc, bytes, ATOMIC, space);
    record(p, a, bytes, thread);
    count_address(now->kernel, p, a, bytes);
}
}  // namespace emu
