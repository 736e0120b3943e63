// [given] check.h: what the tests of the API check with. A test prints "ok" and ends with 0.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include <cuda_runtime.h>

static int failures;

<<<<<<< HEAD
#define expect(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition), failures++;                 \
    } while (0)
#define is(call, wanted)                                                                                               \
=======
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition), failures++;                 \
    } while (0)
#define IS(call, wanted)                                                                                               \
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
    do {                                                                                                               \
        const cudaError_t got_ = (call), wanted_ = (wanted);                                                           \
        if (got_ != wanted_)                                                                                           \
            printf("%s:%d: %s: %s, not %s\n", __FILE__, __LINE__, #call, cudaGetErrorName(got_),                       \
                   cudaGetErrorName(wanted_)),                                                                         \
                failures++;                                                                                            \
    } while (0)
<<<<<<< HEAD
#define ok(call) is(call, cudaSuccess)
=======
#define OK(call) IS(call, cudaSuccess)
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d

static int done(void)
{
    if (!failures) printf("ok\n");
    return failures != 0;
}
