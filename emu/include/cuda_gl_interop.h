// [given] cuda_gl_interop.h: not supported, and says so.
#error "cuda_gl_interop.h (graphics) is not supported by the emulator"
