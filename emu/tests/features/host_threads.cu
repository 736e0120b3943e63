// [given] host_threads.cu: several host threads launch kernels and copy at the same time.
// flags: -Xcompiler -pthread
#include "test.h"
#include <atomic>
#include <thread>

__global__ void sum(const int *a, int n, int *out)
{
    __shared__ int s[64];
    int v = 0;
    for (int i = threadIdx.x; i < n; i += 64) v += a[i];
    s[threadIdx.x] = v;
    __syncthreads();
    for (int k = 32; k; k /= 2) {
        if (threadIdx.x < unsigned(k)) s[threadIdx.x] += s[threadIdx.x + k];
        __syncthreads();
    }
    if (threadIdx.x == 0) *out = s[0];
}
static std::atomic<int> wrong{0}, ready{0};
static void work(int id)
{
    const int n = 1000;
    std::vector<int> h(n, id);
    int *a = nullptr, *out = nullptr, r = 0;
    cudaStream_t s;
    for (ready++; ready < 4;) {}  // the first calls of all at once
    bool good = cudaStreamCreate(&s) == cudaSuccess && cudaMalloc(&a, n * sizeof(int)) == cudaSuccess &&
                cudaMalloc(&out, sizeof(int)) == cudaSuccess;
    for (int repeat = 0; repeat < 10; repeat++) {
        good &= cudaMemcpyAsync(a, h.data(), n * sizeof(int), cudaMemcpyHostToDevice, s) == cudaSuccess;
        sum<<<1, 64, 0, s>>>(a, n, out);
        good &= cudaGetLastError() == cudaSuccess;
        good &= cudaMemcpyAsync(&r, out, sizeof r, cudaMemcpyDeviceToHost, s) == cudaSuccess;
        good &= cudaStreamSynchronize(s) == cudaSuccess && r == n * id;
        r = 0;
    }
    good &= cudaFree(a) == cudaSuccess && cudaFree(out) == cudaSuccess && cudaStreamDestroy(s) == cudaSuccess;
    if (!good) wrong++;
}
int main()
{
    std::vector<std::thread> threads;
    for (int i = 1; i <= 4; i++) threads.emplace_back(work, i);
    for (auto &t : threads) t.join();
    EQUAL(wrong.load(), 0);
    return done();
}
