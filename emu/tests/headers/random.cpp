// [given] random.cpp: curand_kernel.h gives cuRAND's numbers: at the start, far on, and in other subsequences.
#define __CUDACC__
#include <cuda_runtime.h>
#include <curand_kernel.h>
#include "check.h"

template <class STATE> static bool starts(unsigned long long seed, unsigned long long sequence,
                                          unsigned long long offset, unsigned first, unsigned second, unsigned seventh)
{
    STATE s;
    curand_init(seed, sequence, offset, &s);
    if (curand(&s) != first || curand(&s) != second) return false;
    skipahead(4, &s);
    return curand(&s) == seventh;
}

int main()
{
    typedef curandStatePhilox4_32_10_t philox;
    CHECK(starts<curandState>(0, 0, 0, 0xbd7f03b6, 0x703e556d, 0x3a46d453));
    CHECK(starts<curandState>(42, 1000, 77, 0x3fe3b628, 0x37e7a60e, 0x24097533));
    CHECK(starts<curandState>(1234567890123, 1048579, 1000003, 0x15aeb1ef, 0xb08a555b, 0x2f352e33));
    CHECK(starts<philox>(0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xb1a574eb));
    CHECK(starts<philox>(42, 1000, 77, 0x9b164113, 0x03e2d65a, 0x191fa396));
    curandState s;
    curand_init(42, 3, 0, &s);
    double sum = 0, squares = 0, least = 1, most = 0;
    for (int i = 0; i < 100000; i++) {
        const double u = curand_uniform(&s), n = curand_normal(&s);
        least = u < least ? u : least;
        most = u > most ? u : most;
        sum += n;
        squares += n * n;
    }
    CHECK(least > 0 && least < 1e-4 && most <= 1 && most > 0.9999 && fabs(sum) < 1000 && fabs(squares - 1e5) < 1500);
    return wrong_count != 0;
}
