// [given] barrier_early_return.cu: threads beyond the end return before the barrier.
// status: 0
// expect: Warning: Barrier reached after some threads of the block have returned
// expect: at barrier_early_return.cu:16 in kernel reverse(const int*, int*, int)
// expect: in block (0,0,0)
// expect: 14 threads of 64 have returned: (50,0,0) to (63,0,0)
// expect: it means: CUDA wants all threads at __syncthreads; GPUs since Volta count returned threads as arrived, older ones may hang
// expect: hint: instead of `if (i >= n) return;` before a barrier, let all threads stay and put the work into `if (i < n) { ... }`
// expect: ERROR SUMMARY: 0 errors, 1 warning
__global__ void reverse(const int *in, int *out, int n)
{
    __shared__ int s[64];
    int i = threadIdx.x;
    if (i >= n) return;
    s[i] = in[i];
    __syncthreads();
    out[i] = s[n - 1 - i];
}

int main()
{
    int h[50] = {}, *in, *out;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof h);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    reverse<<<1, 64>>>(in, out, 50);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
