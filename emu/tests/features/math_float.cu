// [given] math_float.cu: float functions against the host's double ones.
#include "test.h"

enum { N = 64 };

// One kernel and one test each. The difference may be `ulps` units in the last place of the result, or 1e-6.
#define UNARY(f, reference, low, high, ulps)                                                                           \
    __global__ void k_##f(const float *a, float *out)                                                                  \
    {                                                                                                                  \
        out[threadIdx.x] = f(a[threadIdx.x]);                                                                          \
    }                                                                                                                  \
    static void test_##f()                                                                                             \
    {                                                                                                                  \
        std::vector<float> in = between(low, high);                                                                    \
        float *a = to_device(in), *out = device<float>(N);                                                             \
        k_##f<<<1, N>>>(a, out);                                                                                       \
        SYNC();                                                                                                        \
        auto h = to_host(out, N);                                                                                      \
        for (int i = 0; i < N; i++) {                                                                                  \
            double x = in[i], y = reference;                                                                           \
            near(h[i], y, std::fabs(y) * ulps * 1.2e-7 + 1e-6, #f, __FILE__, __LINE__);                                \
        }                                                                                                              \
        CALL(cudaFree(a)), CALL(cudaFree(out));                                                                        \
    }
static std::vector<float> between(double low, double high)
{
    std::vector<float> v(N);
    for (int i = 0; i < N; i++) v[i] = float(low + (high - low) * i / (N - 1));
    return v;
}
UNARY(sqrtf, std::sqrt(x), 0, 100, 2)
UNARY(rsqrtf, 1 / std::sqrt(x), 0.1, 100, 4)
UNARY(cbrtf, std::cbrt(x), -10, 10, 4)
UNARY(rcbrtf, 1 / std::cbrt(x), 1, 10, 4)
UNARY(expf, std::exp(x), -10, 10, 4)
UNARY(exp2f, std::exp2(x), -10, 10, 4)
UNARY(exp10f, std::pow(10, x), -4, 4, 4)
UNARY(expm1f, std::expm1(x), -1, 1, 4)
UNARY(logf, std::log(x), 0.1, 100, 4)
UNARY(log2f, std::log2(x), 0.1, 100, 4)
UNARY(log10f, std::log10(x), 0.1, 100, 4)
UNARY(log1pf, std::log1p(x), -0.5, 10, 4)
UNARY(sinf, std::sin(x), -10, 10, 4)
UNARY(cosf, std::cos(x), -10, 10, 4)
UNARY(tanf, std::tan(x), -1, 1, 8)
UNARY(sinpif, std::sin(M_PI * x), -2, 2, 4)
UNARY(cospif, std::cos(M_PI * x), -2, 2, 4)
UNARY(asinf, std::asin(x), -1, 1, 4)
UNARY(acosf, std::acos(x), -1, 1, 4)
UNARY(atanf, std::atan(x), -10, 10, 4)
UNARY(sinhf, std::sinh(x), -3, 3, 4)
UNARY(coshf, std::cosh(x), -3, 3, 4)
UNARY(tanhf, std::tanh(x), -3, 3, 4)
UNARY(asinhf, std::asinh(x), -3, 3, 4)
UNARY(acoshf, std::acosh(x), 1, 3, 6)
UNARY(atanhf, std::atanh(x), -0.9, 0.9, 4)
UNARY(erff, std::erf(x), -3, 3, 4)
UNARY(erfcf, std::erfc(x), -3, 3, 10)
UNARY(tgammaf, std::tgamma(x), 0.5, 5, 20)
UNARY(lgammaf, std::lgamma(x), 0.5, 5, 10)
UNARY(normcdff, 0.5 * std::erfc(-x / std::sqrt(2.)), -3, 3, 10)
UNARY(fabsf, std::fabs(x), -3, 3, 0)
UNARY(floorf, std::floor(x), -3, 3, 0)
UNARY(ceilf, std::ceil(x), -3, 3, 0)
UNARY(truncf, std::trunc(x), -3, 3, 0)
UNARY(roundf, std::round(x), -3, 3, 0)
UNARY(rintf, std::rint(x), -3, 3, 0)
UNARY(nearbyintf, std::nearbyint(x), -3, 3, 0)
UNARY(j0f, std::cyl_bessel_j(0, x), 0, 5, 20)
UNARY(j1f, std::cyl_bessel_j(1, x), 0, 5, 20)
// fast forms: absolute errors as NVIDIA's guide states them, with some room
UNARY(__expf, std::exp(x), -5, 5, 10)
UNARY(__exp10f, std::pow(10, x), -2, 2, 10)
UNARY(__logf, std::log(x), 2, 100, 10)
UNARY(__log2f, std::log2(x), 3, 100, 10)
UNARY(__log10f, std::log10(x), 2, 100, 10)
UNARY(__sinf, std::sin(x), -3, 3, 100)
UNARY(__cosf, std::cos(x), -3, 3, 100)
UNARY(__tanf, std::tan(x), -0.5, 0.5, 100)
UNARY(__frcp_rn, 1 / x, 1, 10, 1)
UNARY(__fsqrt_rn, std::sqrt(x), 1, 10, 1)
UNARY(__frsqrt_rn, 1 / std::sqrt(x), 1, 10, 1)
UNARY(__saturatef, x < 0 ? 0. : x > 1 ? 1. : x, -2, 2, 0)
// the names without f take floats too
UNARY(sqrt, std::sqrt(x), 0, 100, 2)
UNARY(exp, std::exp(x), -10, 10, 4)
UNARY(log, std::log(x), 0.1, 100, 4)
UNARY(sin, std::sin(x), -10, 10, 4)
UNARY(tanh, std::tanh(x), -3, 3, 4)
UNARY(fabs, std::fabs(x), -3, 3, 0)
UNARY(floor, std::floor(x), -3, 3, 0)
UNARY(rsqrt, 1 / std::sqrt(x), 0.1, 100, 4)

__global__ void with_more(const float *a, const float *b, float *out)
{
    int t = threadIdx.x, e;
    float x = a[t], y = b[t], s, c, whole;
    float *o = out + t * 32;
    o[0] = powf(x, y), o[1] = fmodf(x, y), o[2] = atan2f(x, y), o[3] = hypotf(x, y), o[4] = fmaxf(x, y);
    o[5] = fminf(x, y), o[6] = fmaf(x, y, 1), o[7] = copysignf(x, -y), o[8] = fdimf(x, y), o[9] = remainderf(x, y);
    o[10] = ldexpf(x, 3), o[11] = frexpf(x, &e) + e, o[12] = modff(x, &whole) + whole;
    sincosf(x, &s, &c), o[13] = s, o[14] = c;
    o[15] = __fdividef(x, y), o[16] = __powf(x, y), o[17] = __fadd_rn(x, y), o[18] = __fmul_rn(x, y);
    o[19] = __fmaf_rn(x, y, -1), o[20] = fdividef(x, y), o[21] = __fsub_rn(x, y), o[22] = __fdiv_rn(x, y);
    __sincosf(x, &s, &c), o[23] = s, o[24] = c;
    o[25] = lrintf(x) + lroundf(y) + llrintf(x) + llroundf(y), o[26] = rhypotf(x, y), o[27] = norm3df(x, y, 1);
    o[28] = scalbnf(x, 2), o[29] = pow(x, y), o[30] = max(x, y) + min(x, y), o[31] = fma(x, y, x);
}
static void test_with_more()
{
    std::vector<float> a = between(0.3, 9), b = between(2, 3);
    float *da = to_device(a), *db = to_device(b), *out = device<float>(N * 32);
    with_more<<<1, N>>>(da, db, out);
    SYNC();
    auto h = to_host(out, N * 32);
    for (int i = 0; i < N; i++) {
        double x = a[i], y = b[i];
        double expected[32] = {std::pow(x, y), std::fmod(x, y), std::atan2(x, y), std::hypot(x, y), std::fmax(x, y),
                               std::fmin(x, y), x * y + 1, -x, std::fdim(x, y), std::remainder(x, y), x * 8,
                               0, x, std::sin(x), std::cos(x), x / y, std::pow(x, y), x + y, x * y, x * y - 1, x / y, x - y,
                               x / y, std::sin(x), std::cos(x),
                               2. * (std::lrint(x) + std::lround(y)), 1 / std::hypot(x, y), std::sqrt(x * x + y * y + 1),
                               x * 4, std::pow(x, y), x + y, x * y + x};
        int e;
        expected[11] = std::frexp(x, &e), expected[11] += e;
        for (int k = 0; k < 32; k++) {
            double tolerance = k == 16 || k == 23 || k == 24 ? 1e-5 : 2e-6;
            near(h[i * 32 + k], expected[k], std::fabs(expected[k]) * tolerance + tolerance, "with_more", __FILE__, k);
        }
    }
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(out));
}
__global__ void special(int *out)
{
    float inf = __int_as_float(0x7f800000), nan = nanf(""), zero = 0.f * threadIdx.x;
    out[0] = isnan(nan) && !isnan(inf) && isinf(inf) && isinf(-inf) && !isinf(1.f);
    out[1] = isfinite(1.f) && !isfinite(inf) && !isfinite(nan);
    out[2] = signbit(-1.f) && !signbit(1.f) && signbit(-zero);
    out[3] = fmaxf(nan, 2.f) == 2.f && fminf(3.f, nan) == 3.f;
    out[4] = isinf(1.f / zero) && isnan(zero / zero) && isinf(expf(1000.f)) && expf(-1000.f) == 0.f;
    out[5] = isnan(sqrtf(-1.f)) && isnan(logf(-1.f)) && isinf(logf(zero));
    out[6] = INFINITY == inf && isnan(NAN);
    out[7] = ilogbf(8.f) == 3 && logbf(8.f) == 3.f && nextafterf(1.f, 2.f) > 1.f;
}
int main()
{
    test_sqrtf(), test_rsqrtf(), test_cbrtf(), test_rcbrtf(), test_expf(), test_exp2f(), test_exp10f(), test_expm1f();
    test_logf(), test_log2f(), test_log10f(), test_log1pf(), test_sinf(), test_cosf(), test_tanf(), test_sinpif();
    test_cospif(), test_asinf(), test_acosf(), test_atanf(), test_sinhf(), test_coshf(), test_tanhf(), test_asinhf();
    test_acoshf(), test_atanhf(), test_erff(), test_erfcf(), test_tgammaf(), test_lgammaf(), test_normcdff();
    test_fabsf(), test_floorf(), test_ceilf(), test_truncf(), test_roundf(), test_rintf(), test_nearbyintf();
    test_j0f(), test_j1f(), test___expf(), test___exp10f(), test___logf(), test___log2f(), test___log10f();
    test___sinf(), test___cosf(), test___tanf(), test___frcp_rn(), test___fsqrt_rn(), test___frsqrt_rn();
    test___saturatef(), test_sqrt(), test_exp(), test_log(), test_sin(), test_tanh(), test_fabs(), test_floor();
    test_rsqrt();
    test_with_more();
    int *d = device<int>(8);
    special<<<1, 1>>>(d);
    SYNC();
    auto h = to_host(d, 8);
    for (int i = 0; i < 8; i++) check(h[i] == 1, "special values", __FILE__, i);
    CALL(cudaFree(d));
    return done();
}
