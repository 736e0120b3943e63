// [given] binary_search.h: not supported, and says so.
#error "thrust/binary_search.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
