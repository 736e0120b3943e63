// [given] universal_vector.h: not supported, and says so.
#error "thrust/universal_vector.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
