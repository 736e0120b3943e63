// [given] timing.cu: the time between two events is the time of the work between them.
#include "../features/test.h"
#include <chrono>
#include <thread>

__global__ void work(double *a, int turns)
{
    double x = threadIdx.x;
    for (int i = 0; i < turns; i++) x = x * 0.999 + i;
    a[blockIdx.x * blockDim.x + threadIdx.x] = x;
}
static void CUDART_CB rest(void *) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

int main()
{
    double *d = device<double>(1024);
    cudaEvent_t a, b, c;
    cudaStream_t s;
    CALL(cudaEventCreate(&a)), CALL(cudaEventCreate(&b)), CALL(cudaEventCreateWithFlags(&c, cudaEventBlockingSync));
    CALL(cudaStreamCreate(&s));
    float little = -1, much = -1, all = -1;
    CALL(cudaEventRecord(a, s));
    work<<<8, 128, 0, s>>>(d, 10);
    CALL(cudaEventRecord(b, s));
    CALL(cudaLaunchHostFunc(s, rest, nullptr));
    CALL(cudaEventRecord(c, s));
    CALL(cudaEventSynchronize(c));
    CALL(cudaEventElapsedTime(&little, a, b)), CALL(cudaEventElapsedTime(&much, b, c));
    CALL(cudaEventElapsedTime(&all, a, c));
    CHECK(little > 0 && much >= 30 && much < 5000);
    NEAR(little + much, all, 1e-3);
    float back = 0;
    CALL(cudaEventElapsedTime(&back, c, a));
    NEAR(back, -all, 1e-6);
    // What the host does between the calls is no part of it when the work has not begun
    CALL(cudaEventRecord(a, s)), CALL(cudaEventRecord(a, s)); // the second record counts
    CALL(cudaEventRecordWithFlags(b, s, cudaEventRecordDefault));
    CALL(cudaEventSynchronize(b));
    CALL(cudaEventElapsedTime(&little, a, b));
    CHECK(little >= 0 && little < 30);
    CALL(cudaStreamDestroy(s)), CALL(cudaFree(d));
    CALL(cudaEventDestroy(a)), CALL(cudaEventDestroy(b)), CALL(cudaEventDestroy(c));
    return done();
}
