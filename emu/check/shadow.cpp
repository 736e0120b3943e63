// [given] shadow.cpp: the memory behind the checks: what exists, what has been written, on behalf of whom.
#include "check.h"
#include "worker.h"
#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace emu::check
{

extern std::vector<region_t> others;
void forget_known_allocation(void);
void forget_splits(void);

void *reserve(size_t bytes)
{
    void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        fatal({"runtime",
               "no-memory",
               "There is no address space for the checker's records",
               {std::to_string(bytes >> 20) + " MiB were asked for"},
               "lower EMU_MEM (the size of the emulated device, default 4G), or raise the limit of the process (ulimit "
               "-v)",
               false});
    return p;
}

static region_t make_region(uintptr_t low, size_t size, char kind)
{
    low &= ~uintptr_t(15);
    size = (size + 31) / 16 * 16;
    return {low,
            size,
            static_cast<uint8_t *>(reserve(size / 8)),
            static_cast<word_t *>(reserve(size * 2)),
            static_cast<places_t *>(reserve(size * 2)),
            kind};
}

static void free_region(const region_t &r)
{
    munmap(r.valid, r.size / 8);
    munmap(r.words, r.size * 2);
    munmap(r.places, r.size * 2);
}

void shadow_start(void)
{
    static bool done;
    if (done || !arena) return;
    done = true;
    hot.global = make_region(reinterpret_cast<uintptr_t>(arena), arena_size, 'g');
    hot.global.size = arena_size;
    const image_t &i = image();
    others.push_back(make_region(i.data_low, i.data_high - i.data_low, 'v'));
}

// ---- shared memory: of the OS thread that runs the block ---------------------------------------------------------

struct shared_shadow_t {
    region_t fixed, dynamic;
};
static __thread shared_shadow_t *mine;

struct shared_range_t {
    uintptr_t offset, size;  // in the TLS block
};
static std::vector<shared_range_t> shared_variables OUTLIVES;
static std::vector<uint8_t> fresh OUTLIVES;  // valid bits of the TLS block when a block begins
static uintptr_t fresh_low, fresh_high;      // the part of them that is ever changed

static void plan_fresh(const region_t &r, uintptr_t tls, size_t tls_size)
{
    fresh.assign(r.size / 8, 0xff);
    region_t plan = r;
    plan.valid = fresh.data();
    uintptr_t low = r.size, high = 0;
    mark_valid(&plan, tls, tls_size, false);
    for (const symbol_t &s : symbols()) {
        if (!s.tls) continue;
        // Of what is not the kernels' own they may read the built-in variables.
        if (!s.shared && !strchr("tbg", *s.name)) continue;
        mark_valid(&plan, tls + s.address, s.size, true);
        if (!s.shared) continue;
        shared_variables.push_back({s.address, s.size});
        if (tools & INITCHECK) mark_valid(&plan, tls + s.address, s.size, false);
        low = std::min(low, tls + s.address - r.low);
        high = std::max(high, tls + s.address + s.size - r.low);
    }
    fresh_low = low / 8;
    fresh_high = high > low ? high / 8 + 1 : fresh_low;
}

void shadow_resume(void)
{
    if (!mine) {
        size_t size;
        const uintptr_t tls = tls_block(&size);
        mine = new shared_shadow_t{make_region(tls, size, 's'),
                                   make_region(reinterpret_cast<uintptr_t>(worker->shared_low), MAX_SHARED, 'd')};
        mine->dynamic.size = MAX_SHARED;
        if (fresh.empty()) plan_fresh(mine->fixed, tls, size);
        memcpy(mine->fixed.valid, fresh.data(), fresh.size());
    }
    hot.fixed = mine->fixed;
    hot.dynamic = mine->dynamic;
}

void shadow_block(const block_t *)
{
    shadow_resume();
    const uintptr_t tls = tls_block(nullptr);
    memcpy(hot.fixed.valid + fresh_low, fresh.data() + fresh_low, fresh_high - fresh_low);
    if (tools & INITCHECK)  // not the zeros that a program might get used to
        for (const shared_range_t &s : shared_variables) memset(reinterpret_cast<void *>(tls + s.offset), 0xff, s.size);
    if (!running_launch->shared) return;
    const uintptr_t dynamic = reinterpret_cast<uintptr_t>(worker->shared),
                    end = reinterpret_cast<uintptr_t>(worker->shared_low) + MAX_SHARED;
    mark_valid(&hot.dynamic, dynamic, end - dynamic, false);
    if (tools & INITCHECK) memset(worker->shared, 0xff, running_launch->shared);
    else mark_valid(&hot.dynamic, dynamic, running_launch->shared, true);
}

// ---- allocations ------------------------------------------------------------------------------------------------

void shadow_alloc(const alloc_t *a)
{
    shadow_start();
    const uintptr_t p = reinterpret_cast<uintptr_t>(a->p);
    if (a->size == 0) return;
    if (on_device(a->p)) {
        if (a->kind == MANAGED) {
            mark_valid(&hot.global, p, a->size, true);  // the host writes it, unseen
        } else if (tools & INITCHECK) {                 // a pattern that is no number: zeros would hide what is missing
            open_device();
            memset(a->p, 0xff, std::min<size_t>(a->size, 16 << 20));
            close_device();
        } else {
            mark_valid(&hot.global, p, a->size, true);
        }
        blame_event('n', p, a->size, a->function, a->site);
    } else {
        region_t r = make_region(p, a->size, 'h');
        mark_valid(&r, p, a->size, true);  // the host writes it, unseen
        others.push_back(r);
    }
    if (running_block) forget_races(p, a->size);
}

void shadow_release(const alloc_t *a)
{
    forget_known_allocation();
    const uintptr_t p = reinterpret_cast<uintptr_t>(a->p);
    if (on_device(a->p)) {
        if (a->size) mark_valid(&hot.global, p, a->size, false);
        return;
    }
    for (size_t i = 0; i < others.size(); i++)
        if (others[i].kind == 'h' && p - others[i].low < 16) {
            free_region(others[i]);
            others.erase(others.begin() + i);
            return;
        }
}

void shadow_forget_all(void)
{
    auto clear = [](const region_t &r) {
        madvise(r.words, r.size * 2, MADV_DONTNEED);
        madvise(r.places, r.size * 2, MADV_DONTNEED);
    };
    clear(hot.global);
    clear(hot.fixed);
    clear(hot.dynamic);
    for (const region_t &r : others) clear(r);
    forget_splits();
    blame_forget();
}

// ---- copies and sets ---------------------------------------------------------------------------------------------

static size_t clip(const region_t *r, uintptr_t a, size_t bytes)
{
    return std::min<size_t>(bytes, r->low + r->size - a);
}

// Holes of 4 bytes at the same place of every element are the padding of a structure.
static bool is_padding(const std::vector<size_t> &holes, size_t bytes, uintptr_t a)
{
    if (holes.size() < 2) return false;
    const size_t stride = holes[1] - holes[0];
    if (stride < 16 || stride % 8 || (a + holes[0]) % 8 != 4 || holes[0] >= stride) return false;
    for (size_t i = 1; i < holes.size(); i++)
        if (holes[i] - holes[i - 1] != stride) return false;
    return holes.back() + stride >= bytes;
}

static void check_source(const region_t *r, uintptr_t a, size_t bytes, const char *function, site_t site)
{
    if (!(tools & INITCHECK) || all_valid(r, a, bytes)) return;
    std::vector<size_t> holes;
    size_t missing = 0;
    for (size_t i = (4 - a % 4) % 4; i + 4 <= bytes; i += 4)
        if (!any_valid(r, a + i, 4)) missing += 4, holes.push_back(i);
    if (bytes < 4 && !any_valid(r, a, bytes)) missing = bytes, holes.push_back(0);
    const alloc_t *x = find_alloc(reinterpret_cast<void *>(a));
    if (holes.empty() || is_padding(holes, bytes, a) || !x || x->freed) return;
    if (!first_time("uninitialized-copy", reinterpret_cast<uintptr_t>(site), 0)) return;
    finding_t f = {
        "initcheck", "uninitialized-copy", "Host API uninitialized memory access by " + std::string(function), {}, "",
        false};
    const where_t w = where(site);
    f.file = w.file, f.line = w.line;
    f.lines.push_back("at " + at(site));
    f.lines.push_back(bytes_text(missing) + " of the " + std::to_string(bytes) +
                      " that are copied have never been written, the first at byte " + std::to_string(holes[0]));
    f.lines.push_back("it is " + describe(a + holes[0], 4));
    f.lines.push_back("it means: the host gets whatever the memory held before");
    f.hint = "does the kernel write all elements? Is the grid large enough? Did the kernel run at all?";
    take_finding(f);
}

static void copy_valid(region_t *to, uintptr_t dst, const region_t *from, uintptr_t src, size_t bytes)
{
    if ((dst - to->low) % 8 == (src - from->low) % 8 && bytes >= 64) {  // whole bytes of the map
        size_t head = (8 - (dst - to->low) % 8) % 8, middle = (bytes - head) & ~size_t(7);
        for (size_t i = 0; i < head; i++) mark_valid(to, dst + i, 1, any_valid(from, src + i, 1));
        memmove(to->valid + (dst + head - to->low) / 8, from->valid + (src + head - from->low) / 8, middle / 8);
        for (size_t i = head + middle; i < bytes; i++) mark_valid(to, dst + i, 1, any_valid(from, src + i, 1));
        return;
    }
    std::vector<bool> bits(bytes);
    for (size_t i = 0; i < bytes; i++) bits[i] = any_valid(from, src + i, 1);
    for (size_t i = 0; i < bytes; i++) mark_valid(to, dst + i, 1, bits[i]);
}

static bool tracked(const region_t *r) { return r && r->kind == 'g'; }

void shadow_copy(void *d, const void *s, size_t bytes, const char *function, site_t site)
{
    if (!bytes) return;
    shadow_start();
    const uintptr_t dst = reinterpret_cast<uintptr_t>(d), src = reinterpret_cast<uintptr_t>(s);
    region_t *to = region_of(dst), *from = region_of(src);
    if (to) bytes = clip(to, dst, bytes);
    if (from) bytes = clip(from, src, bytes);
    if (tracked(to) && tracked(from)) copy_valid(to, dst, from, src, bytes);
    else if (tracked(to)) mark_valid(to, dst, bytes, true);
    else if (tracked(from)) check_source(from, src, bytes, function, site);
    if (to) blame_event('c', dst, bytes, function, site);
}

void shadow_set(void *d, size_t bytes, const char *function, site_t site)
{
    if (!bytes) return;
    shadow_start();
    const uintptr_t dst = reinterpret_cast<uintptr_t>(d);
    region_t *to = region_of(dst);
    if (!to) return;
    bytes = clip(to, dst, bytes);
    if (tracked(to)) mark_valid(to, dst, bytes, true);
    blame_event('s', dst, bytes, function, site);
}
}  // namespace emu::check
