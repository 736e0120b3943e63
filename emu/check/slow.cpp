// [given] slow.cpp: accesses that the fast path does not pass: address classes, bounds, what is initialised.
#include "check.h"
#include "counters.h"
#include "worker.h"
#include <cstring>
#include <sys/mman.h>
#include <ucontext.h>

namespace emu::check
{

hot_t hot;
__thread unsigned char on;
unsigned char on_in_kernels;
unsigned tools;
const launch_t *running_launch;
const block_t *running_block;
std::vector<region_t> others OUTLIVES;  // variables of the executable; managed and pinned memory; sorted by address

host_side_t::host_side_t() : in_kernel(worker && worker->in_kernel), active(on)
{
    if (worker) worker->in_kernel = false;
    on = 0;
}
host_side_t::~host_side_t()
{
    if (worker) worker->in_kernel = in_kernel;
    on = active;
}

// ---- valid: a bit a byte ---------------------------------------------------------------------------------

bool all_valid(const region_t *r, uintptr_t a, size_t size)
{
    uintptr_t i = a - r->low, end = i + size;
    for (; i < end && (i & 7); i++)
        if (!(r->valid[i >> 3] >> (i & 7) & 1)) return false;
    for (; i + 8 <= end; i += 8)
        if (r->valid[i >> 3] != 0xff) return false;
    for (; i < end; i++)
        if (!(r->valid[i >> 3] >> (i & 7) & 1)) return false;
    return true;
}

void count_access(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    const region_t *r = region_of(a);
    char space = SPACE_GLOBAL;
    if (r && (r->kind == 's' || r->kind == 'd')) space = SPACE_SHARED;
    if (!r || r->kind == 'v') {
        const variable_t *v = find_variable(reinterpret_cast<void *>(a));
        if (!v) return;
        if (v->kind == 'c') space = SPACE_CONSTANT;
    }
    if (flags & ATOMIC) counters_atomic(reinterpret_cast<void *>(a), size, space, site_of(pc));
    else counters_access(reinterpret_cast<void *>(a), size, flags & WRITE, space, site_of(pc));
}

bool any_valid(const region_t *r, uintptr_t a, size_t size)
{
    for (uintptr_t i = a - r->low, end = i + size; i < end; i++)
        if (r->valid[i >> 3] >> (i & 7) & 1) return true;
    return false;
}

void mark_valid(region_t *r, uintptr_t a, size_t size, bool value)
{
    uintptr_t i = a - r->low, end = i + size;
    auto one = [&](uintptr_t k) {
        if (value) r->valid[k >> 3] |= 1u << (k & 7);
        else r->valid[k >> 3] &= ~(1u << (k & 7));
    };
    for (; i < end && (i & 7); i++) one(i);
    if (i < end) memset(r->valid + (i >> 3), value ? 0xff : 0, (end - i) >> 3), i += (end - i) & ~size_t(7);
    for (; i < end; i++) one(i);
}

// ---- address classes ----------------------------------------------------------------------------------------

region_t *region_of(uintptr_t a)
{
    if (a - hot.global.low < hot.global.size) return &hot.global;
    if (a - hot.fixed.low < hot.fixed.size) return &hot.fixed;
    if (a - hot.dynamic.low < hot.dynamic.size) return &hot.dynamic;
    static size_t last;
    if (last < others.size() && a - others[last].low < others[last].size) return &others[last];
    for (size_t i = 0; i < others.size(); i++)
        if (a - others[i].low < others[i].size) return &others[last = i];
    return nullptr;
}

static const char *space_of(const region_t *r)
{
    if (!r || r->kind == 'g' || r->kind == 'h') return "__global__";
    return r->kind == 'v' ? "__device__" : "__shared__";
}

static const char *verb(unsigned flags) { return flags & ATOMIC ? "atomic" : flags & WRITE ? "write" : "read"; }

// The allocation that holds all of it; the last one found is tried first.
// g++ remembers in a byte of its own whether it has run the constructors of a shared array.
static bool is_guard(uintptr_t a)
{
    const uintptr_t offset = a - tls_block(nullptr);
    for (const symbol_t &s : symbols())
        if (s.tls && offset - s.address < s.size) return strncmp(s.name, "_ZGV", 4) == 0;
    return false;
}

static const alloc_t *allocation(uintptr_t a, size_t size)
{
    const alloc_t *x = find_alloc(reinterpret_cast<const void *>(a));
    if (!x || x->freed || a + size > reinterpret_cast<uintptr_t>(x->p) + x->size) return nullptr;
    return x;
}

static uintptr_t known_low, known_size;  // of the last allocation: the first write of each element comes here
void forget_known_allocation(void) { known_size = 0; }

static bool inside(const region_t *r, uintptr_t a, size_t size)
{
    switch (r->kind) {
    case 'g':
    case 'h': {
        if (a - known_low < known_size && a + size - known_low <= known_size) return true;
        const alloc_t *x = allocation(a, size);
        if (!x) return false;
        known_low = reinterpret_cast<uintptr_t>(x->p), known_size = x->size;
        return true;
    }
    case 'd':
        return a >= reinterpret_cast<uintptr_t>(worker->shared) &&
               a + size <= reinterpret_cast<uintptr_t>(worker->shared) + running_launch->shared;
    case 's': {
        const uintptr_t offset = a - tls_block(nullptr);
        for (const symbol_t &s : symbols())
            if (s.shared && offset >= s.address && offset + size <= s.address + s.size) return true;
        return false;
    }
    default: return true;
    }
}

static void out_of_bounds(const region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (!(tools & MEMCHECK) || !first_time("out-of-bounds", line_of(pc), flags & (WRITE | ATOMIC))) return;
    std::string title = std::string("Invalid ") + space_of(r) + " " + verb(flags) + " of size " + bytes_text(size);
    const alloc_t *x = !r || r->kind == 'g' || r->kind == 'h' ? find_alloc(reinterpret_cast<void *>(a), true) : nullptr;
    const bool freed = x && x->freed && a >= reinterpret_cast<uintptr_t>(x->p) &&
                       a < reinterpret_cast<uintptr_t>(x->p) + x->size;
    finding_t f = kernel_finding("memcheck", freed ? "use-after-free" : "out-of-bounds", title, pc);
    f.lines.push_back("Address " + hex(a) + (freed ? " was freed" : " is out of bounds"));
    f.lines.push_back("it is " + describe(a, size));
    if (freed) {
        f.lines.push_back(std::string("it was freed at ") + at(x->freed_site));
        f.hint = "free memory only after the last kernel that uses it; set the pointer to nullptr after cudaFree";
    } else if (r && r->kind == 'd') {
        f.hint = "the third value in <<<grid, block, bytes>>> is the size of dynamic shared memory in bytes";
    } else if (r && r->kind == 's') {
        f.hint = "compare the index with the size the variable was declared with";
    } else {
        f.hint =
            "compare the index with the number of elements: is there an `if (i < n)`? Was the size given in bytes?";
    }
    take_finding(f);
}

static void uninitialised(const region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (!(tools & INITCHECK) || !first_time("uninitialized", line_of(pc), 0)) return;
    const bool shared = r->kind == 's' || r->kind == 'd';
    finding_t f = kernel_finding(
        "initcheck", "uninitialized",
        std::string("Uninitialized ") + space_of(r) + " memory read of size " + bytes_text(size), pc);
    f.lines.push_back("it is " + describe(a, size));
    f.lines.push_back(
        shared ? "it means: no thread of this block has written it yet, and shared memory starts with anything in it"
               : "it means: nobody has written, copied or set it since it was allocated; on a GPU it holds anything");
    f.hint = shared ? "write it first, then __syncthreads(), then read it"
                    : "cudaMemset it, copy to it, or let a kernel write all of it first";
    if (const alloc_t *x = shared ? nullptr : find_alloc(reinterpret_cast<void *>(a)))
        if (const std::string more = copy_hint(x); !more.empty()) f.hint = more;
    if (flags & ATOMIC) f.hint = "an atomic operation reads, too: " + f.hint;
    take_finding(f);
}

// False: there is no such memory, and nothing more to be said about the access.
static bool check_memory(region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (a + size - r->low <= r->size && all_valid(r, a, size)) return true;
    if (!inside(r, a, size)) {
        out_of_bounds(r, a, size, flags, pc);
        return false;
    }
    // Reads of a part that is defined are let pass: structures have padding.
    if ((flags & ATOMIC || !(flags & WRITE)) && !any_valid(r, a, size)) uninitialised(r, a, size, flags, pc);
    if (flags & WRITE) mark_valid(r, a, size, true);
    return true;
}

// ---- memory without shadow -------------------------------------------------------------------------------------

static bool of_the_runtime(uintptr_t a)
{
    if (a - reinterpret_cast<uintptr_t>(worker) < sizeof *worker) return true;
    for (const fiber_t *f : worker->fibers)  // a pointer to another thread's local variable is another matter
        if (a - reinterpret_cast<uintptr_t>(f->low) < FIBER_STACK) return true;
    return false;
}

static bool is_mapped(uintptr_t a)
{
    unsigned char here;
    return mincore(reinterpret_cast<void *>(a & ~uintptr_t(4095)), 1, &here) == 0;
}

static void near_null(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (!(tools & MEMCHECK) || !first_time("null", line_of(pc), 0)) return;
    finding_t f = kernel_finding("memcheck", "null-pointer",
                                 std::string("Invalid __global__ ") + verb(flags) + " of size " + bytes_text(size), pc);
    f.lines.push_back(a ? "Address " + hex(a) + " is the null pointer plus " + bytes_text(a)
                        : std::string("The pointer is null"));
    f.hint = "was it ever set by cudaMalloc? Was the result of cudaMalloc checked?";
    take_finding(f);
}

static void host_pointer(uintptr_t a, size_t size, unsigned flags, uint32_t pc, const symbol_t *variable)
{
    if (!(tools & MEMCHECK) || !first_time("host-pointer", line_of(pc), 0)) return;
    finding_t f = kernel_finding("memcheck", "host-pointer",
                                 std::string("Invalid __global__ ") + verb(flags) + " of size " + bytes_text(size), pc);
    if (!variable && !is_mapped(a)) {
        f.kind = "out-of-bounds";
        f.lines.push_back("Address " + hex(a) + " is in no memory at all, of the device or of the host");
        f.hint = "was the pointer ever set? Was the result of cudaMalloc checked?";
        return take_finding(f);
    }
    f.lines.push_back("Address " + hex(a) + " is " +
                      (variable ? "the host's variable " + variable_name(*variable) : "memory of the host"));
    f.lines.push_back(variable ? "it means: a kernel sees only __device__, __constant__ and __managed__ variables"
                               : "it means: a host pointer was passed to a kernel; a GPU cannot follow it");
    f.hint =
        variable
            ? "make it __device__ or __constant__, or pass its value as an argument"
            : "this is the host's array, not its copy on the device: cudaMalloc, cudaMemcpy, and pass that pointer";
    take_finding(f);
}

static bool another_device(const region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    const alloc_t *x = find_alloc(reinterpret_cast<void *>(a));
    if (!x || x->kind != DEVICE || x->device == running_launch->device ||
        peer_enabled(running_launch->device, x->device))
        return false;
    if (!(tools & MEMCHECK) || !first_time("other-device", line_of(pc), 0)) return true;
    finding_t f = kernel_finding(
        "memcheck", "other-device",
        std::string("Invalid ") + space_of(r) + " " + verb(flags) + " of size " + bytes_text(size), pc);
    f.lines.push_back("Address " + hex(a) + " is memory of device " + std::to_string(x->device) +
                      "; the kernel runs on device " + std::to_string(running_launch->device));
    f.lines.push_back("it is " + describe(a, size));
    f.hint = "cudaDeviceEnablePeerAccess, or cudaSetDevice before the launch";
    take_finding(f);
    return true;
}

static void foreign(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    if (of_the_runtime(a)) return;
    const image_t &i = image();
    if (a >= i.low && a < i.high) {
        const variable_t *v = find_variable(reinterpret_cast<void *>(a));
        if (!v && !(flags & WRITE) && !(a >= i.data_low && a < i.data_high)) return;  // tables, string literals
        if (v) {
            if (v->kind == 'c' && flags & WRITE && tools & MEMCHECK && first_time("constant-write", line_of(pc), 0)) {
                finding_t f = kernel_finding("memcheck", "constant-write",
                                             "Invalid __constant__ write of size " + bytes_text(size), pc);
                f.lines.push_back("it is " + describe(a, size));
                f.lines.push_back("it means: kernels can only read __constant__ variables");
                f.hint = "let the host set it with cudaMemcpyToSymbol, or make it a __device__ variable";
                take_finding(f);
            }
            return;
        }
        const symbol_t *variable = nullptr;
        for (const symbol_t &s : symbols())
            if (!s.tls && a - s.address < s.size) variable = &s;
        if (variable && (!strncmp(variable->name, "_ZN3emu", 7) || !strncmp(variable->name, "_ZTV", 4))) return;
        const variable_t *before = nullptr;  // a pointer into a device variable that has run past its end?
        for (const variable_t *x = first_variable(); x && !variable; x = x->next)
            if (a - reinterpret_cast<uintptr_t>(x->address) < x->size + 64) before = x;
        if (before) {
            region_t r = {0, 0, nullptr, nullptr, nullptr, 'v'};
            return out_of_bounds(&r, a, size, flags, pc);
        }
        host_pointer(a, size, flags, pc, variable);
        return;
    }
    if (a < 65536) return near_null(a, size, flags, pc);
    if (const char *end = worker->shared_low + MAX_SHARED; a - reinterpret_cast<uintptr_t>(end) < 1u << 20) {
        region_t beyond = hot.dynamic;
        return out_of_bounds(&beyond, a, size, flags, pc);
    }
    if (const alloc_t *x = allocation(a, size)) {  // host memory that has been registered
        shadow_alloc(x);
        return;
    }
    if (const alloc_t *x = find_alloc(reinterpret_cast<void *>(a), true)) {  // just outside, or freed
        const uintptr_t low = reinterpret_cast<uintptr_t>(x->p);
        if (a + 4096 >= low && a < low + x->size + 4096) return out_of_bounds(nullptr, a, size, flags, pc);
    }
    host_pointer(a, size, flags, pc, nullptr);
}

static void access_of_any_kind(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    settle();
    if (a - hot.stack_low < hot.stack_size || !running_block) return;
    region_t *r = region_of(a);
    if (!r) return foreign(a, size, flags, pc);
    if (r->kind == 's' && is_guard(a)) return;
    if (r->kind == 'v') {
        const variable_t *v = find_variable(reinterpret_cast<void *>(a));
        if (!v || v->kind == 'c') return foreign(a, size, flags, pc);
        if (a + size > reinterpret_cast<uintptr_t>(v->address) + v->size) return out_of_bounds(r, a, size, flags, pc);
    } else if (!check_memory(r, a, size, flags, pc)) {
        return;
    } else if (r->kind == 'g' && options().devices > 1 && another_device(r, a, size, flags, pc)) {
        return;
    }
    race_access(r, a, size, flags, pc);
}
// Findings need some stack: where a recursion has left little, they are made on another one.
static struct {
    uintptr_t a;
    size_t size;
    unsigned flags;
    uint32_t pc;
} elsewhere;

static __attribute__((noinline)) void access_on_other_stack(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    static ucontext_t here, there;
    constexpr size_t SIZE = 1 << 20;
    static char *const stack = static_cast<char *>(reserve(SIZE));
    elsewhere = {a, size, flags, pc};
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = SIZE;
    there.uc_link = &here;
    makecontext(
        &there, [] { access_of_any_kind(elsewhere.a, elsewhere.size, elsewhere.flags, elsewhere.pc); }, 0);
    swapcontext(&here, &there);
}

void slow_access(uintptr_t a, size_t size, unsigned flags, uint32_t pc)
{
    host_side_t guard;
    const uintptr_t left = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - hot.stack_low;
    if (__builtin_expect(left < FIBER_STACK / 2, 0)) access_on_other_stack(a, size, flags, pc);
    else access_of_any_kind(a, size, flags, pc);
}
}  // namespace emu::check
