// [given] nvvm.h: not supported, and says so.
#error "nvvm.h (a tool's interface) is not supported by the emulator"
