// tests/test_data.cpp: the shipped data, and the programs that make or split data.
#include <cmath>

#include "helpers.h"

static const std::string HERE = "datasets/GENERATED.sha256";

// The files of GENERATED.sha256 whose names end in `pattern` (for grep) lie in `folder` with those very bytes.
static void check_sums(const std::string &folder, const std::string &pattern)
{
    ended_t e = shell("grep -E '" + pattern + "' " + HERE + " >" + folder + "/sums && cd " + folder +
                      " && sha256sum -c sums");
    CHECK_MESSAGE(e.status == 0, e.out << e.err);
}

TEST_CASE("the breast-cancer files are the published ones, split by class")
{
    CHECK(shell("cd datasets && sha256sum -c SHA256SUMS").status == 0);
    ds_want_t want = {30, 1, TASK_AUTO, {}};
    ds_t train = ds_load("datasets/breast_cancer_train.csv", &want),
         test = ds_load("datasets/breast_cancer_test.csv", &want);
    CHECK(train.N + test.N == 569);
    std::vector<int> a = ds_class_counts(&train), b = ds_class_counts(&test);
    CHECK(a[0] + b[0] == 212);  // malignant
    CHECK(a[1] + b[1] == 357);  // benign
    CHECK(std::abs(b[1] / 357.0 - 0.3) < 0.005);
    // The published set begins with radius 17.99, texture 10.38, and its mean radius is 14.127.
    double radius = 0;
    for (int i = 0; i < train.N; i++) radius += train.X[i * 30] / 569;
    for (int i = 0; i < test.N; i++) radius += test.X[i * 30] / 569;
    CHECK(radius == doctest::Approx(14.127).epsilon(1e-4));
}

TEST_CASE("no row of the breast-cancer data is in both files")
{
    CHECK(shell("cat datasets/breast_cancer_*.csv | grep -v mean_radius | sort | uniq -d").out == "");
}

TEST_CASE("make_cc writes the same bytes on every machine, stratified")
{
    folder_t f;
    ended_t e = shell("mkdir " + f.file("rows20000") + " && $MAKE_CC --rows 20000 --out " + f.file("rows20000"));
    REQUIRE_MESSAGE(e.status == 0, e.err);
    check_sums(f.path, "rows20000/");
    ds_want_t want = {30, 1, TASK_AUTO, {}};
    ds_t train = ds_load(f.file("rows20000/CC_train.csv"), &want),
         test = ds_load(f.file("rows20000/CC_test.csv"), &want);
    CHECK(train.N + test.N == 20000);
    CHECK(ds_class_counts(&train)[1] == 24);
    CHECK(ds_class_counts(&test)[1] == 11);
    CHECK(shell("$MAKE_CC --rows 20000 --seed 2 --out " + f.path + " && cmp " + f.path + "/CC_train.csv " + f.path +
                "/rows20000/CC_train.csv")
              .status == 1);
}

TEST_CASE("make_cc has the size of the real set, and is read in a second or two")
{
    folder_t f;
    REQUIRE(shell("$MAKE_CC --out " + f.path).status == 0);
    check_sums(f.path, " CC_");
    ds_want_t want = {30, 1, TASK_AUTO, {}};
    double start = clock_now();
    ds_t train = ds_load(f.file("CC_train.csv"), &want);
    CHECK(clock_now() - start < 5);  // 0.3 s on a quiet machine
    ds_t test = ds_load(f.file("CC_test.csv"), &want);
    CHECK(train.N + test.N == 284807);
    CHECK(ds_class_counts(&train)[1] + ds_class_counts(&test)[1] == 492);
}

TEST_CASE("make_cc splits a real file without touching its rows")
{
    folder_t f;
    std::string text = "\"Time\",\"V1\",\"Amount\",\"Class\"\n";
    for (int i = 0; i < 40; i++) text += format("%d,%.3f,0.1,\"%d\"\n", i, i / 7.0, i % 4 == 0);
    f.write("creditcard.csv", text);
    ended_t e = shell("$MAKE_CC --from " + f.file("creditcard.csv") + " --out " + f.path);
    CHECK(e.status == 0);
    CHECK(contains(e.err, "this is another file"));
    ended_t rows = shell("cat " + f.path + "/CC_t*.csv | sort | uniq >" + f.file("a") + "; sort " +
                         f.file("creditcard.csv") + " >" + f.file("b") + "; cmp " + f.file("a") + " " + f.file("b"));
    CHECK(rows.status == 0);
    CHECK(shell("grep -c '\"1\"' " + f.file("CC_test.csv")).out == "3\n");
    CHECK(shell("$MAKE_CC --from " + f.file("none") + " --out " + f.path).status == 1);
}

TEST_CASE("make_rastrigin samples the function on a grid")
{
    folder_t f;
    REQUIRE(shell("$MAKE_RASTRIGIN --rows 2500 --out " + f.path).status == 0);
    ds_want_t want = {2, 1, TASK_AUTO, {}};
    for (const char *name : {"rastrigin_2500.csv", "rastrigin_test.csv"}) {
        ds_t ds = ds_load(f.file(name), &want);
        CHECK(ds.task == TASK_REGRESSION);
        CHECK(ds.N == (std::string(name) == "rastrigin_test.csv" ? 5000 : 2500));
        double worst = 0, pi2 = 6.283185307179586;
        for (int i = 0; i < ds.N; i++) {
            double x = ds.X[2 * i], y = ds.X[2 * i + 1];
            double z = 20 + x * x + y * y - 10 * (std::cos(pi2 * x) + std::cos(pi2 * y));
            worst = std::max(worst, std::fabs(z - ds.Y[i]));
            CHECK(std::max(std::fabs(x), std::fabs(y)) <= 5.12 + 1e-6);
        }
        CHECK(worst < 1e-3);
    }
    ended_t e = shell("$MAKE_RASTRIGIN --rows 2501 --out " + f.path);
    CHECK(e.status == 2);
    CHECK(contains(e.err, "2500"));
}

TEST_CASE("the data programs refuse bad options, naming option, value and range")
{
    folder_t f;
    for (const char *bad :
         {"--rows 0", "--rows x", "--seed -1", "--test 0", "--test nan", "--positives 1", "--rows 100 --from x"}) {
        CAPTURE(std::string(bad));
        ended_t e = shell("$MAKE_CC --out " + f.path + " " + bad);
        CHECK(e.status == 2);
        CHECK(contains(e.err, std::string(bad).substr(0, 5)));
    }
    CHECK(shell("$MAKE_CC --out " + f.file("none")).status != 0);
    CHECK(shell("ls -A " + f.path).out == "");
}
