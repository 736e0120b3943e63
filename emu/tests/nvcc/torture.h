// [given] torture.h: a check that names its line, and a macro that launches.
#pragma once
#include <cstdio>
#include <cstdlib>

#define CHECK(ok)                                                                                                     \
    do {                                                                                                              \
        if (!(ok)) printf("%s:%d: wrong: %s\n", __FILE__, __LINE__, #ok), exit(1);                                    \
    } while (0)
#define CALL(x) CHECK((x) == cudaSuccess)
#define LAUNCH(kernel, grid, block, ...) kernel<<<grid, block>>>(__VA_ARGS__)
#define LAUNCH_ALL(kernel, config, ...) kernel<<<config>>>(__VA_ARGS__)
#define CONFIG(...) __VA_ARGS__
#define BLOCKS(n, block) (((n) + (block)-1) / (block))

template <class T> struct array_t { // managed, freed at the end of its scope
    T *p = nullptr;
    int n;
    explicit array_t(int n) : n(n)
    {
        CALL(cudaMallocManaged(&p, n * sizeof(T)));
        for (int i = 0; i < n; i++) p[i] = T();
    }
    ~array_t() { cudaFree(p); }
    operator T *() { return p; }
    T sum() const
    {
        CALL(cudaGetLastError());
        CALL(cudaDeviceSynchronize());
        T s = T();
        for (int i = 0; i < n; i++) s += p[i];
        return s;
    }
};
