// [given] host_heap.cpp: the runtime's own new and delete, host memory always: the Makefile makes its objects call these.
#include <cstdlib>

// In the checked image malloc and free stand for the functions of check/heap.cpp, and these for the real ones.
extern "C" void *__real_malloc(size_t size) __attribute__((weak));
extern "C" void __real_free(void *p) __attribute__((weak));

extern "C" {
void *emu_new(size_t size)
{
    if (!size) size = 1;
    void *p = __real_malloc ? __real_malloc(size) : malloc(size);
    if (!p) abort();
    return p;
}
void *emu_new_array(size_t size) { return emu_new(size); }
void emu_delete(void *p) { __real_free ? __real_free(p) : free(p); }
void emu_delete_array(void *p) { emu_delete(p); }
void emu_delete_sized(void *p, size_t) { emu_delete(p); }
void emu_delete_array_sized(void *p, size_t) { emu_delete(p); }
}
