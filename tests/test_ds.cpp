// tests/test_ds.cpp: IDX files, splits, scaling.
#include "helpers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

// ---- IDX ----------------------------------------------------------------------------------------------

static std::string idx(const std::vector<uint32_t> &dimensions, const std::vector<int> &bytes)
{
    std::string out = {0, 0, 8, (char)dimensions.size()};
    for (uint32_t d : dimensions)
        for (int shift = 24; shift >= 0; shift -= 8) out += (char)(d >> shift & 255);
    for (int b : bytes) out += (char)b;
    return out;
}

static const char IMAGES[] = "t-images-idx3-ubyte", LABELS[] = "t-labels-idx1-ubyte";
static const ds_want_t FOUR_IN = {4, 3, TASK_AUTO, {}};

static std::string good_images() { return idx({3, 2, 2}, {0, 1, 2, 3, 100, 127, 128, 255, 9, 8, 7, 6}); }
static std::string good_labels() { return idx({3}, {2, 0, 1}); }

static std::string idx_refusal(const std::string &images, const std::string &labels, const ds_want_t &want = FOUR_IN)
{
    folder_t f;
    f.write(IMAGES, images);
    f.write(LABELS, labels);
    return refusal_of(&f, IMAGES, want);
}

TEST_CASE("idx: images and labels, plain and packed in every mixture")
{
    for (int mixture = 0; mixture < 4; mixture++) {
        CAPTURE(mixture);
        bool pack_images = mixture & 1, pack_labels = mixture & 2;
        folder_t f;
        std::string name = IMAGES + std::string(pack_images ? ".gz" : "");
        f.write(name, pack_images ? packed(good_images()) : good_images());
        f.write(LABELS + std::string(pack_labels ? ".gz" : ""), pack_labels ? packed(good_labels()) : good_labels());
        ds_t ds = ds_load(f.file(name), &FOUR_IN);
        CHECK(ds.N == 3);
        CHECK(ds.X == reals({0, 1, 2, 3, 100, 127, 128, 255, 9, 8, 7, 6}));
        CHECK(ds.Y == reals({0, 0, 1, 1, 0, 0, 0, 1, 0}));
        CHECK(ds.labels == std::vector<std::string>{"0", "1", "2"});
        CHECK(ds.is_image);
        CHECK(ds.task == TASK_CLASSIFICATION);
    }
}

TEST_CASE("idx: two classes with one output")
{
    folder_t f;
    f.write(IMAGES, good_images());
    f.write(LABELS, idx({3}, {1, 0, 1}));
    ds_want_t want = {4, 1, TASK_AUTO, {}};
    ds_t ds = ds_load(f.file(IMAGES), &want);
    CHECK(ds.Y == reals({1, 0, 1}));
    CHECK(ds.labels.size() == 2);
}

TEST_CASE("idx: every bad pair of files dies with the name of the bad one and the reason")
{
    const std::string images = good_images(), labels = good_labels();
    CHECK(idx_refusal(images, labels) == "");
    for (size_t n = 4; n < images.size(); n++) {
        CAPTURE(n);
        CHECK(contains(idx_refusal(images.substr(0, n), labels), std::string("1: ") + IMAGES + ": "));
    }
    for (size_t n = 0; n < labels.size(); n++) {
        CAPTURE(n);
        CHECK(contains(idx_refusal(images, labels.substr(0, n)), std::string("1: ") + LABELS + ": "));
    }
    const std::string I = std::string("1: ") + IMAGES + ": ", L = std::string("1: ") + LABELS + ": ";
    CHECK(contains(idx_refusal(images + "x", labels), I + "13 bytes behind its header, which announces 3 x 4"));
    CHECK(contains(idx_refusal(images, labels + "x"), L + "4 bytes behind its header"));
    CHECK(contains(idx_refusal(idx({3, 2, 2}, {0, 1, 2}), labels), I + "3 bytes behind its header"));
    CHECK(contains(idx_refusal(images, idx({2}, {0, 1})), L + "2 labels, but"));
    CHECK(contains(idx_refusal(images, idx({3}, {0, 1, 3})), L + "item 2 has label 3, outside"));
    CHECK(contains(idx_refusal(images, idx({3}, {0, 255, 1})), L + "item 1 has label 255"));
    CHECK(contains(idx_refusal(images, idx({3}, {1, 1, 1})), L + "one class only"));
    CHECK(contains(idx_refusal(idx({0, 2, 2}, {}), labels), I + "holds no items"));
    CHECK(contains(idx_refusal(images, idx({0}, {})), L + "holds no items"));
    CHECK(contains(idx_refusal(idx({3, 0, 2}, {}), labels), I));
    CHECK(contains(idx_refusal(idx({20}, std::vector<int>(20, 1)), labels),
                   I + "header bytes 0 0 8 1, expected 0 0 8 3"));
    CHECK(contains(idx_refusal(images, images), L + "header bytes 0 0 8 3, expected 0 0 8 1"));
    std::string floats = images;
    floats[2] = 13;
    CHECK(contains(idx_refusal(floats, labels), I + "header bytes 0 0 13 3"));
    CHECK(
        contains(idx_refusal(images, labels, {5, 3, TASK_AUTO, {}}), I + "images of 4 pixels, but the network has 5"));
    CHECK(contains(idx_refusal(images, labels, {4, 3, TASK_REGRESSION, {}}), "regression"));
}

