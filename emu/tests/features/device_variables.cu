// [given] device_variables.cu: __device__ and __managed__ variables and all calls that take a symbol.
#include "test.h"

__device__ int counter;
__device__ float values[8] = {1, 2, 3};
__device__ unsigned long long total = 1ull << 40;
static __device__ double hidden = 0.5;
__device__ int *pointer;
__device__ int matrix[3][4];
__managed__ int shared_with_host = 5;
__device__ __managed__ float managed_array[4];
__device__ const int fixed = 9;
template <class T> struct holder_t {
    T value;
};
__device__ holder_t<float> held = {2.5f};
__device__ volatile int flag = 0;

__global__ void work(double *out)
{
    atomicAdd(&counter, 1);
    if (threadIdx.x == 0) {
        values[3] = values[0] + values[1] + values[2];
        total += 1, hidden *= 3, matrix[2][3] = fixed, flag = 1;
        out[0] = held.value;
        if (pointer) *pointer = 77;
        shared_with_host *= 2;
        managed_array[1] = managed_array[0] + 1;
    }
}
__global__ void write_through(int *p) { p[0] = 1234; }

int main()
{
    double *out = device<double>(1);
    int *target = device<int>(1), zero = 0, count = -1;
    CALL(cudaMemcpyToSymbol(counter, &zero, sizeof zero));
    CALL(cudaMemcpyToSymbol(pointer, &target, sizeof target));
    managed_array[0] = 41;
    work<<<1, 100>>>(out);
    SYNC();
    CALL(cudaMemcpyFromSymbol(&count, counter, sizeof count));
    EQUAL(count, 100);
    float v[8];
    CALL(cudaMemcpyFromSymbol(v, values, sizeof v));
    EQUAL(v[3], 6.f), EQUAL(v[7], 0.f);
    CALL(cudaMemcpyFromSymbol(v, values, sizeof(float), 3 * sizeof(float), cudaMemcpyDeviceToHost));
    EQUAL(v[0], 6.f);
    unsigned long long t = 0;
    CALL(cudaMemcpyFromSymbol(&t, total, sizeof t));
    EQUAL(t, (1ull << 40) + 1);
    double h = 0;
    CALL(cudaMemcpyFromSymbol(&h, hidden, sizeof h));
    EQUAL(h, 1.5), EQUAL(to_host(out, 1)[0], 2.5), EQUAL(to_host(target, 1)[0], 77);
    EQUAL(shared_with_host, 10), EQUAL(managed_array[1], 42.f);

    void *address = nullptr;
    size_t size = 0;
    CALL(cudaGetSymbolAddress(&address, matrix));
    CALL(cudaGetSymbolSize(&size, matrix));
    EQUAL(size, 3 * 4 * sizeof(int));
    int m[3][4];
    CALL(cudaMemcpy(m, address, sizeof m, cudaMemcpyDeviceToHost));
    EQUAL(m[2][3], 9), EQUAL(m[0][0], 0);
    int *typed = nullptr;
    CALL(cudaGetSymbolAddress((void **)&typed, counter));
    write_through<<<1, 1>>>(typed);
    CALL(cudaMemcpyFromSymbol(&count, counter, sizeof count));
    EQUAL(count, 1234);
    CALL(cudaMemset(typed, 0, sizeof(int)));
    CALL(cudaMemcpyFromSymbol(&count, counter, sizeof count));
    EQUAL(count, 0);
    int five = 5, back = 0;
    CALL(cudaMemcpyToSymbolAsync(counter, &five, sizeof five, 0, cudaMemcpyHostToDevice, 0));
    CALL(cudaMemcpyFromSymbolAsync(&back, counter, sizeof back, 0, cudaMemcpyDeviceToHost, 0));
    CALL(cudaDeviceSynchronize());
    EQUAL(back, 5);
    CALL(cudaFree(out)), CALL(cudaFree(target));
    return done();
}
