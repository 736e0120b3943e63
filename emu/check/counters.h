// [given] counters.h: what the access stream of the checked image tells the counters behind bin/ncu.
//
// Counting is on when EMU_COUNTERS=FILE is in the environment; FILE gets the figures as JSON at the end ("none": no
// file). Everything below is to be called only `if (counting)`. One block runs at a time, so nothing here takes a lock.
#pragma once
#include "engine.h"

namespace emu
{
extern bool counting;

// Which memory an access touches. Kernel arguments, stacks and the program's read-only data are not counted.
enum space_t_ : char { SPACE_GLOBAL = 'g', SPACE_SHARED = 's', SPACE_CONSTANT = 'c' };

extern bool counters_detail;           // this block of this launch is looked at access by access
extern const block_t *counters_block;  // the running one; never null
extern unsigned char *counters_flags;  // of its threads: 1 has written or taken part in something, 2 has read
void counters_record(const void *p, unsigned bytes, bool write, char space, site_t pc);

// One load or store of a kernel. pc: the return address of the callback. In blocks that are not sampled it costs a test.
inline void counters_access(const void *p, unsigned bytes, bool write, char space, site_t pc)
{
    unsigned char *flags = &counters_flags[counters_block->current];
    if (!(*flags & (write ? 1 : 2))) *flags |= write ? 1 : 2;  // the test keeps one access from waiting for the other
    if (counters_detail) counters_record(p, bytes, write, space, pc);
}
void counters_atomic(const void *p, unsigned bytes, char space, site_t pc);

// To be called from the hooks of the same names (engine.h).
void counters_start(void);  // before main; sets `counting`
void counters_launch_begin(const launch_t *l);
void counters_launch_end(const launch_t *l, cudaError_t e);
void counters_block_begin(const block_t *b);
void counters_block_resume(const block_t *b);
void counters_block_end(const block_t *b);
void counters_barrier(const block_t *b);
void counters_warp_sync(unsigned warp, unsigned mask);
void counters_copy(void *dst, const void *src, size_t bytes, const char *function, site_t site);
}  // namespace emu
