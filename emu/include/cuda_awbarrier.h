// [given] cuda_awbarrier.h: not supported, and says so.
#error "cuda_awbarrier.h (asynchronous barriers) is not supported by the emulator: use __syncthreads"
