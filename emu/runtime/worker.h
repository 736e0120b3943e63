// [given] worker.h: an OS thread that runs blocks; shared by engine.cpp, warp.cpp and fault.cpp.
#pragma once
#include "context.h"
#include "engine.h"
#include <atomic>
#include <csetjmp>
#include <pthread.h>

namespace emu
{

constexpr unsigned MAX_THREADS = 1024;                         // of a block
constexpr size_t FIBER_STACK = 128 * 1024, GUARD = 64 * 1024;  // GUARD: at least a page, on any machine
constexpr size_t MAX_SHARED = 256 * 1024;

enum state_t { IDLE, RUNNING, AT_BARRIER, AT_WARP, AT_ACTIVEMASK, DONE };

struct alignas(64) lane_t {  // an emulated thread, once it has had to wait: one cache line
    context_t context;       // where it goes on
    struct fiber_t *fiber;
    lane_t *next;      // in the list of those that can go on, or of those at the barrier
    const char *what;  // what it waits in, and where
    site_t site;
    unsigned long long value;  // of a warp function: deposited, then the result
    unsigned mask;
    uint8_t kind, from;      // of a warp function; the lane that a shuffle reads
    uint8_t state;           // state_t
    unsigned short x, y, z;  // threadIdx
};

struct fiber_t {        // a stack on which emulated threads run
    char *low;          // above the guard page
    context_t context;  // while it is free
};

struct list_t {
    lane_t *head, *tail;
};

enum fault_kind_t {
    NO_FAULT,
    FAULT_MEMORY,
    FAULT_STACK,
    FAULT_ALIGN,
    FAULT_DIVIDE,
    FAULT_ASSERT,
    FAULT_TRAP,
    FAULT_TIMEOUT,
    FAULT_DEADLOCK,
    FAULT_INSTRUCTION
};

struct fault_t {
    fault_kind_t kind;
    const void *address, *pc;
    bool write;
    const char *text, *file;  // of a failed assert
    unsigned line;
};

struct worker_t {
    block_t block;
    launch_t *launch;
    bool in_kernel;
    lane_t lanes[MAX_THREADS];
    list_t runnable, barrier;
    unsigned at_barrier, soft;  // threads at the barrier; at __activemask
    unsigned idle_yields;       // yields since anything else happened
    int count, all, any;        // of __syncthreads_count, _and, _or
    int barrier_result[3];
    bool grid_barrier;  // somebody came to the barrier by grid_sync
    unsigned warp_waiting[MAX_THREADS / 32];
    context_t base;  // the worker's own stack
    fiber_t *running;
    std::vector<fiber_t *> fibers, free_fibers;
    unsigned order[MAX_THREADS];
    char *shared_low, *shared;  // dynamic shared memory: mapping, and its begin for this launch
    const void *last_atomic;
    unsigned spins;
    sigjmp_buf leave;  // of run_block: kernels that crash end up there
    fault_t fault;
    pthread_t os_thread;
    std::atomic<bool> abandon;  // the watchdog wants this block to end
};

extern __thread worker_t *worker;  // of this OS thread; null until it runs its first kernel
worker_t *this_worker(void);
void retire_worker(void);  // this OS thread ends: another one can have its worker and its stacks

// block.cpp
fault_kind_t run_block(worker_t *w, launch_t *l, uint64_t number);
inline void append(list_t *l, lane_t *lane)
{
    lane->next = nullptr;
    (l->head ? l->tail->next : l->head) = lane;
    l->tail = lane;
}
inline void something_happens(worker_t *w)
{  // from now on the counts are kept up to date
    block_t &b = w->block;
    if (b.eventful) return;
    b.eventful = 1;
    b.ended = b.current;
    b.started = b.current + 1;
    b.next = thread_of(&b, b.started);
}
lane_t *wait_here(state_t state, const char *what, site_t site);  // the running thread waits; returns when it goes on
bool thread_done(const worker_t *w, unsigned i);
void release(worker_t *w, lane_t *lane);                          // it may go on
[[noreturn]] void abandon_block(worker_t *w, fault_kind_t kind);  // leaves run_block with this fault

// launch.cpp
void grid_yield(worker_t *w);   // lets the other blocks run: this one waits in a loop
void grid_arrive(worker_t *w);  // waits for the other blocks of a cooperative launch

// warp.cpp
void warp_try(worker_t *w, unsigned warp, unsigned mask_of_interest);
bool resolve_activemask(worker_t *w);

// fault.cpp
void push_from(site_t site, dim3 grid, dim3 block, size_t shared, cudaStream_t stream);  // push, at another place
void fault_leave_thread(void);
void fault_prepare_thread(void);        // alternate stack and handlers
cudaError_t fault_report(worker_t *w);  // prints what happened to the block; the sticky error
void watchdog_begin(std::atomic<unsigned long> *progress);
void watchdog_end(void);
void for_each_worker(void (*f)(worker_t *));
}  // namespace emu
