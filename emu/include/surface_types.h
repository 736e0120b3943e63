// [given] surface_types.h: not supported, and says so.
#error "surface_types.h (textures and surfaces) is not supported by the emulator: use plain device memory"
