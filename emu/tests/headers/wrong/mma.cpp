// [given] mma.cpp: does not compile: mma.h (tensor cores) is not supported by the emulator
#include <mma.h>
