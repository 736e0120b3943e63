// [given] several_devices.cu: two devices: memory and streams of each, copies between them, peer access.
// env: EMU_DEVICES=2
#include "test.h"

__global__ void fill(int *a, int v) { a[blockIdx.x * blockDim.x + threadIdx.x] = v + threadIdx.x; }
__global__ void from_peer(const int *other, int *mine) { mine[threadIdx.x] = other[threadIdx.x] + 1; }

int main()
{
    int count = 0, can = 0;
    CALL(cudaGetDeviceCount(&count));
    EQUAL(count, 2);
    int *d[2];
    cudaStream_t s[2];
    for (int i = 0; i < 2; i++) {
        CALL(cudaSetDevice(i));
        cudaDeviceProp p;
        CALL(cudaGetDeviceProperties(&p, i));
        d[i] = device<int>(256);
        CALL(cudaStreamCreate(&s[i]));
        fill<<<2, 128, 0, s[i]>>>(d[i], 1000 * i);
        CALL(cudaGetLastError());
    }
    for (int i = 0; i < 2; i++) {
        CALL(cudaSetDevice(i));
        CALL(cudaStreamSynchronize(s[i]));
        EQUAL(to_host(d[i], 256)[255], 1000 * i + 127);
        cudaPointerAttributes at;
        CALL(cudaPointerGetAttributes(&at, d[i]));
        EQUAL(at.device, i);
    }
    CALL(cudaMemcpyPeer(d[0], 0, d[1], 1, 64 * sizeof(int)));
    EQUAL(to_host(d[0], 64)[63], 1063);
    CALL(cudaSetDevice(0));
    fill<<<1, 128, 0, s[0]>>>(d[0], 5);
    CALL(cudaMemcpyPeerAsync(d[1], 1, d[0], 0, 64 * sizeof(int), s[0]));
    CALL(cudaStreamSynchronize(s[0]));
    EQUAL(to_host(d[1], 64)[63], 68);
    CALL(cudaDeviceCanAccessPeer(&can, 0, 1));
    if (can) {
        CALL(cudaDeviceEnablePeerAccess(1, 0));
        from_peer<<<1, 64>>>(d[1], d[0]);
        SYNC();
        EQUAL(to_host(d[0], 64)[0], 6);
        CALL(cudaMemcpy(d[1], d[0], 64 * sizeof(int), cudaMemcpyDefault));
        EQUAL(to_host(d[1], 64)[0], 6);
        CALL(cudaDeviceDisablePeerAccess(1));
    }
    for (int i = 0; i < 2; i++) {
        CALL(cudaSetDevice(i));
        CALL(cudaStreamDestroy(s[i]));
        CALL(cudaFree(d[i]));
    }
    return done();
}
