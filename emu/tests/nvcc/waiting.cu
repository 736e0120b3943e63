// [given] waiting.cu: loops without a body that wait for another thread, in every form.
// flags: --extended-lambda -Xcompiler -Wall,-Wextra,-Wno-unused-function
#include "torture.h"

__device__ volatile int flag, turn;
__device__ int lock_word;

__device__ void lock()
{
    while (atomicCAS(&lock_word, 0, 1) != 0);
    __threadfence();
}
__device__ void unlock()
{
    __threadfence();
    atomicExch(&lock_word, 0);
}
__global__ void wait_for_others(int *out)
{
    const int i = threadIdx.x;
    while (turn != i) ;
    turn = i + 1;
    while (turn != (int)blockDim.x) {}
    for (; flag == 0 && i > 0;) ;
    if (i == 0) flag = 1;
    do ; while (flag == 0);
    do {
    } while (flag == 0);
    do
        ;
    while (flag == 0);
    int n = 0;
    do n++; while (n < 3);
    do { n++; } while (n < 6);
    for (int k = 0; k < 3; k++) { n++; }
    while (n < 12) n++;
    atomicAdd(out, n);
}
__global__ void locked(int *out)
{
    if (threadIdx.x % 32 == 0) {
        lock();
        *out = *out + 1;
        unlock();
    }
}
int count(const char *s)
{
    int n = 0;
    while (s[n]) n++;
    const char *p = s;
    while (*p++);
    for (p = s; *p; p++);
    return n == p - s ? n : -1;
}
int main()
{
    array_t<int> out(1);
    wait_for_others<<<1, 64>>>(out);
    CHECK(out.sum() == 64 * 12);
    out[0] = 0;
    locked<<<4, 128>>>(out);
    CHECK(out.sum() == 16);
    CHECK(count("abc") == 3);
    puts("ok");
}
