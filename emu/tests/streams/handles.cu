// [given] handles.cu: streams, events and graphs that were destroyed, never made or of another kind are recognised.
// findings: allowed
#include "../features/test.h"

__global__ void nothing() {}
static void CUDART_CB ignore(void *) {}
static void CUDART_CB ignore_too(cudaStream_t, cudaError_t, void *) {}
static const cudaError_t BAD = cudaErrorInvalidResourceHandle;

static void bad_stream(cudaStream_t s)
{
    cudaEvent_t e;
    unsigned flags;
    int priority;
    CALL(cudaEventCreate(&e));
    RETURNS(cudaStreamSynchronize(s), BAD);
    RETURNS(cudaStreamQuery(s), BAD);
    RETURNS(cudaStreamDestroy(s), BAD);
    RETURNS(cudaEventRecord(e, s), BAD);
    RETURNS(cudaStreamWaitEvent(s, e, 0), BAD);
    RETURNS(cudaStreamGetFlags(s, &flags), BAD);
    RETURNS(cudaStreamGetPriority(s, &priority), BAD);
    RETURNS(cudaLaunchHostFunc(s, ignore, nullptr), BAD);
    RETURNS(cudaStreamAddCallback(s, ignore_too, nullptr, 0), BAD);
    nothing<<<1, 1, 0, s>>>();
    RETURNS(cudaGetLastError(), BAD);
    RETURNS(cudaGetLastError(), cudaSuccess);
    int *d = device<int>(4), *h;
    CALL(cudaMallocHost(&h, 16));
    RETURNS(cudaMemcpyAsync(h, d, 16, cudaMemcpyDeviceToHost, s), BAD);
    RETURNS(cudaMemsetAsync(d, 0, 16, s), BAD);
    RETURNS(cudaGetLastError(), BAD);
    CALL(cudaFree(d)), CALL(cudaFreeHost(h)), CALL(cudaEventDestroy(e));
}

static void bad_event(cudaEvent_t e)
{
    cudaEvent_t good;
    float ms = -1;
    CALL(cudaEventCreate(&good)), CALL(cudaEventRecord(good)), CALL(cudaEventSynchronize(good));
    RETURNS(cudaEventRecord(e), BAD);
    RETURNS(cudaEventSynchronize(e), BAD);
    RETURNS(cudaEventQuery(e), BAD);
    RETURNS(cudaEventDestroy(e), BAD);
    RETURNS(cudaStreamWaitEvent(0, e, 0), BAD);
    RETURNS(cudaEventElapsedTime(&ms, e, good), BAD);
    RETURNS(cudaEventElapsedTime(&ms, good, e), BAD);
    EQUAL(ms, -1);
    CALL(cudaEventDestroy(good));
    cudaGetLastError();
}

int main()
{
    cudaStream_t s;
    cudaEvent_t e, f;
    CALL(cudaStreamCreate(&s)), CALL(cudaStreamDestroy(s));
    bad_stream(s);
    for (int i = 0; i < 1000; i++) { // handle values do not come back
        cudaStream_t t;
        CALL(cudaStreamCreate(&t));
        if (!CHECK(t != s)) break;
        CALL(cudaStreamDestroy(t));
    }
    bad_stream((cudaStream_t)0x7fff12345678);
    int local = 0;
    bad_stream((cudaStream_t)&local);
    CALL(cudaEventCreate(&e)), CALL(cudaEventDestroy(e));
    bad_event(e);
    bad_event(nullptr);
    CALL(cudaStreamCreate(&s));
    bad_event((cudaEvent_t)s);
    RETURNS(cudaStreamDestroy(0), BAD);

    // Two events: what they need for a time
    float ms;
    CALL(cudaEventCreate(&e)), CALL(cudaEventCreateWithFlags(&f, cudaEventDisableTiming));
    RETURNS(cudaEventElapsedTime(&ms, e, e), BAD); // never recorded
    CALL(cudaEventRecord(e, s)), CALL(cudaEventRecord(f, s));
    RETURNS(cudaEventElapsedTime(&ms, e, f), BAD);
    RETURNS(cudaEventElapsedTime(&ms, e, e), cudaErrorNotReady);
    CALL(cudaEventSynchronize(e)), CALL(cudaEventElapsedTime(&ms, e, e));
    EQUAL(ms, 0);
    CALL(cudaEventRecord(e, s)), CALL(cudaEventDestroy(e)); // destroyed while it is still to be recorded
    CALL(cudaStreamSynchronize(s));
    CALL(cudaStreamSynchronize(nullptr)), CALL(cudaStreamSynchronize(cudaStreamLegacy));
    CALL(cudaStreamSynchronize(cudaStreamPerThread));

    RETURNS(cudaStreamCreate(nullptr), cudaErrorInvalidValue);
    RETURNS(cudaStreamCreateWithFlags(&s, 77), cudaErrorInvalidValue);
    RETURNS(cudaEventCreateWithFlags(&e, 0x100), cudaErrorInvalidValue);
    RETURNS(cudaLaunchHostFunc(0, nullptr, nullptr), cudaErrorInvalidValue);
    RETURNS(cudaStreamAddCallback(0, ignore_too, nullptr, 1), cudaErrorInvalidValue);
    cudaGetLastError();

    cudaGraph_t g;
    cudaGraphExec_t x;
    CALL(cudaGraphCreate(&g, 0)), CALL(cudaGraphInstantiate(&x, g, 0));
    CALL(cudaGraphLaunch(x, s)); // an empty one
    CALL(cudaGraphExecDestroy(x)), CALL(cudaGraphDestroy(g));
    RETURNS(cudaGraphLaunch(x, s), cudaErrorInvalidValue);
    RETURNS(cudaGraphExecDestroy(x), cudaErrorInvalidValue);
    RETURNS(cudaGraphDestroy(g), cudaErrorInvalidValue);
    RETURNS(cudaGraphInstantiate(&x, g, 0), cudaErrorInvalidValue);
    cudaGetLastError();

    CALL(cudaDeviceReset()); // everything is gone
    bad_stream(s);
    nothing<<<1, 1>>>();
    SYNC();
    return done();
}
