// [given] curand_mtgp32_kernel.h: not supported, and says so.
#error "curand_mtgp32_kernel.h (MTGP32 states) is not supported by the emulator: use curandState"
