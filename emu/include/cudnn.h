// [given] cudnn.h: not supported, and says so.
#error "cudnn.h (cuDNN) is not supported by the emulator"
