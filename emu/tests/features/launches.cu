// [given] launches.cu: emu_launches counts what was executed: kernels, cuBLAS functions; no copies, no refused launches.
// emu_bytes_to_host counts what copies bring to the host.
// findings: allowed
// flags: -lcublas
#include "test.h"
#include <cublas_v2.h>
#ifdef __CUDA_EMULATOR__
#include <emu/blame.h>
#endif

__global__ void one(float *a) { a[threadIdx.x] = 1; }

int main()
{
#ifdef __CUDA_EMULATOR__
    float *a, h[32], two = 2;
    CALL(cudaMalloc(&a, sizeof h));
    CALL(cudaMemset(a, 0, sizeof h));
    CALL(cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost));
    CHECK(emu_launches() == 0);
    CHECK(emu_bytes_to_host() == sizeof h);
    one<<<1, 32>>>(a);
    one<<<1, 32>>>(a);
    CALL(cudaDeviceSynchronize());
    CHECK(emu_launches() == 2);
    one<<<0, 32>>>(a);
    CHECK(cudaGetLastError() == cudaErrorInvalidConfiguration);
    CALL(cudaDeviceSynchronize());
    CHECK(emu_launches() == 2);
    cublasHandle_t handle;
    CHECK(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    CHECK(cublasSscal(handle, 32, &two, a, 1) == CUBLAS_STATUS_SUCCESS);
    CALL(cudaDeviceSynchronize());
    CHECK(emu_launches() == 3);
    float *b, *managed;
    CALL(cudaMalloc(&b, sizeof h));
    CALL(cudaMallocManaged(&managed, sizeof h));
    CALL(cudaMemcpy(b, a, sizeof h, cudaMemcpyDeviceToDevice));
    CALL(cudaMemcpy(b, h, sizeof h, cudaMemcpyHostToDevice));
    CHECK(emu_bytes_to_host() == sizeof h);
    CALL(cudaMemcpy(managed, b, sizeof h, cudaMemcpyDefault));
    CALL(cudaMemcpyAsync(h, b, 8, cudaMemcpyDeviceToHost));
    CALL(cudaDeviceSynchronize());
    CHECK(emu_bytes_to_host() == 2 * sizeof h + 8);
    CALL(cudaFree(b));
    CALL(cudaFree(managed));
    CHECK(cublasDestroy(handle) == CUBLAS_STATUS_SUCCESS);
    CALL(cudaFree(a));
#endif
    return done();
}
