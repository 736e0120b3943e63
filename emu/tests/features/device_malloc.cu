// [given] device_malloc.cu: malloc, free, new and delete in kernels; memory that lives from one kernel to the next.
#include "test.h"

struct node_t {
    int value;
    node_t *next;
};
__device__ int *kept[64];

__global__ void inside(int *out)
{
    int n = threadIdx.x % 5 + 1;
    int *a = (int *)malloc(n * sizeof(int));
    if (!a) return;
    for (int i = 0; i < n; i++) a[i] = i + threadIdx.x;
    int sum = 0;
    for (int i = 0; i < n; i++) sum += a[i];
    free(a);
    double *d = new double[3];
    d[2] = 0.5;
    node_t *node = new node_t{7, nullptr};
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum + int(2 * d[2]) + node->value;
    delete[] d;
    delete node;
    free(nullptr);
}
__global__ void keep() { kept[threadIdx.x] = (int *)malloc(8), kept[threadIdx.x][1] = threadIdx.x * 3; }
__global__ void use(int *out)
{
    out[threadIdx.x] = kept[63 - threadIdx.x][1];
    __syncthreads();
    free(kept[threadIdx.x]);
}
__global__ void list(int *out)
{
    node_t *head = nullptr;
    for (int i = 0; i < 10; i++) head = new node_t{i, head};
    int sum = 0, k = 1;
    while (head) {
        sum += k++ * head->value;
        node_t *next = head->next;
        delete head;
        head = next;
    }
    out[threadIdx.x] = sum;
}
int main()
{
    CALL(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 16 << 20));
    size_t size = 0;
    CALL(cudaDeviceGetLimit(&size, cudaLimitMallocHeapSize));
    CHECK(size >= 16 << 20);
    int *d = device<int>(128);
    inside<<<2, 64>>>(d);
    SYNC();
    auto h = to_host(d, 128);
    for (int i = 0; i < 128; i++) {
        int t = i % 64, n = t % 5 + 1;
        EQUAL(h[i], n * t + n * (n - 1) / 2 + 8);
    }
    keep<<<1, 64>>>();
    use<<<1, 64>>>(d);
    SYNC();
    h = to_host(d, 64);
    for (int i = 0; i < 64; i++) EQUAL(h[i], (63 - i) * 3);
    list<<<1, 4>>>(d);
    SYNC();
    EQUAL(to_host(d, 4)[3], 165 - 0 * 1);
    CALL(cudaFree(d));
    return done();
}
