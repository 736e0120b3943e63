// [given] curand_mrg32k3a.h: not supported, and says so.
#error "curand_mrg32k3a.h (MRG32k3a states) is not supported by the emulator: use curandState"
