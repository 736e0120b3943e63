// [given] counters.cpp: which launches and blocks are looked at, and accesses become requests of warps.
#include "counters_data.h"
#include "worker.h"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <regex>
#include <unistd.h>

namespace emu
{
bool counting, counters_detail;
static block_t no_block;
static unsigned char own_flags[1024];
static const block_t *counters_block = &no_block;
static unsigned char *counters_flags = own_flags; // of the block's threads: 1 has written or taken part in something, 2 has read

std::vector<std::unique_ptr<kernel_stats_t>> &all_kernels(void)
{
    static auto *k = new std::vector<std::unique_ptr<kernel_stats_t>>; // outlives the exit handlers
    return *k;
}

std::map<std::pair<site_t, char>, copies_t> &all_copies(void)
{
    static auto *c = new std::map<std::pair<site_t, char>, copies_t>;
    return *c;
}

static struct now_t {
    kernel_stats_t *kernel;       // of the running launch; null: not wanted
    uint64_t blocks;              // of the launch
    double launch_weight, weight; // what the launch and the block stand for
    bool detailed;                // this launch is looked at
    std::vector<unsigned char> flags; // of all blocks of a cooperative launch
    std::vector<std::pair<place_t *, unsigned>> dirty; // (place, warp) with requests
    size_t bytes;                 // of all requests in memory
    unsigned long launches, wanted;
    uint32_t interval;
    uint64_t block_number;
    bool trace;                   // keep samples for the drawings
} &now = *new now_t();

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
} recent[2048]; // the places of the running kernel, found fast