TEST_CASE("idx: sizes that overflow are refused")
{
    const uint32_t M = 0xffffffff;
    for (const std::vector<uint32_t> &d : {std::vector<uint32_t>{M, M, M},
                                           {1, M, M},
                                           {M, 1, 1},
                                           {M, 2, 2},
                                           {1u << 31, 1u << 31, 4},
                                           {1u << 30, 2, 2},
                                           {3, 1u << 31, 1u << 31}}) {
        CHECK(contains(idx_refusal(idx(d, {1, 2, 3, 4}), good_labels()), std::string("1: ") + IMAGES + ": "));
        CHECK(contains(idx_refusal(idx(d, {}), good_labels()), std::string("1: ") + IMAGES + ": "));
    }
    CHECK(contains(idx_refusal(good_images(), idx({M}, {0, 1, 2})), std::string("1: ") + LABELS + ": "));
}

TEST_CASE("idx: labels that are missing, or a name that does not tell where they are")
{
    folder_t f;
    f.write(IMAGES, good_images());
    CHECK(refusal_of(&f, IMAGES, FOUR_IN) == std::string("1: ") + LABELS + ": No such file or directory");
    f.write("pictures", good_images());
    CHECK(contains(refusal_of(&f, "pictures", FOUR_IN), "1: pictures: IDX images need their labels' file"));
    f.write("pictures", good_labels());
    CHECK(contains(refusal_of(&f, "pictures", FOUR_IN), "1: pictures: "));
}

// ---- splits ---------------------------------------------------------------------------------------------

// Row i has the one feature i, so that rows can be told apart.
static ds_t numbered_ds(const std::vector<int> &classes, int n_out, task_t task)
{
    int N = (int)classes.size();
    std::vector<double> X, Y;
    for (int i = 0; i < N; i++) X.push_back(i);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < n_out; k++) Y.push_back(n_out == 1 ? classes[i] : classes[i] == k);
    return make_ds(N, 1, n_out, X, Y, task);
}

static std::vector<int> classes_of(const std::vector<int> &counts)
{
    std::vector<int> classes;
    for (size_t k = 0; k < counts.size(); k++) classes.insert(classes.end(), counts[k], (int)k);
    rng_t rng = rng_make(3, RNG_DATA);
    rng_shuffle(&rng, classes.data(), (int)classes.size());
    return classes;
}

