// [given] cudaEGL.h: not supported, and says so.
#error "cudaEGL.h (graphics) is not supported by the emulator"
