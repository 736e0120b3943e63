// [given] emu/blame.h: for graders: who wrote an element of device memory last? Answered after the run, in the checked image only.
//
//     char text[256];
//     emu_last_writer_text(&dW[17 * n + 5], text, sizeof text);
//     // "last written at train.cu:88 by block (0,0,0) thread (1,5,0) of kernel update(float*, int), launch 12"
#ifndef EMU_BLAME_H
#define EMU_BLAME_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum emu_writer_kind {
    EMU_WRITER_UNKNOWN = 0,  // not device memory, or the program does not run under compute-sanitizer
    EMU_WRITER_NEVER = 1,    // allocated at file:line by function, and never written
    EMU_WRITER_KERNEL = 2,   // kernel, file, line, block, thread, launch
    EMU_WRITER_COPY = 3,     // copied by function at file:line
    EMU_WRITER_SET = 4       // set by function at file:line
};

typedef struct emu_writer_t {
    enum emu_writer_kind kind;
    const char *kernel;    // with its arguments; "" unless kind is EMU_WRITER_KERNEL
    const char *function;  // "cudaMemcpy", ...; "" for kernels
    const char *file;      // "" unknown
    int line;              // 0 unknown
    unsigned block[3], thread[3];
    int thread_known;      // 0: block and thread have been forgotten, or (atomic) many threads have added to it
    int atomic;            // written by an atomic operation: by the named thread among others
    unsigned long launch;  // number of the kernel launch in the program: 1, 2, 3, ...
} emu_writer_t;

// Who wrote the byte at device_pointer last. Returns the kind (EMU_WRITER_UNKNOWN: 0). The strings live on.
int emu_last_writer(const void *device_pointer, emu_writer_t *out);

// The same as a sentence, cut to size; "" if unknown. Returns the kind.
int emu_last_writer_text(const void *device_pointer, char *text, size_t size);

// How many kernels, and cuBLAS functions in their place, this process has executed so far. Work may be put off:
// synchronise first. In the fast image too.
unsigned long emu_launches(void);

// How many bytes copies have brought from the device to where the host can read them. Likewise.
unsigned long emu_bytes_to_host(void);

#ifdef __cplusplus
}
#endif
#endif
