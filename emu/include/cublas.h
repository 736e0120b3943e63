// [given] cublas.h: the interface of cuBLAS without handles is not supported; this leads to the one that is.
#pragma once
#include "cublas_v2.h"
