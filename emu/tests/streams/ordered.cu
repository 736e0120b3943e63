// [given] ordered.cu: what the checker is told about launches that a GPU may run at the same time.
// flags: -I../../runtime
// real: no
// lint: nvcc
#include "../features/test.h"
#include "queue.h"

static emu::hooks_t empty; // as if a checker listened
__attribute__((constructor)) static void listen() { emu::hooks = &empty; }

__global__ void nothing() {}
static uint32_t launches; // numbers of launches, in the order of their execution
static uint32_t launch(cudaStream_t s)
{
    nothing<<<1, 1, 0, s>>>();
    return ++launches;
}
#define BEFORE(a, b) CHECK(emu::ordered(a, b))
#define ANYHOW(a, b) CHECK(!emu::ordered(a, b))

int main()
{
    cudaStream_t a, b, c, free1, free2;
    CALL(cudaStreamCreate(&a)), CALL(cudaStreamCreate(&b)), CALL(cudaStreamCreate(&c));
    CALL(cudaStreamCreateWithFlags(&free1, cudaStreamNonBlocking));
    CALL(cudaStreamCreateWithFlags(&free2, cudaStreamNonBlocking));

    uint32_t a1 = launch(a), a2 = launch(a), b1 = launch(b), f1 = launch(free1);
    uint32_t d1 = launch(0), b2 = launch(b), f2 = launch(free2);
    CALL(cudaDeviceSynchronize());
    BEFORE(a1, a2);
    ANYHOW(a1, b1), ANYHOW(a2, b1), ANYHOW(a1, f1), ANYHOW(b1, f1);
    BEFORE(a1, d1), BEFORE(a2, d1), BEFORE(b1, d1); // the default stream waits for the blocking ones
    BEFORE(d1, b2), BEFORE(a2, b2);                 // and they for it
    ANYHOW(f1, d1), ANYHOW(d1, f2), ANYHOW(f1, f2);

    uint32_t a3 = launch(a), f3 = launch(free1); // the host has waited for all of the above
    BEFORE(f1, a3), BEFORE(f2, a3), BEFORE(a2, f3);
    CALL(cudaStreamSynchronize(a));
    uint32_t b3 = launch(b), f4 = launch(free2);
    CALL(cudaDeviceSynchronize());
    BEFORE(a3, b3), BEFORE(a3, f4), ANYHOW(f3, b3), ANYHOW(f3, f4);

    cudaEvent_t e, never;
    CALL(cudaEventCreate(&e)), CALL(cudaEventCreate(&never));
    uint32_t a4 = launch(a), b4 = launch(b);
    CALL(cudaEventRecord(e, a));
    uint32_t a5 = launch(a);
    CALL(cudaStreamWaitEvent(b, e, 0)), CALL(cudaStreamWaitEvent(c, never, 0));
    uint32_t b5 = launch(b), c1 = launch(c);
    CALL(cudaEventRecord(e, b)), CALL(cudaStreamWaitEvent(c, e, 0)); // through b, c knows of a as well
    uint32_t c2 = launch(c);
    CALL(cudaEventSynchronize(e));
    uint32_t f5 = launch(free1);
    CALL(cudaDeviceSynchronize());
    BEFORE(a4, b5), ANYHOW(a5, b5), ANYHOW(a4, b4), ANYHOW(a4, c1);
    BEFORE(a4, c2), BEFORE(b5, c2), ANYHOW(a5, c2);
    BEFORE(a4, f5), BEFORE(b5, f5), ANYHOW(a5, f5), ANYHOW(c1, f5);

    int *p; // a copy that the host waits for
    CALL(cudaMalloc(&p, 4));
    uint32_t a6 = launch(a), f6 = launch(free1);
    CALL(cudaMemset(p, 0, 4));
    CALL(cudaMemcpy(&launches, p, 0, cudaMemcpyDeviceToHost));
    uint32_t f7 = launch(free2);
    CALL(cudaDeviceSynchronize());
    BEFORE(a6, f7), ANYHOW(f6, f7);
    CALL(cudaFree(p));

    cudaGraph_t g; // in a graph the dependencies count
    cudaGraphExec_t x;
    CALL(cudaStreamBeginCapture(a, cudaStreamCaptureModeGlobal));
    nothing<<<1, 1, 0, a>>>();
    CALL(cudaEventRecord(e, a)), CALL(cudaStreamWaitEvent(b, e, 0));
    nothing<<<1, 1, 0, a>>>();
    nothing<<<1, 1, 0, b>>>();
    CALL(cudaEventRecord(e, b)), CALL(cudaStreamWaitEvent(a, e, 0));
    nothing<<<1, 1, 0, a>>>();
    CALL(cudaStreamEndCapture(a, &g)), CALL(cudaGraphInstantiate(&x, g, 0));
    CALL(cudaGraphLaunch(x, a)), CALL(cudaGraphLaunch(x, a)), CALL(cudaGraphLaunch(x, free1));
    CALL(cudaDeviceSynchronize());
    uint32_t n = launches;
    BEFORE(n + 1, n + 2), BEFORE(n + 1, n + 3), ANYHOW(n + 2, n + 3), ANYHOW(n + 3, n + 2);
    BEFORE(n + 2, n + 4), BEFORE(n + 3, n + 4), BEFORE(n + 4, n + 5), ANYHOW(n + 8, n + 9);
    CALL(cudaGraphExecDestroy(x)), CALL(cudaGraphDestroy(g));
    CALL(cudaEventDestroy(e)), CALL(cudaEventDestroy(never));
    for (cudaStream_t s : {a, b, c, free1, free2}) CALL(cudaStreamDestroy(s));
    return done();
}