TEST_CASE("split: the same part of every class, no row lost or doubled, order and targets kept")
{
    for (int n_out : {1, 2, 3}) {
        CAPTURE(n_out);
        std::vector<int> counts = n_out == 3 ? std::vector<int>{100, 10, 3} : std::vector<int>{100, 10};
        std::vector<int> classes = classes_of(counts);
        ds_t ds = numbered_ds(classes, n_out, TASK_CLASSIFICATION), part;
        int N = ds.N;
        ds_split(&ds, 0.2, 5, &part);
        CHECK(ds_class_counts(&part)[0] == 20);
        CHECK(ds_class_counts(&part)[1] == 2);
        if (n_out == 3) CHECK(ds_class_counts(&part)[2] == 1);
        CHECK(ds.N + part.N == N);
        CHECK(ds.labels == part.labels);
        CHECK(part.task == ds.task);
        std::vector<bool> seen(N, false);
        for (const ds_t *d : {&ds, &part}) {
            CHECK(std::is_sorted(d->X.begin(), d->X.end()));
            for (int i = 0; i < d->N; i++) {
                int row = (int)d->X[i];
                CHECK_FALSE(seen[row]);
                seen[row] = true;
                CHECK(ds_class(d, i) == classes[row]);
            }
        }
    }
}

TEST_CASE("split: every class keeps at least one row on either side")
{
    for (double fraction : {0.001, 0.5, 0.999}) {
        CAPTURE(fraction);
        ds_t ds = numbered_ds(classes_of({30, 2}), 1, TASK_CLASSIFICATION), part;
        ds_split(&ds, fraction, 1, &part);
        for (int k : {0, 1}) {
            CHECK(ds_class_counts(&ds)[k] >= 1);
            CHECK(ds_class_counts(&part)[k] >= 1);
        }
    }
    ds_t ds = numbered_ds(classes_of({30, 1}), 1, TASK_CLASSIFICATION), part;
    CHECK(contains(death_of([&] { ds_split(&ds, 0.2, 1, &part); }), "1: test: one class has a single row"));
}

TEST_CASE("split: the seed decides which rows")
{
    auto rows = [](uint64_t seed) {
        ds_t ds = numbered_ds(classes_of({50, 50}), 1, TASK_CLASSIFICATION), part;
        ds_split(&ds, 0.3, seed, &part);
        return part.X;
    };
    CHECK(rows(1) == rows(1));
    CHECK(rows(1) != rows(2));
}

TEST_CASE("split: regression")
{
    ds_t ds = random_ds(50, 3, 1, TASK_REGRESSION, 1), part, all = ds;
    ds_split(&ds, 0.2, 1, &part);
    CHECK(part.N == 10);
    CHECK(ds.N == 40);
    CHECK(part.X.size() == 30);
    std::vector<real_t> together = ds.Y;
    together.insert(together.end(), part.Y.begin(), part.Y.end());
    std::sort(together.begin(), together.end());
    std::sort(all.Y.begin(), all.Y.end());
    CHECK(together == all.Y);

    ds_t one = random_ds(1, 3, 1, TASK_REGRESSION, 1);
    std::string message = death_of([&] { ds_split(&one, 0.2, 1, &part); });
    CHECK(contains(message, "1: test: "));
    CHECK_FALSE(contains(message, "class"));
}

// ---- scaling ----------------------------------------------------------------------------------------------

static double mean_of(const ds_t *ds, int column)
{
    double sum = 0;
    for (int i = 0; i < ds->N; i++) sum += ds->X[(size_t)i * ds->n_in + column];
    return sum / ds->N;
}

static double deviation_of(const ds_t *ds, int column)
{
    double mean = mean_of(ds, column), sum = 0;
    for (int i = 0; i < ds->N; i++) sum += std::pow(ds->X[(size_t)i * ds->n_in + column] - mean, 2);
    return std::sqrt(sum / ds->N);
}

TEST_CASE("scaling: names, the course's spelling too")
{
    for (const char *name : {"auto", "none", "normalization", "standardization", "pixels"})
        CHECK(std::string(scale_text(scale_parse("--scaling", name))) == name);
    CHECK(scale_parse("--scaling", "standarization") == SCALE_STANDARDIZATION);
    std::string message = death_of([] { scale_parse("--scaling", "zscore"); });
    CHECK(contains(message, "2: --scaling: 'zscore' is not known, expected one of:"));
    CHECK(contains(message, "normalization"));
}

