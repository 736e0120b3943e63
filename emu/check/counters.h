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
enum space_t : char { SPACE_GLOBAL = 'g', SPACE_SHARED = 's', SPACE_CONSTANT = 'c' };

// The running block is looked at. Blocks that are not are to run without any calls from their accesses.
extern bool counters_detail;

// One load or store of a kernel in such a block. pc: the return address of the callback.
void counters_access(const void *p, unsigned bytes, bool write, char space, site_t pc);
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
