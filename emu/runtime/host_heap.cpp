// [given] host_heap.cpp: the runtime's own new and delete, host memory always: the Makefile makes its objects call these.
#include <cstdlib>

extern "C" {
void *emu_new(size_t size) {
    void *p = malloc(size ? size : 1);
    if (!p) abort();
    return p;
}
void *emu_new_array(size_t size) { return emu_new(size); }
void emu_delete(void *p) { free(p); }
void emu_delete_array(void *p) { free(p); }
void emu_delete_sized(void *p, size_t) { free(p); }
void emu_delete_array_sized(void *p, size_t) { free(p); }
}
