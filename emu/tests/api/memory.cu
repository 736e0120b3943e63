// [given] memory.cu: allocations: sizes, alignment, distances, fill, limits, pitch, managed and pinned memory.
#include "check.h"

static void sizes(void)
{
    void *p = (void *)1;
<<<<<<< HEAD
    ok(cudaMalloc(&p, 0));
    expect(p == nullptr);
    is(cudaMalloc((void **)nullptr, 4), cudaErrorInvalidValue);
    is(cudaGetLastError(), cudaErrorInvalidValue);
    is(cudaGetLastError(), cudaSuccess);
    ok(cudaFree(nullptr));
    ok(cudaFree(0));
    char *q[100];
    for (int i = 0; i < 100; i++) {
        ok(cudaMalloc(&q[i], (size_t)i + 1));
        expect((size_t)q[i] % 256 == 0);
        for (int j = 0; j < i; j++) expect(q[i] >= q[j] + j + 1 + 256 || q[j] >= q[i] + i + 1 + 256);
    }
    for (int i = 0; i < 100; i += 2) ok(cudaFree(q[i]));
    for (int i = 1; i < 100; i += 2) ok(cudaFree(q[i]));
=======
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
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
}

static void fill(void)
{
    int *d, h[1000];
<<<<<<< HEAD
    ok(cudaMalloc(&d, sizeof h));
    ok(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) expect(h[i] == -1);
    ok(cudaMemset(d, 0, sizeof h));
    ok(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) expect(h[i] == 0);
    ok(cudaFree(d));
=======
    OK(cudaMalloc(&d, sizeof h));
    OK(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) EXPECT(h[i] == -1);
    OK(cudaMemset(d, 0, sizeof h));
    OK(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) EXPECT(h[i] == 0);
    OK(cudaFree(d));
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
}

static void limits(void)
{
    size_t before, total, now, t;
<<<<<<< HEAD
    ok(cudaMemGetInfo(&before, &total));
    expect(before == total && total == (size_t)4 << 30);
    void *p, *q;
    ok(cudaMalloc(&p, total / 2));
    ok(cudaMemGetInfo(&now, &t));
    expect(now == total / 2);
    is(cudaMalloc(&q, total / 2 + 256), cudaErrorMemoryAllocation);
    is(cudaGetLastError(), cudaErrorMemoryAllocation);
    is(cudaMalloc(&q, (size_t)-1), cudaErrorMemoryAllocation);
    ok(cudaMalloc(&q, total / 2));
    ok(cudaMemGetInfo(&now, &t));
    expect(now == 0);
    void *r;
    is(cudaMalloc(&r, 1), cudaErrorMemoryAllocation);
    ok(cudaFree(p));
    ok(cudaFree(q));
    ok(cudaMemGetInfo(&now, &t));
    expect(now == total);
    cudaGetLastError();
}

static void many(void) // in and out at random: the free memory comes back together
=======
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
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
{
    std::vector<void *> live;
    unsigned seed = 1;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        if (live.size() < 500 && seed >> 31) {
            void *p;
<<<<<<< HEAD
            ok(cudaMalloc(&p, seed % 5000 + 1));
            live.push_back(p);
        } else if (!live.empty()) {
            const size_t j = seed % live.size();
            ok(cudaFree(live[j]));
=======
            OK(cudaMalloc(&p, seed % 5000 + 1));
            live.push_back(p);
        } else if (!live.empty()) {
            const size_t j = seed % live.size();
            OK(cudaFree(live[j]));
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
            live[j] = live.back();
            live.pop_back();
        }
    }
<<<<<<< HEAD
    for (void *p : live) ok(cudaFree(p));
    size_t now, total;
    ok(cudaMemGetInfo(&now, &total));
    expect(now == total);
    void *p;
    ok(cudaMalloc(&p, total));
    ok(cudaFree(p));
=======
    for (void *p : live) OK(cudaFree(p));
    size_t now, total;
    OK(cudaMemGetInfo(&now, &total));
    EXPECT(now == total);
    void *p;
    OK(cudaMalloc(&p, total));
    OK(cudaFree(p));
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
}

