// [given] heap.cpp: malloc, free, new and delete in kernels take device memory; on the host they are what they always are.
//
// Programs are linked with --wrap=malloc,--wrap=free.
#include "engine.h"
#include <cstdlib>
#include <new>

extern "C" void *__real_malloc(size_t size) __attribute__((weak));
extern "C" void __real_free(void *p) __attribute__((weak));

namespace emu {
static void *take(size_t size, const char *function, site_t site) {
    void *p = nullptr;
    return device_alloc(&p, size ? size : 1, DEVICE, function, site) == cudaSuccess ? p : nullptr;
}

static bool give_back(void *p, const char *function, site_t site) {
    if (!p || (!in_kernel() && !on_device(p))) return false;
    device_free(p, function, site);
    return true;
}
} // namespace emu

extern "C" void *__wrap_malloc(size_t size) {
    return emu::in_kernel() ? emu::take(size, "malloc", EMU_SITE) : __real_malloc ? __real_malloc(size) : malloc(size);
}

extern "C" void __wrap_free(void *p) {
    if (emu::give_back(p, "free", EMU_SITE)) return;
    __real_free ? __real_free(p) : free(p);
}

void *operator new(size_t size) {
    if (emu::in_kernel()) return emu::take(size, "new", EMU_SITE);
    void *p = malloc(size ? size : 1);
    if (!p) throw std::bad_alloc();
    return p;
}
void operator delete(void *p) noexcept {
    if (!emu::give_back(p, "delete", EMU_SITE)) free(p);
}
void operator delete(void *p, size_t) noexcept {
    if (!emu::give_back(p, "delete", EMU_SITE)) free(p);
}
void *operator new[](size_t size) { return operator new(size); }
void operator delete[](void *p) noexcept { operator delete(p); }
void operator delete[](void *p, size_t) noexcept { operator delete(p); }
