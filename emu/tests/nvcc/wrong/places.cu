// g++'s own messages name the student's line and column, whatever was rewritten before them.
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
// expect: wrong/places.cuh:4:16: error: 'undefined_9' was not declared in this scope
// expect: wrong/places.cu:9:42: error: 'undefined_1' was not declared in this scope
// expect: wrong/places.cu:10:46: error: 'undefined_2' was not declared in this scope
// expect: wrong/places.cu:11:19: error: 'undefined_3' was not declared in this scope
// expect: wrong/places.cu:13:28: error: 'undefined_5' was not declared in this scope
// expect: wrong/places.cu:15:86: error: static assertion failed: the __shared__ variable 'tile' is larger than 48 KiB
// expect: wrong/places.cu:19:49: error: 'undefined_4' was not declared in this scope
// expect: wrong/places.cu:22:17: error: 'undefined_6' was not declared in this scope
// expect: wrong/places.cu:23:12: error: 'undefined_7' was not declared in this scope
// expect: wrong/places.cu:23:28: error: 'undefined_8' was not declared in this scope
// expect: wrong/places.cu:24:5: error: 'not_there' was not declared in this scope
// expect: wrong/places.cu:25:9: error: too many arguments to function 'void fill(int*, int)'
// expect: wrong/places.cu:26:24: error: invalid conversion from 'const char*' to 'int'
