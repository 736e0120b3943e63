// [given] curand.h: the names of cuRAND's host functions, which are not supported: calls do not compile.
#pragma once
#include "cuda_runtime_api.h"

typedef enum curandStatus { CURAND_STATUS_SUCCESS = 0 } curandStatus_t;
typedef enum curandRngType {
    CURAND_RNG_PSEUDO_DEFAULT = 100,
    CURAND_RNG_PSEUDO_XORWOW = 101,
    CURAND_RNG_PSEUDO_MRG32K3A = 121,
    CURAND_RNG_PSEUDO_MTGP32 = 141,
    CURAND_RNG_PSEUDO_MT19937 = 142,
    CURAND_RNG_PSEUDO_PHILOX4_32_10 = 161
} curandRngType_t;
typedef struct curandGenerator_st *curandGenerator_t;

#define EMU_HOST_FUNCTION(name)                                                                                        \
    __attribute__((error(#name                                                                                         \
                         " is a host function of cuRAND, which the emulator does not support: use curand_kernel.h "    \
                         "in a kernel, or the C++ library's <random>"))) curandStatus_t                                \
    name(EMU_ANY)
#ifdef __cplusplus
#define EMU_ANY ...
#else
#define EMU_ANY
#endif
EMU_HOST_FUNCTION(curandCreateGenerator);
EMU_HOST_FUNCTION(curandCreateGeneratorHost);
EMU_HOST_FUNCTION(curandDestroyGenerator);
EMU_HOST_FUNCTION(curandSetPseudoRandomGeneratorSeed);
EMU_HOST_FUNCTION(curandSetGeneratorOffset);
EMU_HOST_FUNCTION(curandSetStream);
EMU_HOST_FUNCTION(curandGenerate);
EMU_HOST_FUNCTION(curandGenerateUniform);
EMU_HOST_FUNCTION(curandGenerateUniformDouble);
EMU_HOST_FUNCTION(curandGenerateNormal);
EMU_HOST_FUNCTION(curandGenerateNormalDouble);
EMU_HOST_FUNCTION(curandGenerateLogNormal);
EMU_HOST_FUNCTION(curandGeneratePoisson);
#undef EMU_HOST_FUNCTION
#undef EMU_ANY
