// [given] engine.h: what the parts of the emulator's runtime are to each other. Not for programs: they see include/ only.
//
//   engine.cpp   launches: blocks on a pool of OS threads, emulated threads on fibers, barriers, deadlocks
//   warp.cpp     warp-wide functions (shuffles, votes, syncwarp, activemask)
//   fault.cpp    crashes, stack overflows, watchdog
//   symbols.cpp  program counter -> function, file, line; names of shared variables
//   memory.cpp   the device's address range; allocations; keeping the host out
//   queue.cpp    what streams, events and graphs put off until somebody waits
//   api_*.cpp    the CUDA runtime API
//   trace.cpp    the list of operations, for bin/ncu --trace
//   report.cpp   findings
#pragma once
#include "emu/launch.h"
#include "cuda_runtime_api.h"
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace emu
{

// ---- places in the student's program ----------------------------------------------------------------
typedef const void *site_t;  // a return address in the program
#define EMU_SITE __builtin_return_address(0)
struct where_t {
    std::string function, file;  // "" unknown; file as it was named to the compiler
    int line;
};
where_t where(site_t return_address);        // the innermost frame that is not in a system header or in include/
std::string at(site_t return_address);       // "file.cu:12", or "?" where the program has no line table
std::string kernel_name(const kernel_t *k);  // "scale<float>(float*, int)"

// ---- findings: every message of the emulator goes through here -------------------------------------------
struct finding_t {
    const char *tool;                // "memcheck", "racecheck", "initcheck", "synccheck", "runtime"
    std::string kind;                // stable key for JSON and tests: "out-of-bounds", "race", "leak", ...
    std::string title;               // first line: NVIDIA's words where there are any
    std::vector<std::string> lines;  // file:line of each access, thread and block, allocation, what it means
    std::string hint;                // what to do next; "" none
    bool warning = false;            // shown, does not change the exit status
    // for JSON; unset where they do not apply
    std::string kernel = {}, file = {}, other_file = {};
    int line = 0, other_line = 0;
    uint3 block = {0, 0, 0}, thread = {0, 0, 0};
    unsigned long count = 1;
};
void report(const finding_t &f);  // prints "========= title" ...; a checker may take it over (hooks_t::finding)
[[noreturn]] void fatal(const finding_t &f);  // reports and ends the process with status 1

// ---- options of a run, from the environment --------------------------------------------------------------
struct options_t {
    int devices;     // EMU_DEVICES, default 1
    size_t memory;   // EMU_MEM (bytes, or 512M, 4G), default 4 GiB a device
    double timeout;  // EMU_TIMEOUT [s] in which no block ends, default 60
    int threads;     // EMU_THREADS, default: all cores
    char order;      // EMU_ORDER: 'f'orward, 'r'everse, 's'eeded by
    uint64_t seed;   //   random:SEED
};
const options_t &options(void);  // read once

// ---- launches ----------------------------------------------------------------------------------------------
struct launch_t {
    kernel_t *kernel;
    void *closure;
    run_t run;
    void (*destroy)(void *);
    dim3 grid, block;
    size_t shared;  // bytes of dynamic shared memory
    cudaStream_t stream;
    int device;
    bool cooperative;
    site_t site;  // of <<<>>>
    uint32_t id;  // 1, 2, 3, ... in the order of execution
};
// Executes the launch now and returns when it has ended. cudaSuccess, or the error a GPU would stick to
// (illegal address, assert, launch timeout, ...). Called by the queue only, by one OS thread at a time.
cudaError_t execute(launch_t &l);

bool in_kernel(void);                  // is this OS thread running an emulated thread just now?
const launch_t *current_launch(void);  // null outside of kernels
block_t *current_block(void);          // null outside of kernels
uint3 thread_of(const block_t *b, unsigned linear);
void stack_range(const void **low, const void **high);  // of the running emulated thread
bool call_by_address(const void *kernel,
                     void **args);              // pushed configuration; false: no kernel is known at this address
size_t max_dynamic_shared(const void *kernel);  // cudaFuncSetAttribute; else 48 KiB

// ---- device memory (memory.cpp) --------------------------------------------------------------------------------
enum kind_t { DEVICE, MANAGED, PINNED };
struct alloc_t {
    char *p;
    size_t size;  // as asked for
    kind_t kind;
    int device;
    site_t site;           // of cudaMalloc ...
    const char *function;  // "cudaMalloc", ...
    bool freed;            // the checked image remembers freed blocks for a while
    site_t freed_site;
};
extern char *arena;  // device memory lies in [arena, arena + arena_size): options().devices parts of equal size
extern size_t arena_size;
inline bool on_device(const void *p) { return (size_t)((const char *)p - arena) < arena_size; }
// The allocation that holds p, or the nearest one (for "16 bytes after an allocation of 400 bytes"); null if none.
const alloc_t *find_alloc(const void *p, bool nearest = false);
cudaError_t device_alloc(void **p, size_t size, kind_t kind, const char *function, site_t site);
cudaError_t device_free(void *p, const char *function, site_t site);  // reports double free, foreign pointers
void for_each_alloc(const std::function<void(const alloc_t &)> &f);   // live ones
// The host may not touch device memory: closed while host code runs, opened (nestable) by the runtime itself.
void open_device(void);
void close_device(void);

// ---- work that is put off (queue.cpp) ---------------------------------------------------------------------------------
// One queue for all streams, in the order of the calls: always a legal order. Executed by flush().
struct operation_t;  // a launch, a copy, a set, an event record, a callback
void enqueue_operation(cudaStream_t s, std::function<cudaError_t(void)> work, const char *what, site_t site);
cudaError_t flush(void);                 // executes all that is queued; returns the sticky error
void enqueue_launch(const launch_t &l);  // honours stream capture
void count_launch(void);                 // a kernel is executed, or what a library does instead of one: emu_launches

// ---- errors (api_error.cpp) ---------------------------------------------------------------------------------------------
// Every API function ends with `return result(code, "cudaMalloc", EMU_SITE)`: remembers it as the last error,
// tells the checker. A sticky error (700, 710, ...) is returned by every later call until cudaDeviceReset.
cudaError_t result(cudaError_t e, const char *function, site_t site);
void set_sticky(cudaError_t e);
cudaError_t sticky(void);
int current_device(void);
// EMU_FAIL=cudaMalloc:3:2 makes the third call of cudaMalloc return error 2. Asked at the head of each API function.
bool injected(const char *function, cudaError_t *e);

// ---- the list of operations (trace.cpp; trace.h has the rest) ---------------------------------------------------------
extern bool tracing;
void trace_moved(double bytes);  // between the kernel that ran last and global memory; only `if (tracing)`

// ---- the checker's hooks: null in the fast image; each may be null -------------------------------------------------------
enum sync_t { SYNC_BLOCK, SYNC_WARP, SYNC_GRID };
struct wait_t {        // one waiting thread of a block that cannot go on
    unsigned thread;   // linear
    const char *what;  // "__syncthreads", "__shfl_sync", ...
    site_t site;
    unsigned mask;  // of a warp function
};
struct hooks_t {
    void (*start)(void);  // before main
    void (*finding)(const finding_t &f);
    // memory
    void (*alloc)(const alloc_t *a);                                                            // after it was made
    void (*release)(const alloc_t *a);                                                          // before it is freed
    void (*copy)(void *dst, const void *src, size_t bytes, const char *function, site_t site);  // before it is executed
    void (*set)(void *dst, size_t bytes, const char *function, site_t site);                    // before it is executed
    // API calls that failed
    void (*api_error)(cudaError_t e, const char *function, site_t site);
    void (*error_seen)(cudaError_t e);  // cudaGetLastError, cudaGetErrorString: somebody looked
    // kernels; in the checked image one block runs at a time, to its end (cooperative launches: to a grid barrier)
    void (*launch_begin)(const launch_t *l);
    void (*launch_end)(const launch_t *l, cudaError_t e);
    void (*block_begin)(const block_t *b);
    void (*block_end)(const block_t *b);
    void (*block_resume)(const block_t *b);  // cooperative launches: another block goes on, on an OS thread of its own
    void (*block_switch)(const block_t *b);  // the same, but with no barrier between: the other one waited in a loop
    void (*thread_begin)(unsigned thread);   // linear number in the block: its first instruction follows
    void (*thread_switch)(unsigned thread);  // another thread goes on where it waited
    void (*barrier)(const block_t *b);       // a block-wide barrier opened
    void (*warp_sync)(unsigned warp, unsigned mask);  // a warp-wide function of these lanes has been completed
    void (*early_exit)(const block_t *b, const wait_t *waiting, unsigned n);  // a barrier opens with threads returned
    void (*deadlock)(const block_t *b, const wait_t *waiting, unsigned n);    // nobody can go on
    void (*warp_mismatch)(const char *what, unsigned mask, unsigned lanes_missing, site_t site);  // see warp.cpp
    void (*atomic)(void *p, size_t bytes, site_t site);  // an atomic operation is about to touch p
    void (*fence)(void);                                 // __threadfence and its kin, by the running thread
    // a memory fault in a kernel at address p; adds what it knows to f
    void (*fault)(const void *p, bool write, site_t site, finding_t *f);
};
extern hooks_t *hooks;  // set by a constructor of libemucheck
}  // namespace emu
