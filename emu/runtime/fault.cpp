// [given] fault.cpp: crashes in kernels, the host touching device memory, kernels that never end.
#include "queue.h"
#include "memory.h"
#include "worker.h"
#include "queue.h"
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <execinfo.h>
#include <mutex>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace emu
{

static struct sigaction before[NSIG];
static std::mutex workers_lock;
static std::vector<worker_t *> workers;
static const int WATCHDOG_SIGNAL = SIGURG;  // ignored by default: harmless should it ever arrive late

static const void *program_counter(const ucontext_t *u)
{
#if defined(__x86_64__)
    return reinterpret_cast<const void *>(u->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
    return reinterpret_cast<const void *>(u->uc_mcontext.pc);
#else
    (void)u;
    return nullptr;
#endif
}

static bool was_write(const ucontext_t *u)
{
#if defined(__x86_64__)
    return u->uc_mcontext.gregs[REG_ERR] & 2;
#else
    (void)u;
    return false;
#endif
}

static bool in_program(const void *pc)
{  // the executable's own code, not libc's
    extern char text_begin __asm__("__executable_start"), text_end __asm__("etext");
    return pc >= &text_begin && pc < &text_end;
}

static std::string hex(const void *p)
{
    char s[32];
    snprintf(s, sizeof s, "%p", p);
    return s;
}

// ---- the host touches device memory -------------------------------------------------------------------------

// From a handler: pc, or where the function that it lies in (of libc, of the runtime) was called by the student's code.
static const void *user_frame(const void *pc)
{
    if (in_program(pc) && !where(static_cast<const char *>(pc) + 1).file.empty()) return pc;
    void *frames[64];
    int n = backtrace(frames, 64), first = 0;
    while (first < n && frames[first] != pc) first++;  // above are the frames of the handler
    for (bool own : {true, false})                     // then also code in the student's shared libraries
        for (int i = first + 1; i < n; i++)
            if (in_program(frames[i]) == own && !where(frames[i]).file.empty())
                return static_cast<char *>(frames[i]) - 1;
    return pc;
}

static where_t first_user_frame(const void *pc) { return where(static_cast<const char *>(user_frame(pc)) + 1); }

static void host_fault(const void *p, bool write, const void *pc)
{
    finding_t f = {"memcheck", "host-access", "", {}, "", false};
    where_t w = first_user_frame(pc);
    std::string place = w.file.empty() ? "?" : w.file + ":" + std::to_string(w.line);
    f.title = std::string("Host code ") + (write ? "writes" : "reads") + " device memory";
    f.lines.push_back("at " + place + (w.function.empty() ? "" : " in " + w.function));
    std::string what = "address " + hex(p);
    open_device();
    if (const alloc_t *a = find_alloc(p))
        what += " lies " + std::to_string(static_cast<const char *>(p) - a->p) + " bytes into the " +
                std::to_string(a->size) + " bytes that " + a->function + " made at " + at(a->site);
    f.lines.push_back(what);
    f.lines.push_back(
        "it means: the host cannot follow a pointer that cudaMalloc returned; on a GPU this program would crash here");
    f.hint = "copy the data with cudaMemcpy, or do this in a kernel";
    f.file = w.file;
    f.line = w.line;
    fatal(f);
}

// The page was closed because the host should wait first. It goes on with what is there, as it would with a GPU.
static bool impatient_host(const void *p, bool write, const void *pc)
{
    if (!closed_by_queue(p)) return false;
    finding_t f = {};
    where_t w = first_user_frame(pc);
    if (pending_copy_at(p, write, &f)) {
        f.lines.insert(f.lines.begin(),
                       "at " + (w.file.empty() ? std::string("?") : w.file + ":" + std::to_string(w.line)));
        f.file = w.file;
        f.line = w.line;
        report(f);
    } else if (!write) {
        host_reads_managed(p, pc, w);
    }
    return flush_pending_for(p);
}

// ---- kernels ----------------------------------------------------------------------------------------------

static fault_kind_t classify(int sig, const siginfo_t *info, const worker_t *w)
{
    const char *p = static_cast<const char *>(info->si_addr);
    if (sig == SIGFPE) return FAULT_DIVIDE;
    if (sig == SIGILL || sig == SIGTRAP) return FAULT_TRAP;
    if (w->running && p >= w->running->low - GUARD && p < w->running->low) return FAULT_STACK;
    if (sig == SIGBUS) return FAULT_ALIGN;
    if (info->si_code == SI_KERNEL && p == nullptr) return FAULT_ALIGN;  // x86: an aligned move of an unaligned vector
    return FAULT_MEMORY;
}

static void handler(int sig, siginfo_t *info, void *context)
{
    const ucontext_t *u = static_cast<ucontext_t *>(context);
    worker_t *w = worker;
    const void *pc = program_counter(u);
    if (sig == WATCHDOG_SIGNAL) {
        if (!w || !w->in_kernel || !w->abandon || !in_program(pc)) return;  // inside libc: asked again soon
        w->abandon = false;
        w->fault.pc = user_frame(pc);
        w->fault.kind = FAULT_TIMEOUT;
    } else if (w && w->in_kernel) {
        w->fault.kind = classify(sig, info, w);
        w->fault.address = info->si_addr;
        w->fault.write = was_write(u);
        w->fault.pc = user_frame(pc);
    } else {
        if (sig == SIGSEGV && impatient_host(info->si_addr, was_write(u), pc)) return;
        if (sig == SIGSEGV && on_device(info->si_addr)) host_fault(info->si_addr, was_write(u), pc);
        sigaction(sig, &before[sig], nullptr);  // the program's own affair: again, without us
        return;
    }
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    restore_device();
    siglongjmp(w->leave, 1);
}

static __thread void *signal_stack;
constexpr size_t SIZE = 256 * 1024;  // messages are made on it

void fault_leave_thread(void)
{  // its end
    stack_t s = {};
    s.ss_flags = SS_DISABLE;
    sigaltstack(&s, nullptr);
    munmap(signal_stack, SIZE);
    signal_stack = nullptr;
}

void fault_prepare_thread(void)
{
    if (!signal_stack)
        signal_stack = mmap(nullptr, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (signal_stack == MAP_FAILED) return;
    stack_t s = {};
    s.ss_sp = signal_stack;
    s.ss_size = SIZE;
    sigaltstack(&s, nullptr);
    std::lock_guard<std::mutex> guard(workers_lock);
    if (worker && std::find(workers.begin(), workers.end(), worker) == workers.end()) workers.push_back(worker);
    static bool installed;
    if (installed) return;
    installed = true;
    void *frame[1];
    backtrace(frame, 1);  // loads libgcc now, not in a handler
    struct sigaction a = {};
    a.sa_sigaction = handler;
    a.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&a.sa_mask);
    for (int sig : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, WATCHDOG_SIGNAL}) sigaction(sig, &a, &before[sig]);
}

// ---- what happened -------------------------------------------------------------------------------------------

static std::string triple(uint3 v)
{
    return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + ")";
}

static bool crashed;  // a kernel has

// A program in which a kernel crashed does not end with status 0, whatever its main returns.
static void last_word(int status, void *)
{
    if (status != 0 || !crashed || hooks) return;
    fflush(nullptr);
    _exit(1);
}
static void __attribute__((constructor)) watch_exit(void) { on_exit(last_word, nullptr); }

cudaError_t fault_report(worker_t *w)
{
    crashed = true;
    const fault_t &x = w->fault;
    finding_t f = {"memcheck", "fault", "", {}, "", false};
    f.kernel = kernel_name(w->launch->kernel);
    f.block = w->block.index;
    f.thread = thread_of(&w->block, w->block.current);
    where_t place = where(static_cast<const char *>(x.pc) + 1);
    if (x.kind == FAULT_ASSERT) place.file = x.file, place.line = x.line;
    if (place.file.empty()) place.file = w->launch->kernel->file, place.line = w->launch->kernel->line;
    f.file = place.file;
    f.line = place.line;
    f.lines = {"at " + (place.file.empty() ? std::string("?") : place.file + ":" + std::to_string(place.line)) +
                   " in kernel " + f.kernel,
               "by thread " + triple(f.thread) + " in block " + triple(f.block)};
    cudaError_t e = cudaErrorLaunchFailure;
    switch (x.kind) {
    case FAULT_MEMORY: {
        e = cudaErrorIllegalAddress;
        f.kind = "out-of-bounds";
        f.title = std::string("Invalid __global__ ") + (x.write ? "write" : "read");
        std::string what = "Address " + hex(x.address);
        if (reinterpret_cast<uintptr_t>(x.address) < 65536) {
            what += " is the null pointer" + std::string(x.address ? " plus an offset" : "");
            f.hint = "was the pointer ever set by cudaMalloc? Was the result of cudaMalloc checked?";
        } else if (w->shared && x.address >= w->shared_low + MAX_SHARED &&
                   x.address < w->shared_low + MAX_SHARED + GUARD) {
            f.title = std::string("Invalid __shared__ ") + (x.write ? "write" : "read");
            what += " is past the end of the " + std::to_string(w->launch->shared) +
                    " bytes of dynamic shared memory of this launch";
            f.hint = "the third value in <<<grid, block, bytes>>> is the size in bytes";
        } else if (const alloc_t *a = find_alloc(x.address, true)) {
            long past = static_cast<const char *>(x.address) - a->p;
            what += past < 0 ? " is " + std::to_string(-past) + " bytes before"
                             : " is " + std::to_string(past - (long)a->size) + " bytes after";
            what += " an allocation of " + std::to_string(a->size) + " bytes made by " + a->function + " at " +
                    at(a->site);
            f.hint = "compare the index with the number of elements; `compute-sanitizer` finds the first wrong access";
        }
        f.lines.push_back(what);
        if (hooks && hooks->fault) hooks->fault(x.address, x.write, static_cast<const char *>(x.pc) + 1, &f);
        break;
    }
    case FAULT_STACK:
        e = cudaErrorHardwareStackError;
        f.kind = "stack-overflow";
        f.title = "Stack overflow in a kernel";
        f.lines.push_back("a thread has 128 KiB here and far less on a GPU");
        f.hint = "does a recursion end? Is a large array declared inside the kernel?";
        break;
    case FAULT_ALIGN:
        e = cudaErrorMisalignedAddress;
        f.kind = "misaligned";
        f.title = "Misaligned address";
        f.lines.push_back(
            "a vector type such as float4 was read or written at an address that is no multiple of its size");
        f.hint = "is the row length a multiple of 4 where float4 is used?";
        break;
    case FAULT_DIVIDE:
        f.kind = "division-by-zero";
        f.title = "Integer division by zero";
        f.lines.push_back("a GPU does not stop here: it goes on with an undefined number");
        f.hint = "check the divisor";
        break;
    case FAULT_ASSERT:
        // Printed by the thread in CUDA's own words already.
        return cudaErrorAssert;
    case FAULT_TRAP:
        f.kind = "trap";
        f.title = "Trap or illegal instruction in a kernel";
        break;
    case FAULT_TIMEOUT: {
        e = cudaErrorLaunchTimeout;
        f.tool = "runtime";
        f.kind = "timeout";
        char s[80];
        snprintf(s, sizeof s, "The kernel does not end: no block has ended for %g s", options().timeout);
        f.title = s;
        f.hint = "does a loop wait for something that never comes? EMU_TIMEOUT=seconds waits longer";
        break;
    }
    case FAULT_DEADLOCK: return cudaErrorLaunchTimeout;  // reported where it was found
    default: break;
    }
    report(f);
    return e;
}

void trap(void)
{
    if (!in_kernel()) abort();
    worker->fault.pc = static_cast<const char *>(EMU_SITE) - 1;
    abandon_block(worker, FAULT_TRAP);
}

// ---- kernels that never end --------------------------------------------------------------------------------------

static std::atomic<std::atomic<unsigned long> *> watched;

static void *watchdog_main(void *)
{
    unsigned long last = 0;
    double still = 0;
    const double step = 0.05;
    for (;;) {
        usleep(useconds_t(step * 1e6));
        std::atomic<unsigned long> *progress = watched;
        if (!progress || *progress != last) {
            last = progress ? progress->load() : last;
            still = 0;
            continue;
        }
        still += step;
        if (still < options().timeout) continue;
        if (still > options().timeout + 10)
            fatal({"runtime",
                   "timeout",
                   "A kernel does not end and cannot be stopped",
                   {},
                   "does it call a host function that waits?",
                   false});
        std::lock_guard<std::mutex> guard(workers_lock);
        for (worker_t *w : workers) {
            if (!w->in_kernel) continue;
            w->abandon = true;
            pthread_kill(w->os_thread, WATCHDOG_SIGNAL);
        }
    }
    return nullptr;
}

void watchdog_begin(std::atomic<unsigned long> *progress)
{
    static bool started;
    if (!started) {
        started = true;
        pthread_t t;
        if (pthread_create(&t, nullptr, watchdog_main, nullptr) == 0) pthread_detach(t);
    }
    progress->fetch_add(1, std::memory_order_relaxed);
    watched = progress;
}

void watchdog_end(void) { watched = nullptr; }
}  // namespace emu

// glibc's assert ends here, in kernels and on the host.
extern "C" void __assert_fail(const char *expression, const char *file, unsigned line, const char *function) noexcept
{
    using namespace emu;
    if (!in_kernel()) {
        fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, expression);
        abort();
    }
    worker_t *w = worker;
    w->in_kernel = false;  // the message is made of the host's memory
    uint3 t = thread_of(&w->block, w->block.current), b = w->block.index;
    fprintf(stderr, "%s:%u: %s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion `%s` failed.\n", file, line,
            kernel_name(w->launch->kernel).c_str(), b.x, b.y, b.z, t.x, t.y, t.z, expression);
    w->fault.file = file;
    w->fault.line = line;
    abandon_block(w, FAULT_ASSERT);
}
