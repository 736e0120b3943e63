// [given] cudaTypedefs.h: not supported, and says so.
#error "cudaTypedefs.h (the driver API) is not supported by the emulator: use the runtime API (cuda_runtime.h)"