static void pitched(void)
{
    char *p;
    size_t pitch;
<<<<<<< HEAD
    ok(cudaMallocPitch(&p, &pitch, 100, 10));
    expect(pitch >= 100 && pitch % 32 == 0);
    char h[1000], back[1000];
    for (int i = 0; i < 1000; i++) h[i] = (char)i;
    ok(cudaMemcpy2D(p, pitch, h, 100, 100, 10, cudaMemcpyHostToDevice));
    memset(back, 0, sizeof back);
    ok(cudaMemcpy2D(back, 100, p, pitch, 100, 10, cudaMemcpyDeviceToHost));
    expect(!memcmp(h, back, 1000));
    ok(cudaMemset2D(p, pitch, 7, 50, 10));
    ok(cudaMemcpy2D(back, 100, p, pitch, 100, 10, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 1000; i++) expect(back[i] == (i % 100 < 50 ? 7 : h[i]));
    is(cudaMemcpy2D(p, 50, h, 100, 100, 10, cudaMemcpyHostToDevice), cudaErrorInvalidPitchValue);
    cudaGetLastError();
    ok(cudaFree(p));
    cudaPitchedPtr box;
    ok(cudaMalloc3D(&box, make_cudaExtent(40, 5, 6)));
=======
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
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
    char cube[40 * 5 * 6], out[40 * 5 * 6];
    for (size_t i = 0; i < sizeof cube; i++) cube[i] = (char)(i * 3);
    cudaMemcpy3DParms c = {};
    c.srcPtr = make_cudaPitchedPtr(cube, 40, 40, 5);
    c.dstPtr = box;
    c.extent = make_cudaExtent(40, 5, 6);
    c.kind = cudaMemcpyHostToDevice;
<<<<<<< HEAD
    ok(cudaMemcpy3D(&c));
    c.dstPtr = make_cudaPitchedPtr(out, 40, 40, 5);
    c.srcPtr = box;
    c.kind = cudaMemcpyDeviceToHost;
    ok(cudaMemcpy3D(&c));
    expect(!memcmp(cube, out, sizeof cube));
    ok(cudaFree(box.ptr));
=======
    OK(cudaMemcpy3D(&c));
    c.dstPtr = make_cudaPitchedPtr(out, 40, 40, 5);
    c.srcPtr = box;
    c.kind = cudaMemcpyDeviceToHost;
    OK(cudaMemcpy3D(&c));
    EXPECT(!memcmp(cube, out, sizeof cube));
    OK(cudaFree(box.ptr));
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
}

static void host_memory(void)
{
    float *m, *h, *d;
<<<<<<< HEAD
    ok(cudaMallocManaged(&m, 400));
    m[3] = 5;
    expect(m[3] == 5);
    ok(cudaMemPrefetchAsync(m, 400, cudaMemLocation{cudaMemLocationTypeDevice, 0}, 0, 0));
    ok(cudaMallocHost(&h, 400));
    ok(cudaHostGetDevicePointer(&d, h, 0));
    expect(d == h);
    h[7] = 8;
    ok(cudaMemcpy(m, h, 400, cudaMemcpyDefault));
    expect(m[7] == 8);
    cudaPointerAttributes a;
    ok(cudaPointerGetAttributes(&a, m));
    expect(a.type == cudaMemoryTypeManaged && a.devicePointer == m && a.hostPointer == m);
    ok(cudaPointerGetAttributes(&a, h));
    expect(a.type == cudaMemoryTypeHost);
    ok(cudaPointerGetAttributes(&a, &a));
    expect(a.type == cudaMemoryTypeUnregistered);
    ok(cudaFree(m));
    ok(cudaFreeHost(h));
    std::vector<char> v(10000);
    ok(cudaHostRegister(v.data(), v.size(), cudaHostRegisterDefault));
    is(cudaHostRegister(v.data(), v.size(), cudaHostRegisterDefault), cudaErrorHostMemoryAlreadyRegistered);
    ok(cudaHostUnregister(v.data()));
    is(cudaHostUnregister(v.data()), cudaErrorHostMemoryNotRegistered);
=======
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
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
    cudaGetLastError();
}

static void wrong_frees(void)
{
    char *d, *h, stack;
<<<<<<< HEAD
    ok(cudaMalloc(&d, 100));
    ok(cudaMallocHost(&h, 100));
    is(cudaFree(d + 16), cudaErrorInvalidValue);
    is(cudaFree(&stack), cudaErrorInvalidValue);
    is(cudaFree(h), cudaErrorInvalidValue);
    is(cudaFreeHost(d), cudaErrorInvalidValue);
    ok(cudaFree(d));
    is(cudaFree(d), cudaErrorInvalidValue);
    ok(cudaFreeHost(h));
=======
    OK(cudaMalloc(&d, 100));
    OK(cudaMallocHost(&h, 100));
    IS(cudaFree(d + 16), cudaErrorInvalidValue);
    IS(cudaFree(&stack), cudaErrorInvalidValue);
    IS(cudaFree(h), cudaErrorInvalidValue);
    IS(cudaFreeHost(d), cudaErrorInvalidValue);
    OK(cudaFree(d));
    IS(cudaFree(d), cudaErrorInvalidValue);
    OK(cudaFreeHost(h));
>>>>>>> 887ca468fee303b3ac33b69f0eeabb1f492c315d
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
