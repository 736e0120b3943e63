// [given] managed_pinned.cu: managed, pinned, mapped and registered memory.
#include "test.h"

struct list_t {
    int value;
    list_t *next;
};
__global__ void add(int *a, int n, int by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}
__global__ void walk(const list_t *l, int *out)
{
    int sum = 0;
    for (; l; l = l->next) sum += l->value;
    *out = sum;
}
int main()
{
    const int n = 300;
    int *m = nullptr, *pinned = nullptr, *mapped = nullptr, *mapped_device = nullptr;
    CALL(cudaMallocManaged(&m, n * sizeof(int)));
    for (int i = 0; i < n; i++) m[i] = i;
    add<<<3, 128>>>(m, n, 5);
    SYNC();
    for (int i = 0; i < n; i++) EQUAL(m[i], i + 5);
    m[0] = 100;
    add<<<3, 128>>>(m, n, 1);
    SYNC();
    EQUAL(m[0], 101), EQUAL(m[299], 305);
    cudaPointerAttributes at;
    CALL(cudaPointerGetAttributes(&at, m));
    CHECK(at.type == cudaMemoryTypeManaged);

    list_t *head = nullptr; // pointers in managed memory hold on both sides
    for (int i = 0; i < 10; i++) {
        list_t *l = nullptr;
        CALL(cudaMallocManaged(&l, sizeof(list_t)));
        l->value = i, l->next = head, head = l;
    }
    walk<<<1, 1>>>(head, m);
    SYNC();
    EQUAL(m[0], 45);
    while (head) {
        list_t *next = head->next;
        CALL(cudaFree(head));
        head = next;
    }

    CALL(cudaMallocHost(&pinned, n * sizeof(int)));
    for (int i = 0; i < n; i++) pinned[i] = 3 * i;
    int *d = device<int>(n);
    CALL(cudaMemcpyAsync(d, pinned, n * sizeof(int), cudaMemcpyHostToDevice, 0));
    add<<<3, 128>>>(d, n, 1);
    CALL(cudaMemcpyAsync(pinned, d, n * sizeof(int), cudaMemcpyDeviceToHost, 0));
    CALL(cudaStreamSynchronize(0));
    for (int i = 0; i < n; i++) EQUAL(pinned[i], 3 * i + 1);
    CALL(cudaPointerGetAttributes(&at, pinned));
    CHECK(at.type == cudaMemoryTypeHost);

    CALL(cudaHostAlloc(&mapped, n * sizeof(int), cudaHostAllocMapped));
    for (int i = 0; i < n; i++) mapped[i] = i;
    CALL(cudaHostGetDevicePointer(&mapped_device, mapped, 0));
    add<<<3, 128>>>(mapped_device, n, 2);
    SYNC();
    for (int i = 0; i < n; i++) EQUAL(mapped[i], i + 2);

    std::vector<int> h(n, 7);
    CALL(cudaHostRegister(h.data(), n * sizeof(int), cudaHostRegisterDefault));
    CALL(cudaMemcpyAsync(d, h.data(), n * sizeof(int), cudaMemcpyHostToDevice, 0));
    add<<<3, 128>>>(d, n, 1);
    CALL(cudaMemcpyAsync(h.data(), d, n * sizeof(int), cudaMemcpyDeviceToHost, 0));
    CALL(cudaDeviceSynchronize());
    EQUAL(h[0], 8), EQUAL(h[299], 8);
    int *registered = nullptr;
    CALL(cudaHostGetDevicePointer((void **)&registered, h.data(), 0));
    add<<<3, 128>>>(registered, n, 1);
    SYNC();
    EQUAL(h[299], 9);
    CALL(cudaHostUnregister(h.data()));
    CALL(cudaFreeHost(pinned)), CALL(cudaFreeHost(mapped)), CALL(cudaFree(m)), CALL(cudaFree(d));
    return done();
}
