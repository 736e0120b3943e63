// [given] constant.cu: __constant__ variables: initial values, copies to the symbol, arrays, structs.
#include "test.h"

__constant__ float coefficients[5] = {1, 2, 3, 2, 1};
__constant__ int number = 42;
__constant__ const double pi = 3.140625;
static __constant__ int table[2][3] = {{1, 2, 3}, {4, 5, 6}};
struct camera_t {
    float x, y, z;
    int id;
};
__constant__ camera_t camera;
__constant__ camera_t cameras[4];
__device__ __constant__ int both = 3;
namespace space
{
__constant__ unsigned char bytes[16];
}

__global__ void filter(const float *in, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float sum = 0;
    for (int k = -2; k <= 2; k++)
        if (i + k >= 0 && i + k < n) sum += coefficients[k + 2] * in[i + k];
    out[i] = sum;
}
__global__ void others(double *out)
{
    out[0] = number, out[1] = pi, out[2] = table[1][2], out[3] = camera.z + camera.id, out[4] = cameras[3].y;
    out[5] = both, out[6] = space::bytes[15];
}

int main()
{
    const int n = 100;
    float *in = to_device(std::vector<float>(n, 1)), *out = device<float>(n);
    filter<<<4, 32>>>(in, out, n);
    SYNC();
    EQUAL(to_host(out, n)[50], 9.f), EQUAL(to_host(out, n)[0], 6.f), EQUAL(to_host(out, n)[99], 6.f);
    float other[5] = {0, 0, 1, 0, 0};
    CALL(cudaMemcpyToSymbol(coefficients, other, sizeof other));
    filter<<<4, 32>>>(in, out, n);
    SYNC();
    EQUAL(to_host(out, n)[50], 1.f);
    float one = 10;
    CALL(cudaMemcpyToSymbol(coefficients, &one, sizeof one, 4 * sizeof(float)));
    filter<<<4, 32>>>(in, out, n);
    SYNC();
    EQUAL(to_host(out, n)[50], 11.f), EQUAL(to_host(out, n)[99], 1.f);
    CALL(cudaMemcpyFromSymbol(other, coefficients, sizeof other));
    EQUAL(other[4], 10.f), EQUAL(other[2], 1.f);

    camera_t c = {1, 2, 3, 4}, cs[4] = {};
    cs[3].y = 7.5f;
    unsigned char bytes[16] = {};
    bytes[15] = 200;
    CALL(cudaMemcpyToSymbol(camera, &c, sizeof c));
    CALL(cudaMemcpyToSymbol(cameras, cs, sizeof cs, 0, cudaMemcpyHostToDevice));
    CALL(cudaMemcpyToSymbol(space::bytes, bytes, 16));
    double *d = device<double>(7);
    others<<<1, 1>>>(d);
    SYNC();
    auto r = to_host(d, 7);
    EQUAL(r[0], 42), EQUAL(r[1], 3.140625), EQUAL(r[2], 6), EQUAL(r[3], 7), EQUAL(r[4], 7.5), EQUAL(r[5], 3);
    EQUAL(r[6], 200);
    CALL(cudaFree(in)), CALL(cudaFree(out)), CALL(cudaFree(d));
    return done();
}
