// [given] host_defines.h: CUDA's name for host_defines.h.
#pragma once
#include "../host_defines.h"
