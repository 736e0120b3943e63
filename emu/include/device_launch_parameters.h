// [given] device_launch_parameters.h: threadIdx, blockIdx and their kin; cuda_runtime.h has it already.
#pragma once
#include "vector_types.h"
#ifdef __CUDACC__
#include "emu/launch.h"
#endif
