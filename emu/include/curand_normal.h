// [given] curand_normal.h: a part of curand_kernel.h, in CUDA under its own name.
#pragma once
#include "curand_kernel.h"
