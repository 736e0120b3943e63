// [given] check.h: what the tests of the API check with. A test prints "ok" and ends with 0.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include <cuda_runtime.h>

static int failures;

#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition), failures++;                 \
    } while (0)
#define IS(call, wanted)                                                                                               \
    do {                                                                                                               \
        const cudaError_t got_ = (call), wanted_ = (wanted);                                                           \
        if (got_ != wanted_)                                                                                           \
            printf("%s:%d: %s: %s, not %s\n", __FILE__, __LINE__, #call, cudaGetErrorName(got_),                       \
                   cudaGetErrorName(wanted_)),                                                                         \
                failures++;                                                                                            \
    } while (0)
#define OK(call) IS(call, cudaSuccess)

static int done(void)
{
    if (!failures) printf("ok\n");
    return failures != 0;
}
