// [given] cuda_awbarrier_primitives.h: not supported, and says so.
#error "cuda_awbarrier_primitives.h (asynchronous barriers) is not supported by the emulator: use __syncthreads"
