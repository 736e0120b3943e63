// [given] sentences.cu: what the report says about the usual mistakes.
// expect: Caches, occupancy and time are not modelled: emulator time says nothing about a GPU, and none is shown.
// expect: launches 1   grid (2,1,1)   block (256,1,1)   threads 512, of which 0 did nothing
// expect: global load                 16 requests    16.00 sectors each (4.00 would do)    25 % of 8192 bytes moved are used
// expect: global store                16 requests    16.00 sectors each (4.00 would do)    25 % of 8192 bytes moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! sentences.cu:122  load of 4 bytes from p (8192 bytes from cudaMalloc at sentences.cu:182)
// expect: 16 requests of 32 threads; stride of 16 bytes between neighbouring threads, of which 4 are used; 16
// expect: sectors where 4 would do
// expect: hint: Most of what is moved is thrown away. Let neighbouring threads use neighbouring elements: a
// expect: structure of arrays instead of an array of structures, or a loop in which each thread advances by
// expect: the number of threads.
// expect: ! sentences.cu:122  store of 4 bytes to p (8192 bytes from cudaMalloc at sentences.cu:182)
// expect: 16 requests of 32 threads; stride of 16 bytes between neighbouring threads, of which 4 are used; 16
// expect: sectors where 4 would do
// expect: hint: Most of what is moved is thrown away. Let neighbouring threads use neighbouring elements: a
// expect: structure of arrays instead of an array of structures, or a loop in which each thread advances by
// expect: the number of threads.
// expect: launches 1   grid (2,1,1)   block (256,1,1)   threads 512, of which 0 did nothing
// expect: global load              8,192 requests    32.00 sectors each (4.00 would do)    12 % of 8192.0 KiB moved are used
// expect: global store                16 requests     4.00 sectors each (4.00 would do)   100 % of 2048 bytes moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! sentences.cu:130  load of 4 bytes from a (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 8,192 requests of 32 threads; stride of 2048 bytes between neighbouring threads: column access; 32
// expect: sectors where 4 would do
// expect: hint: Let threadIdx.x run along the last index of the array, so that neighbouring threads read
// expect: neighbouring elements; or bring a tile into shared memory row by row and read its columns there.
// expect: launches 1   grid (4,1,1)   block (256,1,1)   threads 1,024, of which 0 did nothing
// expect: global load                 64 requests    18.00 sectors each (4.00 would do)    22 % of 36.0 KiB moved are used
// expect: global store                32 requests     4.00 sectors each (4.00 would do)   100 % of 4096 bytes moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! sentences.cu:137  load of 4 bytes from __device__ table
// expect: 32 requests of 32 threads; neighbouring threads use addresses with no regular distance; 32 sectors where
// expect: 4 would do
// expect: hint: The indices come from data. Sort or group them if you can, or bring the part that is used into
// expect: shared memory.
// expect: launches 1   grid (10,1,1)   block (100,1,1)   threads 1,000, of which 0 did nothing
// expect: global store                40 requests     3.62 sectors each (3.25 would do)    86 % of 4640 bytes moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! A block has 100 threads: its last warp has only 4 of 32. A GPU runs whole warps; choose a multiple of 32.
// expect: nothing to remark on its 1 accesses to memory
// expect: launches 1   grid (2,1,1)   block (256,1,1)   threads 512, of which 0 did nothing
// expect: global load                 16 requests     4.00 sectors each (4.00 would do)   100 % of 2048 bytes moved are used
// expect: atomic                      16 requests    32.00 threads of a warp at one address on average, at most 32
// expect: active threads            32.0 of 32 in a request
// expect: 512 operations, 100 % of them on b[0]
// expect: ! sentences.cu:145  atomic of 4 bytes on b (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 16 requests of 32 threads; on average 32 threads of a warp (at most 32) want the same address at once
// expect: hint: They are served one after another. Add up within the block first (in shared memory or with warp
// expect: shuffles), then let one thread add the block's sum.
// expect: launches 1   grid (10000,1,1)   block (256,1,1)   threads 2,560,000, of which about 2,559,900 did nothing
// expect: estimated from 64 of 10,000 blocks
// expect: global store                 4 requests     3.25 sectors each (3.25 would do)    96 % of 416 bytes moved are used
// expect: active threads            25.0 of 32 in a request
// expect: ! about 2,559,900 of 2,560,000 threads did nothing (no store, no atomic operation, not even a load). 1 block
// expect: of 256 threads would do instead of 10,000; was the grid computed from the number of elements, divided by the
// expect: block size?
// expect: nothing to remark on its 1 accesses to memory
// expect: launches 1   grid (2,1,1)   block (256,1,1)   threads 512, of which 512 did nothing
// expect: global load                 16 requests     4.00 sectors each (4.00 would do)   100 % of 2048 bytes moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! 512 of 512 threads did nothing (no store, no atomic operation). The kernel had no effect at all; is its
// expect: condition ever true?
// expect: nothing to remark on its 1 accesses to memory
// expect: launches 1   grid (1,1,1)   block (128,1,1)   threads 128, of which 96 did nothing
// expect: global load                 32 requests     4.00 sectors each (1.00 would do)    25 % of 4096 bytes moved are used
// expect: global store                32 requests     4.00 sectors each (1.00 would do)    25 % of 4096 bytes moved are used
// expect: active threads             8.0 of 32 in a request
// expect: ! 96 of 128 threads did nothing (no store, no atomic operation, not even a load). They lie between threads
// expect: that work. Let consecutive threads do the work: whole warps without any cost nothing.
// expect: ! On average 8.0 of 32 threads of a warp take part in a memory access; most are lost at sentences.cu:164
// expect: (8.0). Threads of a warp that take the other branch wait; let whole warps decide alike.
// expect: ! sentences.cu:164  load of 4 bytes from a (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 32 requests of 8 threads; neighbouring elements for neighbouring threads, but many threads do not take
// expect: part; 4 sectors where 1 would do
// expect: hint: Let consecutive threads do this work, so that each sector is used in full.
// expect: ! sentences.cu:164  store of 4 bytes to a (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 32 requests of 8 threads; neighbouring elements for neighbouring threads, but many threads do not take
// expect: part; 4 sectors where 1 would do
// expect: hint: Let consecutive threads do this work, so that each sector is used in full.
// expect: launches 200   grid (1,1,1)   block (64,1,1)   threads 12,800, of which 0 did nothing
// expect: estimated from 45 of 200 blocks
// expect: global load                400 requests     4.00 sectors each (4.00 would do)   100 % of 50.0 KiB moved are used
// expect: global store               400 requests     4.00 sectors each (4.00 would do)   100 % of 50.0 KiB moved are used
// expect: active threads            32.0 of 32 in a request
// expect: - 200 launches of 64 threads on average: starting a kernel costs a GPU more than so little work. Larger
// expect: batches, or several steps in one kernel, help.
// expect: nothing to remark on its 2 accesses to memory
// expect: launches 1   grid (16,8,1)   block (4,64,1)   threads 32,768, of which 0 did nothing
// expect: estimated from 46 of 128 blocks
// expect: global load              1,024 requests     8.00 sectors each (4.00 would do)    50 % of 256.0 KiB moved are used
// expect: global store             1,024 requests     8.00 sectors each (4.00 would do)    50 % of 256.0 KiB moved are used
// expect: active threads            32.0 of 32 in a request
// expect: ! sentences.cu:172  load of 4 bytes from a (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 1,024 requests of 32 threads; neighbouring threads use neighbouring elements, but in rows of 4 only; 8
// expect: sectors where 4 would do
// expect: hint: Rows of threads that are no multiple of 8 long use parts of sectors: choose blockDim.x as a
// expect: multiple of 32.
// expect: ! sentences.cu:172  store of 4 bytes to b (1048576 bytes from cudaMalloc at sentences.cu:181)
// expect: 1,024 requests of 32 threads; neighbouring threads use neighbouring elements, but in rows of 4 only; 8
// expect: sectors where 4 would do
// expect: hint: Rows of threads that are no multiple of 8 long use parts of sectors: choose blockDim.x as a
// expect: multiple of 32.
// expect: host to device              1 calls     4096 bytes   0.00478 calls a launch
// expect: device to host            200 calls      800 bytes   0.957 calls a launch
// expect: ! cudaMemcpy at sentences.cu:203 was called 200 times, 4 bytes each, with launches in between: a copy to the
// expect: host in a loop. On a GPU the program waits for each of them; keep the data on the device, or copy once
// expect: before or after the loop (a number that is only printed can be fetched every hundredth time).
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

