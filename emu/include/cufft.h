// [given] cufft.h: not supported, and says so.
#error "cufft.h (cuFFT) is not supported by the emulator"
