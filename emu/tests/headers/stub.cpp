// [given] stub.cpp: what the headers ask of the runtime, for one thread alone: it gets back its own value.
#include "emu/atomics.h"
#include "emu/launch.h"
#include "emu/warp.h"
#include <ctime>

__thread uint3 threadIdx, blockIdx;
__thread dim3 blockDim, gridDim;
int accesses, last_argument, last_width;
unsigned last_mask;
char last_kind;
size_t last_bytes;

void __syncthreads(void) { last_kind = '.'; }
void __syncwarp(unsigned mask) { last_mask = mask; }
unsigned __activemask(void) { return 0xf0f0; }
long long clock64(void) { return 42; }
extern "C" clock_t emu_clock(void) { return 42; }

namespace emu
{
void atomic_access(void *, size_t bytes)
{
    accesses++;
    last_bytes = bytes;
}
void spin(void) {}
bool grid_is_cooperative(void) { return true; }
void grid_sync(void) { last_kind = 'g'; }
unsigned long long shuffle(unsigned mask, unsigned long long bits, int argument, int width, char kind, const char *)
{
    last_mask = mask;
    last_argument = argument;
    last_width = width;
    last_kind = kind;
    return bits;
}
unsigned vote(unsigned mask, int predicate, char kind, const char *)
{
    last_mask = mask;
    last_kind = kind;
    return predicate ? mask & 0xaaaaaaaa : 0;
}
unsigned match(unsigned mask, unsigned long long, int size, bool all, int *pred, const char *)
{
    last_width = size;
    if (all && pred) *pred = 1;
    return mask;
}
unsigned reduce(unsigned, unsigned value, char kind, const char *)
{
    last_kind = kind;
    return value;
}
}  // namespace emu
