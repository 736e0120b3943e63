// [given] copies.cu: directions, sizes, pinned and pageable memory, variables, and what CUDA answers when they do not fit.
// findings: allowed
#include "check.h"
#ifndef __CUDACC__  // as a host program
#include "../../runtime/engine.h"
static float scale[4] = {1, 2, 3, 4};
static float *pointer;
static emu::variable_t v1(scale, sizeof scale, "scale", __FILE__, 7, 'c');
static emu::variable_t v2(&pointer, sizeof pointer, "pointer", __FILE__, 8, 'd');
#else
__constant__ float scale[4] = {1, 2, 3, 4};
__device__ float *pointer;
#endif

static float h[100], back[100], *d, *e, *pinned;

static void directions(void)
{
    OK(cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice));
    OK(cudaMemcpy(e, d, sizeof h, cudaMemcpyDeviceToDevice));
    OK(cudaMemcpy(back, e, sizeof h, cudaMemcpyDeviceToHost));
    EXPECT(!memcmp(h, back, sizeof h));
    OK(cudaMemcpy(back, h, sizeof h, cudaMemcpyHostToHost));
    OK(cudaMemcpy(d, h, sizeof h, cudaMemcpyDefault));
    OK(cudaMemcpy(pinned, d, sizeof h, cudaMemcpyDefault));
    EXPECT(!memcmp(h, pinned, sizeof h));
    IS(cudaMemcpy(d, h, sizeof h, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    IS(cudaMemcpy(h, d, sizeof h, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, e, sizeof h, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, h, sizeof h, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToHost), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, h, sizeof h, (cudaMemcpyKind)9), cudaErrorInvalidMemcpyDirection);
    IS(cudaGetLastError(), cudaErrorInvalidMemcpyDirection);
}

static void sizes(void)
{
    OK(cudaMemcpy(d, h, 0, cudaMemcpyHostToDevice));
    OK(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
    IS(cudaMemcpy(nullptr, h, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, nullptr, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d, h, sizeof h + 1, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    IS(cudaMemcpy(d + 1, h, sizeof h, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    OK(cudaMemcpy(d + 99, h, 4, cudaMemcpyHostToDevice));
    IS(cudaMemset(d, 0, sizeof h + 4), cudaErrorInvalidValue);
    IS(cudaMemset(h, 0, sizeof h), cudaErrorInvalidValue);
    IS(cudaMemcpy(back, pinned + 50, sizeof h, cudaMemcpyHostToHost), cudaErrorInvalidValue);
    float *freed;
    OK(cudaMalloc(&freed, 400));
    OK(cudaFree(freed));
    IS(cudaMemcpy(freed, h, 400, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    cudaGetLastError();
}

static void async(void)
{
    for (int i = 0; i < 100; i++) pinned[i] = (float)i;
    OK(cudaMemcpyAsync(d, pinned, sizeof h, cudaMemcpyHostToDevice));
    OK(cudaMemcpyAsync(e, d, sizeof h, cudaMemcpyDeviceToDevice));
    OK(cudaMemsetAsync(d, 0, sizeof h));
    OK(cudaMemcpyAsync(back, e, sizeof h, cudaMemcpyDeviceToHost));  // pageable: has ended
    for (int i = 0; i < 100; i++) EXPECT(back[i] == (float)i);
    OK(cudaMemcpyAsync(pinned, d, sizeof h, cudaMemcpyDeviceToHost));
    OK(cudaDeviceSynchronize());
    for (int i = 0; i < 100; i++) EXPECT(pinned[i] == 0);
}

static void variables(void)
{
    float values[4] = {5, 6, 7, 8}, out[4];
    OK(cudaMemcpyFromSymbol(out, scale, sizeof out));
    EXPECT(out[2] == 3);
    OK(cudaMemcpyToSymbol(scale, values, sizeof values));
    OK(cudaMemcpyToSymbol(scale, values, 4, 12));
    OK(cudaMemcpyFromSymbol(out, scale, sizeof out));
    EXPECT(out[0] == 5 && out[3] == 5);
    IS(cudaMemcpyToSymbol(scale, values, sizeof values + 1), cudaErrorInvalidValue);
    IS(cudaMemcpyToSymbol(scale, values, sizeof values, 4), cudaErrorInvalidValue);
    IS(cudaMemcpyToSymbol(scale, values, 4, 0, cudaMemcpyDeviceToHost), cudaErrorInvalidMemcpyDirection);
    IS(cudaMemcpyToSymbol(h, values, 4), cudaErrorInvalidSymbol);
    cudaGetLastError();
    size_t n;
    OK(cudaGetSymbolSize(&n, scale));
    EXPECT(n == 16);
    void *p;
    OK(cudaGetSymbolAddress(&p, scale));
    OK(cudaMemcpy(out, p, sizeof out, cudaMemcpyDeviceToHost));
    EXPECT(out[1] == 6);
    OK(cudaMemcpy(d, p, sizeof out, cudaMemcpyDeviceToDevice));
    OK(cudaMemcpyToSymbol(pointer, &d, sizeof d));
    float *q;
    OK(cudaMemcpyFromSymbol(&q, pointer, sizeof q));
    EXPECT(q == d);
}

int main(void)
{
    for (int i = 0; i < 100; i++) h[i] = (float)(i * i);
    OK(cudaMalloc(&d, sizeof h));
    OK(cudaMalloc(&e, sizeof h));
    OK(cudaMallocHost(&pinned, sizeof h));
    directions();
    sizes();
    async();
    variables();
    OK(cudaFree(d));
    OK(cudaFree(e));
    OK(cudaFreeHost(pinned));
    // a reset gives everything back, variables too
    float *lost, out[4];
    OK(cudaMalloc(&lost, 1000));
    OK(cudaDeviceReset());
    size_t now, total;
    OK(cudaMemGetInfo(&now, &total));
    EXPECT(now == total);
    OK(cudaMemcpyFromSymbol(out, scale, sizeof out));
    EXPECT(out[0] == 1 && out[3] == 4);
    IS(cudaFree(lost), cudaErrorInvalidValue);
    return done();
}
