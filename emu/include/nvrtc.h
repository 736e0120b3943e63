// [given] nvrtc.h: not supported, and says so.
#error "nvrtc.h (compilation at run time) is not supported by the emulator"
