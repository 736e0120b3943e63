// [given] flags.cu: blocks hand a value on to the next: volatile flags and __threadfence().
#include <cstdio>

__global__ void chain(const int *in, volatile int *state, int *sums, int *ticket)
{
    __shared__ int block, before;
    if (threadIdx.x == 0) {
        block = atomicAdd(ticket, 1); // in the order of their arrival
        int s = 0;
        for (int i = 0; i < 32; i++) s += in[block * 32 + i];
        before = 0;
        if (block > 0) {
            while (state[block - 1] == 0) {}
            __threadfence();
            before = sums[block - 1];
        }
        sums[block] = before + s;
        __threadfence();
        state[block] = 1;
    }
    __syncthreads();
}

int main()
{
    int h[256], r[8], *in, *state, *sums, *ticket;
    for (int i = 0; i < 256; i++) h[i] = i;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&state, sizeof r);
    cudaMalloc(&sums, sizeof r);
    cudaMalloc(&ticket, sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemset(state, 0, sizeof r);
    cudaMemset(ticket, 0, sizeof(int));
    chain<<<8, 32>>>(in, state, sums, ticket);
    cudaMemcpy(r, sums, sizeof r, cudaMemcpyDeviceToHost);
    if (r[7] != 255 * 128) return printf("%d\n", r[7]), 1;
    cudaFree(in);
    cudaFree(state);
    cudaFree(sums);
    cudaFree(ticket);
    return 0;
}
