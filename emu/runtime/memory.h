// [given] memory.h: what the parts of the memory API tell each other about pointers, copies and devices.
#pragma once
#include "engine.h"

namespace emu
{
// ---- memory.cpp ----------------------------------------------------------------------------------------------
void start_memory(void);                        // reserves the arena; called by the first CUDA call
void memory_info(size_t *free, size_t *total);  // of the current device
cudaError_t host_register(void *p, size_t size, unsigned flags, site_t site);
cudaError_t host_forget(void *p, bool registered, const char *function,
                        site_t site);  // cudaFreeHost, cudaHostUnregister
void set_host_flags(void *p, unsigned flags);
bool host_flags(const void *p, unsigned *flags, char **base);      // false: neither pinned nor registered
void reset_memory(int device, const char *function, site_t site);  // frees what is the device's
bool is_managed(const void *p);                                    // lies in the part of the arena that is never closed
// Worker threads of the engine only ever run kernels: they call this once when they start.
void open_device_for_thread(void);
void restore_device(void);  // before a jump out of a signal handler, which the system starts with the device closed

// ---- protect.cpp -----------------------------------------------------------------------------------------------
void protect_start(void);                                    // after the arena was reserved
bool make_usable(char *p, size_t bytes, bool never_closed);  // false: the system has no memory left

// ---- variables of the device ---------------------------------------------------------------------------------
const variable_t *find_variable(const void *p);  // the one that holds p
const variable_t *first_variable(void);
void reset_variables(void);  // to what they were at the start; large ones stay as they are

// ---- what a pointer is ---------------------------------------------------------------------------------------
enum place_kind_t { IS_HOST, IS_PINNED, IS_MANAGED, IS_DEVICE, IS_VARIABLE, IS_FREED, IS_NOTHING };
struct place_t {
    place_kind_t kind;    // IS_NOTHING: in the device's address range, but in no allocation
    const alloc_t *a;     // of pinned, managed, device, freed; the nearest one for IS_NOTHING, or null
    const variable_t *v;  // of IS_VARIABLE
    size_t offset, size;  // of the pointer in what holds it; its size
};
place_t place_of(const void *p);
std::string describe(const place_t &p);          // "device memory (400 bytes, cudaMalloc at a.cu:3)"
std::string describe(const alloc_t &a);          // "400 bytes, cudaMalloc at a.cu:3"
std::string plural(size_t n, const char *word);  // "1 byte", "2 bytes"

// ---- copies and sets, all of them as boxes of rows -------------------------------------------------------------
struct copy_t {
    char *dst;
    const char *src;  // null: a set with value
    size_t dpitch, dslice, spitch, sslice;
    size_t width, height, depth;
    int value;
    cudaMemcpyKind kind;
    const char *function;
    site_t site;
};
cudaError_t check_copy(const copy_t &c);  // what CUDA would answer; in the checked image reports what is wrong
void execute_copy(const copy_t &c);
cudaError_t submit_copy(const copy_t &c, bool async, cudaStream_t stream);
// "only 8 bytes were copied into it at a.cu:9: sizeof of a pointer?"; "" where nothing looks odd.
// For messages about values that were never written; knows something in the checked image only.
std::string copy_hint(const alloc_t *a);
void note_copy(const alloc_t *a, size_t offset, size_t bytes, const char *function, site_t site);
void forget_copies(const alloc_t *a);

// ---- findings about pointers (memory_findings.cpp); called in the checked image only ---------------------------
void report_bad_free(const void *p, const char *function, site_t site);
void report_bad_pointer(const copy_t &c, bool destination, const place_t &p);
void report_bad_size(const copy_t &c, bool destination, const place_t &p, size_t bytes);
void report_bad_direction(const copy_t &c, const place_t &dst, const place_t &src);
void report_bad_symbol(const void *symbol, const char *function, site_t site);
void report_symbol_size(const variable_t *v, size_t offset, size_t count, const char *function, site_t site);

// ---- API functions -------------------------------------------------------------------------------------------------
// False: the call is to return *e without doing anything (an injected or a sticky error, no device).
bool enter(const char *function, cudaError_t *e);
#define EMU_ENTER(name)                                                                                                \
    do {                                                                                                               \
        cudaError_t e_;                                                                                                \
        if (!emu::enter(name, &e_)) return emu::result(e_, name, EMU_SITE);                                            \
    } while (0)
void explained(void);                    // the error about to be returned has been reported already, with its reason
bool is_api_function(const char *name);  // that EMU_FAIL can make fail
const char *error_name(cudaError_t e);   // null: there is no such code
const char *error_text(cudaError_t e);
bool error_by_name(const char *name, cudaError_t *e);
void launch_prepare(void);                                   // also declared in cuda_runtime.h
cudaError_t launch_result(const void *kernel, bool called);  // the same
int device_count(void);
bool peer_enabled(int device, int peer);
void reset_devices(void);
void clear_errors(void);
int physical_device(int device);  // the number that CUDA_VISIBLE_DEVICES gave it
// The checker's; called by cudaDeviceReset before it frees what the program has forgotten.
void check_leaks(void) __attribute__((weak));
}  // namespace emu
