// [given] curand_mtgp32_host.h: not supported, and says so.
#error "curand_mtgp32_host.h (MTGP32 states) is not supported by the emulator: use curandState"
