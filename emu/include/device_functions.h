// [given] device_functions.h: what kernels can call beyond C++; cuda_runtime.h has it already.
#pragma once
#ifdef __CUDACC__
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/math.h"
#include "emu/atomics.h"
#include "emu/warp.h"
#endif
