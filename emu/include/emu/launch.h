// [given] emu/launch.h: how a kernel that bin/nvcc has rewritten reaches the runtime, and the built-in variables.
//
// bin/nvcc turns
//     __global__ void k(float *a, int n) { BODY }            k<<<grid, block, shared, stream>>>(a, n);
// into
//     void k(float *a, int n) {
//         static emu::kernel_t emu_kernel = {"k", "file.cu", 12, __PRETTY_FUNCTION__, 0};
//         emu::launch<MODE>(&emu_kernel, [=](const uint3 threadIdx, const uint3 blockIdx, const dim3 blockDim,
//                                            const dim3 gridDim) mutable __attribute__((always_inline)) -> void { BODY });
//     }
//     (emu::push(grid, block, shared, stream), k(a, n));
#pragma once
#include "../vector_types.h"
#include <cstddef>
#include <new>

typedef struct CUstream_st *cudaStream_t;

// The built-in variables as device functions see them; a kernel's own body has them as parameters.
extern __thread uint3 threadIdx, blockIdx;
extern __thread dim3 blockDim, gridDim;
constexpr int warpSize = 32;

namespace emu
{

struct kernel_t {  // one per kernel (and per instance of a template)
    const char *name, *file;
    int line;
    const char *signature;  // __PRETTY_FUNCTION__
    unsigned long launches;
    float block_cost;  // measured: nanoseconds a block
};

struct block_t {            // the block that an OS thread is running: what the loop over its threads needs
    unsigned current;       // linear number of the running thread
    unsigned eventful;      // 0 while threads just run one after another: `started` and `ended` are not kept up to date
    unsigned started;       // threads started so far,
    unsigned ended;         // and returned,
    unsigned count;         // of so many
    uint3 next;             // the one to start next
    const unsigned *order;  // null: 0, 1, 2, ...; else the linear number of the thread to start as i-th
    uint3 index;
    dim3 dim, grid;
};

enum { MODE_PLAIN = 0, MODE_LEAF = 1, MODE_CHECKED = 2 };  // MODE_LEAF: the body calls nothing that could block

typedef void (*run_t)(const void *closure, block_t *block);  // starts threads until none is left to start

// A launch configuration, taken by the kernel called next. [noinline: its return address is the place of the launch]
void push(dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = nullptr);
void push_cooperative(dim3 grid, dim3 block, size_t shared, cudaStream_t stream);  // grid-wide barriers are allowed
void enqueue(kernel_t *kernel, void *closure, run_t run, void (*destroy)(void *closure));

void thread_begin(block_t *b, uint3 *thread);  // starts the next thread, in any order
void thread_end(block_t *b);                   // counts it, and frees threads that waited for it
void atomic_access(void *p, size_t bytes);     // called before every atomic operation
void grid_sync(void);                          // barrier of all blocks of a cooperative launch
[[noreturn]] void trap(void);                  // ends the launch with cudaErrorLaunchFailure
void spin(void);                               // called in loops that wait for another thread
void *dynamic_shared(void);                    // the block's dynamic shared memory

template <int MODE, class F> void run_threads(const void *closure, block_t *b)
{
    const F &kernel = *static_cast<const F *>(closure);
    if constexpr (MODE == MODE_CHECKED) {
        while (b->started < b->count) {
            uint3 t;
            thread_begin(b, &t);
            F own = kernel;
            own(t, b->index, b->dim, b->grid);
            thread_end(b);
        }
    } else if constexpr (MODE == MODE_LEAF) {
        const uint3 index = b->index;
        const dim3 dim = b->dim, grid = b->grid;
        unsigned current = 0;
        for (unsigned z = 0; z < dim.z; z++)
            for (unsigned y = 0; y < dim.y; y++)
                for (unsigned x = 0; x < dim.x; x++) {
                    b->current = current++;  // for the message, should this thread crash
                    F own = kernel;
                    own(uint3{x, y, z}, index, dim, grid);
                }
        b->started = b->ended = b->count;
    } else {  // one copy of the kernel's body for both cases, or the code would double
        const uint3 index = b->index;
        const dim3 dim = b->dim, grid = b->grid;
        const unsigned count = b->count;
        unsigned i = 0, x = 0, y = 0, z = 0;
        for (;;) {
            uint3 t;
            if (!b->eventful) {
                if (i == count) break;
                b->current = i;
                threadIdx.x = t.x = x, threadIdx.y = t.y = y,
                threadIdx.z = t.z = z;  // apart: stores of 4 bytes are not read as 8
            } else {
                if (b->started == count) return;
                uint3 next;
                thread_begin(b, &next);
                t.x = next.x, t.y = next.y, t.z = next.z;
            }
            F own = kernel;
            own(t, index, dim, grid);
            if (b->eventful) {  // this thread, or one that it called, has waited: others go on with the loop meanwhile
                thread_end(b);
                continue;
            }
            i++;
            if (++x == dim.x) {
                x = 0;
                if (++y == dim.y) y = 0, z++;
            }
        }
        b->started = b->ended = count;
    }
}

template <class F> void destroy_closure(void *closure) { delete static_cast<F *>(closure); }

template <int MODE, class F> __attribute__((always_inline)) inline void launch(kernel_t *kernel, const F &f)
{
    enqueue(kernel, new F(f), run_threads<MODE, F>, destroy_closure<F>);
}

// extern __shared__ T name[]; at namespace scope
template <class T> struct dynamic_shared_t {
    operator T *() const { return static_cast<T *>(dynamic_shared()); }
};

// A __device__, __constant__ or __managed__ variable; bin/nvcc writes one after each definition.
struct variable_t {
    void *address;
    size_t size;
    const char *name, *file;
    int line;
    char kind;  // 'd'evice, 'c'onstant, 'm'anaged
    variable_t *next;
    variable_t(const void *address, size_t size, const char *name, const char *file, int line, char kind);
};
}  // namespace emu
