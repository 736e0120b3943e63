// [given] math_double.cu: double functions against the host's.
#include "test.h"

enum { N = 64 };

// One kernel and one test each. The difference may be `ulps` units in the last place of the result, or 1e-13.
#define UNARY(f, reference, low, high, ulps)                                                                           \
    __global__ void k_##f(const double *a, double *out)                                                                  \
    {                                                                                                                  \
        out[threadIdx.x] = f(a[threadIdx.x]);                                                                          \
    }                                                                                                                  \
    static void test_##f()                                                                                             \
    {                                                                                                                  \
        std::vector<double> in = between(low, high);                                                                    \
        double *a = to_device(in), *out = device<double>(N);                                                             \
        k_##f<<<1, N>>>(a, out);                                                                                       \
        SYNC();                                                                                                        \
        auto h = to_host(out, N);                                                                                      \
        for (int i = 0; i < N; i++) {                                                                                  \
            double x = in[i], y = reference;                                                                           \
            near(h[i], y, std::fabs(y) * ulps * 2.3e-16 + 1e-13, #f, __FILE__, __LINE__);                                \
        }                                                                                                              \
        CALL(cudaFree(a)), CALL(cudaFree(out));                                                                        \
    }
static std::vector<double> between(double low, double high)
{
    std::vector<double> v(N);
    for (int i = 0; i < N; i++) v[i] = low + (high - low) * i / (N - 1);
    return v;
}
UNARY(sqrt, std::sqrt(x), 0, 100, 2)
UNARY(rsqrt, 1 / std::sqrt(x), 0.1, 100, 4)
UNARY(cbrt, std::cbrt(x), -10, 10, 4)
UNARY(rcbrt, 1 / std::cbrt(x), 1, 10, 4)
UNARY(exp, std::exp(x), -10, 10, 4)
UNARY(exp2, std::exp2(x), -10, 10, 4)
UNARY(exp10, std::pow(10, x), -4, 4, 4)
UNARY(expm1, std::expm1(x), -1, 1, 4)
UNARY(log, std::log(x), 0.1, 100, 4)
UNARY(log2, std::log2(x), 0.1, 100, 4)
UNARY(log10, std::log10(x), 0.1, 100, 4)
UNARY(log1p, std::log1p(x), -0.5, 10, 4)
UNARY(sin, std::sin(x), -10, 10, 4)
UNARY(cos, std::cos(x), -10, 10, 4)
UNARY(tan, std::tan(x), -1, 1, 8)
UNARY(sinpi, std::sin(M_PI * x), -2, 2, 4)
UNARY(cospi, std::cos(M_PI * x), -2, 2, 4)
UNARY(asin, std::asin(x), -1, 1, 4)
UNARY(acos, std::acos(x), -1, 1, 4)
UNARY(atan, std::atan(x), -10, 10, 4)
UNARY(sinh, std::sinh(x), -3, 3, 4)
UNARY(cosh, std::cosh(x), -3, 3, 4)
UNARY(tanh, std::tanh(x), -3, 3, 4)
UNARY(asinh, std::asinh(x), -3, 3, 4)
UNARY(acosh, std::acosh(x), 1, 3, 6)
UNARY(atanh, std::atanh(x), -0.9, 0.9, 4)
UNARY(erf, std::erf(x), -3, 3, 4)
UNARY(erfc, std::erfc(x), -3, 3, 10)
UNARY(tgamma, std::tgamma(x), 0.5, 5, 20)
UNARY(lgamma, std::lgamma(x), 0.5, 5, 10)
UNARY(normcdf, 0.5 * std::erfc(-x / std::sqrt(2.)), -3, 3, 10)
UNARY(fabs, std::fabs(x), -3, 3, 0)
UNARY(floor, std::floor(x), -3, 3, 0)
UNARY(ceil, std::ceil(x), -3, 3, 0)
UNARY(trunc, std::trunc(x), -3, 3, 0)
UNARY(round, std::round(x), -3, 3, 0)
UNARY(rint, std::rint(x), -3, 3, 0)
UNARY(nearbyint, std::nearbyint(x), -3, 3, 0)
UNARY(j0, std::cyl_bessel_j(0, x), 0, 5, 20)
UNARY(j1, std::cyl_bessel_j(1, x), 0, 5, 20)
UNARY(__dsqrt_rn, std::sqrt(x), 1, 10, 1)
UNARY(__drcp_rn, 1 / x, 1, 10, 1)
UNARY(erfinv, x == 0 ? 0. : x, 0, 0, 1)

__global__ void with_more(const double *a, const double *b, double *out)
{
    int t = threadIdx.x, e;
    double x = a[t], y = b[t], s, c, whole;
    double *o = out + t * 24;
    o[0] = pow(x, y), o[1] = fmod(x, y), o[2] = atan2(x, y), o[3] = hypot(x, y), o[4] = fmax(x, y);
    o[5] = fmin(x, y), o[6] = fma(x, y, 1.), o[7] = copysign(x, -y), o[8] = fdim(x, y), o[9] = remainder(x, y);
    o[10] = ldexp(x, 3), o[11] = frexp(x, &e) + e, o[12] = modf(x, &whole) + whole;
    sincos(x, &s, &c), o[13] = s, o[14] = c;
    o[15] = __dadd_rn(x, y), o[16] = __dmul_rn(x, y), o[17] = __ddiv_rn(x, y), o[18] = __fma_rn(x, y, -1);
    o[19] = max(x, y) + min(x, y), o[20] = pow(x, 2), o[21] = norm3d(x, y, 1), o[22] = __dsub_rn(x, y);
    o[23] = isnan(nan("")) && isinf(1 / (x - x)) && isfinite(x) && abs(-x) == x && signbit(-x);
}
static void test_with_more()
{
    std::vector<double> a = between(0.3, 9), b = between(2, 3);
    double *da = to_device(a), *db = to_device(b), *out = device<double>(N * 24);
    with_more<<<1, N>>>(da, db, out);
    SYNC();
    auto h = to_host(out, N * 24);
    for (int i = 0; i < N; i++) {
        double x = a[i], y = b[i];
        double expected[24] = {std::pow(x, y), std::fmod(x, y), std::atan2(x, y), std::hypot(x, y), std::fmax(x, y),
                               std::fmin(x, y), x * y + 1, -x, std::fdim(x, y), std::remainder(x, y), x * 8, 0, x,
                               std::sin(x), std::cos(x), x + y, x * y, x / y, x * y - 1, x + y, x * x,
                               std::sqrt(x * x + y * y + 1), x - y, 1};
        int e;
        expected[11] = std::frexp(x, &e), expected[11] += e;
        for (int k = 0; k < 24; k++)
            near(h[i * 24 + k], expected[k], std::fabs(expected[k]) * 1e-14 + 1e-14, "with_more", __FILE__, k);
    }
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(out));
}
int main()
{
    test_sqrt(), test_rsqrt(), test_cbrt(), test_rcbrt(), test_exp(), test_exp2(), test_exp10(), test_expm1();
    test_log(), test_log2(), test_log10(), test_log1p(), test_sin(), test_cos(), test_tan(), test_sinpi();
    test_cospi(), test_asin(), test_acos(), test_atan(), test_sinh(), test_cosh(), test_tanh(), test_asinh();
    test_acosh(), test_atanh(), test_erf(), test_erfc(), test_tgamma(), test_lgamma(), test_normcdf(), test_fabs();
    test_floor(), test_ceil(), test_trunc(), test_round(), test_rint(), test_nearbyint(), test_j0(), test_j1();
    test___dsqrt_rn(), test___drcp_rn(), test_erfinv();
    test_with_more();
    return done();
}
