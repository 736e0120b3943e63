// [given] cublas_operands.cu: cuBLAS is given a matrix that is too small.
// flags: -lcublas
// expect: cublasSgemm reads outside of an allocation
// expect: at cublas_operands.cu:22 in main
// expect: matrix B: 8 columns of 8 elements, 8 apart: 256 bytes
// expect: the pointer is device memory (128 bytes, cudaMalloc at cublas_operands.cu:19)
// expect: hint: cuBLAS takes matrices column by column: are rows, columns and the leading dimension those of the column-major matrix?
#include <cublas_v2.h>
#include <cuda_runtime.h>

int main()
{
    const int n = 8;
    float *a, *b, *c, one = 1, zero = 0;
    cublasHandle_t h;
    cublasCreate(&h);
    cudaMalloc(&a, n * n * sizeof(float));
    cudaMemset(a, 0, n * n * sizeof(float));
    cudaMalloc(&b, n * n / 2 * sizeof(float));
    cudaMemset(b, 0, n * n / 2 * sizeof(float));
    cudaMalloc(&c, n * n * sizeof(float));
    cublasSgemm(h, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, a, n, b, n, &zero, c, n);
    bool failed = cudaDeviceSynchronize() != cudaSuccess;
    cudaGetLastError();
    cudaDeviceReset();
    cublasDestroy(h);
    return failed ? 0 : 2;
}
