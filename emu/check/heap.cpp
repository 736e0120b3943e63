// [given] heap.cpp: malloc, free, new and delete in kernels take device memory, so that every access to it is checked.
//
// The checked image is linked with --wrap for these functions; in the fast image kernels simply use the host's heap.
#include "engine.h"
#include <cstdlib>
#include <new>

namespace emu
{
static void *take(size_t size, const char *function, site_t site)
{
    void *p = nullptr;
    return device_alloc(&p, size ? size : 1, DEVICE, function, site) == cudaSuccess ? p : nullptr;
}

static bool give_back(void *p, const char *function, site_t site)
{
    if (!p || (!in_kernel() && !on_device(p))) return false;
    device_free(p, function, site);
    return true;
}
}  // namespace emu

extern "C" {
void *__real_malloc(size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size)
{
    return emu::in_kernel() ? emu::take(size, "malloc", EMU_SITE) : __real_malloc(size);
}
void __wrap_free(void *p)
{
    if (!emu::give_back(p, "free", EMU_SITE)) __real_free(p);
}
// operator new, new[], delete, delete[] and their sized forms, by their names in the Itanium ABI
void *__wrap__Znwm(size_t size) { return emu::in_kernel() ? emu::take(size, "new", EMU_SITE) : ::operator new(size); }
void *__wrap__Znam(size_t size) { return emu::in_kernel() ? emu::take(size, "new", EMU_SITE) : ::operator new(size); }
void __wrap__ZdlPv(void *p)
{
    if (!emu::give_back(p, "delete", EMU_SITE)) ::operator delete(p);
}
void __wrap__ZdaPv(void *p) { __wrap__ZdlPv(p); }
void __wrap__ZdlPvm(void *p, size_t) { __wrap__ZdlPv(p); }
void __wrap__ZdaPvm(void *p, size_t) { __wrap__ZdlPv(p); }
}
