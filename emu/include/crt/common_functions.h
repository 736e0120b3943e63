// [given] common_functions.h: CUDA's name for device_functions.h.
#pragma once
#include "../device_functions.h"
