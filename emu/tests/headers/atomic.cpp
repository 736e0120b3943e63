// [given] atomic.cpp: atomic functions: results, mixed arguments, a program's own overload, one report each.
#define __CUDACC__
#include <cuda_runtime.h>
#include "check.h"

extern int accesses;
extern size_t last_bytes;
static int own;
double atomicAdd(double *p, double v)  // as many programs have it, from before GPUs could
{
    own++;
    return *p += v;
}
struct dynamic_t {  // like extern __shared__ int name[] at namespace scope
    int *p;
    operator int *() const { return p; }
};

int main()
{
    int i = 5, array[4] = {0, 0, 0, 7};
    unsigned u = 3;
    long long ll = -4;
    unsigned long long ull = 1ull << 40;
    float f = 1;
    double d = 0;
    unsigned short us = 9;
    CHECK(atomicAdd(&i, 2) == 5 && i == 7 && accesses == 1 && last_bytes == 4);
    CHECK(atomicSub(&i, 3) == 7 && i == 4);
    CHECK(atomicAdd(&f, 1.5) == 1 && f == 2.5f && atomicAdd(&f, 1) == 2.5f && f == 3.5f);
    CHECK(atomicAdd(&ull, 1) == 1ull << 40 && ull == (1ull << 40) + 1 && last_bytes == 8);
    CHECK(atomicMin(&ll, -9) == -4 && ll == -9 && atomicMax(&ll, 0) == -9 && ll == 0);
    CHECK(atomicMin(&i, -1) == 4 && i == -1 && atomicMax(&u, 2) == 3 && u == 3 && atomicMin(&u, 1) == 3 && u == 1);
    u = 3;
    CHECK(atomicInc(&u, 3) == 3 && u == 0 && atomicInc(&u, 3) == 0 && u == 1);
    CHECK(atomicDec(&u, 7) == 1 && u == 0 && atomicDec(&u, 7) == 0 && u == 7 && (u = 9, atomicDec(&u, 7)) == 9 &&
          u == 7);
    CHECK(atomicExch(&f, 8) == 3.5f && f == 8 && atomicExch(&i, 6) == -1 && i == 6);
    CHECK(atomicCAS(&i, 6, 7) == 6 && i == 7 && atomicCAS(&i, 6, 8) == 7 && i == 7);
    CHECK(atomicCAS(&us, 9, 10) == 9 && us == 10 && last_bytes == 2);
    CHECK(atomicAnd(&i, 5) == 7 && i == 5 && atomicOr(&i, 8) == 5 && i == 13 && atomicXor(&i, 1) == 13 && i == 12);
    CHECK(atomicAdd_block(&i, 1) == 12 && atomicAdd_system(&i, 1) == 13 && atomicCAS_system(&i, 14, 0) == 14 && i == 0);
    float4 v = {1, 2, 3, 4};
    CHECK(atomicAdd(&v, make_float4(1, 1, 1, 1)).w == 4 && v.w == 5 && v.x == 2);
    CHECK(atomicAdd(array + 3, 1) == 7 && atomicAdd(dynamic_t{array}, 4) == 0 && array[0] == 4);
    const int before = accesses;
    CHECK(atomicAdd(&d, 2.0) == 2 && atomicAdd(&d, 1) == 3 && own == 2 && accesses == before);
    return wrong_count != 0;
}
