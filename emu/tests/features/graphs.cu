// [given] graphs.cu: a captured stream as a graph that is launched again and again.
#include "test.h"

__global__ void add(int *a, int by) { a[threadIdx.x] += by; }
__global__ void twice(int *a) { a[threadIdx.x] *= 2; }

int main()
{
    int *d = device<int>(64), *h = nullptr;
    CALL(cudaMallocHost(&h, 64 * sizeof(int)));
    cudaStream_t s, other;
    cudaEvent_t fork, join;
    CALL(cudaStreamCreate(&s)), CALL(cudaStreamCreate(&other));
    CALL(cudaEventCreate(&fork)), CALL(cudaEventCreate(&join));
    cudaGraph_t graph;
    cudaGraphExec_t exec;
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    CALL(cudaStreamIsCapturing(s, &status));
    EQUAL(status, cudaStreamCaptureStatusActive);
    for (int i = 0; i < 3; i++) add<<<1, 32, 0, s>>>(d, i);
    CALL(cudaEventRecord(fork, s));
    CALL(cudaStreamWaitEvent(other, fork, 0));
    add<<<1, 32, 0, other>>>(d + 32, 10);
    CALL(cudaEventRecord(join, other));
    twice<<<1, 32, 0, s>>>(d);
    CALL(cudaStreamWaitEvent(s, join, 0));
    CALL(cudaMemcpyAsync(h, d, 64 * sizeof(int), cudaMemcpyDeviceToHost, s));
    CALL(cudaStreamEndCapture(s, &graph));
    CALL(cudaDeviceSynchronize());
    EQUAL(to_host(d, 1)[0], 0); // nothing ran yet
    size_t nodes = 0;
    CALL(cudaGraphGetNodes(graph, nullptr, &nodes));
    EQUAL(nodes, 6);
    CALL(cudaGraphInstantiate(&exec, graph, 0));
    int expected = 0;
    for (int i = 0; i < 5; i++) {
        CALL(cudaGraphLaunch(exec, s));
        CALL(cudaStreamSynchronize(s));
        expected = (expected + 3) * 2;
        EQUAL(h[0], expected), EQUAL(h[63], 10 * (i + 1));
    }
    CALL(cudaGraphExecDestroy(exec));
    CALL(cudaGraphDestroy(graph));
    CALL(cudaStreamDestroy(s)), CALL(cudaStreamDestroy(other));
    CALL(cudaEventDestroy(fork)), CALL(cudaEventDestroy(join));
    CALL(cudaFree(d)), CALL(cudaFreeHost(h));
    return done();
}