struct particle {
    float x, y, z, mass;
};

__device__ float table[1024];

__global__ void move_x(particle *p, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) p[i].x += 1;
}

__global__ void row_sums(const float *m, float *sum, int n)
{
    int row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= n) return;
    float s = 0;
    for (int k = 0; k < n; k++) s += m[row * n + k];
    sum[row] = s;
}

__global__ void look_up(const int *index, float *out)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = table[index[i]];
}

__global__ void odd_block(float *a) { a[blockIdx.x * blockDim.x + threadIdx.x] = 1; }

__global__ void total(const float *a, float *sum, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(sum, a[i]);
}

__global__ void too_many(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = 0;
}

__global__ void nothing(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n && a[i] > 1e30f) b[i] = 0;
}

__global__ void divergent(float *a)
{
    int i = threadIdx.x;
    if (i % 4 == 0)
        for (int k = 0; k < 8; k++) a[i] = a[i] * 2 + k;
}

__global__ void step(float *w) { w[threadIdx.x] += 1; }

__global__ void narrow(const float *a, float *b, int n)
{
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    b[y * n + x] = a[y * n + x];
}

int main()
{
    const int n = 512;
    float *a, *b;
    particle *p;
    int *index;
    cudaMalloc(&a, n * n * sizeof(float)), cudaMalloc(&b, n * n * sizeof(float));
    cudaMalloc(&p, n * sizeof(particle));
    cudaMalloc(&index, 1024 * sizeof(int));
    cudaMemset(a, 0, n * n * sizeof(float));
    cudaMemset(b, 0, n * n * sizeof(float));
    cudaMemset(p, 0, n * sizeof(particle));
    int *host = (int *)malloc(1024 * sizeof(int));
    for (int i = 0; i < 1024; i++) host[i] = i * 389 % 1024;
    cudaMemcpy(index, host, 1024 * sizeof(int), cudaMemcpyHostToDevice);
    free(host);
    move_x<<<2, 256>>>(p, n);
    row_sums<<<2, 256>>>(a, b, n);
    look_up<<<4, 256>>>(index, b);
    odd_block<<<10, 100>>>(a);
    total<<<2, 256>>>(a, b, n);
    too_many<<<10000, 256>>>(a, 100);
    nothing<<<2, 256>>>(a, b, n);
    divergent<<<1, 128>>>(a);
    narrow<<<dim3(16, 8), dim3(4, 64)>>>(a, b, n);
    float loss;
    for (int i = 0; i < 200; i++) {
        step<<<1, 64>>>(a);
        cudaMemcpy(&loss, a, sizeof loss, cudaMemcpyDeviceToHost);
    }
    cudaFree(a), cudaFree(b);
    cudaFree(p);
    cudaFree(index);
    printf("done\n");
}
