// [given] devices.cu: several devices, CUDA_VISIBLE_DEVICES, properties, limits, peers, the occupancy calculator.
// findings: allowed
#include "check.h"
#include <sys/wait.h>
#include <unistd.h>

#ifdef __CUDACC__
__global__ void kernel(int *p) { *p = 1; }
#else
static void kernel(int *) {}
#endif

static int count_with(const char *self, const char *devices, const char *visible)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        setenv("EMU_DEVICES", devices, 1);
        if (!freopen("/dev/null", "w", stderr)) _exit(97);  // what it says about wrong values
        visible ? setenv("CUDA_VISIBLE_DEVICES", visible, 1) : unsetenv("CUDA_VISIBLE_DEVICES");
        execl(self, self, "count", (char *)nullptr);
        _exit(99);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static int count(void)  // 10 times the number of devices, and the bus of the first one
{
    int n = 0;
    const cudaError_t e = cudaGetDeviceCount(&n);
    if (n == 0) return e == cudaErrorNoDevice && cudaFree(0) == cudaErrorNoDevice ? 0 : 98;
    cudaDeviceProp p;
    cudaGetDeviceProperties(&p, 0);
    return 10 * n + p.pciBusID;
}

static void two_devices(void)  // with EMU_DEVICES=2
{
    int n, can, device;
    OK(cudaGetDeviceCount(&n));
    EXPECT(n == 2);
    int *a, *b, h = 5, back = 0;
    OK(cudaMalloc(&a, 4));
    OK(cudaSetDevice(1));
    OK(cudaMalloc(&b, 4));
    OK(cudaGetDevice(&device));
    EXPECT(device == 1);
    cudaPointerAttributes at;
    OK(cudaPointerGetAttributes(&at, a));
    EXPECT(at.device == 0 && at.type == cudaMemoryTypeDevice);
    OK(cudaPointerGetAttributes(&at, b));
    EXPECT(at.device == 1);
    OK(cudaDeviceCanAccessPeer(&can, 0, 1));
    EXPECT(can == 1);
    OK(cudaDeviceEnablePeerAccess(0, 0));
    IS(cudaDeviceEnablePeerAccess(0, 0), cudaErrorPeerAccessAlreadyEnabled);
    IS(cudaDeviceEnablePeerAccess(1, 0), cudaErrorInvalidDevice);
    OK(cudaDeviceDisablePeerAccess(0));
    IS(cudaDeviceDisablePeerAccess(0), cudaErrorPeerAccessNotEnabled);
    OK(cudaMemcpy(a, &h, 4, cudaMemcpyHostToDevice));
    OK(cudaMemcpyPeer(b, 1, a, 0, 4));
    IS(cudaMemcpyPeer(b, 2, a, 0, 4), cudaErrorInvalidDevice);
    OK(cudaMemcpy(&back, b, 4, cudaMemcpyDeviceToHost));
    EXPECT(back == 5);
    OK(cudaDeviceReset());  // of device 1 only
    size_t now, total;
    OK(cudaMemGetInfo(&now, &total));
    EXPECT(now == total);
    OK(cudaSetDevice(0));
    OK(cudaMemGetInfo(&now, &total));
    EXPECT(now == total - 256);
    OK(cudaFree(a));
}

static void properties(void)
{
    cudaDeviceProp p;
    OK(cudaGetDeviceProperties(&p, 0));
    EXPECT(p.major == 8 && p.minor == 6 && p.warpSize == 32 && p.multiProcessorCount == 8);
    EXPECT(p.sharedMemPerBlock == 49152 && p.maxThreadsPerBlock == 1024);
    IS(cudaGetDeviceProperties(&p, 5), cudaErrorInvalidDevice);
    int v;
    OK(cudaDeviceGetAttribute(&v, cudaDevAttrMaxThreadsPerMultiProcessor, 0));
    EXPECT(v == 1536);
    IS(cudaDeviceGetAttribute(&v, (cudaDeviceAttr)100000, 0), cudaErrorInvalidValue);
    OK(cudaDriverGetVersion(&v));
    OK(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 1 << 26));
    size_t heap;
    OK(cudaDeviceGetLimit(&heap, cudaLimitMallocHeapSize));
    EXPECT(heap == 1 << 26);
    cudaGetLastError();
}

static void occupancy(void)
{
    int blocks, grid, block;
    OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, 128, 0));
    EXPECT(blocks == 12);
    OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, 32, 0));
    EXPECT(blocks == 16);
    OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, 256, 40000));
    EXPECT(blocks == 2);
    OK(cudaOccupancyMaxPotentialBlockSize(&grid, &block, kernel));
    EXPECT(block == 768 && grid == 16);
    OK(cudaOccupancyMaxPotentialBlockSize(&grid, &block, kernel, 0, 256));
    EXPECT(block == 256 && grid == 48);
    IS(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, 200000), cudaErrorInvalidValue);
    OK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, 65536));
    cudaFuncAttributes a;
    OK(cudaFuncGetAttributes(&a, kernel));
    EXPECT(a.maxDynamicSharedSizeBytes == 65536 && a.maxThreadsPerBlock == 1024);
    cudaGetLastError();
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "count")) return count();
    if (argc > 1) {
        two_devices();
        return failures;
    }
    EXPECT(count_with(argv[0], "1", nullptr) == 11);
    EXPECT(count_with(argv[0], "2", nullptr) == 21);
    EXPECT(count_with(argv[0], "4", "2,1") == 23);
    EXPECT(count_with(argv[0], "4", "3,9,1") == 14);
    EXPECT(count_with(argv[0], "4", "") == 0);
    EXPECT(count_with(argv[0], "4", "-1") == 0);
    EXPECT(count_with(argv[0], "4", "1,1") == 0);
    EXPECT(count_with(argv[0], "zero", nullptr) == 2);
    properties();
    occupancy();
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        setenv("EMU_DEVICES", "2", 1);
        execl(argv[0], argv[0], "two", (char *)nullptr);
        _exit(99);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT(status == 0);
    return done();
}
