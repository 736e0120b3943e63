// [given] spin_lock.cu: critical sections guarded by atomicCAS, __threadfence() and atomicExch.
#include <cstdio>

__device__ int lock;

__device__ void take() {
    while (atomicCAS(&lock, 0, 1) != 0) {}
    __threadfence();
}

__device__ void give() {
    __threadfence();
    atomicExch(&lock, 0);
}

struct account_t {
    int total, count, last[4];
};

__global__ void pay(account_t *a, int value)
{
    if (threadIdx.x == 0) {
        take();
        a->total += value * (blockIdx.x + 1);
        a->last[a->count % 4] = a->total;
        a->count++;
        give();
    }
}

__global__ void pay_all(account_t *a) // every thread of every block, in the form that lock-step warps survive
{
    bool done = false;
    while (!done) {
        if (atomicCAS(&lock, 0, 1) == 0) {
            __threadfence();
            a->total += 1;
            a->count++;
            __threadfence();
            atomicExch(&lock, 0);
            done = true;
        }
    }
}

int main()
{
    account_t h = {}, *a;
    cudaMalloc(&a, sizeof h);
    cudaMemset(a, 0, sizeof h);
    pay<<<10, 32>>>(a, 2);
    pay_all<<<3, 48>>>(a);
    cudaMemcpy(&h, a, sizeof h, cudaMemcpyDeviceToHost);
    if (h.total != 110 + 144 || h.count != 10 + 144) return printf("%d %d\n", h.total, h.count), 1;
    cudaFree(a);
    return 0;
}
