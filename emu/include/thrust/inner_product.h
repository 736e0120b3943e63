// [given] inner_product.h: not supported, and says so.
#error "thrust/inner_product.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
