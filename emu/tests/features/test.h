// [given] test.h: what the test programs share: checks that count, copies, and the verdict as the last line.
#pragma once
#include <cuda_runtime.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

inline int failures = 0;

inline bool check(bool good, const char *what, const char *file, int line)
{
    if (!good && ++failures <= 20) printf("%s:%d: not so: %s\n", file, line, what);
    return good;
}
#define CHECK(condition) check(condition, #condition, __FILE__, __LINE__)

template <class A, class B> void equal(A a, B b, const char *what, const char *file, int line)
{
    if (!check(a == static_cast<A>(b), what, file, line) && failures <= 20)
        printf("    found %.17g, expected %.17g\n", static_cast<double>(a), static_cast<double>(b));
}
#define EQUAL(a, b) equal(a, b, #a " == " #b, __FILE__, __LINE__)

inline void near(double a, double b, double tolerance, const char *what, const char *file, int line)
{
    bool good = a == b || (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= tolerance;
    if (!check(good, what, file, line) && failures <= 20)
        printf("    found %.17g, expected %.17g, may differ by %g\n", a, b, tolerance);
}
#define NEAR(a, b, tolerance) near(a, b, tolerance, #a " is near " #b, __FILE__, __LINE__)

inline void returns(cudaError_t e, cudaError_t expected, const char *what, const char *file, int line)
{
    if (!check(e == expected, what, file, line) && failures <= 20)
        printf("    returned %d (%s), expected %d (%s)\n", e, cudaGetErrorName(e), expected, cudaGetErrorName(expected));
}
#define RETURNS(call, expected) returns(call, expected, #call, __FILE__, __LINE__)
#define CALL(call) RETURNS(call, cudaSuccess)
#define SYNC() (CALL(cudaGetLastError()), CALL(cudaDeviceSynchronize()))

template <class T> T *device(size_t n, int byte = 0)
{
    void *p = nullptr;
    CALL(cudaMalloc(&p, n * sizeof(T)));
    CALL(cudaMemset(p, byte, n * sizeof(T)));
    return static_cast<T *>(p);
}
template <class T> T *to_device(const std::vector<T> &h)
{
    void *p = nullptr;
    CALL(cudaMalloc(&p, h.size() * sizeof(T)));
    CALL(cudaMemcpy(p, h.data(), h.size() * sizeof(T), cudaMemcpyHostToDevice));
    return static_cast<T *>(p);
}
template <class T> std::vector<T> to_host(const T *d, size_t n)
{
    std::vector<T> h(n);
    CALL(cudaMemcpy(h.data(), d, n * sizeof(T), cudaMemcpyDeviceToHost));
    return h;
}

inline int done()
{
    printf(failures ? "%d failures\n" : "ok\n", failures);
    return failures ? 1 : 0;
}
