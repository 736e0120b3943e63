// [given] memory.cu: allocations: sizes, alignment, distances, fill, limits, pitch, managed and pinned memory.
// findings: allowed
#include "check.h"

static void sizes(void)
{
    void *p = (void *)1;
    OK(cudaMalloc(&p, 0));
    EXPECT(p == nullptr);
    IS(cudaMalloc((void **)nullptr, 4), cudaErrorInvalidValue);
    IS(cudaGetLastError(), cudaErrorInvalidValue);
    IS(cudaGetLastError(), cudaSuccess);
    OK(cudaFree(nullptr));
    OK(cudaFree(0));
    char *q[100];
    for (int i = 0; i < 100; i++) {
        OK(cudaMalloc(&q[i], (size_t)i + 1));
        EXPECT((size_t)q[i] % 256 == 0);
        for (int j = 0; j < i; j++) EXPECT(q[i] >= q[j] + j + 1 + 256 || q[j] >= q[i] + i + 1 + 256);
    }
    for (int i = 0; i < 100; i += 2) OK(cudaFree(q[i]));
    for (int i = 1; i < 100; i += 2) OK(cudaFree(q[i]));
}

static void fill(void)
{
    int *d, h[1000];
    OK(cudaMalloc(&d, sizeof h));
    OK(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) EXPECT(h[i] == -1);
    OK(cudaMemset(d, 0, sizeof h));
    OK(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) EXPECT(h[i] == 0);
    OK(cudaFree(d));
}

static void limits(void)
{
    size_t before, total, now, t;
    OK(cudaMemGetInfo(&before, &total));
    EXPECT(before == total && total == (size_t)4 << 30);
    void *p, *q;
    OK(cudaMalloc(&p, total / 2));
    OK(cudaMemGetInfo(&now, &t));
    EXPECT(now == total / 2);
    IS(cudaMalloc(&q, total / 2 + 256), cudaErrorMemoryAllocation);
    IS(cudaGetLastError(), cudaErrorMemoryAllocation);
    IS(cudaMalloc(&q, (size_t)-1), cudaErrorMemoryAllocation);
    OK(cudaMalloc(&q, total / 2));
    OK(cudaMemGetInfo(&now, &t));
    EXPECT(now == 0);
    void *r;
    IS(cudaMalloc(&r, 1), cudaErrorMemoryAllocation);
    OK(cudaFree(p));
    OK(cudaFree(q));
    OK(cudaMemGetInfo(&now, &t));
    EXPECT(now == total);
    cudaGetLastError();
}

static void many(void)  // in and out at random: the free memory comes back together
{
    std::vector<void *> live;
    unsigned seed = 1;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        if (live.size() < 500 && seed >> 31) {
            void *p;
            OK(cudaMalloc(&p, seed % 5000 + 1));
            live.push_back(p);
        } else if (!live.empty()) {
            const size_t j = seed % live.size();
            OK(cudaFree(live[j]));
            live[j] = live.back();
            live.pop_back();
        }
    }
    for (void *p : live) OK(cudaFree(p));
    size_t now, total;
    OK(cudaMemGetInfo(&now, &total));
    EXPECT(now == total);
    void *p;
    OK(cudaMalloc(&p, total));
    OK(cudaFree(p));
}

static void pitched(void)
{
    char *p;
    size_t pitch;
    OK(cudaMallocPitch(&p, &pitch, 100, 10));
    EXPECT(pitch >= 100 && pitch % 32 == 0);
    char h[1000], back[1000];
    for (int i = 0; i < 1000; i++) h[i] = (char)i;
    OK(cudaMemcpy2D(p, pitch, h, 100, 100, 10, cudaMemcpyHostToDevice));
    memset(back, 0, sizeof back);
    OK(cudaMemcpy2D(back, 100, p, pitch, 100, 10, cudaMemcpyDeviceToHost));
    EXPECT(!memcmp(h, back, 1000));
    OK(cudaMemset2D(p, pitch, 7, 50, 10));
    OK(cudaMemcpy2D(back, 100, p, pitch, 100, 10, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) EXPECT(back[i] == (i % 100 < 50 ? 7 : h[i]));
    IS(cudaMemcpy2D(p, 50, h, 100, 100, 10, cudaMemcpyHostToDevice), cudaErrorInvalidPitchValue);
    cudaGetLastError();
    OK(cudaFree(p));
    cudaPitchedPtr box;
    OK(cudaMalloc3D(&box, make_cudaExtent(40, 5, 6)));
    char cube[40 * 5 * 6], out[40 * 5 * 6];
    for (size_t i = 0; i < sizeof cube; i++) cube[i] = (char)(i * 3);
    cudaMemcpy3DParms c = {};
    c.srcPtr = make_cudaPitchedPtr(cube, 40, 40, 5);
    c.dstPtr = box;
    c.extent = make_cudaExtent(40, 5, 6);
    c.kind = cudaMemcpyHostToDevice;
    OK(cudaMemcpy3D(&c));
    c.dstPtr = make_cudaPitchedPtr(out, 40, 40, 5);
    c.srcPtr = box;
    c.kind = cudaMemcpyDeviceToHost;
    OK(cudaMemcpy3D(&c));
    EXPECT(!memcmp(cube, out, sizeof cube));
    OK(cudaFree(box.ptr));
}

static void host_memory(void)
{
    float *m, *h, *d;
    OK(cudaMallocManaged(&m, 400));
    m[3] = 5;
    EXPECT(m[3] == 5);
    OK(cudaMemPrefetchAsync(m, 400, cudaMemLocation{cudaMemLocationTypeDevice, 0}, 0, 0));
    OK(cudaMallocHost(&h, 400));
    OK(cudaHostGetDevicePointer(&d, h, 0));
    EXPECT(d == h);
    h[7] = 8;
    OK(cudaMemcpy(m, h, 400, cudaMemcpyDefault));
    EXPECT(m[7] == 8);
    cudaPointerAttributes a;
    OK(cudaPointerGetAttributes(&a, m));
    EXPECT(a.type == cudaMemoryTypeManaged && a.devicePointer == m && a.hostPointer == m);
    OK(cudaPointerGetAttributes(&a, h));
    EXPECT(a.type == cudaMemoryTypeHost);
    OK(cudaPointerGetAttributes(&a, &a));
    EXPECT(a.type == cudaMemoryTypeUnregistered);
    OK(cudaFree(m));
    OK(cudaFreeHost(h));
    std::vector<char> v(10000);
    OK(cudaHostRegister(v.data(), v.size(), cudaHostRegisterDefault));
    IS(cudaHostRegister(v.data(), v.size(), cudaHostRegisterDefault), cudaErrorHostMemoryAlreadyRegistered);
    OK(cudaHostUnregister(v.data()));
    IS(cudaHostUnregister(v.data()), cudaErrorHostMemoryNotRegistered);
    cudaGetLastError();
}

static void wrong_frees(void)
{
    char *d, *h, stack;
    OK(cudaMalloc(&d, 100));
    OK(cudaMallocHost(&h, 100));
    IS(cudaFree(d + 16), cudaErrorInvalidValue);
    IS(cudaFree(&stack), cudaErrorInvalidValue);
    IS(cudaFree(h), cudaErrorInvalidValue);
    IS(cudaFreeHost(d), cudaErrorInvalidValue);
    OK(cudaFree(d));
    IS(cudaFree(d), cudaErrorInvalidValue);
    OK(cudaFreeHost(h));
    cudaGetLastError();
}

int main(void)
{
    sizes();
    fill();
    limits();
    many();
    pitched();
    host_memory();
    wrong_frees();
    return done();
}
