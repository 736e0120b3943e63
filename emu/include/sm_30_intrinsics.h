// [given] sm_30_intrinsics.h: CUDA's name for a part of device_functions.h.
#pragma once
#include "device_functions.h"
