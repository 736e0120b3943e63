// operations.cu: bin/lab operations: product and sum of matrices, CPU against device, with and without the copies.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <omp.h>

#include "cuda_utils.cuh"
#include "lab.h"
#include "ladder.h"
#include "matrix.h"

#define TILE 16

// One thread computes one element of C = A B, all (n, n), from tiles in shared memory.
__global__ void product_element(real_t *C, const real_t *A, const real_t *B, int n)
{
    __shared__ real_t A_tile[TILE][TILE], B_tile[TILE][TILE];
    int tx = threadIdx.x, ty = threadIdx.y, i = blockIdx.y * TILE + ty, j = blockIdx.x * TILE + tx;
    real_t sum = 0;
    for (int first = 0; first < n; first += TILE) {
        A_tile[ty][tx] = i < n && first + tx < n ? A[(size_t)i * n + first + tx] : 0;
        B_tile[ty][tx] = first + ty < n && j < n ? B[(size_t)(first + ty) * n + j] : 0;
        __syncthreads();
        for (int p = 0; p < TILE; p++) sum += A_tile[ty][p] * B_tile[p][tx];
        __syncthreads();
    }
    if (i < n && j < n) C[(size_t)i * n + j] = sum;
}

__global__ void sum_element(real_t *C, const real_t *A, const real_t *B, size_t n)
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (at < n) C[at] = A[at] + B[at];
}

enum operation_t { PRODUCT, SUM };

static void on_cpu(operation_t op, real_t *C, const real_t *A, const real_t *B, int n)
{
    if (op == PRODUCT) mat_mul_nn(C, A, B, n, n, n);
    else
        for (size_t at = 0; at < (size_t)n * n; at++) C[at] = A[at] + B[at];
}

static void on_device(operation_t op, real_t *C, const real_t *A, const real_t *B, int n)
{
    size_t size = (size_t)n * n;
    unsigned across = cuda_blocks(n, TILE);
    if (op == PRODUCT) product_element<<<dim3(across, across), dim3(TILE, TILE)>>>(C, A, B, n);
    else sum_element<<<cuda_blocks(size), cuda_options.block>>>(C, A, B, size);
    LAUNCH_CHECK("operation");
}

struct times_t {
    double cpu, kernel, with_copies;  // medians [s]
    double difference;                // greatest, relative to the greatest element
};

static double largest_difference(const std::vector<real_t> &x, const std::vector<real_t> &y)
{
    double far = 0, greatest = 0;
    for (size_t i = 0; i < x.size(); i++) {
        far = std::max(far, std::fabs((double)x[i] - y[i]));
        greatest = std::max(greatest, std::fabs((double)y[i]));
    }
    return far / greatest;
}

static times_t measure(operation_t op, int n, int repeats)
{
    size_t size = (size_t)n * n, bytes = size * sizeof(real_t);
    std::vector<real_t> A(size), B(size), C(size), from_device(size);
    rng_t rng = rng_make(1, RNG_DATA);
    for (size_t i = 0; i < size; i++) {
        A[i] = (real_t)(rng_uniform(&rng) - 0.5);
        B[i] = (real_t)(rng_uniform(&rng) - 0.5);
    }
    real_t *dev[3];
    for (real_t *&p : dev) p = (real_t *)cuda_alloc(bytes, "a matrix");
    std::vector<double> cpu, kernel, with_copies;
    for (int repeat = -1; repeat < repeats; repeat++) {  // the first one warms up
        double start = clock_now();
        bool slow = !cpu.empty() && cpu[0] > 1;  // once is enough
        if (!slow) on_cpu(op, C.data(), A.data(), B.data(), n);
        double middle = clock_now();
        CUDA_CHECK(cudaMemcpy(dev[1], A.data(), bytes, cudaMemcpyHostToDevice));
        CUDA_CHECK(cudaMemcpy(dev[2], B.data(), bytes, cudaMemcpyHostToDevice));
        cuda_timer_t timer = cuda_timer_start();
        on_device(op, dev[0], dev[1], dev[2], n);
        double ms = cuda_timer_stop(&timer);
        CUDA_CHECK(cudaMemcpy(from_device.data(), dev[0], bytes, cudaMemcpyDeviceToHost));
        if (!slow && (repeat >= 0 || middle - start > 1)) cpu.push_back(middle - start);
        if (repeat < 0) continue;
        kernel.push_back(ms / 1e3);
        with_copies.push_back(clock_now() - middle);
    }
    for (real_t *p : dev) CUDA_CHECK(cudaFree(p));
    return {median(cpu), median(kernel), median(with_copies), largest_difference(from_device, C)};
}

void lab_operations(const operations_options_t *o)
{
    if (!o->csv.empty()) file_check_writable(o->csv);
    omp_set_num_threads(o->threads);
    std::string device = cuda_start(), csv = "operation,n,cpu_s,kernel_s,with_copies_s,difference\n";
    bool emulated = device.find("emulated") != std::string::npos;
    std::vector<int> sizes = o->sizes;
    if (sizes.empty())
        for (int n : {50, 100, 200, 500, 1000, 2000, 4000, 8000})
            if (!emulated || n <= 500) sizes.push_back(n);
    printf("device: %s\nmedians of %d; CPU: the program's own product and sum, %d thread%s; %s numbers\n",
           device.c_str(), o->repeats, o->threads, o->threads > 1 ? "s" : "", REAL_NAME);
    if (emulated) printf("EMULATED: kernels run on the CPU; the columns of the device say nothing about a GPU\n");
    printf("\n| operation | n | CPU [ms] | kernel [ms] | kernel and copies [ms] | CPU / kernel | CPU / with copies | "
           "difference "
           "|\n|---|---|---|---|---|---|---|---|\n");
    for (operation_t op : {PRODUCT, SUM})
        for (int n : sizes) {
            times_t t = measure(op, n, o->repeats);
            const char *name = op == PRODUCT ? "product" : "sum";
            std::string ratios = emulated ? "emulated | emulated"
                                          : format("%.2f | %.2f", t.cpu / t.kernel, t.cpu / t.with_copies);
            printf("| %s | %d | %.4g | %.4g | %.4g | %s | %.1e |\n", name, n, t.cpu * 1e3, t.kernel * 1e3,
                   t.with_copies * 1e3, ratios.c_str(), t.difference);
            fflush(stdout);
            csv += format("%s,%d,%.9g,%.9g,%.9g,%.3g\n", name, n, t.cpu, t.kernel, t.with_copies, t.difference);
        }
    if (!o->csv.empty()) file_write(o->csv, csv);
}
