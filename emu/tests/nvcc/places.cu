// [given] places.cu: g++'s own messages name the student's line and column, whatever was rewritten before them.
// compile: error
// env: LC_ALL=C
// expect: In file included from places.cu:20:
// expect: places.cuh:4:16: error: 'undefined_9' was not declared in this scope
// expect: places.cu:25:42: error: 'undefined_1' was not declared in this scope
// expect: places.cu:26:46: error: 'undefined_2' was not declared in this scope
// expect: places.cu:27:19: error: 'undefined_3' was not declared in this scope
// expect: places.cu:29:28: error: 'undefined_5' was not declared in this scope
// expect: places.cu:31:29: error: static assertion failed: the __shared__ variable 'tile' is larger than 48 KiB (49152 bytes), the most that a block can have without dynamic shared memory; hint: make it smaller, or use extern __shared__
// expect: places.cu:35:17: error: 'undefined_4' was not declared in this scope
// expect: places.cu:38:17: error: 'undefined_6' was not declared in this scope
// expect: places.cu:39:12: error: 'undefined_7' was not declared in this scope
// expect: places.cu:39:28: error: 'undefined_8' was not declared in this scope
// expect: places.cu:40:5: error: 'not_there' was not declared in this scope
// expect: places.cu:41:20: error: too many arguments to function 'void fill(int*, int)'
// expect: places.cu:42:24: error: invalid conversion from 'const char*' to 'int' [-fpermissive]
#define SQUARE(x) ((x) * (x))
#define FILL(k) k<<<1, 32>>>(a, /* a comment */ undefined_4)
#include "places.cuh"
template <class T>
__global__ void __launch_bounds__(256)
    templated(T *a,   int n)
{
    __shared__   float s[32];     s[0] = undefined_1;
    int i = SQUARE(threadIdx.x) + /* here */ undefined_2;
    a[i] = SQUARE(undefined_3);
}
__device__ int  variable = undefined_5;
__global__ void fill(int *a, int value) { a[0] = value; }
__global__ void big(float *a) { __shared__ float tile[128][128]; a[0] = tile[0][0]; }
int main()
{
    int *a = 0;
    FILL(fill);
    templated<<<1, 32>>>(a, 1);
    fill<<<dim3(1,
                undefined_6), 32>>>(
        a, undefined_7);   undefined_8();
    not_there<<<1, 32>>>(a);
    fill<<<1, 32>>>(a, 1, 2);
    fill<<<1, 32>>>(a, "text");
}
