// [given] cupti.h: not supported, and says so.
#error "cupti.h (a tool's interface) is not supported by the emulator"