static place_t *new_place(site_t pc, unsigned bytes, char operation, char space)
{
    host_t host;
    std::unique_ptr<place_t> &p = now.kernel->places[{pc, space}];
    if (!p) {
        p.reset(new place_t());
        p->pc = pc;
        p->space = space;
        p->operation = operation;
        p->bytes = bytes;
        p->least_stride = -1;
        p->line = line_of(pc);
        p->vector = operation != ATOMIC && bytes < 16 && vector_code(p->line, now.kernel->kernel);
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
        if (u.unit != a >> 4 || u.interval != now.interval || u.place->line != p->line) continue;
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
    *u = {a >> 4, now.interval, occurrence, p, uint16_t(((1u << bytes) - 1) << (a & 15))};
}

// ---- requests ----------------------------------------------------------------------------------------

static bool grow(place_t *p, unsigned warp, warp_t *w)
{
    host_t host;
    if (!w->dirty) {
        w->dirty = true;
        now.dirty.push_back({p, warp});
    }
    if (w->n < w->capacity) return true;
    if (w->capacity >= MOST_REQUESTS || now.bytes > MOST_BYTES) return false;
    const uint32_t capacity = w->capacity ? w->capacity * 4 : 4;
    void *more = realloc(static_cast<void *>(w->requests), capacity * sizeof(request_t));
    if (!more) return false;
    w->requests = static_cast<request_t *>(more);
    now.bytes += (capacity - w->capacity) * sizeof(request_t);
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

void counters_access(const void *address, unsigned bytes, bool write, char space, site_t pc)
{
    if (__builtin_expect(bytes > 16 || (bytes & (bytes - 1)), 0)) { // a structure: in the largest pieces that are aligned
        const uintptr_t odd = reinterpret_cast<uintptr_t>(address) | bytes | 16, piece = odd & -odd;
        for (unsigned i = 0; i < bytes; i += unsigned(piece))
            counters_access(static_cast<const char *>(address) + i, unsigned(piece), write, space, pc);
        return;
    }
    const unsigned thread = counters_block->current;
    const uintptr_t a = reinterpret_cast<uintptr_t>(address);
    counters_flags[thread] |= write ? 1 : 2;
    place_t *p = place_at(pc, bytes, write ? STORE : LOAD, space);
    if (__builtin_expect(p->vector, 0)) {
        if (join(thread, a, bytes, p)) return;
        remember(thread, a, bytes, p, p->warps[thread / 32].seen[thread % 32]);
    }
    record(p, a, bytes, thread);
}

// The hottest addresses, with a bounded number of counters: a new address takes over the least one and its count.
static void count_address(kernel_stats_t *k, place_t *p, uintptr_t a, unsigned bytes)
{
    static unsigned last;
    auto &h = k->hottest;
    if (last < h.size() && h[last].address == a) {
        h[last].count += now.weight;
        return;
    }
    for (last = 0; last < h.size(); last++)
        if (h[last].address == a) {
            h[last].count += now.weight;
            return;
        }
    if (h.size() < 64) {
        host_t host;
        h.push_back({a, now.weight, bytes, p});
        return;
    }
    last = unsigned(std::min_element(h.begin(), h.end(), [](auto &x, auto &y) { return x.count < y.count; }) - h.begin());
    h[last] = {a, h[last].count + now.weight, bytes, p};
}

void counters_atomic(const void *address, unsigned bytes, char space, site_t pc)
{
    if (!counters_detail) return;
    const unsigned thread = counters_block->current;
    counters_flags[thread] |= 1;
    const uintptr_t a = reinterpret_cast<uintptr_t>(address);
    place_t *p = place_at(pc, bytes, ATOMIC, space);
    record(p, a, bytes, thread);
    count_address(now.kernel, p, a, bytes);
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
        return o.measured.sectors == s.measured.sectors && o.measured.passes == s.measured.passes && o.measured.stride == s.measured.stride &&
               o.measured.lanes == s.measured.lanes && o.measured.same == s.measured.same;
    };
    if (p->samples.size() < 2 || std::none_of(p->samples.begin(), p->samples.end(), alike)) p->samples.push_back(s);
}

static void evaluate(place_t *p, unsigned warp)
{
    warp_t *w = &p->warps[warp];
    const unsigned count = counters_block->count, exist = std::min(32u, count - std::min(count, warp * 32));
    double seen = 0, recorded = 0, most = 0, taking_part = 0;
    for (unsigned i = 0; i < 32; i++) {
        seen += w->seen[i];
        most = std::max(most, double(w->seen[i]));
        taking_part += w->seen[i] > 0;
    }
    for (uint32_t i = 0; i < w->n; i++) recorded += __builtin_popcount(w->requests[i].mask);
    const double weight = recorded > 0 ? now.weight * seen / recorded : 0;
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
        if (now.trace && p->samples.size() < MOST_SAMPLES) keep_sample(p, {w->requests[i], m, warp, i});
    }
    if (taking_part > 0) {
        s->loop_most += now.weight * most;
        s->loop_mean += now.weight * seen / taking_part;
    }
    w->n = 0;
    w->dirty = false;
    memset(w->seen, 0, sizeof w->seen);
}

static void end_interval(void)
{
    host_t host;
    std::sort(now.dirty.begin(), now.dirty.end(), [](auto &x, auto &y) { return x.second < y.second; });
    for (auto &d : now.dirty) evaluate(d.first, d.second);
    now.dirty.clear();
    now.interval++;
    if (now.bytes <= MOST_BYTES / 2) return;
    for (auto &p : now.kernel->places) // a few long lists must not keep the others from growing
        for (unsigned i = 0; i < 32; i++) {
            free(static_cast<void *>(p.second->warps[i].requests));
            p.second->warps[i].requests = nullptr;
            p.second->warps[i].capacity = 0;
        }
    now.bytes = 0;
}

// ---- launches and blocks -----------------------------------------------------------------------------

static bool wanted(const std::string &name)
{
    static const char *filter = getenv("EMU_COUNTERS_KERNEL");
    if (!filter || !*filter) return true;
    if (strncmp(filter, "regex:", 6) != 0) return name.find(filter) != std::string::npos;
    try {
        return std::regex_search(name, std::regex(filter + 6));
    } catch (const std::regex_error &) {
        return false;
    }
}

