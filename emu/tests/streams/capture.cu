// [given] capture.cu: what may be captured and what not, and how a capture spreads over streams.
// findings: allowed
#include "../features/test.h"

__global__ void add(int *a, int by) { a[threadIdx.x] += by; }
static cudaStream_t s, other, free_stream;
static cudaEvent_t e;

static cudaError_t end(cudaStream_t stream)
{
    cudaGraph_t g = (cudaGraph_t)16;
    cudaError_t error = cudaStreamEndCapture(stream, &g);
    if (error) CHECK(g == nullptr);
    else CALL(cudaGraphDestroy(g));
    return error;
}

static void forbidden(int *d)
{
    cudaStreamCaptureStatus status;
    void *p;
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaStreamSynchronize(s), cudaErrorStreamCaptureUnsupported);
    CALL(cudaStreamIsCapturing(s, &status));
    EQUAL(status, cudaStreamCaptureStatusInvalidated);
    add<<<1, 32, 0, s>>>(d, 1);
    RETURNS(cudaGetLastError(), cudaErrorStreamCaptureInvalidated);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);
    CALL(cudaStreamIsCapturing(s, &status));
    EQUAL(status, cudaStreamCaptureStatusNone);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaDeviceSynchronize(), cudaErrorStreamCaptureUnsupported);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaMalloc(&p, 16), cudaErrorStreamCaptureUnsupported);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeRelaxed));
    CALL(cudaMalloc(&p, 16));
    CALL(end(s));
    CALL(cudaFree(p));

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeThreadLocal));
    add<<<1, 32>>>(d, 1); // the legacy stream would have to wait for s
    RETURNS(cudaGetLastError(), cudaErrorStreamCaptureImplicit);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaStreamQuery(s), cudaErrorStreamCaptureUnsupported);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    cudaGetLastError();
    CALL(cudaStreamBeginCapture(free_stream, cudaStreamCaptureModeThreadLocal));
    add<<<1, 32>>>(d, 1); // but not for this one
    RETURNS(cudaGetLastError(), cudaSuccess);
    CALL(end(free_stream));

    RETURNS(end(s), cudaErrorIllegalState);
    RETURNS(cudaStreamBeginCapture(0, cudaStreamCaptureModeGlobal), cudaErrorStreamCaptureUnsupported);
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal), cudaErrorIllegalState);
    CALL(end(s));
    cudaGetLastError();
}

static void spreading(int *d)
{
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    CALL(cudaEventRecord(e, s));
    CALL(cudaStreamWaitEvent(other, e, 0));
    add<<<1, 32, 0, other>>>(d, 1);
    RETURNS(cudaEventSynchronize(e), cudaErrorCapturedEvent);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    CALL(cudaEventRecord(e, s));
    CALL(cudaStreamWaitEvent(other, e, 0));
    add<<<1, 32, 0, other>>>(d, 1);
    RETURNS(end(other), cudaErrorStreamCaptureUnmatched);
    RETURNS(end(s), cudaErrorStreamCaptureUnjoined);

    CALL(cudaEventRecord(e, other)); // outside of the capture
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    RETURNS(cudaStreamWaitEvent(s, e, 0), cudaErrorStreamCaptureIsolation);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);

    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    CALL(cudaStreamBeginCapture(other, cudaStreamCaptureModeGlobal));
    CALL(cudaEventRecord(e, other));
    RETURNS(cudaStreamWaitEvent(s, e, 0), cudaErrorStreamCaptureMerge);
    RETURNS(end(s), cudaErrorStreamCaptureInvalidated);
    RETURNS(end(other), cudaErrorStreamCaptureInvalidated);

    cudaStream_t gone;
    CALL(cudaStreamCreate(&gone));
    CALL(cudaStreamBeginCapture(gone, cudaStreamCaptureModeGlobal));
    CALL(cudaStreamDestroy(gone));
    CALL(cudaDeviceSynchronize()); // and so is the capture
    cudaGetLastError();
}

int main()
{
    int *d = device<int>(32);
    CALL(cudaStreamCreate(&s)), CALL(cudaStreamCreate(&other));
    CALL(cudaStreamCreateWithFlags(&free_stream, cudaStreamNonBlocking));
    CALL(cudaEventCreate(&e));
    forbidden(d);
    spreading(d);
    CALL(cudaDeviceSynchronize());
    EQUAL(to_host(d, 1)[0], 1); // of all these only the one beside the capture of free_stream was executed
    CALL(cudaStreamDestroy(s)), CALL(cudaStreamDestroy(other)), CALL(cudaStreamDestroy(free_stream));
    CALL(cudaEventDestroy(e)), CALL(cudaFree(d));
    return done();
}
