// [given] order.cu: work is put off until somebody waits, and then done in the order of the calls.
// findings: allowed
#include "../features/test.h"
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

__global__ void fill(int *a, int n, int value)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = value;
}
__global__ void add(int *a, int n, int by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}

static std::string text;
static void CUDART_CB write_text(void *data) { text += (const char *)data; }

static void copies_come_late()
{
    const int n = 5000;
    int *h, *d;
    CALL(cudaMallocHost(&h, n * sizeof(int)));
    CALL(cudaMalloc(&d, n * sizeof(int)));
    cudaStream_t a, b;
    CALL(cudaStreamCreate(&a)), CALL(cudaStreamCreateWithFlags(&b, cudaStreamNonBlocking));
    for (int i = 0; i < n; i++) h[i] = -1;
    fill<<<(n + 255) / 256, 256, 0, a>>>(d, n, 7);
    cudaEvent_t filled;
    CALL(cudaEventCreate(&filled));
    CALL(cudaEventRecord(filled, a));
    CALL(cudaStreamWaitEvent(b, filled, 0));
    add<<<(n + 255) / 256, 256, 0, b>>>(d, n, 1);
    CALL(cudaMemcpyAsync(h, d, n * sizeof(int), cudaMemcpyDeviceToHost, b));
    CALL(cudaStreamSynchronize(b)); // waits for a as well: the event
    EQUAL(h[0], 8), EQUAL(h[n - 1], 8);
    CALL(cudaStreamSynchronize(a));
    CALL(cudaEventDestroy(filled)), CALL(cudaStreamDestroy(a)), CALL(cudaStreamDestroy(b));
    CALL(cudaFree(d)), CALL(cudaFreeHost(h));
}

static void many_more_than_fit()
{
    int *d = device<int>(64);
    for (int i = 0; i < 5000; i++) add<<<1, 64>>>(d, 64, 1);
    EQUAL(to_host(d, 64)[63], 5000);
    std::vector<cudaStream_t> streams(300);
    for (cudaStream_t &s : streams) CALL(cudaStreamCreate(&s));
    for (int i = 0; i < 3000; i++) add<<<1, 1, 0, streams[i % streams.size()]>>>(d + i % streams.size() % 64, 1, 1);
    for (cudaStream_t s : streams) CALL(cudaStreamDestroy(s)); // what they still have to do is done
    CALL(cudaDeviceSynchronize());
    int sum = 0;
    for (int x : to_host(d, 64)) sum += x;
    EQUAL(sum, 64 * 5000 + 3000);
    CALL(cudaFree(d));
}

static void host_functions_in_order()
{
    cudaStream_t s;
    CALL(cudaStreamCreate(&s));
    int *d = device<int>(32);
    for (const char *c : {"a", "b", "c", "d"}) {
        fill<<<1, 32, 0, s>>>(d, 32, c[0]);
        CALL(cudaLaunchHostFunc(s, write_text, (void *)c));
    }
    CALL(cudaStreamSynchronize(s));
    CHECK(text == "abcd");
    CALL(cudaStreamDestroy(s)), CALL(cudaFree(d));
}

static std::atomic<int> arrived;
static void CUDART_CB arrive(void *) { arrived++; }
static void host_that_never_calls_cuda()
{
    cudaStream_t s;
    CALL(cudaStreamCreate(&s));
    for (int i = 0; i < 3; i++) CALL(cudaLaunchHostFunc(s, arrive, nullptr));
    for (int i = 0; arrived < 3 && i < 10000; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EQUAL(arrived.load(), 3);
    CALL(cudaStreamSynchronize(s)), CALL(cudaStreamDestroy(s));
}

static cudaError_t inside = cudaSuccess;
static void CUDART_CB call_cuda(void *)
{
    cudaStream_t s = nullptr;
    inside = cudaDeviceSynchronize();
    for (int i = 0; i < 2000; i++) fill<<<1, 1>>>(nullptr, 0, 0);
    RETURNS(cudaGetLastError(), cudaErrorNotPermitted);
    RETURNS(cudaStreamSynchronize(s), cudaErrorNotPermitted);
}
static void cuda_in_a_host_function()
{
    CALL(cudaLaunchHostFunc(0, call_cuda, nullptr));
    CALL(cudaDeviceSynchronize());
    EQUAL(inside, cudaErrorNotPermitted);
    cudaGetLastError();
}

static void polling_ends()
{
    int *d = device<int>(32);
    cudaStream_t s;
    cudaEvent_t e;
    CALL(cudaStreamCreate(&s)), CALL(cudaEventCreate(&e));
    CALL(cudaEventQuery(e)), CALL(cudaEventSynchronize(e)); // never recorded
    fill<<<1, 32, 0, s>>>(d, 32, 1);
    CALL(cudaEventRecord(e, s));
    fill<<<1, 32, 0, s>>>(d, 32, 2);
    int turns = 0;
    while (cudaEventQuery(e) == cudaErrorNotReady) turns++;
    EQUAL(cudaGetLastError(), cudaSuccess);
    while (cudaStreamQuery(s) == cudaErrorNotReady) turns++;
    EQUAL(cudaGetLastError(), cudaSuccess);
    CALL(cudaStreamQuery(s)), CALL(cudaStreamQuery(0));
    fill<<<1, 32, 0, s>>>(d, 32, 3);
    while (cudaStreamQuery(0) == cudaErrorNotReady) turns++; // the default stream waits for s
    EQUAL(to_host(d, 32)[5], 3);
    CALL(cudaStreamDestroy(s)), CALL(cudaEventDestroy(e)), CALL(cudaFree(d));
}

static void several_host_threads()
{
    const int workers = 6, launches = 700;
    int *d = device<int>(workers * 32);
    std::vector<std::thread> threads;
    for (int w = 0; w < workers; w++)
        threads.emplace_back([=] {
            cudaStream_t s;
            CALL(cudaStreamCreate(&s));
            for (int i = 0; i < launches; i++) {
                add<<<1, 32, 0, w % 2 ? s : cudaStreamPerThread>>>(d + w * 32, 32, 1);
                if (i % 100 == 50) CALL(cudaStreamSynchronize(s));
            }
            CALL(cudaStreamDestroy(s));
        });
    for (std::thread &t : threads) t.join();
    CALL(cudaDeviceSynchronize());
    for (int x : to_host(d, workers * 32)) EQUAL(x, launches);
    CALL(cudaFree(d));
}

int main()
{
    copies_come_late();
    many_more_than_fit();
    host_functions_in_order();
    host_that_never_calls_cuda();
    cuda_in_a_host_function();
    polling_ends();
    several_host_threads();
    return done();
}
