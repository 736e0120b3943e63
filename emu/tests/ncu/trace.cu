// The operations that trace.sh looks for, in this order.
// flags: -lcublas
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <thread>

__global__ void scale(float *x, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] *= 2;
}

__attribute__((noinline)) void pass(float *x, cudaStream_t s) { scale<<<4, 256, 0, s>>>(x, 1000); }

static void nothing(void *) {}

int main()
{
    const size_t bytes = 4000;
    static float pageable[1000];
    float *x, *pinned;
    cudaStream_t s, free_running;
    cudaEvent_t e;
    cudaMalloc(&x, bytes);
    cudaMallocHost(&pinned, bytes);
    cudaStreamCreate(&s);
    cudaStreamCreateWithFlags(&free_running, cudaStreamNonBlocking);
    cudaEventCreate(&e);

    cudaMemset(x, 0, bytes);
    cudaMemcpy(x, pageable, bytes, cudaMemcpyHostToDevice);
    cudaMemcpyAsync(x, pinned, bytes, cudaMemcpyHostToDevice, s);
    cudaEventRecord(e, s);
    cudaStreamWaitEvent(free_running, e, 0);
    pass(x, free_running);
    cudaLaunchHostFunc(free_running, nothing, nullptr);
    cudaMemcpyAsync(pageable, x, bytes, cudaMemcpyDeviceToHost, free_running);
    cudaStreamSynchronize(s);

    cudaGraph_t g;
    cudaGraphExec_t exec;
    cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal);
    pass(x, s);
    cudaEventRecord(e, s);
    cudaStreamWaitEvent(free_running, e, 0);
    pass(x, free_running);
    pass(x, s);
    cudaEventRecord(e, free_running);
    cudaStreamWaitEvent(s, e, 0);
    cudaMemcpyAsync(pinned, x, bytes, cudaMemcpyDeviceToHost, s);
    cudaStreamEndCapture(s, &g);
    cudaGraphInstantiate(&exec, g, 0);
    cudaGraphLaunch(exec, s);
    cudaEventSynchronize(e);

    cublasHandle_t handle;
    cublasCreate(&handle);
    float two = 2;
    cublasSscal(handle, 1000, &two, x, 1);
    cudaMemcpy(x, x, 4, cudaMemcpyDeviceToDevice);
    cublasDestroy(handle);
    cudaDeviceSynchronize();
}
