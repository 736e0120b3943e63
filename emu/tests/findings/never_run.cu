// [given] never_run.cu: the program ends before the device has done its work.
// refuse: thread 0
// expect: 3 kernel launches were never waited for: the program ended before they ran
// expect: first: hello(int) at never_run.cu:16
// expect: it means: the host goes on at once after an asynchronous call, and what is still to be done at the end of the program is lost
// expect: hint: call cudaDeviceSynchronize() before the program ends
// expect: ERROR SUMMARY: 1 error
#include <cuda_runtime.h>
#include <cstdio>

__global__ void hello(int i) { printf("thread %d of launch %d\n", threadIdx.x, i); }

int main()
{
    for (int i = 0; i < 3; i++)
        hello<<<1, 4>>>(i);
}
