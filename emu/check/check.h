// [given] check.h: what the parts of the checked image's checker are to each other.
//
//   access.cpp    every load and store of a kernel comes in here; the fast path
//   slow.cpp      the rest of it: address classes, bounds, what is initialised
//   segments.cpp  what orders two accesses: barriers, warps, fences, launches
//   race.cpp      hazards; race_report.cpp: in words
//   shadow.cpp    shadow memory, allocations, copies, sets
//   describe.cpp  what lies at an address, in words; variables from the symbol table
//   findings.cpp  printing each finding once, JSON, the summary, the exit status
//   sync.cpp      barriers and warp functions; API errors; leaks
//   blame.cpp     who wrote an element last
//   callbacks.cpp __tsan_*, __ubsan_*, __wrap_mem*
//   hooks.cpp     options, and the table of hooks
//
// Segments. A segment is what one thread does between two synchronisations; segments are numbered through the whole run.
// A barrier gives every thread of the block a new segment, a warp function each lane that takes part, a fence the thread
// that executes it. The shadow of a 4-byte word holds the segment of the last writer and of the first reader since; a
// hazard is a segment that is not ordered before the running thread's.
#pragma once
#include "emu/blame.h"
#include "engine.h"
#include "memory.h"

namespace emu::check
{

// For what is still needed when the program's own static objects are destroyed.
#define OUTLIVES __attribute__((init_priority(101)))

enum tool_t { MEMCHECK = 1, RACECHECK = 2, INITCHECK = 4, SYNCCHECK = 8 };
enum flag_t : unsigned { READ = 0, WRITE = 1, ATOMIC = 2, VOLATILE = 4, RANGE = 8 };

constexpr uint32_t MANY = 0x80000000u;   // in word_t::r: there are readers in other warps or blocks too
constexpr uint32_t SPLIT = 0xffffffffu;  // in word_t::w: the four bytes have a record each; r is their number
constexpr uint32_t PC = 0x1fffffffu, PC_ATOMIC = 0x80000000u, PC_VOLATILE = 0x40000000u;  // in places_t

struct word_t {  // segments
    uint32_t w, r;
};
struct places_t {  // their program counters; the checked image is linked to low addresses
    uint32_t w, r;
};

struct bytes_t {  // of a word that is SPLIT
    word_t word[4];
    places_t places[4];
};

// A range of addresses with shadow. valid: a bit a byte, set where reading is all right (it exists and is initialised).
struct region_t {
    uintptr_t low, size;
    uint8_t *valid;
    word_t *words;
    places_t *places;
    char
        kind;  // 'g'lobal, 's'hared, 'd'ynamic shared, 'v'ariables of the executable, 'h'ost memory that kernels may use
};

// What the fast path reads, close together.
struct alignas(64) hot_t {
    region_t global, fixed, dynamic;
    uintptr_t stack_low, stack_size;                     // of the running emulated thread
    uintptr_t arguments_low, arguments_size, block_low;  // what the loop over the threads itself reads
    uint32_t current;                                    // its segment
    uint32_t launch_first, block_first, interval_first;  // first segments of the launch, this block, this interval
    uint32_t many_from;
    uint32_t offset;  // of current from interval_first; no small number while mixed
    bytes_t *splits;
    bool mixed;  // segments of this interval are no longer interval_first + thread
    bool race;
};
extern hot_t hot __attribute__((visibility("hidden")));
extern __thread unsigned char on
    __attribute__((tls_model("initial-exec")));  // in a kernel: 1 to check, 2 to count accesses
extern unsigned char on_in_kernels;

extern unsigned tools;
extern const launch_t *running_launch;  // the running one
extern const block_t *running_block;    // the running one; null outside of blocks
extern unsigned atomic_announced;

// While the checker itself works inside a kernel: its memory comes from the host, its own calls are not looked at.
struct host_side_t {
    host_side_t();
    ~host_side_t();
    bool in_kernel;
    unsigned char active;
};

// ---- slow.cpp, race.cpp -----------------------------------------------------------------------------------
void slow_access(uintptr_t a, size_t size, unsigned flags, uint32_t pc);
void count_access(uintptr_t a, size_t size, unsigned flags, uint32_t pc);  // tells the counters
void race_access(region_t *r, uintptr_t a, size_t size, unsigned flags, uint32_t pc);
void forget_races(uintptr_t a, size_t size);  // memory that changes hands within a launch
region_t *region_of(uintptr_t a);             // null: memory without shadow
bool all_valid(const region_t *r, uintptr_t a, size_t size);
bool any_valid(const region_t *r, uintptr_t a, size_t size);
void mark_valid(region_t *r, uintptr_t a, size_t size, bool value);
void settle(void);  // writes whose effect was to be seen later

struct chunk_t {  // segments made at once: base, base + 1, ... belong to threads first, first + 1, ...
    uint32_t base, first;
    uint64_t block;
};
struct segment_t {
    uint3 block, thread;
    unsigned linear;  // thread in the block
    uint64_t block_number;
};
segment_t resolve(uint32_t segment);                  // of the running launch
bool record_of(uintptr_t a, word_t *w, places_t *p);  // of the byte at a
uint32_t next_segment(void);                          // a number of its own, for what the host does

void race_launch_begin(const launch_t *l);
void race_launch_end(void);
void race_block_begin(const block_t *b);
void race_block_end(const block_t *b);
void race_block_resume(const block_t *b);
void race_block_switch(void);
void race_thread(unsigned thread);
void race_barrier(const block_t *b);
void race_warp_sync(unsigned warp, unsigned mask);
void race_fence(void);

// ---- shadow.cpp --------------------------------------------------------------------------------------------
void shadow_start(void);              // maps it, once the arena is known
void shadow_block(const block_t *b);  // shared memory of a block that begins
void shadow_resume(void);             // the block runs on another OS thread now
void shadow_alloc(const alloc_t *a);
void shadow_release(const alloc_t *a);
void shadow_copy(void *dst, const void *src, size_t bytes, const char *function, site_t site);
void shadow_set(void *dst, size_t bytes, const char *function, site_t site);
void shadow_forget_all(void);  // segment numbers start again
void *reserve(size_t bytes);   // zeroed pages, touched when used

// ---- describe.cpp ------------------------------------------------------------------------------------------
struct symbol_t {
    uintptr_t address, size;  // of TLS symbols: offset in the TLS block
    const char *name;         // mangled
    bool tls, shared;         // shared: a __shared__ variable of a kernel
};
const std::vector<symbol_t> &symbols(void);  // data only, sorted by (tls, address)
std::string variable_name(const symbol_t &s);
uintptr_t tls_block(size_t *size);  // of this OS thread
struct image_t {
    uintptr_t low, high, data_low, data_high;  // all of the executable; what is writable after start
};
const image_t &image(void);
std::string triple(uint3 v);
std::string bytes_text(size_t n);  // "1 byte", "12 bytes"
std::string hex(uintptr_t a);
std::string describe(uintptr_t a,
                     size_t size);  // "the allocation of 400 bytes made by cudaMalloc at x.cu:12, element 3 ..."
finding_t kernel_finding(const char *tool, const char *kind, const std::string &title,
                         uint32_t pc);  // with place and thread
site_t site_of(uint32_t pc);

// ---- findings.cpp ------------------------------------------------------------------------------------------
// False: this kind was reported at these places before; it has been counted.
bool first_time(const char *kind, uintptr_t a, uintptr_t b);
int line_of(uint32_t pc);  // a number for each source line: an access in a loop may have several program counters
void take_finding(const finding_t &f);
bool explained_launch(site_t site);  // the finding before this one tells why the launch at this place failed
void findings_start(void);

// ---- sync.cpp, blame.cpp -----------------------------------------------------------------------------------
void sync_early_exit(const block_t *b, const wait_t *waiting, unsigned n);
void sync_deadlock(const block_t *b, const wait_t *waiting, unsigned n);
void sync_warp_mismatch(const char *what, unsigned mask, unsigned missing, site_t site);
void api_error(cudaError_t e, const char *function, site_t site);
void api_error_seen(cudaError_t e);
void at_exit_checks(bool stopped);  // leaks, errors nobody looked at
void blame_event(char kind, uintptr_t low, size_t size, const char *function, site_t site);
void blame_launch(const launch_t *l, const std::vector<chunk_t> &chunks);  // it has ended
void blame_forget(void);
// Launches that a GPU may run at the same time as the running one, because they are in other streams.
uint32_t first_segment_of(uint32_t launch, uint32_t otherwise);
bool beside(uint32_t segment);  // is it of such a launch?
site_t launch_site(uint32_t segment);
void writer_of(uint32_t segment, uint32_t pc, emu_writer_t *out);
}  // namespace emu::check
