// [given] memory.cpp: the device's address range and the allocations in it.
//
// The arena has a part for each device, and each part two regions: memory of the device, which the host may not
// touch, and managed memory, which it may. A region is twice as large as the device's memory: blocks keep their
// distance, so that an index that runs over meets nobody.
#include "memory.h"
#include "report.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <sys/mman.h>
#include <sys/resource.h>

namespace emu
{

char *arena;
size_t arena_size;

constexpr size_t UNIT = 256;      // alignment of cudaMalloc
constexpr size_t RED_ZONE = 256;  // between two allocations, at least
constexpr size_t HUGE_PAGE = (size_t)2 << 20;
constexpr size_t FILL_LIMIT = (size_t)64 << 20;        // fresh memory is filled up to here
constexpr size_t QUARANTINE = (size_t)64 << 20;        // freed memory that is not used again yet, in the checked image
static char *const ARENA_AT = (char *)0x200000000000;  // addresses repeat from run to run

typedef std::pair<size_t, char *> hole_t;

struct region_t {
    char *begin;
    std::map<char *, size_t> holes;  // by address
    std::set<hole_t> sizes;          // the same by size
};

struct memory_t {  // never destroyed: static objects of the program may still free their memory at the end
    std::mutex lock;
    bool started;
    size_t part, half;                 // bytes of a device's part; of a region
    region_t regions[2 * 64];          // 2 d: memory of device d, 2 d + 1: managed
    size_t used[64];                   // bytes of device d in use
    std::map<char *, alloc_t> blocks;  // in the arena, freed ones in quarantine too
    std::map<char *, alloc_t> host;    // pinned and registered
    std::map<char *, unsigned> host_flags;
    std::map<size_t, char *> quarantine;  // in the order of their release
    size_t quarantined, releases;
};

static memory_t &memory(void)
{
    static memory_t *m = new (
        mmap(nullptr, sizeof(memory_t), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) memory_t();
    return *m;
}
typedef std::lock_guard<std::mutex> guard_t;

static size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

// ---- the arena ---------------------------------------------------------------------------------------------
[[noreturn]] static void no_address_space(size_t bytes)
{
    rlimit limit;
    std::string found = "the system refused: " + std::string(strerror(errno));
    if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
        found = "the process may use " + std::to_string(limit.rlim_cur >> 20) + " MiB (ulimit -v)";
    fatal({"runtime",
           "address-space",
           "The emulated devices need " + std::to_string(bytes >> 20) + " MiB of address space",
           {found, "it means: addresses, not memory: what is not used costs nothing"},
           "ulimit -v unlimited, or smaller devices: EMU_MEM=256M"});
}

static void add_hole(region_t &r, char *p, size_t size)
{
    r.holes[p] = size;
    r.sizes.insert({size, p});
}

static void start_locked(memory_t &m)
{
    if (m.started) return;
    m.started = true;
    const options_t &o = options();
    if (!o.devices) return;
    m.half = round_up(2 * o.memory + HUGE_PAGE, HUGE_PAGE);
    m.part = 2 * m.half;
    const size_t bytes = m.part * (size_t)o.devices;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *p = mmap(ARENA_AT, bytes, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
    if (p != MAP_FAILED && p != ARENA_AT) munmap(p, bytes), p = MAP_FAILED;  // a kernel that does not know the flag
    if (p == MAP_FAILED) {  // taken, or the processor has fewer address bits: anywhere, at a multiple of a huge page
        char *raw = (char *)mmap(nullptr, bytes + HUGE_PAGE, PROT_NONE, flags, -1, 0);
        if (raw == MAP_FAILED) no_address_space(bytes);
        p = (char *)round_up((size_t)raw, HUGE_PAGE);
    }
    madvise(p, bytes, MADV_HUGEPAGE);  // fewer page faults, and closing the arena is 500 times cheaper
    for (int i = 0; i < 2 * o.devices; i++) {
        m.regions[i].begin = (char *)p + (size_t)i * m.half;
        add_hole(m.regions[i], m.regions[i].begin + RED_ZONE, m.half - RED_ZONE);
    }
    arena = (char *)p;
    arena_size = bytes;
    protect_start();
}

void fault_prepare_thread(void);  // fault.cpp

void start_memory(void)
{
    static std::atomic<bool> done;
    if (done.load(std::memory_order_acquire)) return;
    memory_t &m = memory();
    guard_t guard(m.lock);
    start_locked(m);
    fault_prepare_thread();  // the host may touch device memory before any kernel has run
    done.store(true, std::memory_order_release);
}

static int region_of(const memory_t &m, const void *p) { return (int)((size_t)((const char *)p - arena) / m.half); }
bool is_managed(const void *p) { return on_device(p) && region_of(memory(), p) % 2 == 1; }

// ---- holes -------------------------------------------------------------------------------------------------
// The smallest hole that is large enough, the first one of several.
static char *take(region_t &r, size_t need)
{
    const auto best = r.sizes.lower_bound({need, nullptr});
    if (best == r.sizes.end()) return nullptr;
    char *const p = best->second;
    const size_t size = best->first;
    r.sizes.erase(best);
    r.holes.erase(p);
    if (size > need) add_hole(r, p + need, size - need);
    return p;
}

static void put_back(region_t &r, char *p, size_t size)
{
    auto after = r.holes.lower_bound(p);
    if (after != r.holes.end() && after->first == p + size) {
        size += after->second;
        r.sizes.erase({after->second, after->first});
        after = r.holes.erase(after);
    }
    if (after != r.holes.begin()) {
        const auto before = std::prev(after);
        if (before->first + before->second == p) {
            p = before->first;
            size += before->second;
            r.sizes.erase({before->second, before->first});
            r.holes.erase(before);
        }
    }
    add_hole(r, p, size);
}

// The system gets back the pages of a large block. Whole huge pages only: half ones would be split, which is slow.
static void give_back_pages(char *p, size_t size)
{
    char *const begin = (char *)round_up((size_t)p, HUGE_PAGE), *const end = (char *)((size_t)(p + size) / HUGE_PAGE *
                                                                                      HUGE_PAGE);
    if (end > begin) madvise(begin, (size_t)(end - begin), MADV_DONTNEED);
}

static void drop(memory_t &m, std::map<char *, alloc_t>::iterator block)
{
    char *const p = block->first;
    const size_t size = round_up(block->second.size, UNIT);
    forget_copies(&block->second);
    give_back_pages(p, size);
    put_back(m.regions[region_of(m, p)], p, size + RED_ZONE);
    m.blocks.erase(block);
}

// ---- allocations -------------------------------------------------------------------------------------------
static cudaError_t pinned_alloc(memory_t &m, alloc_t a, alloc_t **made)
{
    const size_t page = 4096,
                 bytes = round_up(a.size, page) + 2 * page;  // with a page on each side that nobody may touch
    char *p = (char *)mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return cudaErrorMemoryAllocation;
    if (mprotect(p + page, bytes - 2 * page, PROT_READ | PROT_WRITE)) {
        munmap(p, bytes);
        return cudaErrorMemoryAllocation;
    }
    a.p = p + page;
    guard_t guard(m.lock);
    *made = &(m.host[a.p] = a);
    return cudaSuccess;
}

static cudaError_t arena_alloc(memory_t &m, alloc_t a, alloc_t **made)
{
    const size_t size = round_up(a.size, UNIT), limit = options().memory;
    {
        guard_t guard(m.lock);
        if (a.size > limit || size > limit - m.used[a.device]) return cudaErrorMemoryAllocation;
        region_t &r = m.regions[2 * a.device + (a.kind == MANAGED)];
        a.p = take(r, size + RED_ZONE);
        while (!a.p && !m.quarantine.empty()) {  // full of freed blocks
            const auto oldest = m.quarantine.begin();
            const auto block = m.blocks.find(oldest->second);
            m.quarantined -= round_up(block->second.size, UNIT);
            m.quarantine.erase(oldest);
            drop(m, block);
            a.p = take(r, size + RED_ZONE);
        }
        if (!a.p) return cudaErrorMemoryAllocation;
        if (!make_usable(a.p, size + RED_ZONE, a.kind == MANAGED)) {
            put_back(r, a.p, size + RED_ZONE);
            return cudaErrorMemoryAllocation;
        }
        m.used[a.device] += size;
        *made = &(m.blocks[a.p] = a);
    }
    memset(a.p, 0xff, std::min(a.size, FILL_LIMIT));  // NaN, -1: what was never written is seen
    return cudaSuccess;
}

cudaError_t device_alloc(void **p, size_t size, kind_t kind, const char *function, site_t site)
{
    if (!p) return cudaErrorInvalidValue;
    *p = nullptr;
    if (!size) return kind == MANAGED ? cudaErrorInvalidValue : cudaSuccess;
    start_memory();
    memory_t &m = memory();
    const alloc_t a = {nullptr, size, kind, current_device(), site, function, false, nullptr};
    alloc_t *made;
    cudaError_t e;
    if (kind == PINNED) {
        e = pinned_alloc(m, a, &made);
    } else {
        open_device();
        e = arena_alloc(m, a, &made);
        close_device();
    }
    if (e) return e;
    *p = made->p;
    if (hooks && hooks->alloc) hooks->alloc(made);
    return cudaSuccess;
}

// What a kernel took with malloc or new only a kernel can give back, and the other way round.
static bool belongs(const alloc_t &a, const char *function)
{
    return (a.function[0] == 'm' || a.function[0] == 'n') == (function[0] == 'f' || function[0] == 'd') ||
           !strcmp(function, "cudaDeviceReset") || !strcmp(function, "cudaThreadExit");
}

cudaError_t device_free(void *p, const char *function, site_t site)
{
    if (!p) return cudaSuccess;
    memory_t &m = memory();
    alloc_t *a = nullptr;
    {
        guard_t guard(m.lock);
        const auto block = m.blocks.find((char *)p);
        if (block != m.blocks.end() && !block->second.freed && belongs(block->second, function))
            a = &block->second, a->freed = true, a->freed_site = site;
    }
    if (!a) {
        if (hooks) report_bad_free(p, function, site);
        return cudaErrorInvalidValue;
    }
    if (hooks && hooks->release) hooks->release(a);
    guard_t guard(m.lock);
    const size_t size = round_up(a->size, UNIT);
    m.used[a->device] -= size;
    if (!hooks) {
        drop(m, m.blocks.find((char *)p));
        return cudaSuccess;
    }
    m.quarantine[m.releases++] = (char *)p;
    m.quarantined += size;
    while (m.quarantined > QUARANTINE) {
        const auto oldest = m.quarantine.begin();
        const auto block = m.blocks.find(oldest->second);
        m.quarantined -= round_up(block->second.size, UNIT);
        m.quarantine.erase(oldest);
        drop(m, block);
    }
    return cudaSuccess;
}

const alloc_t *find_alloc(const void *p, bool nearest)
{
    memory_t &m = memory();
    guard_t guard(m.lock);
    char *const q = (char *)p;
    const auto &table = on_device(p) ? m.blocks : m.host;
    const auto after = table.upper_bound(q);
    const alloc_t *before = after == table.begin() ? nullptr : &std::prev(after)->second;
    if (before && (size_t)(q - before->p) < before->size) return before;
    if (!nearest) return nullptr;
    const alloc_t *next = after == table.end() ? nullptr : &after->second;
    if (!before || !next) return before ? before : next;
    return (size_t)(q - (before->p + before->size)) <= (size_t)(next->p - q) ? before : next;
}

void for_each_alloc(const std::function<void(const alloc_t &)> &f)
{
    memory_t &m = memory();
    std::vector<const alloc_t *> live;
    {
        guard_t guard(m.lock);
        for (const auto &b : m.blocks)
            if (!b.second.freed) live.push_back(&b.second);
        for (const auto &b : m.host)
            if (strcmp(b.second.function, "cudaHostRegister")) live.push_back(&b.second);
    }
    for (const alloc_t *a : live) f(*a);
}

void memory_info(size_t *free, size_t *total)
{
    memory_t &m = memory();
    guard_t guard(m.lock);
    *total = options().memory;
    *free = *total - m.used[current_device()];
}

// ---- host memory that the device can reach -------------------------------------------------------------------
static bool overlaps(const memory_t &m, const char *p, size_t size)
{
    auto next = m.host.lower_bound((char *)p + size);
    if (next == m.host.begin()) return false;
    const alloc_t &before = std::prev(next)->second;
    return before.p + before.size > p;
}

cudaError_t host_register(void *p, size_t size, unsigned flags, site_t site)
{
    start_memory();
    memory_t &m = memory();
    const alloc_t *made;
    {
        guard_t guard(m.lock);
        if (overlaps(m, (char *)p, size)) return cudaErrorHostMemoryAlreadyRegistered;
        made = &(
            m.host[(char *)p] = {(char *)p, size, PINNED, current_device(), site, "cudaHostRegister", false, nullptr});
        m.host_flags[(char *)p] = flags;
    }
    if (hooks && hooks->alloc) hooks->alloc(made);
    return cudaSuccess;
}

cudaError_t host_forget(void *p, bool registered, const char *function, site_t site)
{
    memory_t &m = memory();
    const alloc_t *a = nullptr;
    {
        guard_t guard(m.lock);
        const auto found = m.host.find((char *)p);
        if (found != m.host.end() && !strcmp(found->second.function, "cudaHostRegister") == registered)
            a = &found->second;
    }
    if (!a) {
        if (registered) return cudaErrorHostMemoryNotRegistered;
        if (hooks) report_bad_free(p, function, site);
        return cudaErrorInvalidValue;
    }
    if (hooks && hooks->release) hooks->release(a);
    guard_t guard(m.lock);
    const size_t page = 4096;
    if (!registered) munmap((char *)p - page, round_up(a->size, page) + 2 * page);
    m.host.erase((char *)p);
    m.host_flags.erase((char *)p);
    return cudaSuccess;
}

void set_host_flags(void *p, unsigned flags)
{
    memory_t &m = memory();
    guard_t guard(m.lock);
    m.host_flags[(char *)p] = flags;
}

bool host_flags(const void *p, unsigned *flags, char **base)
{
    const alloc_t *a = on_device(p) ? nullptr : find_alloc(p);
    if (!a) return false;
    memory_t &m = memory();
    guard_t guard(m.lock);
    const auto f = m.host_flags.find(a->p);
    *flags = f == m.host_flags.end() ? 0 : f->second;
    *base = a->p;
    return true;
}

void reset_memory(int device, const char *function, site_t site)
{
    std::vector<std::pair<char *, kind_t>> all;
    for_each_alloc([&](const alloc_t &a) {
        if (a.device == device) all.push_back({a.p, a.kind});
    });
    for (const auto &a : all)
        a.second == PINNED ? host_forget(a.first, false, function, site) : device_free(a.first, function, site);
}
}  // namespace emu
