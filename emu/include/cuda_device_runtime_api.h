// [given] cuda_device_runtime_api.h: CUDA's name for what kernels may call of the runtime API.
#pragma once
#include "cuda_runtime_api.h"
