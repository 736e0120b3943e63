// [given] copy_2d.cu: rows with a pitch: cudaMallocPitch, cudaMemcpy2D, cudaMemset2D, and their 3-D kin.
#include "test.h"

__global__ void fill(char *p, size_t pitch, int width, int height)
{
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < width && y < height) reinterpret_cast<float *>(p + y * pitch)[x] = y * 1000 + x;
}
__global__ void fill_3d(cudaPitchedPtr p, int width, int height, int depth)
{
    int x = threadIdx.x, y = blockIdx.x, z = blockIdx.y;
    if (x >= width || y >= height || z >= depth) return;
    char *row = (char *)p.ptr + (size_t(z) * height + y) * p.pitch;
    reinterpret_cast<int *>(row)[x] = (z * 100 + y) * 100 + x;
}
int main()
{
    const int width = 37, height = 21;
    char *d = nullptr;
    size_t pitch = 0, row = width * sizeof(float);
    CALL(cudaMallocPitch(&d, &pitch, row, height));
    CHECK(pitch >= row && pitch % 128 == 0);
    fill<<<dim3(2, 2), dim3(32, 16)>>>(d, pitch, width, height);
    std::vector<float> h(width * height);
    CALL(cudaMemcpy2D(h.data(), row, d, pitch, row, height, cudaMemcpyDeviceToHost));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) EQUAL(h[y * width + x], float(y * 1000 + x));
    CALL(cudaMemset2D(d, pitch, 0, 5 * sizeof(float), 3)); // a corner
    CALL(cudaMemcpy2DAsync(h.data(), row, d, pitch, row, height, cudaMemcpyDeviceToHost, 0));
    CALL(cudaDeviceSynchronize());
    EQUAL(h[0], 0.f), EQUAL(h[4], 0.f), EQUAL(h[5], 5.f), EQUAL(h[2 * width], 0.f), EQUAL(h[3 * width], 3000.f);
    float block[4] = {1, 2, 3, 4}; // 2 x 2 into the middle
    CALL(cudaMemcpy2D(d + 10 * pitch + 10 * sizeof(float), pitch, block, 8, 8, 2, cudaMemcpyHostToDevice));
    CALL(cudaMemcpy2D(h.data(), row, d, pitch, row, height, cudaMemcpyDeviceToHost));
    EQUAL(h[10 * width + 10], 1.f), EQUAL(h[11 * width + 11], 4.f), EQUAL(h[11 * width + 12], 11012.f);
    CALL(cudaFree(d));

    cudaExtent extent = make_cudaExtent(10 * sizeof(int), 6, 4);
    cudaPitchedPtr p;
    CALL(cudaMalloc3D(&p, extent));
    CALL(cudaMemset3D(p, 0, extent));
    fill_3d<<<dim3(6, 4), 32>>>(p, 10, 6, 4);
    std::vector<int> v(10 * 6 * 4);
    cudaMemcpy3DParms copy = {};
    copy.srcPtr = p;
    copy.dstPtr = make_cudaPitchedPtr(v.data(), 10 * sizeof(int), 10, 6);
    copy.extent = extent;
    copy.kind = cudaMemcpyDeviceToHost;
    CALL(cudaMemcpy3D(&copy));
    for (int i = 0; i < 240; i++) EQUAL(v[i], (i / 60 * 100 + i / 10 % 6) * 100 + i % 10);
    CALL(cudaFree(p.ptr));
    return done();
}
