// [given] launch.cpp: from <<<grid, block>>> to blocks on a pool of OS threads.
#include "memory.h"
#include "worker.h"
#include "emu/blame.h"
#include <atomic>
#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>

namespace emu
{

hooks_t *hooks;

// ---- configurations ----------------------------------------------------------------------------------

struct config_t {
    dim3 grid, block;
    size_t shared;
    cudaStream_t stream;
    bool cooperative;
    site_t site;
};
static thread_local std::vector<config_t> configs;  // a stack: the arguments of a launch may launch

void __attribute__((noinline)) push(dim3 grid, dim3 block, size_t shared, cudaStream_t stream)
{
    configs.push_back({grid, block, shared, stream, false, EMU_SITE});
}

void push_from(site_t site, dim3 grid, dim3 block, size_t shared, cudaStream_t stream)
{
    configs.push_back({grid, block, shared, stream, false, site});
}

void __attribute__((noinline)) push_cooperative(dim3 grid, dim3 block, size_t shared, cudaStream_t stream)
{
    configs.push_back({grid, block, shared, stream, true, EMU_SITE});
}

static std::string dims(dim3 d)
{
    return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
}

constexpr unsigned MULTIPROCESSORS = 8, THREADS_PER_SM = 1536, BLOCKS_PER_SM = 16;

static cudaError_t validate(const kernel_t *k, const config_t &c, std::string *why)
{
    uint64_t threads = uint64_t(c.block.x) * c.block.y * c.block.z;
    uint64_t blocks = uint64_t(c.grid.x) * c.grid.y * c.grid.z;
    if (threads == 0 || blocks == 0) {
        *why = "grid " + dims(c.grid) + ", block " + dims(c.block) + ": a size is 0";
        return cudaErrorInvalidConfiguration;
    }
    if (threads > MAX_THREADS || c.block.x > 1024 || c.block.y > 1024 || c.block.z > 64) {
        *why = "block " + dims(c.block) + " has " + std::to_string(threads) +
               " threads; at most 1024 are allowed, 64 in z";
        return cudaErrorInvalidConfiguration;
    }
    if (c.grid.x > INT_MAX || c.grid.y > 65535 || c.grid.z > 65535) {
        *why = "grid " + dims(c.grid) + " is too large: at most 2147483647 blocks in x, 65535 in y and z";
        return cudaErrorInvalidConfiguration;
    }
    size_t most = max_dynamic_shared(reinterpret_cast<const void *>(k));
    if (c.shared > most) {
        *why = std::to_string(c.shared) + " bytes of dynamic shared memory; at most " + std::to_string(most) +
               " (more after cudaFuncSetAttribute)";
        return cudaErrorInvalidValue;
    }
    unsigned per_sm = std::min<unsigned>(BLOCKS_PER_SM, THREADS_PER_SM / ((threads + 31) / 32 * 32));
    if (c.cooperative && blocks > MULTIPROCESSORS * per_sm) {
        *why = std::to_string(blocks) + " blocks cannot be resident at once; at most " +
               std::to_string(MULTIPROCESSORS * per_sm);
        return cudaErrorCooperativeLaunchTooLarge;
    }
    return cudaSuccess;
}

void enqueue(kernel_t *kernel, void *closure, run_t run, void (*destroy)(void *))
{
    if (configs.empty())
        fatal({"runtime",
               "no-configuration",
               "Kernel " + kernel_name(kernel) + " was called like a function",
               {},
               "launch it: " + std::string(kernel->name) + "<<<blocks, threads>>>(...)",
               false});
    config_t c = configs.back();
    configs.pop_back();
    cudaError_t e;
    std::string why;
    if (!injected("cudaLaunchKernel", &e)) e = validate(kernel, c, &why);
    if (e != cudaSuccess) {
        if (hooks && !why.empty()) {
            finding_t f = {"memcheck", "bad-launch", "Invalid launch configuration of " + kernel_name(kernel),
                           {},         "",           false};
            f.lines = {"at " + at(c.site), why, "the kernel did not run"};
            f.hint = "check cudaGetLastError() after each launch";
            f.kernel = kernel_name(kernel);
            report(f);
        }
        destroy(closure);
        result(e, "cudaLaunchKernel", c.site);
        return;
    }
    kernel->launches++;
    enqueue_launch({kernel, closure, run, destroy, c.grid, c.block, c.shared, c.stream, current_device(), c.cooperative,
                    c.site, 0});
    result(cudaSuccess, "cudaLaunchKernel", c.site);
}

// ---- the pool ----------------------------------------------------------------------------------------------

static struct job_t {
    std::atomic<uint32_t> generation;  // also the futex that idle workers sleep on
    std::atomic<uint64_t> next, done;  // blocks
    std::atomic<int> inside;           // workers that may touch the launch
    std::atomic<bool> stop;
    uint64_t blocks, chunk;
    launch_t *launch;
    std::atomic<int> error;
} job;
static std::atomic<unsigned long> progress;
static int pool_size;  // workers besides the caller; they are never joined

static void futex(std::atomic<uint32_t> *a, int operation, uint32_t value)
{
    syscall(SYS_futex, reinterpret_cast<uint32_t *>(a), operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
}

static uint64_t permuted(uint64_t i, uint64_t n)
{  // blocks in another order: i -> a i + c mod n is one to one
    const options_t &o = options();
    if (o.order == 'r') return n - 1 - i;
    if (o.order != 's') return i;
    uint64_t a = (o.seed * 2654435761u + 1) % n | 1;
    for (;; a += 2) {
        uint64_t x = a, y = n;
        while (y) std::swap(x %= y, y);
        if (x == 1) break;
    }
    return static_cast<uint64_t>((static_cast<unsigned __int128>(a) * i + o.seed) % n);
}

static void take_blocks(worker_t *w)
{
    for (;;) {
        uint64_t first = job.next.fetch_add(job.chunk, std::memory_order_relaxed);
        if (first >= job.blocks) return;
        uint64_t last = std::min(first + job.chunk, job.blocks);
        for (uint64_t i = first; i < last && !job.stop.load(std::memory_order_relaxed); i++) {
            if (run_block(w, job.launch, permuted(i, job.blocks)) != NO_FAULT) {
                if (!job.stop.exchange(true)) job.error = fault_report(w);
            }
            progress.fetch_add(1, std::memory_order_relaxed);
        }
        job.done.fetch_add(last - first, std::memory_order_release);
    }
}

static void *pool_main(void *)
{
    worker_t *w = this_worker();
    open_device_for_thread();
    uint32_t seen = 0;
    for (;;) {
        uint32_t now = job.generation.load(std::memory_order_acquire);
        if (now == seen) {
            futex(&job.generation, FUTEX_WAIT, seen);
            continue;
        }
        seen = now;
        job.inside.fetch_add(1, std::memory_order_seq_cst);
        if (job.generation.load(std::memory_order_seq_cst) == seen) take_blocks(w);
        job.inside.fetch_sub(1, std::memory_order_release);
    }
}

static void start_pool(void)
{
    static bool started;
    if (started) return;
    started = true;
    pool_size = options().threads - 1;
    if (hooks || options().order != 'f') pool_size = 0;  // one block after another
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < pool_size; i++) {
        pthread_t t;
        if (pthread_create(&t, &a, pool_main, nullptr) != 0) pool_size = i;
    }
    pthread_attr_destroy(&a);
}

static double now_ns(void)
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

// ---- cooperative launches: an OS thread for each block -----------------------------------------------------------

static struct grid_t {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
    unsigned blocks, arrived, generation, ended;
    bool one_at_a_time;  // the checked image: blocks alternate at grid barriers
    bool running;        // somebody has the turn
} grid;

static void take_turn(void)
{  // with the lock held
    while (grid.one_at_a_time && grid.running) pthread_cond_wait(&grid.turn, &grid.lock);
    grid.running = true;
}

static void give_turn(void)
{
    grid.running = false;
    pthread_cond_broadcast(&grid.turn);
}

static void open_grid_if_complete(void)
{
    if (grid.arrived > 0 && grid.arrived + grid.ended == grid.blocks) {
        grid.arrived = 0;
        grid.generation++;
        pthread_cond_broadcast(&grid.turn);
    }
}

void grid_arrive(worker_t *w)
{
    pthread_mutex_lock(&grid.lock);
    unsigned generation = grid.generation;
    grid.arrived++;
    give_turn();
    open_grid_if_complete();
    while (grid.generation == generation && !job.stop) pthread_cond_wait(&grid.turn, &grid.lock);
    take_turn();
    pthread_mutex_unlock(&grid.lock);
    if (job.stop) abandon_block(w, FAULT_DEADLOCK);
    if (hooks && hooks->block_resume) hooks->block_resume(&w->block);
}

void grid_yield(worker_t *w)
{
    if (!grid.one_at_a_time) return;
    pthread_mutex_lock(&grid.lock);
    give_turn();
    pthread_mutex_unlock(&grid.lock);
    usleep(20);  // or the same thread takes it again
    pthread_mutex_lock(&grid.lock);
    take_turn();
    pthread_mutex_unlock(&grid.lock);
    if (job.stop) abandon_block(w, FAULT_DEADLOCK);
    if (hooks && hooks->block_switch) hooks->block_switch(&w->block);
}

static void run_cooperative_block(worker_t *w, uint64_t i)
{
    pthread_mutex_lock(&grid.lock);
    take_turn();
    pthread_mutex_unlock(&grid.lock);
    if (run_block(w, job.launch, i) != NO_FAULT && !job.stop.exchange(true)) job.error = fault_report(w);
    progress++;
    pthread_mutex_lock(&grid.lock);
    grid.ended++;
    give_turn();
    open_grid_if_complete();
    pthread_mutex_unlock(&grid.lock);
}

static void *cooperative_main(void *number)
{
    worker_t *w = this_worker();
    open_device();
    run_cooperative_block(w, reinterpret_cast<uintptr_t>(number));
    close_device();
    retire_worker();
    return nullptr;
}

static void run_cooperative(worker_t *w)
{
    grid.blocks = job.blocks;
    grid.arrived = grid.ended = 0;
    grid.one_at_a_time = hooks != nullptr;
    grid.running = false;
    std::vector<pthread_t> threads(job.blocks);
    for (uint64_t i = 1; i < job.blocks; i++)
        if (pthread_create(&threads[i], nullptr, cooperative_main, reinterpret_cast<void *>(i)) != 0)
            fatal({"runtime",
                   "no-memory",
                   "A cooperative launch needs an OS thread for each block, and there are no more",
                   {std::to_string(job.blocks) + " blocks"},
                   "launch fewer blocks",
                   false});
    run_cooperative_block(w, 0);
    for (uint64_t i = 1; i < job.blocks; i++) pthread_join(threads[i], nullptr);
}

// ---- a launch ----------------------------------------------------------------------------------------------

static std::atomic<unsigned long> executed;

void count_launch(void) { executed++; }

cudaError_t execute(launch_t &l)
{
    static uint32_t id;
    l.id = ++id;
    count_launch();
    start_pool();
    worker_t *w = this_worker();
    job.launch = &l;
    job.blocks = uint64_t(l.grid.x) * l.grid.y * l.grid.z;
    job.stop = false;
    job.error = 0;
    job.done = 0;
    open_device();
    if (hooks && hooks->launch_begin) hooks->launch_begin(&l);
    watchdog_begin(&progress);
    double begin = now_ns();
    if (l.cooperative) {
        run_cooperative(w);
    } else {
        // Waking the others takes some microseconds: not for a launch that is over by then.
        bool share = pool_size > 0 && job.blocks > 1 && l.kernel->block_cost * job.blocks > 15000;
        job.chunk = share ? std::max<uint64_t>(1, std::min<uint64_t>(256, job.blocks / (8 * (pool_size + 1))))
                          : job.blocks;
        if (l.kernel->block_cost == 0) job.chunk = 1;  // measure first
        job.next.store(0, std::memory_order_seq_cst);
        job.generation.fetch_add(1, std::memory_order_seq_cst);
        if (share) futex(&job.generation, FUTEX_WAKE, INT_MAX);
        take_blocks(w);
        while (job.done.load(std::memory_order_acquire) < job.blocks && !job.stop) sched_yield();
        // Workers that are awake may still be looking: a new generation keeps late ones out.
        job.next.store(UINT64_MAX / 2, std::memory_order_seq_cst);
        while (job.inside.load(std::memory_order_acquire) > 0) sched_yield();
        unsigned workers = share ? pool_size + 1 : 1;
        l.kernel->block_cost = float((now_ns() - begin) * workers / job.blocks) + 1;
    }
    watchdog_end();
    if (hooks && hooks->launch_end) hooks->launch_end(&l, cudaError_t(job.error.load()));
    close_device();
    return cudaError_t(job.error.load());
}
}  // namespace emu

extern "C" unsigned long emu_launches(void) { return emu::executed; }
