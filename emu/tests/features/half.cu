// [given] half.cu: cuda_fp16.h: conversions and arithmetic of half and half2.
#include "test.h"
#include <cuda_fp16.h>

__global__ void convert(const float *a, half *h, float *back, int *others)
{
    int t = threadIdx.x;
    h[t] = __float2half(a[t]);
    back[t] = __half2float(h[t]);
    half r = __float2half_rn(a[t]), z = __float2half_rz(a[t]);
    others[t * 4] = __half2int_rn(r), others[t * 4 + 1] = __half2float(z) <= fabsf(a[t]);
    others[t * 4 + 2] = __half_as_ushort(__ushort_as_half(0x3c00)), others[t * 4 + 3] = __half2float(__int2half_rn(t));
}
__global__ void arithmetic(const half *a, const half2 *pairs, float *out)
{
    int t = threadIdx.x;
    half x = a[t], y = __float2half(2.f);
    float *o = out + t * 16;
    o[0] = __half2float(__hadd(x, y)), o[1] = __half2float(__hmul(x, y)), o[2] = __half2float(__hsub(x, y));
    o[3] = __half2float(__hfma(x, y, y)), o[4] = __half2float(x + y), o[5] = __half2float(x * y), o[6] = __hgt(x, y);
    o[7] = float(x), o[8] = __half2float(hsqrt(__habs(x))), o[9] = __half2float(-x), o[10] = x < y;
    half2 p = pairs[t], q = __floats2half2_rn(1, 2), s = __hadd2(p, q), m = __hmul2(p, q);
    o[11] = __low2float(s), o[12] = __high2float(s), o[13] = __half22float2(m).y;
    o[14] = __half2float(__low2half(p)), o[15] = __half2float(__hdiv(x, y));
}
int main()
{
    std::vector<float> a(32);
    for (int i = 0; i < 32; i++) a[i] = (i - 8) * 0.25f;
    a[31] = 100.1f;
    float *d = to_device(a), *back = device<float>(32), *out = device<float>(32 * 16);
    half *h = device<half>(32);
    int *others = device<int>(128);
    convert<<<1, 32>>>(d, h, back, others);
    SYNC();
    auto hb = to_host(back, 32);
    auto ho = to_host(others, 128);
    for (int i = 0; i < 31; i++) EQUAL(hb[i], a[i]);
    EQUAL(hb[31], 100.125f);
    for (int i = 0; i < 32; i++) {
        EQUAL(ho[i * 4], int(std::nearbyint(hb[i]))), EQUAL(ho[i * 4 + 1], 1), EQUAL(ho[i * 4 + 2], 0x3c00);
        EQUAL(ho[i * 4 + 3], i);
    }
    std::vector<half2> pairs(32); // and on the host
    for (int i = 0; i < 32; i++) pairs[i] = __floats2half2_rn(float(i), -float(i));
    half2 *p = to_device(pairs);
    arithmetic<<<1, 32>>>(h, p, out);
    SYNC();
    auto r = to_host(out, 32 * 16);
    for (int i = 0; i < 31; i++) {
        float x = a[i], *o = &r[i * 16];
        float e[16] = {x + 2, x * 2, x - 2, x * 2 + 2, x + 2, x * 2, float(x > 2), x, 0, -x, float(x < 2), i + 1.f, 2.f - i,
                       -2.f * i, float(i), x / 2};
        for (int k = 0; k < 16; k++)
            if (k != 8) equal(o[k], e[k], "arithmetic", __FILE__, k);
        NEAR(o[8], std::sqrt(std::fabs(x)), 1e-3);
    }
    EQUAL(__half2float(__float2half(0.5f)), 0.5f);
    EQUAL(sizeof(half) + sizeof(half2) + sizeof(__half), 8);
    CALL(cudaFree(d)), CALL(cudaFree(back)), CALL(cudaFree(out)), CALL(cudaFree(h)), CALL(cudaFree(others));
    CALL(cudaFree(p));
    return done();
}
