// [given] profile_cpu.cpp: the CPU's roofline, measured: two peaks of one thread, and the passes of the trainer.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

#include <omp.h>

#include "lab.h"
#include "profile_make.h"
#include "train.h"
#include "utils.h"

// ---- the two peaks ---------------------------------------------------------------------------------------

#ifdef __AVX512F__
constexpr int VECTOR = 64;
#elif defined(__AVX__)
constexpr int VECTOR = 32;
#else
constexpr int VECTOR = 16;
#endif
typedef real_t vector_t __attribute__((vector_size(VECTOR)));

// x = x a + b in ten registers at a time, which hides the latency of one; the sum keeps the compiler honest.
__attribute__((noinline)) static real_t chains(long rounds, vector_t a, vector_t b)
{
    vector_t x0 = b, x1 = x0 + b, x2 = x1 + b, x3 = x2 + b, x4 = x3 + b;  // all different: none is left out
    vector_t x5 = x4 + b, x6 = x5 + b, x7 = x6 + b, x8 = x7 + b, x9 = x8 + b;
    for (long i = 0; i < rounds; i++) {
        x0 = x0 * a + b, x1 = x1 * a + b, x2 = x2 * a + b, x3 = x3 * a + b, x4 = x4 * a + b;
        x5 = x5 * a + b, x6 = x6 * a + b, x7 = x7 * a + b, x8 = x8 * a + b, x9 = x9 * a + b;
        asm volatile("" ::"r"(i));  // no two rounds become one
    }
    return (x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9)[0];
}

static double measure_flops(void)
{
    constexpr int CHAINS = 10, LANES = VECTOR / (int)sizeof(real_t);
    constexpr long ROUNDS = 1000000;
    vector_t a, b;
    for (int l = 0; l < LANES; l++) a[l] = (real_t)0.999, b[l] = (real_t)(0.001 * (l + 1));
    std::vector<double> rates;
    volatile real_t sink = 0;
    for (int repeat = 0; repeat < 9; repeat++) {
        double start = clock_now();
        sink = sink + chains(ROUNDS, a, b);
        rates.push_back(2.0 * CHAINS * LANES * ROUNDS / (clock_now() - start));
    }
    return *std::max_element(rates.begin(), rates.end());  // a roof: the best
}

// a = b + s c over arrays that no cache holds: the triad of McCalpin's STREAM, 3 numbers moved for an element.
static double measure_bandwidth(void)
{
    const size_t n = ((size_t)64 << 20) / sizeof(real_t);
    std::vector<real_t> a(n, 1), b(n, 2), c(n, 3);
    std::vector<double> rates;
    for (int repeat = 0; repeat < 7; repeat++) {
        real_t s = (real_t)(repeat + 1), *to = a.data();
        const real_t *from = b.data(), *times = c.data();
        double start = clock_now();
        for (size_t i = 0; i < n; i++) to[i] = from[i] + s * times[i];
        rates.push_back(3.0 * (double)(n * sizeof(real_t)) / (clock_now() - start));
    }
    volatile real_t sink = a[n / 2];
    (void)sink;
    return *std::max_element(rates.begin(), rates.end());  // a roof: the best
}

// ---- the passes ------------------------------------------------------------------------------------------

static ds_t rows_of(const shape_t *s, int n)
{
    ds_t ds = {};
    ds.N = n, ds.n_in = s->n[0], ds.n_out = s->n[s->L];
    rng_t rng = rng_make(1, RNG_DATA);
    ds.X.resize((size_t)n * ds.n_in), ds.Y.resize((size_t)n * ds.n_out);
    for (real_t &x : ds.X) x = (real_t)rng_normal(&rng);
    for (int i = 0; i < n; i++) ds.Y[(size_t)i * ds.n_out + i % ds.n_out] = (real_t)(i / ds.n_out % 2);
    return ds;
}

// Numbers that a pass over a batch reads and writes if each is read and written once.
static double numbers_moved(const shape_t *s, int b, const std::string &pass)
{
    double sum = 0;
    for (int l = 1; l <= s->L; l++) {
        double in = (double)b * s->n[l - 1], out = (double)b * s->n[l], w = (double)s->n[l - 1] * s->n[l];
        if (pass == "forward_pass") sum += in + w + s->n[l] + out;
        if (pass == "gradients") sum += in + out + w + s->n[l];
        if (pass == "back_prop") sum += l == s->L ? 3 * out : 0;  // outputs, targets, errors
        if (pass == "back_prop" && l > 1) sum += out + w + 2 * in;
    }
    return pass == "update" ? 3.0 * (double)s->n_params : sum;
}

static double seconds_of(void (*pass)(const train_t *t, int b), const train_t *t, int b)
{
    std::vector<double> all;
    long calls = 1;
    for (double begun = clock_now(); all.size() < 9 || clock_now() - begun < 0.1;) {
        double start = clock_now();
        for (long i = 0; i < calls; i++) pass(t, b);
        double passed = clock_now() - start;
        if (passed < 1e-3) {  // too short for the clock
            calls *= 2;
            all.clear();
            continue;
        }
        all.push_back(passed / (double)calls);
        if (all.size() >= 3 && clock_now() - begun > 1) break;
    }
    return median(all);
}

static void update_a_little(const train_t *t, int b) { update_cpu(t, b, (real_t)1e-6, 0); }

static std::string processor(void)
{
    std::string text;
    if (FILE *f = fopen("/proc/cpuinfo", "r")) {
        char line[512];
        while (text.empty() && fgets(line, sizeof line, f))
            if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) text = strchr(line, ':') + 2;
        fclose(f);
    }
    while (!text.empty() && isspace((unsigned char)text.back())) text.pop_back();
    return text.empty() ? "CPU" : text;
}

profile_t profile_cpu(const shape_t *s, int b)
{
    profile_t p = {};
    p.program = "the CPU trainer", p.options = shape_text(s) + format("; batches of %d", b);
    p.device = "one thread of " + processor();
    p.peak_from = "measured";
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    p.peak_flops = measure_flops();
    p.peak_bytes = measure_bandwidth();
    ds_t ds = rows_of(s, b);
    nn_t nn = nn_create(s, INIT_UNIFORM, 1);
    train_t t = train_alloc_cpu(s, b, &ds, nn.params.data(), NULL, false);
    std::vector<int> rows(b);
    for (int i = 0; i < b; i++) rows[i] = i;
    load_batch_cpu(&t, rows.data(), b);
    static const struct {
        const char *name;
        void (*pass)(const train_t *t, int b);
    } passes[] = {{"forward_pass", forward_pass_cpu},
                  {"back_prop", back_prop_cpu},
                  {"gradients", gradients_cpu},
                  {"update", update_a_little}};
    trained_t step = {*s, (double)b, 1};
    for (const auto &x : passes) {
        double seconds = seconds_of(x.pass, &t, b);
        p.kernels.push_back({x.name, "train.cpp", 1, numbers_moved(s, b, x.name) * sizeof(real_t),
                             pass_flops(&step, x.name), seconds, NAN, NAN, NAN, x.name});
    }
    train_free_cpu(&t);
    omp_set_num_threads(threads);
    p.seconds = p.copying = p.copying_aside = NAN;
    return p;
}
