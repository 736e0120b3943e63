// [given] device.cpp: small things that kernels ask for: clocks (one tick is one nanosecond), kind of launch.
#include "engine.h"
#include <time.h>

long long clock64(void)
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

unsigned long long __globaltimer(void) { return (unsigned long long)clock64(); }

// What clock() in a .cu file means (emu/math.h): a kernel's clock, or libc's.
extern "C" clock_t emu_clock(void) { return emu::in_kernel() ? (clock_t)clock64() : clock(); }

namespace emu
{
bool grid_is_cooperative(void)
{
    const launch_t *l = current_launch();
    return l && l->cooperative;
}
}  // namespace emu
