// [given] spin_lock.cu: locks that threads spin on, inside of a block and between blocks.
#include "test.h"

__device__ int lock = 0;
__device__ volatile int guarded = 0;

__global__ void between_blocks()
{
    if (threadIdx.x == 0) {
        while (atomicCAS(&lock, 0, 1) != 0) {}
        __threadfence();
        guarded = guarded + 1;
        __threadfence();
        atomicExch(&lock, 0);
    }
}
__global__ void inside_of_a_block(int *out)
{
    __shared__ int mutex;
    __shared__ volatile int n;
    if (threadIdx.x == 0) mutex = 0, n = 0;
    __syncthreads();
    bool mine = false;
    while (!mine) { // the form that also ends where the lanes of a warp run in lock-step
        if (atomicCAS(&mutex, 0, 1) == 0) {
            n = n + 1;
            __threadfence_block();
            atomicExch(&mutex, 0);
            mine = true;
        }
    }
    __syncthreads();
    if (threadIdx.x == 0) out[blockIdx.x] = n;
}
__global__ void simple(int *out) // the form that needs threads that go on independently
{
    __shared__ int mutex, n;
    if (threadIdx.x == 0) mutex = 0, n = 0;
    __syncthreads();
    while (atomicCAS(&mutex, 0, 1)) __nanosleep(20);
    __threadfence_block();
    n += 1;
    __threadfence_block();
    atomicExch(&mutex, 0);
    __syncthreads();
    if (threadIdx.x == 0) out[blockIdx.x] = n;
}
__global__ void one_after_the_other(int *turn, int *order) // a chain of threads through all blocks
{
    if (threadIdx.x != 0) return;
    while (atomicAdd(turn, 0) != int(blockIdx.x)) {}
    order[blockIdx.x] = blockIdx.x;
    __threadfence();
    atomicAdd(turn, 1);
}
int main()
{
    between_blocks<<<50, 32>>>();
    SYNC();
    int h = 0;
    CALL(cudaMemcpyFromSymbol(&h, guarded, sizeof h));
    EQUAL(h, 50);
    int *d = device<int>(40);
    inside_of_a_block<<<4, 64>>>(d);
    SYNC();
    for (int v : to_host(d, 4)) EQUAL(v, 64);
    simple<<<4, 64>>>(d);
    SYNC();
    for (int v : to_host(d, 4)) EQUAL(v, 64);
    CALL(cudaMemset(d, 0, 40 * sizeof(int)));
    int *order = d + 1; // all blocks have to be there at once: only a cooperative launch warrants that
    void *arguments[] = {&d, &order};
    CALL(cudaLaunchCooperativeKernel(one_after_the_other, dim3(20), dim3(32), arguments, 0, nullptr));
    SYNC();
    EQUAL(to_host(d, 40)[0], 20), EQUAL(to_host(d, 40)[20], 19);
    CALL(cudaFree(d));
    return done();
}
