// [given] spin_flag.cu: a thread waits in a plain loop on a volatile variable that another thread of its block sets.
// findings: allowed
#include "test.h"

__global__ void flag_in_block(int *out)
{
    __shared__ volatile int flag, value;
    if (threadIdx.x == 0) flag = 0;
    __syncthreads();
    if (threadIdx.x == 40) {
        value = 17;
        __threadfence_block();
        flag = 1;
    }
    if (threadIdx.x == 0) {
        while (!flag) {}
        __threadfence_block();
        *out = value;
    }
}
int main()
{
    int *d = device<int>(1);
    flag_in_block<<<2, 64>>>(d);
    SYNC();
    EQUAL(to_host(d, 1)[0], 17);
    CALL(cudaFree(d));
    return done();
}
