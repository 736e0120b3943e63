// [given] builtin_types.h: CUDA's name for the vector types and the types of the runtime API.
#pragma once
#include "vector_types.h"
#include "driver_types.h"
