// [given] reset.cu: cudaDeviceReset frees everything; variables have their first values again.
// findings: allowed
#include "test.h"

__device__ int value = 3;
__global__ void change() { value += 1; }
int main()
{
    int h = 0;
    size_t before = 0, after = 0, total = 0;
    CALL(cudaMemGetInfo(&before, &total));
    change<<<1, 1>>>();
    CALL(cudaMemcpyFromSymbol(&h, value, sizeof h));
    EQUAL(h, 4);
    device<char>(16 << 20);
    CALL(cudaDeviceReset());
    CALL(cudaMemGetInfo(&after, &total));
    CHECK(after + (8 << 20) > before);
    CALL(cudaMemcpyFromSymbol(&h, value, sizeof h));
    EQUAL(h, 3);
    int *d = device<int>(10);
    CALL(cudaFree(d));
    CALL(cudaDeviceReset());
    return done();
}
