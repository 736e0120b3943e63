// [given] grid_sync.cu: blocks that wait for each other, warps that split up, threads of one block in several dimensions.
// options: --csv
// expect: "both_sides(float*, int)","grid_sync.cu",13,1,"(8,1,1)","(128,1,1)",1024,0,8,8,32,4.0000,4.0000,64,4.0000,4.0000,12288,12288,0,0.0000,0,0.0000,1.0000,0,0.0000,32.0000
// expect: "halves(float*)","grid_sync.cu",21,1,"(1,1,1)","(64,1,1)",64,0,1,1,0,0.0000,0.0000,4,2.0000,2.0000,256,256,0,0.0000,0,0.0000,0.0000,0,0.0000,16.0000
// expect: "cube(float*)","grid_sync.cu",28,1,"(1,1,1)","(4,4,8)",128,0,1,1,0,0.0000,0.0000,4,4.0000,4.0000,512,512,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "loop_of_rows(const float*, float*)","grid_sync.cu",34,1,"(1,1,1)","(32,1,1)",32,0,1,1,4,4.0000,2.5000,1,4.0000,4.0000,448,640,0,0.0000,0,0.0000,0.0000,0,0.0000,22.4000
// expect: "managed()","grid_sync.cu",43,1,"(1,1,1)","(256,1,1)",256,0,1,1,0,0.0000,0.0000,8,4.0000,4.0000,1024,1024,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
#include <cooperative_groups.h>
#include <cstdio>
#include <cuda_runtime.h>
namespace cg = cooperative_groups;

__global__ void both_sides(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    a[i] = i;
    cg::this_grid().sync();
    a[n + i] = a[n - 1 - i];
}

__global__ void halves(float *a)  // two requests of 16 threads each
{
    int t = threadIdx.x;
    if (t % 32 < 16) a[t] = 1;
    else a[t + 1024] = 2;
}

__global__ void cube(float *a)
{
    int i = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    a[i] = i;
}

__global__ void loop_of_rows(const float *a, float *sum)  // the loop has another length in each thread
{
    int t = threadIdx.x;
    float s = 0;
    for (int k = 0; k < 1 + t % 4; k++) s += a[k * 32 + t];
    sum[t] = s;
}

__device__ __managed__ float shared_by_both[256];
__global__ void managed(void) { shared_by_both[threadIdx.x] = threadIdx.x; }

int main()
{
    int n = 1024;
    float *a;
    cudaMalloc(&a, 2 * n * sizeof(float));
    cudaMemset(a, 0, 2 * n * sizeof(float));
    void *arguments[] = {&a, &n};
    cudaLaunchCooperativeKernel((void *)both_sides, dim3(8), dim3(128), arguments, 0, nullptr);
    halves<<<1, 64>>>(a);
    cube<<<1, dim3(4, 4, 8)>>>(a);
    loop_of_rows<<<1, 32>>>(a, a + n);
    managed<<<1, 256>>>();
    cudaDeviceSynchronize();
    cudaFree(a);
    printf("done\n");
}
