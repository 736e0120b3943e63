// [given] calls.cu: what looks like a launch and is none, and the other way round.
// compile: error
// env: LC_ALL=C
// expect: calls.cu:10:16: error: the kernel 'returns' must return void
// expect: calls.cu:17:5: error: the kernel 'good' is called without <<<blocks, threads per block>>>
// expect: calls.cu:18:20: error: the kernel 'generic' is called without <<<blocks, threads per block>>>
// expect: calls.cu:19:5: error: 'device' is launched with <<<...>>>, but it is not a __global__ function
// expect: calls.cu:20:5: error: 'host' is launched with <<<...>>>, but it is not a __global__ function
__global__ void good(int *a) { *a = 1; }
__global__ int returns(int *a) { return *a; }
template <class T> __global__ void generic(T *a) { *a = 1; }
__device__ void device(int *a) { *a = 1; }
void host(int *a) { *a = 1; }
int main()
{
    int *a = nullptr;
    good(a);
    if (a) {} else generic<int>(a);
    device<<<1, 1>>>(a);
    host<<<1, 1>>>(a);
    good<<<1, 1>>>(a);
}
