// [given] hooks.cpp: which checks are on, and what the runtime calls when something happens.
#include "check.h"
#include "counters.h"
#include "worker.h"
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <mutex>
#include <unistd.h>

namespace emu::check
{

void runtime_finding(const finding_t &f);

// What the checker knows belongs to one at a time: to a launch, or to a host thread that allocates, frees or copies.
// A kernel that allocates is part of its launch. Recursive: findings are made, and blocks run, while it is held.
static std::recursive_mutex turn OUTLIVES;
struct turn_t {
    const bool taken = !in_kernel();
    turn_t()
    {
        if (taken) turn.lock();
    }
    ~turn_t()
    {
        if (taken) turn.unlock();
    }
    turn_t(const turn_t &) = delete;
};

// Every hook works on the host's side: its memory comes from the host, and its own calls are not looked at.
#define HOOK                                                                                                           \
    host_side_t side;                                                                                                  \
    settle()

static void follow_stack(void)
{
    const void *low, *high;
    stack_range(&low, &high);
    hot.stack_low = reinterpret_cast<uintptr_t>(low);
    hot.stack_size = static_cast<const char *>(high) - static_cast<const char *>(low);
}

static void launch_begin(const launch_t *l)
{
    turn.lock();  // until launch_end
    HOOK;
    shadow_start();
    running_launch = l;
    hot.arguments_low = reinterpret_cast<uintptr_t>(l->closure);
    hot.arguments_size = malloc_usable_size(l->closure);
    race_launch_begin(l);
    if (counting) counters_launch_begin(l);
}

static void launch_end(const launch_t *l, cudaError_t e)
{
    HOOK;
    race_launch_end();
    running_launch = nullptr;
    hot.arguments_size = 0;
    if (counting) counters_launch_end(l, e);
    turn.unlock();
}

static void block_begin(const block_t *b)
{
    HOOK;
    running_block = b;
    shadow_block(b);
    race_block_begin(b);
    if (counting) counters_block_begin(b);
    side.active = counting && !counters_detail ? on_in_kernels & ~2 : on_in_kernels;
}

static void block_end(const block_t *b)
{
    HOOK;
    if (counting) counters_block_end(b);
    race_block_end(b);
    running_block = nullptr;
    side.active = 0;
}

static void block_resume(const block_t *b)
{
    HOOK;
    running_block = b;
    shadow_resume();
    race_block_resume(b);
    if (counting) counters_block_resume(b);
}

static void block_switch(const block_t *b)
{
    HOOK;
    running_block = b;
    shadow_resume();
    race_block_switch();
    follow_stack();
    if (counting) counters_block_resume(b);
}

static void thread_goes_on(unsigned thread)
{
    settle();
    follow_stack();
    hot.block_low = reinterpret_cast<uintptr_t>(running_block);
    race_thread(thread);
}

static void barrier(const block_t *b)
{
    HOOK;
    race_barrier(b);
    if (counting) counters_barrier(b);
}

static void warp_sync(unsigned warp, unsigned mask)
{
    HOOK;
    race_warp_sync(warp, mask);
    if (counting) counters_warp_sync(warp, mask);
}

static void atomic_hook(void *p, size_t bytes, site_t site)
{
    if (!on) return;
    const uintptr_t a = reinterpret_cast<uintptr_t>(p);
    const uint32_t pc = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(site));
    if (a - hot.stack_low < hot.stack_size) return;
    if (on & 2) count_access(a, bytes, WRITE | ATOMIC, pc);
    if (on & 1) slow_access(a, bytes, WRITE | ATOMIC, pc);
}

static void early_exit(const block_t *b, const wait_t *waiting, unsigned n) { sync_early_exit(b, waiting, n); }

static void deadlock(const block_t *b, const wait_t *waiting, unsigned n)
{
    HOOK;
    sync_deadlock(b, waiting, n);
}

static void alloc(const alloc_t *a)
{
    const turn_t my_turn;
    HOOK;
    shadow_alloc(a);
}

static void release(const alloc_t *a)
{
    const turn_t my_turn;
    HOOK;
    shadow_release(a);
}

static void copy(void *dst, const void *src, size_t bytes, const char *function, site_t site)
{
    const turn_t my_turn;
    HOOK;
    shadow_copy(dst, src, bytes, function, site);
    if (counting) counters_copy(dst, src, bytes, function, site);
}

static void set(void *dst, size_t bytes, const char *function, site_t site)
{
    const turn_t my_turn;
    HOOK;
    shadow_set(dst, bytes, function, site);
}

static unsigned chosen_tools(void)
{
    const char *s = getenv("EMU_TOOLS");
    if (!s) return getenv("EMU_COUNTERS") ? 0 : MEMCHECK | RACECHECK | INITCHECK | SYNCCHECK;
    unsigned t = 0;
    if (strstr(s, "memcheck")) t |= MEMCHECK;
    if (strstr(s, "racecheck")) t |= RACECHECK;
    if (strstr(s, "initcheck")) t |= INITCHECK;
    if (strstr(s, "synccheck")) t |= SYNCCHECK;
    return t;
}

static hooks_t table;

__attribute__((constructor(102))) static void install(void)
{
    tools = chosen_tools();
    counters_start();
    on_in_kernels = (tools ? 1 : 0) | (counting ? 2 : 0);
    table.finding = runtime_finding;
    table.alloc = alloc;
    table.release = release;
    table.copy = copy;
    table.set = set;
    table.api_error = api_error;
    table.error_seen = api_error_seen;
    table.launch_begin = launch_begin;
    table.launch_end = launch_end;
    table.block_begin = block_begin;
    table.block_end = block_end;
    table.block_resume = block_resume;
    table.block_switch = block_switch;
    table.thread_begin = thread_goes_on;
    table.thread_switch = thread_goes_on;
    table.barrier = barrier;
    table.warp_sync = warp_sync;
    table.early_exit = early_exit;
    table.deadlock = deadlock;
    table.warp_mismatch = sync_warp_mismatch;
    table.atomic = atomic_hook;
    table.fence = race_fence;
    hooks = &table;
    findings_start();
}
}  // namespace emu::check
