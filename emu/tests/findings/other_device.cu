// [given] other_device.cu: a kernel uses memory of another device.
// env: EMU_DEVICES=2
// expect: Invalid __global__ write of size 4 bytes
// expect: at other_device.cu:11 in kernel fill(float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* is memory of device 0; the kernel runs on device 1
// expect: it is element 0 of 32 (4 bytes each) of the allocation of 128 bytes made by cudaMalloc at other_device.cu:17
// expect: hint: cudaDeviceEnablePeerAccess, or cudaSetDevice before the launch
// expect: 32 times: Invalid __global__ write of size 4 bytes at other_device.cu:11
// expect: ERROR SUMMARY: 1 error
__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    float *a;
    cudaSetDevice(0);
    cudaMalloc(&a, 128);
    cudaSetDevice(1);
    fill<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
