// [given] cub.cpp: does not compile: cub/cub.cuh (CUB) is not supported by the emulator
#include <cub/cub.cuh>
