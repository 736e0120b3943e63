// [given] surface_functions.h: not supported, and says so.
#error "surface_functions.h (textures and surfaces) is not supported by the emulator: use plain device memory"
