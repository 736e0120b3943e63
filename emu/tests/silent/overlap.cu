// [given] overlap.cu: host and device at work at the same time, on different memory: nothing to complain about.
#include <cuda_runtime.h>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

__global__ void add(int *a, int n, int by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}

static int bad;
static void is(int found, int expected, const char *what)
{
    if (found != expected && bad++ < 10) printf("%s: %d, expected %d\n", what, found, expected);
}

static void two_halves_of_a_buffer()
{
    const int n = 3000, rounds = 8; // halves that share a page
    int *h, *d;
    cudaStream_t s[2];
    cudaMallocHost(&h, 2 * n * sizeof(int));
    cudaMalloc(&d, 2 * n * sizeof(int));
    for (cudaStream_t &x : s) cudaStreamCreate(&x);
    for (int i = 0; i < 2 * n; i++) h[i] = i;
    for (int r = 0; r < rounds; r++) {
        const int k = r % 2, begin = k * n;
        cudaStreamSynchronize(s[k]);
        for (int i = begin; i < begin + n; i++) h[i] += 1; // while the other half is on its way
        cudaMemcpyAsync(d + begin, h + begin, n * sizeof(int), cudaMemcpyHostToDevice, s[k]);
        add<<<(n + 255) / 256, 256, 0, s[k]>>>(d + begin, n, 10);
        cudaMemcpyAsync(h + begin, d + begin, n * sizeof(int), cudaMemcpyDeviceToHost, s[k]);
    }
    cudaDeviceSynchronize();
    for (int i = 0; i < 2 * n; i++) is(h[i], i + rounds / 2 * 11, "halves");
    for (cudaStream_t x : s) cudaStreamDestroy(x);
    cudaFreeHost(h), cudaFree(d);
}

static void read_what_is_being_sent()
{
    int *h, *d, sum = 0;
    cudaMallocHost(&h, 4096);
    cudaMalloc(&d, 4096);
    for (int i = 0; i < 1024; i++) h[i] = i;
    cudaMemcpyAsync(d, h, 4096, cudaMemcpyHostToDevice);
    for (int i = 0; i < 1024; i++) sum += h[i];
    is(sum, 1023 * 512, "sum");
    cudaDeviceSynchronize();
    cudaFreeHost(h), cudaFree(d);
}

static void managed_memory()
{
    const int n = 5000;
    int *a, *b, sum = 0;
    cudaMallocManaged(&a, n * sizeof(int));
    cudaMallocManaged(&b, n * sizeof(int));
    for (int i = 0; i < n; i++) a[i] = b[i] = i;
    for (int r = 0; r < 3; r++) {
        add<<<(n + 127) / 128, 128>>>(a, n, 1);
        for (int i = 0; i < n; i++) sum += b[i]; // the kernel does not touch it
        for (int i = 0; i < n; i++) b[i]++;
        cudaDeviceSynchronize();
        is(a[n - 1], n + r, "managed");
    }
    add<<<(n + 127) / 128, 128>>>(a, n, 1);
    int *c; // allocated while work is pending
    cudaMallocManaged(&c, 64);
    c[0] = 5;
    add<<<1, 16>>>(c, 16, 1);
    cudaDeviceSynchronize();
    is(c[0], 6, "late");
    cudaFree(a), cudaFree(b), cudaFree(c);
    is(sum > 0, 1, "sum");
}

struct pair_t {
    int limit, sum;
};
__global__ void count(pair_t *p)
{
    if (threadIdx.x < p->limit) atomicAdd(&p->sum, 1);
}

static void neighbours_in_managed_memory()
{
    pair_t *p;
    cudaMallocManaged(&p, sizeof(pair_t));
    p->limit = 20, p->sum = 0;
    count<<<1, 32>>>(p);
    is(p->limit, 20, "limit"); // the kernel changes only what lies beside it
    cudaDeviceSynchronize();
    is(p->sum, 20, "count");
    cudaFree(p);
}

static void parts_of_one_page()
{
    int *h, *d;
    cudaMallocHost(&h, 256);
    cudaMalloc(&d, 256);
    cudaMemset(d, 0, 256);
    cudaMemcpyAsync(h, d, 128, cudaMemcpyDeviceToHost);
    for (int i = 32; i < 64; i++) h[i] = i; // the other half of these 256 bytes
    cudaDeviceSynchronize();
    is(h[31], 0, "page"), is(h[63], 63, "page");
    cudaFreeHost(h), cudaFree(d);
}

static void registered_memory()
{
    const int n = 10000;
    int *h = (int *)malloc(n * sizeof(int)), *d;
    cudaHostRegister(h, n * sizeof(int), cudaHostRegisterDefault);
    cudaMalloc(&d, n * sizeof(int));
    cudaMemset(d, 0, n * sizeof(int));
    cudaMemcpyAsync(h, d, n * sizeof(int), cudaMemcpyDeviceToHost);
    char *others[100]; // the allocator of the host is at work beside it
    for (int i = 0; i < 100; i++) others[i] = (char *)malloc(i * 50 + 1), others[i][0] = 1;
    for (char *x : others) free(x);
    cudaDeviceSynchronize();
    for (int i = 0; i < n; i++) is(h[i], 0, "registered");
    cudaHostUnregister(h), free(h), cudaFree(d);
}

static void a_pause_instead_of_a_wait()
{
    int *h, *d;
    cudaMallocHost(&h, 4);
    cudaMalloc(&d, 4);
    cudaMemset(d, 0, 4);
    add<<<1, 1>>>(d, 1, 3);
    usleep(1800000); // no good style, but by then it has run
    cudaMemcpy(h, d, 4, cudaMemcpyDeviceToHost);
    is(*h, 3, "pause");
    cudaFreeHost(h), cudaFree(d);
}

int main()
{
    two_halves_of_a_buffer();
    read_what_is_being_sent();
    managed_memory();
    neighbours_in_managed_memory();
    parts_of_one_page();
    registered_memory();
    a_pause_instead_of_a_wait();
    if (!bad) printf("ok\n");
    return bad != 0;
}
