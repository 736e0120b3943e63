// [given] protect.cpp: the host may not touch device memory: it is closed while host code runs.
//
// Protection keys close it for one OS thread in some nanoseconds, where the processor has them. Otherwise the pages
// lose their rights for all threads, which takes longer the more memory is in use: in the fast image only as long as
// that costs little, so that a long run is not slowed down.
#include "memory.h"
#include <atomic>
#include <ctime>
#include <mutex>
#include <sys/mman.h>

namespace emu
{

constexpr size_t HUGE_PAGE = (size_t)2 << 20;
constexpr int64_t FREE_BUDGET = 50000000;  // [ns] spent on closing before its share of the run time counts
constexpr double SHARE = 0.03;

static int key = -1;                // protection key; -1: there are none
static thread_local int depth;      // of open_device, with a key
static thread_local bool for_good;  // a worker thread
static std::mutex lock;
static int opened;                 // calls of open_device without a close_device, all threads, without a key
static std::atomic<bool> stopped;  // nothing is closed any more
static int64_t started, spent;     // [ns]
static char *used[2 * 64];         // end of the used part of each region
static int regions;
static size_t half;

static int64_t now(void)
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

#if defined(__x86_64__) || defined(__aarch64__)
static int make_key(void) { return pkey_alloc(0, PKEY_DISABLE_ACCESS); }
static void set_rights(bool open) { pkey_set(key, open ? 0 : PKEY_DISABLE_ACCESS); }
static bool give_key(char *p, size_t n) { return !pkey_mprotect(p, n, PROT_READ | PROT_WRITE, key); }
#else
static int make_key(void) { return -1; }
static void set_rights(bool) {}
static bool give_key(char *, size_t) { return false; }
#endif

void protect_start(void)
{
    regions = 2 * options().devices;
    half = arena_size / (size_t)regions;
    for (int i = 0; i < regions; i++) used[i] = arena + (size_t)i * half;
    started = now();
    key = make_key();
}

// Called with the device open.
bool make_usable(char *p, size_t bytes, bool never_closed)
{
    std::lock_guard<std::mutex> guard(lock);
    char *&end = used[(size_t)(p - arena) / half];
    if (p + bytes <= end) return true;
    char *const wanted = (char *)(((size_t)(p + bytes) + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
    const size_t more = (size_t)(wanted - end);
    if (key >= 0 && !never_closed ? !give_key(end, more) : mprotect(end, more, PROT_READ | PROT_WRITE) != 0)
        return false;
    end = wanted;
    return true;
}

static void set_pages(int rights)
{
    const int64_t begin = now();
    for (int i = 0; i < regions; i += 2) {  // the odd ones hold managed memory
        char *const p = arena + (size_t)i * half;
        if (used[i] > p) mprotect(p, (size_t)(used[i] - p), rights);
    }
    const int64_t end = now();
    spent += end - begin;
    if (hooks || spent < FREE_BUDGET || (double)spent < SHARE * (double)(end - started)) return;
    if (rights == PROT_NONE) set_pages(PROT_READ | PROT_WRITE);
    stopped.store(true, std::memory_order_release);
}

void open_device(void)
{
    start_memory();
    if (key >= 0) {
        depth++;
        set_rights(true);  // always: in a signal handler the rights are the system's
        return;
    }
    if (stopped.load(std::memory_order_acquire)) return;
    std::lock_guard<std::mutex> guard(lock);
    if (!opened++ && !stopped) set_pages(PROT_READ | PROT_WRITE);
}

void close_device(void)
{
    if (key >= 0) {
        if (!--depth && !for_good) set_rights(false);
        return;
    }
    if (stopped.load(std::memory_order_acquire)) return;
    std::lock_guard<std::mutex> guard(lock);
    if (!--opened && !stopped) set_pages(PROT_NONE);
}

void restore_device(void)
{
    if (key >= 0 && (depth > 0 || for_good)) set_rights(true);
}

void open_device_for_thread(void)
{
    for_good = true;
    if (key >= 0) set_rights(true);
}
}  // namespace emu
