// [given] block.cpp: one block on one OS thread: emulated threads on fibers, barriers, deadlocks.
//
// One fiber loops over the threads of the block. Only when a thread has to wait does another fiber go on with the loop;
// so a kernel without barriers costs no switch. Waiting threads are woken in the order in which they came.
#include "worker.h"
#include <algorithm>
#include <cstring>
#include <mutex>
#include <sched.h>
#include <sys/mman.h>

__thread uint3 threadIdx, blockIdx;
__thread dim3 blockDim, gridDim;

namespace emu
{

__thread worker_t *worker;

bool in_kernel(void) { return worker && worker->in_kernel; }
const launch_t *current_launch(void) { return in_kernel() ? worker->launch : nullptr; }
block_t *current_block(void) { return in_kernel() ? &worker->block : nullptr; }
void *dynamic_shared(void) { return worker ? worker->shared : nullptr; }

uint3 thread_of(const block_t *b, unsigned i)
{
    return uint3{i % b->dim.x, i / b->dim.x % b->dim.y, i / (b->dim.x * b->dim.y)};
}

void stack_range(const void **low, const void **high)
{
    *low = worker && worker->running ? worker->running->low : nullptr;
    *high = worker && worker->running ? worker->running->low + FIBER_STACK : nullptr;
}

// ---- fibers ------------------------------------------------------------------------------------------

static void save_jumper(transfer_t t) { *static_cast<context_t *>(t.data) = t.from; }

static context_t pick(worker_t *w, const lane_t *me);

static void fiber_main(transfer_t t)
{
    save_jumper(t);
    for (;;) {
        worker_t *w = worker;
        w->launch->run(w->launch->closure, &w->block);
        fiber_t *self = w->running;
        w->free_fibers.push_back(self);
        // Comes back when threads of some later block are to be started on this stack.
        context_t next = w->block.ended < w->block.count ? pick(w, nullptr) : w->base;
        save_jumper(switch_to(next, &self->context));
    }
}

static void prepare(fiber_t *f, unsigned i)
{  // tops staggered, or all would fall into the same cache sets
    f->context = make_context(f->low + FIBER_STACK - i % 16 * 272, fiber_main);
}

// The kernel allows about 65,000 mappings, and a guard splits one in two: a cooperative launch of 100 blocks has more
// stacks than that. Beyond this number they go without.
static std::atomic<unsigned> guards;
constexpr unsigned MOST_GUARDS = 16000;

static void more_fibers(worker_t *w)
{
    constexpr size_t STEP = FIBER_STACK + GUARD, MANY_STACKS = 32;
    char *p = static_cast<char *>(
        mmap(nullptr, MANY_STACKS * STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (p == MAP_FAILED)
        fatal({"runtime",
               "no-memory",
               "There is no memory for the stacks of the emulated threads",
               {"block of " + std::to_string(w->block.count) + " threads, 192 KiB of address space each"},
               "raise the limit of the process (ulimit -v), or set EMU_THREADS=1",
               false});
    for (size_t i = 0; i < MANY_STACKS; i++, p += STEP) {
        if (guards.fetch_add(1, std::memory_order_relaxed) < MOST_GUARDS) mprotect(p, GUARD, PROT_NONE);
        fiber_t *f = new fiber_t{p + GUARD, nullptr};
        prepare(f, w->fibers.size());
        w->fibers.push_back(f);
        w->free_fibers.push_back(f);
    }
}

static fiber_t *take_fiber(worker_t *w)
{
    if (w->free_fibers.empty()) more_fibers(w);
    fiber_t *f = w->free_fibers.back();
    w->free_fibers.pop_back();
    w->running = f;
    return f;
}

static void reset_fibers(worker_t *w)
{  // after a block was left in its middle
    w->free_fibers = w->fibers;
    for (unsigned i = 0; i < w->fibers.size(); i++) prepare(w->fibers[i], i);
}

// ---- who runs next -----------------------------------------------------------------------------------

void release(worker_t *w, lane_t *lane)
{
    lane->state = RUNNING;
    append(&w->runnable, lane);
}

bool thread_done(const worker_t *w, unsigned i)
{
    const block_t &b = w->block;
    if (w->lanes[i].state == DONE) return true;
    return w->lanes[i].state == IDLE && !b.order && i < b.started && i != b.current;
}

[[noreturn]] static void deadlock(worker_t *w)
{
    w->in_kernel = false;  // the message is made of the host's memory
    std::vector<wait_t> waiting;
    for (unsigned i = 0; i < w->block.count; i++)
        if (w->lanes[i].state == AT_BARRIER || w->lanes[i].state == AT_WARP)
            waiting.push_back(
                {i, w->lanes[i].what, w->lanes[i].site, w->lanes[i].state == AT_WARP ? w->lanes[i].mask : 0});
    if (hooks && hooks->deadlock) {
        hooks->deadlock(&w->block, waiting.data(), waiting.size());
    } else {
        finding_t f = {"synccheck", "deadlock", "Deadlock: no thread of the block can go on", {}, "", false};
        std::vector<std::string> lines;
        for (size_t i = 0; i < waiting.size(); i++) {
            std::string place = std::string(waiting[i].what) + " at " + at(waiting[i].site);
            size_t same = 1;
            while (i + 1 < waiting.size() && waiting[i + 1].site == waiting[i].site) i++, same++;
            if (lines.size() < 6) lines.push_back(std::to_string(same) + " thread(s) wait in " + place);
        }
        f.kernel = kernel_name(w->launch->kernel);
        f.lines.push_back("in kernel " + f.kernel + ", block (" + std::to_string(w->block.index.x) + "," +
                          std::to_string(w->block.index.y) + "," + std::to_string(w->block.index.z) + ")");
        f.lines.insert(f.lines.end(), lines.begin(), lines.end());
        f.hint =
            "every thread of the block (or of the mask) has to reach the same barrier; is it inside an if or a loop?";
        report(f);
    }
    abandon_block(w, FAULT_DEADLOCK);
}

// The context to jump to when the running thread cannot go on; null if it is `me` that can. worker->running etc. are set.
__attribute__((always_inline)) static inline context_t pick(worker_t *w, const lane_t *me)
{
    for (;;) {
        if (w->block.started < w->block.count) return take_fiber(w)->context;
        if (lane_t *lane = w->runnable.head) {
            if ((w->runnable.head = lane->next)) {  // its stack has left the nearest cache since it ran
                __builtin_prefetch(lane->next->context);
                __builtin_prefetch(static_cast<char *>(lane->next->context) + 64);
            }
            w->running = lane->fiber;
            w->block.current = lane - w->lanes;
            threadIdx = uint3{lane->x, lane->y, lane->z};
            return lane == me ? nullptr : lane->context;
        }
        if (w->soft == 0 || !resolve_activemask(w)) deadlock(w);
    }
}

// Inlined where it matters: a return that follows a switch is mispredicted, so there should be one, not three.
__attribute__((always_inline)) static inline lane_t *wait_inline(state_t state, const char *what, site_t site)
{
    worker_t *w = worker;
    lane_t *me = &w->lanes[w->block.current];
    me->state = state;
    me->what = what;
    me->site = site;
    me->fiber = w->running;
    me->x = threadIdx.x, me->y = threadIdx.y, me->z = threadIdx.z;
    w->spins = 0;
    if (state != RUNNING) w->idle_yields = 0;
    context_t next = pick(w, me);
    if (next) save_jumper(switch_to(next, &me->context));
    if (hooks && hooks->thread_switch) hooks->thread_switch(me - w->lanes);
    return me;
}

lane_t *wait_here(state_t state, const char *what, site_t site) { return wait_inline(state, what, site); }

void abandon_block(worker_t *w, fault_kind_t kind)
{
    w->fault.kind = kind;
    siglongjmp(w->leave, 1);
}

// ---- threads -----------------------------------------------------------------------------------------

void thread_begin(block_t *b, uint3 *thread)
{
    worker_t *w = worker;
    unsigned i = b->started++;
    if (b->order) {
        i = b->order[i];
        *thread = thread_of(b, i);
    } else {
        *thread = b->next;
        if (++b->next.x == b->dim.x) {
            b->next.x = 0;
            if (++b->next.y == b->dim.y) b->next.y = 0, b->next.z++;
        }
    }
    b->current = i;
    threadIdx = *thread;
    w->lanes[i].state = RUNNING;
    if (hooks && hooks->thread_begin) hooks->thread_begin(i);
}

static void open_barrier(worker_t *w);

void thread_end(block_t *b)
{
    worker_t *w = worker;
    unsigned i = b->current;
    w->lanes[i].state = DONE;
    w->idle_yields = 0;
    b->ended++;
    if (w->at_barrier && w->at_barrier + b->ended == b->count) open_barrier(w);
    unsigned warp = i / 32;
    if (w->warp_waiting[warp]) warp_try(w, warp, 1u << i % 32);
}

// ---- the block-wide barrier ----------------------------------------------------------------------------

static void shuffle_list(worker_t *w, list_t *l)
{  // another order than that in which they came
    std::vector<lane_t *> lanes;
    for (lane_t *p = l->head; p; p = p->next) lanes.push_back(p);
    std::sort(lanes.begin(), lanes.end());
    l->head = l->tail = nullptr;
    std::vector<unsigned> rank(w->block.count);
    for (unsigned i = 0; i < w->block.count; i++) rank[w->order[i]] = i;
    std::sort(lanes.begin(), lanes.end(),
              [&](lane_t *a, lane_t *b) { return rank[a - w->lanes] < rank[b - w->lanes]; });
    for (lane_t *p : lanes) append(l, p);
}

static void open_barrier(worker_t *w)
{
    if (hooks && hooks->early_exit && w->block.ended > 0) {
        std::vector<wait_t> waiting;
        for (lane_t *p = w->barrier.head; p; p = p->next)
            waiting.push_back({unsigned(p - w->lanes), p->what, p->site, 0});
        hooks->early_exit(&w->block, waiting.data(), waiting.size());
    }
    if (w->grid_barrier) {
        w->grid_barrier = false;
        grid_arrive(w);
    }
    w->barrier_result[0] = w->count;
    w->barrier_result[1] = w->all;
    w->barrier_result[2] = w->any;
    w->count = w->any = 0;
    w->all = 1;
    w->at_barrier = 0;
    if (w->block.order) {
        w->in_kernel = false;  // its vectors are the host's memory
        shuffle_list(w, &w->barrier);
        w->in_kernel = true;
    }
    if (w->barrier.head) {
        for (lane_t *p = w->barrier.head; p; p = p->next) p->state = RUNNING;
        (w->runnable.head ? w->runnable.tail->next : w->runnable.head) = w->barrier.head;
        w->runnable.tail = w->barrier.tail;
    }
    w->barrier.head = w->barrier.tail = nullptr;
    if (hooks && hooks->barrier) hooks->barrier(&w->block);
}

__attribute__((always_inline)) static inline void barrier(const char *what, site_t site)
{
    worker_t *w = worker;
    if (!w || !w->in_kernel) return;  // on the host: nothing to wait for
    lane_t *me = &w->lanes[w->block.current];
    something_happens(w);
    w->at_barrier++;
    if (w->at_barrier + w->block.ended == w->block.count) {
        me->what = what, me->site = site;
        open_barrier(w);
        return;
    }
    append(&w->barrier, me);
    wait_inline(AT_BARRIER, what, site);
}

static void predicate(int p)
{
    if (!in_kernel()) return;
    worker->count += p != 0;
    worker->all &= p != 0;
    worker->any |= p != 0;
}

void grid_sync(void)
{
    if (!in_kernel()) return;
    if (!worker->launch->cooperative) {
        worker->in_kernel = false;  // the message is made of the host's memory
        finding_t f = {"synccheck", "grid-sync", "Grid-wide synchronisation in a kernel that was launched with <<<>>>",
                       {},          "",          false};
        f.lines = {"at " + at(EMU_SITE) + " in kernel " + kernel_name(worker->launch->kernel)};
        f.hint = "launch the kernel with cudaLaunchCooperativeKernel";
        report(f);
        abandon_block(worker, FAULT_TRAP);
    }
    worker->grid_barrier = true;
    barrier("grid.sync", EMU_SITE);
}

// ---- loops that wait -----------------------------------------------------------------------------------

static void yield(site_t site)
{
    worker_t *w = worker;
    w->spins = 0;
    w->last_atomic = nullptr;
    something_happens(w);
    if (++w->idle_yields > 4 * w->block.count + 64 && w->soft) resolve_activemask(w);
    if (w->idle_yields % 64 == 63) sched_yield();
    if (w->launch->cooperative && w->idle_yields % 64 == 63) grid_yield(w);
    if (w->block.started == w->block.count && !w->runnable.head) {
        sched_yield();  // nobody else in this block can run: perhaps another block is awaited
        if (w->launch->cooperative) grid_yield(w);
        return;
    }
    append(&w->runnable, &w->lanes[w->block.current]);
    wait_here(RUNNING, "a loop that waits", site);
}

void spin(void)
{
    if (in_kernel()) yield(EMU_SITE);
}

void atomic_access(void *p, size_t bytes)
{
    worker_t *w = worker;
    if (!w || !w->in_kernel) return;
    if (hooks && hooks->atomic) hooks->atomic(p, bytes, EMU_SITE);
    if (p != w->last_atomic) {
        w->last_atomic = p;
        w->spins = 0;
    } else if (++w->spins > 500) {  // always the same word: a lock that another thread holds?
        yield(EMU_SITE);
    }
}

// ---- a block -------------------------------------------------------------------------------------------

static uint64_t mix(uint64_t x)
{  // SplitMix64
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static const unsigned *thread_order(worker_t *w, uint64_t block_number)
{
    const options_t &o = options();
    unsigned n = w->block.count;
    if (o.order == 'f') return nullptr;
    for (unsigned i = 0; i < n; i++) w->order[i] = o.order == 'r' ? n - 1 - i : i;
    uint64_t s = mix(o.seed) ^ mix(w->launch->id) ^ block_number;
    for (unsigned i = n; o.order == 's' && i > 1; i--) std::swap(w->order[i - 1], w->order[mix(s + i) % i]);
    return w->order;
}

// Runs block `number` of the launch to its end. Fault: what ended it early.
fault_kind_t run_block(worker_t *w, launch_t *l, uint64_t number)
{
    block_t &b = w->block;
    w->launch = l;
    if (b.eventful) memset(static_cast<void *>(w->lanes), 0, sizeof(lane_t) * b.count);
    b.dim = l->block;
    b.grid = l->grid;
    b.index = uint3{unsigned(number % l->grid.x), unsigned(number / l->grid.x % l->grid.y),
                    unsigned(number / (uint64_t(l->grid.x) * l->grid.y))};
    b.next = uint3{0, 0, 0};
    b.started = b.ended = b.current = 0;
    b.count = l->block.x * l->block.y * l->block.z;
    b.order = thread_order(w, number);
    b.eventful = b.order != nullptr || hooks;
    blockIdx = b.index;
    blockDim = b.dim;
    gridDim = b.grid;
    w->shared = w->shared_low + MAX_SHARED - (l->shared + 15) / 16 * 16;
    w->runnable = w->barrier = list_t{nullptr, nullptr};
    w->at_barrier = w->soft = w->idle_yields = w->spins = 0;
    w->count = w->any = 0;
    w->all = 1;
    w->grid_barrier = false;
    w->last_atomic = nullptr;
    memset(w->warp_waiting, 0, sizeof w->warp_waiting);
    w->fault.kind = NO_FAULT;
    if (hooks && hooks->block_begin) hooks->block_begin(&b);
    w->in_kernel = true;
    if (sigsetjmp(w->leave, 0) == 0) save_jumper(switch_to(take_fiber(w)->context, &w->base));
    w->in_kernel = false;
    w->running = nullptr;
    if (w->fault.kind != NO_FAULT) {
        reset_fibers(w);
        memset(static_cast<void *>(w->lanes), 0, sizeof w->lanes);
    }
    if (hooks && hooks->block_end) hooks->block_end(&b);
    return w->fault.kind;
}

static std::mutex spare_lock;
static std::vector<worker_t *> &spare = *new std::vector<worker_t *>;  // never destroyed: threads may outlive main

void retire_worker(void)
{
    std::lock_guard<std::mutex> guard(spare_lock);
    spare.push_back(worker);
    worker = nullptr;
    fault_leave_thread();
}

worker_t *this_worker(void)
{
    if (worker) return worker;
    {
        std::lock_guard<std::mutex> guard(spare_lock);
        if (!spare.empty()) {
            worker = spare.back();
            spare.pop_back();
        }
    }
    if (worker) {
        worker->os_thread = pthread_self();
        fault_prepare_thread();
        return worker;
    }
    worker = new worker_t();
    worker->os_thread = pthread_self();
    size_t bytes =
        MAX_SHARED +
        GUARD;  // a kernel that writes past the end of its dynamic shared memory meets a page that is not there
    char *p = static_cast<char *>(
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (p == MAP_FAILED)
        fatal({"runtime",
               "no-memory",
               "There is no memory for the emulator's shared memory",
               {},
               "raise the limit of the process (ulimit -v)",
               false});
    mprotect(p + MAX_SHARED, GUARD, PROT_NONE);
    worker->shared_low = p;
    fault_prepare_thread();
    return worker;
}
}  // namespace emu

// ---- what kernels call -----------------------------------------------------------------------------------

void __syncthreads(void) { emu::barrier("__syncthreads", EMU_SITE); }

int __syncthreads_count(int p)
{
    emu::predicate(p);
    emu::barrier("__syncthreads_count", EMU_SITE);
    return emu::worker ? emu::worker->barrier_result[0] : p != 0;
}

int __syncthreads_and(int p)
{
    emu::predicate(p);
    emu::barrier("__syncthreads_and", EMU_SITE);
    return emu::worker ? emu::worker->barrier_result[1] : p != 0;
}

int __syncthreads_or(int p)
{
    emu::predicate(p);
    emu::barrier("__syncthreads_or", EMU_SITE);
    return emu::worker ? emu::worker->barrier_result[2] : p != 0;
}

static void fence(void)
{
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (emu::hooks && emu::hooks->fence && emu::in_kernel()) emu::hooks->fence();
}
void __threadfence(void) { fence(); }
void __threadfence_block(void) { fence(); }
void __threadfence_system(void) { fence(); }
