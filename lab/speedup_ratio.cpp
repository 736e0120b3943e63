// [given] speedup_ratio.cpp: medians, their intervals, and how many times as fast one way is as another.
#include <algorithm>
#include <cmath>

#include "speedup.h"

// The greatest k with 2 P(Binomial(n, 1/2) < k) <= 0.05; 0 if there is none.
static int rank_of_limit(int n)
{
    double term = std::pow(0.5, n), below = 0;  // P(= i), P(< i + 1)
    int k = 0;
    for (int i = 0; i <= n / 2; i++) {
        below += term;
        if (2 * below > 0.05) break;
        k = i + 1;
        term *= (double)(n - i) / (i + 1);
    }
    return k;
}

ratio_t median_interval(std::vector<double> v)
{
    if (v.empty()) return {NAN, NAN, NAN};
    std::sort(v.begin(), v.end());
    ratio_t r = {(v[(v.size() - 1) / 2] + v[v.size() / 2]) / 2, NAN, NAN};
    int n = (int)v.size(), k = n < 1000 ? rank_of_limit(n) : (int)(n / 2.0 - 0.98 * std::sqrt(n));
    if (k == 0) return r;
    r.low = v[k - 1];
    r.high = v[n - k];
    return r;
}

ratio_t timing_ratio(const timing_t *slow, const timing_t *fast)
{
    if (!slow || !fast || slow->emulated || fast->emulated) return {NAN, NAN, NAN};
    if (slow->runs.empty() || slow->runs.size() != fast->runs.size())
        return {slow->median / fast->median, slow->low / fast->high, slow->high / fast->low};
    std::vector<double> ratios;
    for (size_t i = 0; i < slow->runs.size(); i++) ratios.push_back(slow->runs[i] / fast->runs[i]);
    return median_interval(ratios);
}

bool timing_same_setting(const timing_t *a, const timing_t *b)
{
    return a->sweep == b->sweep && a->rows == b->rows && a->batch == b->batch && a->layers == b->layers;
}

const timing_t *timing_find(const std::vector<timing_t> *all, const timing_t *setting, const std::string &way)
{
    for (const timing_t &t : *all)
        if (timing_same_setting(&t, setting) && t.way == way) return &t;
    return NULL;
}

const timing_t *timing_best_cpu(const std::vector<timing_t> *all, const timing_t *setting)
{
    const timing_t *best = NULL;
    for (const timing_t &t : *all) {
        if (!timing_same_setting(&t, setting) || t.device != "cpu" || t.way == "plain" || !(t.median > 0)) continue;
        if (!best || t.median < best->median) best = &t;
    }
    return best;
}
