// [given] main.cu: launches a kernel of another file, directly and through a host file.
#include "parts.h"
#include <cstdio>
__global__ void read(int *a) { *a = total; }
extern "C" void launch_count(int *a, int n) { count<<<1, n>>>(a); }
int main()
{
    int *d, h[32] = {0};
    cudaMalloc(&d, sizeof h);
    cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
    count<<<1, 32>>>(d);
    const int sum = host_side(d, 32);
    read<<<1, 1>>>(d);
    cudaMemcpy(h, d, sizeof(int), cudaMemcpyDeviceToHost);
    const bool ok = sum == plain_c(32 * 7) && h[0] == 102 && cudaGetLastError() == cudaSuccess;
    puts(ok ? "ok" : "wrong");
    return !ok;
}
