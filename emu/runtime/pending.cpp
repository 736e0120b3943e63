// [given] pending.cpp: in the checked image, notices a host that does not wait: for a copy, or for a kernel and managed memory.
//
// Pages that a pending copy will write are closed to the host, those that it will read are read-only, until it has
// been executed: a fault there is a missing synchronisation. Managed memory is closed while kernels are pending;
// the host may use it then as long as the kernels do not. So a read is remembered and it is a finding when one of
// these kernels changes what was read.
#include "stream.h"
#include "worker.h"
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace emu
{

struct watch_t {
    uint64_t serial;
    const char *what;
    site_t site;
    const char *begin, *end;      // what the operation will touch
    const char *page, *page_end;  // what is closed because of it
    bool writes;                  // the operation writes there: the host may not even read
};
struct seen_t {
    uint64_t serial;  // of the latest operation then
    const char *p;
    size_t size;
    unsigned char bytes[8];
    where_t where;
};
static std::vector<watch_t> watches;
static std::vector<std::pair<const char *, const char *>> managed;  // closed pages
static std::vector<seen_t> seen;
static constexpr size_t MOST_SEEN = 256;
static bool open_now;  // while the queue is executed

static size_t page_size(void)
{
    static const size_t size = sysconf(_SC_PAGESIZE);
    return size;
}
static const char *page_of(const void *p) { return (const char *)((size_t)p / page_size() * page_size()); }
static const char *page_after(const char *p) { return page_of(p + page_size() - 1); }

static void protect(const char *begin, const char *end, int how)
{
    if (begin < end) mprotect((void *)begin, end - begin, how);
}

static void close_one(const watch_t &w) { protect(w.page, w.page_end, w.writes ? PROT_NONE : PROT_READ); }

// Closes only pages that hold nothing else that the program might use: system calls fail on closed pages.
static void watch(const operation_t &op, const void *p, size_t bytes, bool writes)
{
    const alloc_t *a = on_device(p) ? nullptr : find_alloc(p);
    if (!a || a->kind != PINNED) return;
    watch_t w = {op.serial, op.what, op.site, (const char *)p, (const char *)p + bytes, nullptr, nullptr, writes};
    const bool own_pages = page_of(a->p) == a->p && strcmp(a->function, "cudaHostRegister");
    w.page = own_pages && w.begin == a->p ? a->p : page_after(w.begin);
    w.page_end = own_pages && w.end == a->p + a->size ? page_after(w.end) : page_of(w.end);
    if (w.page >= w.page_end) return;
    this_worker();  // it catches faults
    watches.push_back(w);
    if (open_now) return;
    for (bool writers : {false, true})  // where pages overlap, the stricter one is the last to be asked
        for (const watch_t &x : watches)
            if (x.writes == writers && x.page < w.page_end && w.page < x.page_end) close_one(x);
}

void watch_copy(const operation_t &op, void *dst, const void *src, size_t bytes)
{
    watch(op, dst, bytes, true);
    watch(op, src, bytes, false);
}

void watch_launch(const operation_t &)
{
    if (open_now || !managed.empty()) return;
    for_each_alloc([](const alloc_t &a) {
        if (a.kind == MANAGED) managed.emplace_back(page_of(a.p), page_after(a.p + a.size));
    });
    if (!managed.empty()) this_worker();
    for (auto &m : managed) protect(m.first, m.second, PROT_NONE);
}

// What the host itself wrote since, and what host functions write, is no work of a kernel.
static void remember_seen(void)
{
    for (seen_t &s : seen) memcpy(s.bytes, s.p, s.size);
}

void open_watched(void)
{
    for (const watch_t &w : watches) protect(w.page, w.page_end, PROT_READ | PROT_WRITE);
    for (auto &m : managed) protect(m.first, m.second, PROT_READ | PROT_WRITE);
    managed.clear();
    remember_seen();
    open_now = true;
}

void close_watched(void)
{
    open_now = false;
    for (bool writers : {false, true})
        for (const watch_t &w : watches)
            if (w.writes == writers) close_one(w);
    for (unsigned i = 0; i < queue.count && managed.empty(); i++) {
        const operation_t &op = queue.ring[(queue.first + i) % queue_t::SIZE];
        if (op.type == LAUNCH) watch_launch(op);
    }
}

// The operation has been executed.
void unwatch(const operation_t &op, std::vector<finding_t> *found)
{
    for (size_t i = 0; i < watches.size();)
        if (watches[i].serial <= op.serial) watches.erase(watches.begin() + i);
        else i++;
    for (size_t i = 0; i < seen.size();) {
        const seen_t &s = seen[i];
        const bool changed = op.type == LAUNCH && op.serial <= s.serial && memcmp(s.p, s.bytes, s.size);
        if (changed) {
            const std::string kernel = kernel_name(op.launch.kernel);
            finding_t f = {};
            f.tool = "memcheck";
            f.kind = "pending-kernel";
            f.title = "Host reads managed memory that a kernel has not yet written";
            f.lines = {"at " + (s.where.file.empty() ? "?" : s.where.file + ":" + std::to_string(s.where.line)),
                       "kernel " + kernel + " launched at " + at(op.site),
                       "it means: the launch only starts the kernel; until a synchronisation the memory may hold old "
                       "data, new data or a mixture"};
            f.hint = "call cudaDeviceSynchronize() between the launch and this line";
            f.kernel = kernel;
            f.file = s.where.file;
            f.line = s.where.line;
            where_t launch = where(op.site);
            f.other_file = launch.file;
            f.other_line = launch.line;
            found->push_back(f);
        }
        if (changed || op.serial >= s.serial) seen.erase(seen.begin() + i);
        else i++;
    }
    remember_seen();
}

// ---- the host has faulted ------------------------------------------------------------------------------------------

bool pending_copy_at(const void *address, bool write, finding_t *f)
{
    const char *p = (const char *)address;
    std::lock_guard<std::mutex> l(queue.lock);
    for (const watch_t &w : watches) {
        if (p < w.begin || p >= w.end || !(w.writes || write)) continue;
        if (!f) return true;
        f->tool = "memcheck";
        f->kind = "pending-copy";
        f->title = w.writes ? std::string("Host ") + (write ? "writes" : "reads") +
                                  " memory that an asynchronous copy has not yet written"
                            : "Host writes memory that an asynchronous copy has not yet read";
        f->lines.push_back(std::string(w.what) + " called at " + at(w.site));
        f->lines.push_back(std::string("it means: the call only starts the copy; until a synchronisation it may ") +
                           (w.writes ? "have been done, in part or not at all" : "still read old data, or new data"));
        f->hint = "call cudaStreamSynchronize (or cudaDeviceSynchronize) between the copy and this line";
        where_t c = where(w.site);
        f->other_file = c.file;
        f->other_line = c.line;
        return true;
    }
    return false;
}

bool closed_by_queue(const void *p)
{
    if (!hooks) return false;
    const alloc_t *a = find_alloc(p);
    if (a && strcmp(a->function, "cudaHostRegister")) return a->kind != DEVICE;
    std::lock_guard<std::mutex> l(queue.lock);
    for (const watch_t &w : watches)
        if (page_of(p) >= w.page && page_of(p) < w.page_end) return true;
    return false;
}

bool flush_pending_for(const void *p)
{
    if (!closed_by_queue(p)) return false;
    const char *page = page_of(p);
    protect(page, page + page_size(), PROT_READ | PROT_WRITE);
    return true;
}

// How much the instruction reads at least, 4 or 8 bytes: a neighbour that a kernel changes is none of its business.
static size_t bytes_read(const unsigned char *pc)
{
#if defined(__x86_64__)
    bool wide = false;
    while (*pc == 0x66 || *pc == 0xf2 || *pc == 0xf3) wide = *pc++ == 0xf2;  // scalar double
    if ((*pc & 0xf0) == 0x40) wide = wide || *pc & 8;                        // REX.W
    return wide ? 8 : 4;
#elif defined(__aarch64__)
    return pc[3] >> 6 == 3 ? 8 : 4;
#else
    (void)pc;
    return 4;
#endif
}

void host_reads_managed(const void *address, const void *pc, const where_t &place)
{
    const alloc_t *a = find_alloc(address);
    if (!a || a->kind != MANAGED) return;
    const size_t size = std::min<size_t>(bytes_read((const unsigned char *)pc),
                                         page_size() - (size_t)address % page_size());
    std::lock_guard<std::mutex> l(queue.lock);
    if (queue.count == 0 || open_now || seen.size() >= MOST_SEEN) return;
    seen.push_back({queue.serial, (const char *)address, size, {}, place});
}
}  // namespace emu
