// tests/comm_check.cu: prints "ok" if comm_sum is right, the same on all GPUs and every time. Arguments: GPUs, way.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "cuda_utils.cuh"
#include "parallel/comm.h"

typedef std::vector<std::vector<real_t>> vectors_t;

// Numbers of very different size: another order of additions gives other bits.
static vectors_t random_vectors(int k, size_t n)
{
    rng_t rng = rng_make(n, RNG_DATA);
    vectors_t v(k, std::vector<real_t>(n));
    for (std::vector<real_t> &row : v)
        for (real_t &x : row) x = (real_t)ldexp(rng_normal(&rng), (int)rng_below(&rng, 30) - 15);
    return v;
}

static vectors_t summed(comm_t *comm, const vectors_t &in, int times)
{
    std::vector<real_t *> dev;
    vectors_t out = in;
    size_t n = in[0].size(), bytes = n * sizeof(real_t);
    for (int g = 0; g < comm->k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        dev.push_back((real_t *)cuda_alloc(bytes, "a vector"));
        CUDA_CHECK(cudaMemcpy(dev[g], in[g].data(), bytes, cudaMemcpyHostToDevice));
    }
    for (int i = 0; i < times; i++) comm_sum(comm, dev.data(), n);
    int chosen = -1;
    CUDA_CHECK(cudaGetDevice(&chosen));
    if (chosen != 0) die("GPU %d is chosen after comm_sum, expected 0", chosen);
    for (int g = 0; g < comm->k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        CUDA_CHECK(cudaMemcpy(out[g].data(), dev[g], bytes, cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaFree(dev[g]));
    }
    return out;
}

static void check(int k, size_t n)
{
    comm_t comm = comm_gpus(k, n + 5);  // the vector may be shorter than what was announced
    vectors_t in = random_vectors(k, n), out = summed(&comm, in, 1), again = summed(&comm, in, 1);
    for (int g = 0; g < k; g++)
        for (size_t i = 0; i < n; i++) {
            real_t expected = 0;  // in the order of the workers
            for (int h = 0; h < k; h++) expected += in[h][i];
            if (out[g][i] != expected || again[g][i] != expected)
                die("%d GPUs, %zu elements: element %zu on GPU %d is %.9g, then %.9g, expected %.9g", k, n, i, g,
                    (double)out[g][i], (double)again[g][i], (double)expected);
        }
    vectors_t ones(k, std::vector<real_t>(n, 1)), three = summed(&comm, ones, 3);  // sums of sums: nobody runs ahead
    for (int g = 0; g < k; g++)
        for (size_t i = 0; i < n; i++)
            if (three[g][i] != (real_t)k * k * k) die("%d GPUs, %zu elements: three sums in a row: %g", k, n, (double)three[g][i]);
    comm_free(&comm);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    try {
        int k = atoi(argv[1]);
        for (size_t n : {1, 2, 3, 7, 64, 255, 1001, 70001}) check(k, n);
        comm_t comm = comm_gpus(k, 4);
        real_t *none[COMM_MAX] = {};
        try {
            comm_sum(&comm, none, 5);
            die("a vector that is too long was taken");
        } catch (const nn_error_t &e) {
            if (!strstr(e.what(), "expected at most 4")) throw;
        }
        comm_free(&comm);
        printf("ok: %s\n", comm_gpus_way(k).c_str());
        return 0;
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    }
}
