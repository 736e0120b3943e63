// [given] channel_descriptor.h: not supported, and says so.
#error "channel_descriptor.h (textures and surfaces) is not supported by the emulator: use plain device memory"
