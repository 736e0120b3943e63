// [given] cufftw.h: not supported, and says so.
#error "cufftw.h (cuFFT) is not supported by the emulator"
