// [given] nccl.h: not supported, and says so.
#error "nccl.h (NCCL) is not supported by the emulator"
