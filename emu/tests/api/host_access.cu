// [given] host_access.cu: the host cannot touch device memory; it can touch managed and pinned memory at any time.
// real: no
// findings: allowed
#include "check.h"
#include <csignal>
#include <csetjmp>
#include <thread>

static sigjmp_buf back;
static void caught(int) { siglongjmp(back, 1); }

static bool faults(volatile int *p, bool write)
{
    if (sigsetjmp(back, 1)) return true;
    if (write) *p = 1;
    else (void)*p;
    return false;
}

int main(void)
{
    int *d, *m, *h, value = 3;
    OK(cudaMalloc(&d, 4000000));
    OK(cudaMallocManaged(&m, 400));
    OK(cudaMallocHost(&h, 400));
    signal(SIGSEGV, caught);  // after the first CUDA call, so ours
    for (int i = 0; i < 100; i++) {
        OK(cudaMemcpy(d, &value, 4, cudaMemcpyHostToDevice));
        EXPECT(faults(d, false) && faults(d, true) && faults(d + 999999, true));
        EXPECT(!faults(m, true) && !faults(h, true));
    }
    std::thread([=] {
        int x = 0;
        OK(cudaMemcpy(&x, d, 4, cudaMemcpyDeviceToHost));
        EXPECT(x == 3 && faults(d, false));
    }).join();
    int *more;
    OK(cudaMalloc(&more, 4000000));
    EXPECT(faults(more, true));
    OK(cudaFree(more));
    OK(cudaFree(d));
    OK(cudaFree(m));
    OK(cudaFreeHost(h));
    return done();
}
