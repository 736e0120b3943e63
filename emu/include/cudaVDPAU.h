// [given] cudaVDPAU.h: not supported, and says so.
#error "cudaVDPAU.h (graphics) is not supported by the emulator"
