// [given] cuda_vdpau_interop.h: not supported, and says so.
#error "cuda_vdpau_interop.h (graphics) is not supported by the emulator"
