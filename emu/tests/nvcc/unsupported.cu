// [given] unsupported.cu: what the emulator cannot do; all of it is named, not only the first.
// compile: error
// env: LC_ALL=C
// expect: unsupported.cu:19:32: error: a kernel launched from a kernel (dynamic parallelism) is not supported by the emulator
// expect: unsupported.cu:21:46: error: a kernel launched from a kernel (dynamic parallelism) is not supported by the emulator
// expect: unsupported.cu:23:1: error: texture references are not supported by the emulator
// expect: unsupported.cu:24:1: error: surface references are not supported by the emulator
// expect: unsupported.cu:27:5: error: inline PTX (asm) is not supported by the emulator
// expect: unsupported.cu:28:5: error: inline PTX (asm) is not supported by the emulator
// expect: unsupported.cu:30:17: error: __cluster_dims__ (thread block clusters) is not supported by the emulator
// expect: unsupported.cu:33:20: error: a __shared__ variable cannot have an initializer ('initialised')
// expect: unsupported.cu:34:29: error: 'extern __shared__' needs an array without a size: extern __shared__ float name[];
// expect: unsupported.cu:40:44: error: a kernel launched from a kernel (dynamic parallelism) is not supported by the emulator
// expect: unsupported.cu:41:10: error: '<<<>>>' needs at least two values: blocks, threads per block
// expect: unsupported.cu:42:10: error: '<<<' without '>>>(arguments)' after it
__global__ void child(int *a) { a[0] = 1; }
__global__ void parent(int *a)
{
    if (threadIdx.x == 0) child<<<1, 1>>>(a);
}
__device__ void device_parent(int *a) {	child<<<1,
        1>>>(a); }
texture<float, 2> tex;
surface<void, 2> surf;
__global__ void ptx(int *a)
{
    asm volatile("mov.u32 %0, %%laneid;" : "=r"(a[0]));
    __asm__("");
}
__global__ void __cluster_dims__(2, 1, 1) cluster(int *a) { a[0] = 1; }
__global__ void shared(int *a)
{
    __shared__ int initialised = 3;
    extern __shared__ float no_array;
    a[0] = initialised;
}
int main()
{
    asm volatile("nop"); // the host may
    auto f = [=] __device__(int *a) { child<<<1, 1>>>(a); };
    child<<<>>>(nullptr);
    child<<<1, 1>>>;
}
