// [given] host_atomics.cu: host code of the same file uses threads, std::atomic and shared_ptr.
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

__global__ void fill(int *a, int x) { a[threadIdx.x] = x; }

static std::atomic<int> total;
static std::atomic<long long> wide;

static void work(int k, std::shared_ptr<int> size)
{
    int *a;
    std::vector<int> h(*size);
    cudaMalloc(&a, *size * sizeof(int));
    fill<<<1, *size>>>(a, k);
    cudaMemcpy(h.data(), a, *size * sizeof(int), cudaMemcpyDeviceToHost);
    cudaFree(a);
    for (int x : h) total += x, wide.fetch_add(x);
}

int main()
{
    auto size = std::make_shared<int>(64);
    std::vector<std::thread> threads;
    for (int k = 1; k <= 4; k++) threads.emplace_back(work, k, size);
    for (std::thread &t : threads) t.join();
    int expected = 640;
    bool exchanged = total.compare_exchange_strong(expected, 1);
    return !exchanged || wide != 640 || size.use_count() != 1 ? printf("%d\n", total.load()), 1 : 0;
}
