// tests/test_utils.cpp: random numbers that are the same everywhere, the matrix products, files.
#include <cmath>

#include <sys/stat.h>

#include "helpers.h"
#include "matrix.h"

TEST_CASE("random numbers are the published SplitMix64 sequence")
{
    rng_t rng = {1234567};  // the first outputs for this seed, as other implementations print them
    CHECK(rng_next(&rng) == 6457827717110365317u);
    CHECK(rng_next(&rng) == 3203168211198807973u);
    CHECK(rng_next(&rng) == 9817491932198370423u);
}

TEST_CASE("normal numbers are the same on every machine, to the last bit")
{
    rng_t rng = rng_make(1, RNG_INIT);
    double first = rng_normal(&rng), second = rng_normal(&rng);
    CHECK(number_text(first) == "0.17525784711330833");
    CHECK(number_text(second) == "0.3351259878773752");
    double mean = 0, square = 0, fourth = 0;
    int n = 200000;
    for (int i = 0; i < n; i++) {
        double x = rng_normal(&rng);
        mean += x / n, square += x * x / n, fourth += x * x * x * x / n;
    }
    CHECK(std::fabs(mean) < 0.01);
    CHECK(square == doctest::Approx(1).epsilon(0.02));
    CHECK(fourth == doctest::Approx(3).epsilon(0.05));
}

TEST_CASE("streams of one seed, and seeds, are independent")
{
    rng_t a = rng_make(1, RNG_INIT), b = rng_make(1, RNG_SHUFFLE), c = rng_make(2, RNG_INIT), d = rng_make(0, 0);
    CHECK(a.state != b.state);
    CHECK(a.state != c.state);
    CHECK(rng_next(&d) != 0);
}

TEST_CASE("numbers below n are equally likely and a shuffle keeps every element")
{
    rng_t rng = rng_make(5, 0);
    int count[7] = {};
    for (int i = 0; i < 70000; i++) count[rng_below(&rng, 7)]++;
    for (int c : count) CHECK(std::abs(c - 10000) < 500);
    int v[] = {0, 1, 2, 3, 4, 5}, sum = 0;
    rng_shuffle(&rng, v, 6);
    for (int x : v) sum |= 1 << x;
    CHECK(sum == 63);
    CHECK(rng_below(&rng, 1) == 0);
}

TEST_CASE("the three products are what their definitions say, for every small shape")
{
    rng_t rng = rng_make(1, 0);
    for (int m = 1; m <= 6; m++)
        for (int n = 1; n <= 9; n++)
            for (int k = 1; k <= 9; k++) {
                std::vector<real_t> a(m * k), b(n * k), at(m * k), bt(n * k), c(m * n), expected(m * n, 0);
                for (int i = 0; i < m * k; i++) a[i] = (real_t)((int)rng_below(&rng, 9) - 4);  // whole: sums are exact
                for (int i = 0; i < n * k; i++) b[i] = (real_t)((int)rng_below(&rng, 9) - 4);
                for (int i = 0; i < m; i++)
                    for (int p = 0; p < k; p++) at[p * m + i] = a[i * k + p];
                for (int j = 0; j < n; j++)
                    for (int p = 0; p < k; p++) bt[p * n + j] = b[j * k + p];
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++)
                        for (int p = 0; p < k; p++) expected[i * n + j] += a[i * k + p] * b[j * k + p];
                mat_mul_nt(c.data(), a.data(), b.data(), m, n, k);
                CHECK(c == expected);
                mat_mul_nn(c.data(), a.data(), bt.data(), m, n, k);
                CHECK(c == expected);
                mat_mul_tn(c.data(), at.data(), bt.data(), m, n, k);
                CHECK(c == expected);
            }
    real_t x[] = {1, 2, 3, 4, 5, 6}, sum[3];
    mat_col_sum(sum, x, 2, 3);
    CHECK(sum[0] == 5);
    CHECK(sum[2] == 9);
}

TEST_CASE("files are written whole or not at all")
{
    folder_t f;
    file_write(f.file("a"), "one");
    file_write(f.file("a"), "two");
    CHECK(file_read(f.file("a")) == "two");
    CHECK(contains(death_of([&] { file_write(f.file("no/a"), "x"); }), "no/a"));
    CHECK(contains(death_of([&] { file_write(f.path, "x"); }), "not an ordinary file"));
    CHECK(contains(death_of([&] { file_write("/dev/null", "x"); }), "not an ordinary file"));
    CHECK(exists("/dev/null"));
    CHECK(contains(death_of([&] { file_read(f.path); }), "folder"));
    CHECK(contains(death_of([&] { file_read(f.file("none")); }), "No such file"));
    CHECK(shell("ls -A " + f.path).out == "a\n");
}

TEST_CASE("numbers as text read back to the same bits")
{
    rng_t rng = rng_make(3, 0);
    for (int i = 0; i < 2000; i++) {
        double x = (rng_uniform(&rng) - 0.5) * std::pow(10, (int)rng_below(&rng, 60) - 30);
        CHECK(strtod(number_text(x).c_str(), NULL) == x);
        CHECK(strtof(number_text((float)x).c_str(), NULL) == (float)x);
    }
}

TEST_CASE("durations are readable")
{
    CHECK(duration_text(0.421) == "0.42 s");
    CHECK(duration_text(42) == "42 s");
    CHECK(duration_text(185) == "3 min 05 s");
    CHECK(duration_text(7800) == "2 h 10 min");
}
