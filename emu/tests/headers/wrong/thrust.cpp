// [given] thrust.cpp: does not compile: thrust/device_vector.h (Thrust) is not supported by the emulator
#include <thrust/device_vector.h>
