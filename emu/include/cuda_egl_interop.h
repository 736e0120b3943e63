// [given] cuda_egl_interop.h: not supported, and says so.
#error "cuda_egl_interop.h (graphics) is not supported by the emulator"
