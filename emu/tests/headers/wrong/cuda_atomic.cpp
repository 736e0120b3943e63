// [given] cuda_atomic.cpp: does not compile: cuda/atomic (libcu++) is not supported by the emulator
#include <cuda/atomic>
