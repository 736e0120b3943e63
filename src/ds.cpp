// [given] ds.cpp: what data sets of every format share: classes, splits, scaling.
#include "ds.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <unistd.h>
#include <zlib.h>

// The data sets of this kit that are not in the repository come from a target of the Makefile.
[[noreturn]] static void die_missing(const std::string &path)
{
    int error = errno;
    std::string hint;
    for (const char *name : {"CC", "rastrigin", "fashion"})
        if (path.find(std::string("datasets/") + name) != std::string::npos)
            hint = std::string("\nhint: make data-") + (name[0] == 'C' ? "cc" : name);
    die("%s: %s%s", path.c_str(), strerror(error), hint.c_str());
}

ds_t ds_load(const std::string &path, const ds_want_t *want)
{
    ds_t ds = {};
    ds.name = path;
    ds.n_in = want->n_in;
    ds.n_out = want->n_out;
    if (access(path.c_str(), F_OK) != 0) die_missing(path);
    std::string text = file_read(path);
    if (text.empty()) die("%s: the file is empty", path.c_str());
    if (ds_is_idx(text)) ds_read_idx(&ds, path, text, want);
    else ds_read_csv(&ds, text, want);
    return ds;
}

// ---- classes -------------------------------------------------------------------------------------

int ds_n_classes(const ds_t *ds) { return ds->n_out == 1 ? 2 : ds->n_out; }

int ds_class(const ds_t *ds, int row)
{
    const real_t *y = &ds->Y[(size_t)row * ds->n_out];
    if (ds->n_out == 1) return y[0] > (real_t)0.5;
    return (int)(std::max_element(y, y + ds->n_out) - y);
}

std::vector<int> ds_class_counts(const ds_t *ds)
{
    std::vector<int> counts(ds_n_classes(ds), 0);
    for (int i = 0; i < ds->N; i++) counts[ds_class(ds, i)]++;
    return counts;
}

uint32_t ds_checksum(const ds_t *ds)
{
    uLong crc = crc32_z(0, (const Bytef *)ds->X.data(), ds->X.size() * sizeof(real_t));
    return (uint32_t)crc32_z(crc, (const Bytef *)ds->Y.data(), ds->Y.size() * sizeof(real_t));
}

// ---- splits --------------------------------------------------------------------------------------

static ds_t ds_rows(const ds_t *ds, const std::vector<int> &rows)
{
    ds_t part = *ds;
    part.N = (int)rows.size();
    part.X.clear();
    part.Y.clear();
    part.X.reserve(rows.size() * ds->n_in);
    part.Y.reserve(rows.size() * ds->n_out);
    for (int r : rows) {
        const real_t *x = &ds->X[(size_t)r * ds->n_in], *y = &ds->Y[(size_t)r * ds->n_out];
        part.X.insert(part.X.end(), x, x + ds->n_in);
        part.Y.insert(part.Y.end(), y, y + ds->n_out);
    }
    return part;
}

void ds_split(ds_t *ds, double fraction, uint64_t seed, ds_t *part)
{
    bool by_class = ds->task == TASK_CLASSIFICATION;
    std::vector<std::vector<int>> groups(by_class ? ds_n_classes(ds) : 1);
    for (int i = 0; i < ds->N; i++) groups[by_class ? ds_class(ds, i) : 0].push_back(i);

    rng_t rng = rng_make(seed, RNG_SPLIT);
    std::vector<int> taken, kept;
    for (std::vector<int> &g : groups) {
        int n = (int)g.size(), k = (int)std::lround(fraction * n);
        if (n == 1)
            die("%s: %s, which cannot be split", ds->name.c_str(),
                by_class ? "one class has a single row" : "a single row");
        if (n > 1) k = std::min(std::max(k, 1), n - 1);
        rng_shuffle(&rng, g.data(), n);
        taken.insert(taken.end(), g.begin(), g.begin() + k);
        kept.insert(kept.end(), g.begin() + k, g.end());
    }
    std::sort(taken.begin(), taken.end());
    std::sort(kept.begin(), kept.end());
    *part = ds_rows(ds, taken);
    *ds = ds_rows(ds, kept);
}

// ---- scaling -------------------------------------------------------------------------------------

static const char *const SCALE_NAMES[] = {"auto", "none", "normalization", "standardization", "pixels"};

scale_kind_t scale_parse(const std::string &option, const std::string &text)
{
    if (text == "standarization") return SCALE_STANDARDIZATION;  // the course's first spelling
    for (int i = 0; i < 5; i++)
        if (text == SCALE_NAMES[i]) return (scale_kind_t)i;
    die_usage("%s: '%s' is not known, expected one of: auto, none, normalization, standardization "
              "(or standarization), pixels",
              option.c_str(), text.c_str());
}

const char *scale_text(scale_kind_t kind) { return SCALE_NAMES[kind]; }

scale_t scale_fit(scale_kind_t kind, const ds_t *ds)
{
    if (kind == SCALE_AUTO) kind = ds->is_image ? SCALE_PIXELS : SCALE_STANDARDIZATION;
    scale_t s = {kind, {}, {}};
    if (kind == SCALE_NONE) return s;
    size_t n = ds->n_in, N = ds->N;
    s.shift.assign(n, 0);
    s.factor.assign(n, 1.0 / 255);
    if (kind == SCALE_PIXELS) return s;

    std::vector<double> least(n, INFINITY), greatest(n, -INFINITY), mean(n, 0), square(n, 0);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < n; j++) {
            double x = ds->X[i * n + j];
            least[j] = std::min(least[j], x);
            greatest[j] = std::max(greatest[j], x);
            mean[j] += x / N;
        }
    for (size_t i = 0; i < N; i++)  // a second pass: sum of x^2 less N mean^2 would lose all digits of large x
        for (size_t j = 0; j < n; j++) {
            double d = ds->X[i * n + j] - mean[j];
            square[j] += d * d;
        }
    for (size_t j = 0; j < n; j++) {
        bool normal = kind == SCALE_NORMALIZATION;
        double width = normal ? greatest[j] - least[j] : std::sqrt(square[j] / N);
        double size = std::max(std::fabs(least[j]), std::fabs(greatest[j]));
        if (sizeof(real_t) == 4 && greatest[j] - least[j] < 1e-4 * size && greatest[j] > least[j])
            warn("%s: feature %zu varies by less than a ten-thousandth of its size, and float keeps seven digits\n"
                 "hint: subtract what is common in the file, or make REAL=double",
                 ds->name.c_str(), j + 1);
        s.shift[j] = normal ? least[j] : mean[j];
        s.factor[j] = greatest[j] > least[j] && width > 0 ? 1 / width : 1;
    }
    return s;
}

void scale_apply(const scale_t *scale, ds_t *ds)
{
    if (scale->kind == SCALE_NONE) return;
    size_t n = ds->n_in;
    for (size_t i = 0; i < (size_t)ds->N; i++)
        for (size_t j = 0; j < n; j++) {
            real_t x = ds->X[i * n + j], scaled = (real_t)((x - scale->shift[j]) * scale->factor[j]);
            if (!std::isfinite(scaled))
                die("%s: row %zu, feature %zu: %g is too far from the training rows to be scaled", ds->name.c_str(),
                    i + 1, j + 1, (double)x);
            ds->X[i * n + j] = scaled;
        }
}
