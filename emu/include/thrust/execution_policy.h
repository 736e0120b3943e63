// [given] execution_policy.h: not supported, and says so.
#error "thrust/execution_policy.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