TEST_CASE("scaling: standardization gives mean 0 and standard deviation 1")
{
    ds_t ds = random_ds(200, 3, 1, TASK_CLASSIFICATION, 1);
    for (int i = 0; i < ds.N; i++) ds.X[3 * i + 1] = ds.X[3 * i + 1] * 1000 - 50;
    for (int i = 0; i < ds.N; i++) ds.X[3 * i + 2] = (real_t)0.1;  // never changes
    scale_t s = scale_fit(SCALE_STANDARDIZATION, &ds);
    CHECK(s.kind == SCALE_STANDARDIZATION);
    CHECK(s.factor[2] == 1);
    scale_apply(&s, &ds);
    for (int j : {0, 1}) {
        CHECK(mean_of(&ds, j) == doctest::Approx(0).epsilon(1e-6));
        CHECK(deviation_of(&ds, j) == doctest::Approx(1).epsilon(1e-5));
    }
    for (int i = 0; i < ds.N; i++) CHECK(std::fabs(ds.X[3 * i + 2]) < 1e-7);
}

TEST_CASE("scaling: normalization gives least 0 and greatest 1")
{
    ds_t ds = make_ds(3, 2, 1, {-5, 7, 0, 7, 15, 7}, {0, 1, 0}, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_NORMALIZATION, &ds);
    scale_apply(&s, &ds);
    CHECK(ds.X == reals({0, 0, 0.25, 0, 1, 0}));
}

TEST_CASE("scaling: fitted on the training rows, applied to others")
{
    ds_t train = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_CLASSIFICATION);
    ds_t test = make_ds(2, 1, 1, {15, 40}, {0, 1}, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_NORMALIZATION, &train);
    scale_apply(&s, &test);
    CHECK(test.X == reals({0.5, 3}));
    test.X = reals({15, 40});
    s = scale_fit(SCALE_STANDARDIZATION, &train);
    scale_apply(&s, &test);
    CHECK(test.X == reals({0, 5}));
}

TEST_CASE("scaling: what auto means for each kind of data")
{
    ds_t csv = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_CLASSIFICATION), image = csv;
    image.is_image = true;
    CHECK(scale_fit(SCALE_AUTO, &csv).kind == SCALE_STANDARDIZATION);
    ds_t regression = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_REGRESSION);
    CHECK(scale_fit(SCALE_AUTO, &regression).kind == SCALE_STANDARDIZATION);
    scale_t none = scale_fit(SCALE_NONE, &regression);
    CHECK(none.kind == SCALE_NONE);
    CHECK(none.shift.empty());
    scale_apply(&none, &regression);
    CHECK(regression.X == reals({10, 20}));

    image.X = reals({0, 255});
    scale_t pixels = scale_fit(SCALE_AUTO, &image);
    CHECK(pixels.kind == SCALE_PIXELS);
    scale_apply(&pixels, &image);
    CHECK(image.X == reals({0, 1}));
}

TEST_CASE("scaling: small differences on a large offset keep their digits")
{
    std::vector<double> X, Y;
    for (int i = 0; i < 1000; i++) X.push_back(1e6 + i % 4), Y.push_back(i % 2);
    ds_t ds = make_ds(1000, 1, 1, X, Y, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_STANDARDIZATION, &ds);
    CHECK(s.shift[0] == doctest::Approx(1e6 + 1.5).epsilon(1e-12));
    CHECK(1 / s.factor[0] == doctest::Approx(std::sqrt(1.25)).epsilon(1e-9));
    scale_apply(&s, &ds);
    CHECK(ds.X[0] == doctest::Approx(-1.5 / std::sqrt(1.25)).epsilon(1e-6));
    CHECK(ds.X[3] == doctest::Approx(1.5 / std::sqrt(1.25)).epsilon(1e-6));
}

TEST_CASE("checksum: one changed number shows")
{
    ds_t a = random_ds(10, 3, 1, TASK_CLASSIFICATION, 1), b = a, c = a;
    b.X[17] = std::nextafter(b.X[17], (real_t)10);
    c.Y[9] = 1 - c.Y[9];
    CHECK(ds_checksum(&a) == ds_checksum(&a));
    CHECK(ds_checksum(&a) != ds_checksum(&b));
    CHECK(ds_checksum(&a) != ds_checksum(&c));
}
