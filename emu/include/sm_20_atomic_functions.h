// [given] sm_20_atomic_functions.h: CUDA's name for a part of device_functions.h.
#pragma once
#include "device_functions.h"
