// [given] math_functions.h: CUDA's name for a part of device_functions.h.
#pragma once
#include "device_functions.h"
