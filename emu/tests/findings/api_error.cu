// [given] api_error.cu: an error code that nobody looks at.
// expect: Program hit cudaErrorInvalidMemcpyDirection (error 21) due to "invalid copy direction for memcpy" on CUDA API call to cudaMemcpy.
// expect: at api_error.cu:12
// expect: Warning: Nobody asked for the error cudaErrorInvalidMemcpyDirection of cudaMemcpy at api_error.cu:12
// expect: neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value was compared, all is well)
// expect: hint: check what every CUDA function returns
// expect: ERROR SUMMARY: 1 error, 1 warning
int main()
{
    int h[4] = {}, *a;
    cudaMalloc(&a, sizeof h);
    cudaMemcpy(a, h, sizeof h, (cudaMemcpyKind)17);
    cudaFree(a);
    return 0;
}