static bool within_count(void)
{
    static const char *skip = getenv("EMU_COUNTERS_SKIP"), *most = getenv("EMU_COUNTERS_LAUNCHES");
    const unsigned long i = now.wanted++, first = skip ? strtoul(skip, nullptr, 10) : 0;
    return i >= first && (!most || !*most || i - first < strtoul(most, nullptr, 10));
}

static kernel_stats_t *stats_of(kernel_t *kernel)
{
    static auto &known = *new std::map<kernel_t *, kernel_stats_t *>;
    kernel_stats_t *&k = known[kernel];
    if (k) return k;
    all_kernels().emplace_back(new kernel_stats_t());
    k = all_kernels().back().get();
    k->kernel = kernel;
    k->name = kernel_name(kernel);
    k->file = kernel->file ? kernel->file : "";
    return k;
}

void counters_launch_begin(const launch_t *l)
{
    now.launches++;
    now.kernel = nullptr;
    now.detailed = false;
    kernel_stats_t *k = stats_of(l->kernel);
    if (!wanted(k->name) || !within_count()) return;
    now.kernel = k;
    now.blocks = uint64_t(l->grid.x) * l->grid.y * l->grid.z;
    const double threads = double(now.blocks) * (l->block.x * l->block.y * l->block.z);
    k->shape = &k->shapes[{l->grid.x, l->grid.y, l->grid.z, l->block.x, l->block.y, l->block.z}];
    k->shape->launches++;
    k->shape->threads += threads;
    k->threads += threads;
    k->blocks += double(now.blocks);
    k->dynamic_shared = std::max(k->dynamic_shared, l->shared);
    // All of the first launches; then ever fewer, so that a training run of thousands stays fast.
    const unsigned long i = k->launches++;
    unsigned long step = 1;
    while (i >= 16 * step) step *= 2;
    now.detailed = i % step == 0;
    now.trace = i == 0;
    now.launch_weight = double(step);
    if (now.detailed) {
        k->detailed++;
        k->weighted_threads += threads * now.launch_weight;
        k->weighted_blocks += double(now.blocks) * now.launch_weight;
    }
    memset(static_cast<void *>(recent), 0, sizeof recent);
    now.flags.assign(l->cooperative ? size_t(threads) : 0, 0);
}

// What block i of n stands for: 0 for nothing (it is not looked at). The first four, the last one, and one of each of 59
// equal parts of the others, at an irregular place: with a regular one all could lie at the same edge of a matrix.
static double block_weight(uint64_t i, uint64_t n)
{
    constexpr uint64_t FIRST = 4, PARTS = 59;
    if (n <= FIRST + PARTS + 9 || i < FIRST || i == n - 1) return 1;
    const uint64_t middle = n - FIRST - 1, size = (middle + PARTS - 1) / PARTS, part = (i - FIRST) / size;
    const uint64_t here = std::min(size, middle - part * size);
    const uint64_t chosen = ((part + 1) * 0x9e3779b97f4a7c15u >> 33) % here;
    return (i - FIRST) % size == chosen ? double(here) : 0;
}

static void enter_block(const block_t *b)
{
    counters_block = b;
    now.block_number = b->index.x + uint64_t(b->grid.x) * (b->index.y + uint64_t(b->grid.y) * b->index.z);
    counters_flags = now.flags.empty() ? own_flags : &now.flags[now.block_number * b->count];
    now.weight = now.detailed ? block_weight(now.block_number, now.blocks) * now.launch_weight : 0;
    counters_detail = now.weight > 0;
}

static void leave_block(void)
{
    if (counters_detail) end_interval();
    counters_detail = false;
}

void counters_block_begin(const block_t *b)
{
    leave_block(); // another block of a cooperative launch waits at a grid barrier
    enter_block(b);
    memset(counters_flags, 0, b->count);
    if (counters_detail) now.kernel->counted_blocks++;
    if (counters_detail && now.block_number > 0) now.trace = false;
}

void counters_block_resume(const block_t *b)
{
    leave_block();
    enter_block(b);
}

