// [given] nvJitLink.h: not supported, and says so.
#error "nvJitLink.h (a tool's interface) is not supported by the emulator"
