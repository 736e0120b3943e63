// [given] pending.cpp: in the checked image, notices a host that touches memory before the work that fills it was waited for.
//
// Pages that a pending copy will write are closed to the host, those that it will read are read-only, until the copy
// has been executed. A fault there is a missing synchronisation.
#include "stream.h"
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
    const char *page, *page_end;  // what is closed because of it; empty: opened after a fault
    bool writes;                  // the operation writes there: the host may not even read
};
static std::vector<watch_t> watches;
static bool open_now;  // while the queue is executed

static void protect(const watch_t &w, int how)
{
    if (w.page < w.page_end) mprotect((void *)w.page, w.page_end - w.page, how);
}

static void close_one(const watch_t &w) { protect(w, w.writes ? PROT_NONE : PROT_READ); }

// Only pages that hold nothing else: those of page-aligned blocks, and of others the ones in the middle.
static void watch(const operation_t &op, const void *p, size_t bytes, bool writes)
{
    const size_t page = sysconf(_SC_PAGESIZE);
    const alloc_t *a = on_device(p) ? nullptr : find_alloc(p);
    if (!a || a->kind != PINNED) return;
    watch_t w = {op.serial, op.what, op.site, (const char *)p, (const char *)p + bytes, nullptr, nullptr, writes};
    const size_t low = (size_t)w.begin, high = (size_t)w.end;
    if ((size_t)a->p % page == 0) {
        w.page = (const char *)(low / page * page);
        w.page_end = (const char *)((high + page - 1) / page * page);
        const char *block_end = (const char *)(((size_t)a->p + a->size) / page * page);
        if (strcmp(a->function, "cudaHostRegister") == 0 && w.page_end > block_end) w.page_end = block_end;
    } else {
        w.page = (const char *)((low + page - 1) / page * page);
        w.page_end = (const char *)(high / page * page);
    }
    if (w.page >= w.page_end) return;
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

void watch_launch(const operation_t &) {}

void open_watched(void)
{
    for (const watch_t &w : watches) protect(w, PROT_READ | PROT_WRITE);
    open_now = true;
}

void close_watched(void)
{
    open_now = false;
    for (bool writers : {false, true})
        for (const watch_t &w : watches)
            if (w.writes == writers) close_one(w);
}

void unwatch(uint64_t serial)
{
    for (size_t i = 0; i < watches.size();)
        if (watches[i].serial <= serial) watches.erase(watches.begin() + i);
        else i++;
}

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
        f->lines.push_back(w.writes
                               ? "it means: the copy only starts there; until a synchronisation the memory may hold "
                                 "old data, new data or a mixture"
                               : "it means: the copy only starts there; until a synchronisation it may take the old "
                                 "data, the new data or a mixture");
        f->hint = "call cudaStreamSynchronize (or cudaDeviceSynchronize) between the copy and this line";
        where_t c = where(w.site);
        f->other_file = c.file;
        f->other_line = c.line;
        return true;
    }
    return false;
}

bool flush_pending_for(const void *address)
{
    const size_t page = sysconf(_SC_PAGESIZE);
    const char *p = (const char *)((size_t)address / page * page);
    bool found = false;
    std::lock_guard<std::mutex> l(queue.lock);
    for (watch_t &w : watches)
        if (p >= w.page && p < w.page_end) found = true;
    if (found) mprotect((void *)p, page, PROT_READ | PROT_WRITE);
    return found;
}
}  // namespace emu