void counters_block_end(const block_t *b)
{
    if (counters_detail) {
        shape_t *s = now.kernel->shape;
        bool later = false; // a thread that comes later in the block has worked
        for (unsigned i = b->count; i-- > 0;) {
            later = later || (counters_flags[i] & 1);
            if (!(counters_flags[i] & 1)) s->seen_idle += now.weight, s->seen_between += later ? now.weight : 0;
            if (counters_flags[i] == 0) s->seen_unread += now.weight;
        }
        s->seen += now.weight * b->count;
    }
    leave_block();
    counters_flags = own_flags;
    counters_block = &no_block;
}

void counters_barrier(const block_t *)
{
    if (!counters_detail) return;
    end_interval();
    now.kernel->barriers += now.weight;
}

void counters_warp_sync(unsigned warp, unsigned mask)
{
    if (!counters_detail) return;
    for (; mask; mask &= mask - 1) counters_flags[(warp * 32 + unsigned(__builtin_ctz(mask))) % 1024] |= 1;
    now.kernel->warp_functions += now.weight;
}

void counters_launch_end(const launch_t *, cudaError_t)
{
    kernel_stats_t *k = now.kernel;
    now.kernel = nullptr;
    if (!k || !now.detailed) return;
    for (auto &entry : k->places) { // while the arrays still exist
        place_t *p = entry.second.get();
        if (p->address && p->array.what.empty()) p->array = array_at(p->address, p->space);
    }
    // An address means something until memory is freed only: the hottest one of this launch, if it beats earlier ones.
    for (const hot_t_ &h : k->hottest)
        if (h.count > k->hot_count) {
            k->hot_count = h.count;
            k->hot_text = element_of(array_at(h.address, h.place->space), h.address, h.bytes);
        }
}

// ---- copies ------------------------------------------------------------------------------------------

void counters_copy(void *dst, const void *src, size_t bytes, const char *function, site_t site)
{
    char direction = on_device(src) ? (on_device(dst) ? 'i' : 'd') : on_device(dst) ? 'u' : 'h';
    if (strstr(function, "ToSymbol")) direction = on_device(src) ? 'i' : 'u';
    if (strstr(function, "FromSymbol")) direction = on_device(dst) ? 'i' : 'd';
    if (direction == 'h') return;
    copies_t *c = &all_copies()[{site, direction}];
    c->site = site;
    c->function = function;
    c->direction = direction;
    if (c->calls++ > 0 && now.launches > c->last_launch) c->after_launch++;
    c->last_launch = now.launches;
    c->bytes += double(bytes);
}

// ---- the end of the program --------------------------------------------------------------------------

const std::string &start_folder(void)
{
    static const auto &folder = *new std::string([] {
        char here[4096];
        return getcwd(here, sizeof here) ? std::string(here) + "/" : std::string();
    }());
    return folder;
}

static void write_file(const char *variable, const std::string &text)
{
    const char *name = getenv(variable);
    if (!name || !*name || strcmp(name, "none") == 0) return;
    FILE *f = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
    const bool good = f && fwrite(text.data(), 1, text.size(), f) == text.size();
    if ((f && f != stdout && fclose(f) != 0) || !good) fprintf(stderr, "ncu: cannot write %s: %s\n", name, strerror(errno));
}

static pid_t started_as;

static void finish(void)
{
    if (getpid() != started_as) return; // a child of fork
    const report_t r = make_report();
    write_file("EMU_COUNTERS", json_report(r));
    write_file("EMU_COUNTERS_HTML", html_report(r));
    write_file("EMU_COUNTERS_CSV", csv_report(r));
    write_file("EMU_COUNTERS_TEXT", text_report(r));
}

void counters_start(void)
{
    const char *file = getenv("EMU_COUNTERS");
    if (!file || !*file) return;
    counting = true;
    started_as = getpid();
    start_folder(); // the program may change it
    atexit(finish);
}
}  // namespace emu
