// [given] cuda_utils.cuh: for .cu files: checked calls, memory, grid sizes, a timer.
#ifndef NN_CUDA_UTILS_CUH
#define NN_CUDA_UTILS_CUH

#include <cuda_runtime.h>

#include "cuda_utils.h"

// Dies of any error of a CUDA call: file, line, the call, the error's name and text, and what to do.
//     CUDA_CHECK(cudaMemcpy(dst, src, bytes, cudaMemcpyHostToDevice));
#define CUDA_CHECK(call) cuda_check(call, #call, __FILE__, __LINE__)
void cuda_check(cudaError_t e, const char *call, const char *file, int line);

// After each <<<>>>, with the kernel's name: a launch returns nothing, so its errors are asked for here. `make DEBUG=1`
// also waits for the kernel to end: an error inside it (a wrong address, say) is then told here, with its name,
// instead of at a later call that has nothing to do with it.
//     update_parameters<<<blocks(n), cuda_options.block>>>(...);
//     LAUNCH_CHECK("update_parameters");
#define LAUNCH_CHECK(kernel) cuda_launch_check(kernel, __FILE__, __LINE__)
void cuda_launch_check(const char *kernel, const char *file, int line);

// `bytes` of device memory; the caller frees it with cudaFree. Dies of: not enough; says how much was asked for, what
// for, and how much is free. 0 bytes: NULL.
void *cuda_alloc(size_t bytes, const char *what_for);

// Blocks of cuda_options.block threads (or of `block`) for n elements: n / block, rounded up.
unsigned cuda_blocks(size_t n);
inline unsigned cuda_blocks(size_t n, unsigned block) { return (unsigned)((n + block - 1) / block); }

// Time on the device between start and stop [ms]. Stopping waits for the device.
struct cuda_timer_t {
    cudaEvent_t start, stop;
};
cuda_timer_t cuda_timer_start(void);
double cuda_timer_stop(cuda_timer_t *timer);

#endif
