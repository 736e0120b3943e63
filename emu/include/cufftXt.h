// [given] cufftXt.h: not supported, and says so.
#error "cufftXt.h (cuFFT) is not supported by the emulator"
