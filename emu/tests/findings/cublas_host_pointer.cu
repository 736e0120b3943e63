// [given] cublas_host_pointer.cu: cuBLAS is given a vector of the host.
// flags: -lcublas
// expect: cublasSasum was given host memory
// expect: vector x: 100 elements, 1 apart: 400 bytes
// expect: hint: copy it to the device first; scalars are taken from the host, unless cublasSetPointerMode says otherwise
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <vector>

int main()
{
    std::vector<float> x(100, 1);
    float sum = 0;
    cublasHandle_t h;
    cublasCreate(&h);
    bool failed = cublasSasum(h, 100, x.data(), 1, &sum) != CUBLAS_STATUS_SUCCESS;
    cublasDestroy(h);
    return failed ? 0 : 2;
}
