// [given] compare.cpp: how far two models are apart, layer by layer.
#include "compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab.h"
#include "nn.h"
#include "picture.h"

struct difference_t {
    double absolute, relative;
};

static double root_mean_square(const real_t *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)v[i] * v[i];
    return std::sqrt(sum / (double)n);
}

static difference_t largest_difference(const real_t *a, const real_t *b, size_t n)
{
    double least = 0.01 * std::max(root_mean_square(a, n), root_mean_square(b, n));
    difference_t d = {0, 0};
    for (size_t i = 0; i < n; i++) {
        double x = a[i], y = b[i], apart = std::fabs(x - y);
        if (apart == 0) continue;
        d.absolute = std::max(d.absolute, apart);
        d.relative = std::max(d.relative, apart / std::max({std::fabs(x), std::fabs(y), least}));
    }
    return d;
}

void check_shapes(const shape_t *a, const shape_t *b)
{
    bool same = a->L == b->L;
    for (int l = 0; same && l <= a->L; l++) same = a->n[l] == b->n[l];
    if (!same)
        die("the models have different layers: %s and %s\nhint: compare models that were trained with the same "
            "--layers",
            shape_text(a).c_str(), shape_text(b).c_str());
}

int lab_compare(const std::string &path_a, const std::string &path_b, double tol)
{
    nn_t a = nn_load(path_a), b = nn_load(path_b);
    check_shapes(&a.s, &b.s);
    difference_t all = {0, 0};
    printf("%-8s %-8s %10s  %12s %12s\n", "layer", "", "numbers", "absolute", "relative");
    for (int l = 1; l <= a.s.L; l++)
        for (bool is_bias : {false, true}) {
            size_t at = is_bias ? a.s.b_at[l] : a.s.w_at[l];
            size_t n = is_bias ? a.s.n[l] : (size_t)a.s.n[l] * a.s.n[l - 1];
            difference_t d = largest_difference(&a.params[at], &b.params[at], n);
            printf("%-8d %-8s %10zu  %12.3g %12.3g\n", l, is_bias ? "biases" : "weights", n, d.absolute, d.relative);
            all = {std::max(all.absolute, d.absolute), std::max(all.relative, d.relative)};
        }
    printf("largest difference of %zu parameters: absolute %.3g, relative %.3g\n", a.s.n_params, all.absolute,
           all.relative);
    if (std::isnan(tol) || all.relative <= tol) return 0;
    printf("beyond the tolerance of %g\n", tol);
    return 1;
}

static std::string one, other, compare_picture, compare_data;
static double tolerance = NAN;  // none

static int compare_run(void)
{
    int status = lab_compare(one, other, tolerance);
    if (compare_picture.empty()) return status;
    file_write(compare_picture, picture_differences(one, other, compare_data));
    printf("picture: %s\n", compare_picture.c_str());
    return status;
}

const command_t compare_command = {
    "compare",
    "how far the parameters of two models are apart",
    {
        {"a.model", &one, "", required()},
        {"b.model", &other, "", required()},
        {"--tol", &tolerance, "status 1 if a relative difference is beyond it", at_least(0)},
        {"--picture", &compare_picture, "heat maps of b - a, a layer each, as SVG"},
        {"--dataset", &compare_data, "for --picture: CSV whose header names the inputs"},
    },
    compare_run};
