// [given] cudaGL.h: not supported, and says so.
#error "cudaGL.h (graphics) is not supported by the emulator"
