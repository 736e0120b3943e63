// tests/lab/test_speedup.cpp: bin/lab speedup: intervals, ratios, files; the plain CPU program.
#include "../helpers.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "../../lab/naive.h"
#include "../../lab/speedup_measure.h"

static const char *const SAMPLE = "tests/golden/speedup.json";

// ---- numbers ---------------------------------------------------------------------------------------------------

TEST_CASE("speedup: the interval of a median, by hand")
{
    CHECK(std::isnan(median_interval({}).value));
    ratio_t five = median_interval({5, 1, 2, 4, 3});
    CHECK(five.value == 3);
    CHECK(std::isnan(five.low));  // even least to greatest holds the median with 94 % only
    ratio_t six = median_interval({6, 5, 4, 3, 2, 1});
    CHECK(six.value == 3.5);
    CHECK(six.low == 1);
    CHECK(six.high == 6);
    auto upto = [](int n) {
        std::vector<double> v;
        for (int i = 1; i <= n; i++) v.push_back(i);
        return median_interval(v);
    };
    CHECK(upto(9).low == 2);  // tables of the sign test: 9: 2 and 8, 20: 6 and 15, 50: 18 and 33, 100: 40 and 61
    CHECK(upto(9).high == 8);
    CHECK(upto(20).low == 6);
    CHECK(upto(20).high == 15);
    CHECK(upto(50).low == 18);
    CHECK(upto(50).high == 33);
    CHECK(upto(100).low == 40);
    CHECK(upto(100).high == 61);
}

TEST_CASE("speedup: the interval holds the median in 95 of 100 cases, of skewed times too")
{
    rng_t rng = rng_make(1, RNG_DATA);
    for (int n : {6, 10, 17, 40}) {
        int held = 0, all = 4000;
        for (int k = 0; k < all; k++) {
            std::vector<double> v;
            for (int i = 0; i < n; i++) v.push_back(1 + std::exp(rng_normal(&rng)));  // median 2, a long tail
            ratio_t r = median_interval(v);
            held += r.low <= 2 && 2 <= r.high;
        }
        CAPTURE(n);
        CHECK(held >= 0.945 * all);
        CHECK(held <= 0.985 * all);
    }
}

TEST_CASE("speedup: stopping as soon as the interval is narrow costs little of the 95 %")
{
    rng_t rng = rng_make(2, RNG_DATA);
    for (double spread : {0.02, 0.05, 0.1, 0.2}) {
        int held = 0, all = 1000;
        for (int k = 0; k < all; k++) {
            std::vector<double> v;
            ratio_t r = {};
            do {
                v.push_back(std::exp(spread * rng_normal(&rng)));
                r = median_interval(v);
            } while (!(r.high - r.low <= 0.1 * r.value) && v.size() < 60);
            held += r.low <= 1 && 1 <= r.high;
        }
        CAPTURE(spread);
        CHECK(held >= 0.91 * all);  // docs/en/speedup.md: 93 to 97 of 100
    }
}

static timing_t timing(const char *way, const char *device, const std::vector<double> &runs)
{
    timing_t t;
    t.way = way, t.device = device, t.sweep = "rows", t.runs = runs;
    ratio_t m = median_interval(runs);
    t.median = m.value, t.low = m.low, t.high = m.high;
    return t;
}

TEST_CASE("speedup: a ratio is of runs of the same turn, so that a machine that slows down does not blur it")
{
    std::vector<double> slow, fast;
    for (int i = 0; i < 8; i++) slow.push_back(6.0 * (1 + i)), fast.push_back(2.0 * (1 + i));
    timing_t a = timing("plain", "cpu", slow), b = timing("cpu", "cpu", fast), few = timing("cpu", "cpu", {1, 2, 3});
    ratio_t r = timing_ratio(&a, &b);
    CHECK(r.value == 3);
    CHECK(r.low == 3);
    CHECK(r.high == 3);
    ratio_t back = timing_ratio(&b, &a);
    CHECK(back.value == doctest::Approx(1 / 3.0));
    CHECK(timing_ratio(&a, &few).value == doctest::Approx(27 / 2.0));  // not in the same turns
    CHECK(std::isnan(timing_ratio(&few, &few).low));
    CHECK(std::isnan(timing_ratio(NULL, &a).value));
    CHECK(std::isnan(timing_ratio(&a, NULL).value));
    b.emulated = true;
    CHECK(std::isnan(timing_ratio(&a, &b).value));  // never a speed-up of the emulator
}

TEST_CASE("speedup: the best CPU program is the fastest that is not the plain one, of the same setting")
{
    timing_t other = timing("cpu all", "cpu", {0.1});
    other.batch = 1000;
    std::vector<timing_t> all = {timing("plain", "cpu", {0.5}), timing("cpu", "cpu", {2}),
                                 timing("cpu all", "cpu", {1}), timing("cuda", "cuda", {0.2}),
                                 timing("cpu 2", "cpu", {}),    other};
    CHECK(timing_best_cpu(&all, &all[3]) == &all[2]);
    CHECK(timing_best_cpu(&all, &other)->batch == 1000);
    CHECK(timing_find(&all, &all[3], "plain") == &all[0]);
    CHECK(timing_find(&all, &other, "cuda") == NULL);
    std::vector<timing_t> none = {all[0], all[4]};
    CHECK(timing_best_cpu(&none, &all[0]) == NULL);
}

// ---- files -----------------------------------------------------------------------------------------------------

TEST_CASE("speedup: the file that was written is read again, number by number")
{
    speedup_t s = speedup_read(SAMPLE);
    CHECK(s.timings.size() > 50);
    folder_t f;
    std::string path = f.write("again.json", speedup_json(&s));
    speedup_t again = speedup_read(path);
    CHECK(speedup_json(&again) == speedup_json(&s));
    CHECK(speedup_csv(&again) == speedup_csv(&s));
    CHECK(std::isnan(again.timings[0].kernels));  // null
    CHECK(again.timings[0].runs == s.timings[0].runs);
    size_t fields = 0, rows = 0;
    bool quote = false;
    for (char c : speedup_csv(&s).substr(speedup_csv(&s).find("\nsweep,") + 1)) {
        if (c == '"') quote = !quote;
        fields += c == ',' && !quote;
        rows += c == '\n';
    }
    CHECK(rows == s.timings.size() + 1);
    CHECK(fields == rows * 31);
}

TEST_CASE("speedup: files that are none")
{
    folder_t f;
    std::string text = file_read(SAMPLE);
    for (const std::string &bad : {std::string(""), std::string("[]"), std::string("{}"),
                                   std::string("{\"format\": \"nn profile 1\"}"), text.substr(0, text.size() / 2),
                                   std::string(text).replace(text.find("\"rows\": 2000"), 12, "\"rows\": \"a\"")}) {
        std::string path = f.write("bad.json", bad);
        std::string said = death_of([&] { speedup_read(path); });
        CAPTURE(said);
        CHECK(said.compare(0, 3, "1: ") == 0);
        CHECK(contains(said, "bad.json: not what bin/lab speedup writes: "));
        CHECK(contains(said, "\nhint: "));
    }
    CHECK(contains(death_of([&] { speedup_read(f.file("none")); }), "none"));
    CHECK(shell("$LAB speedup --show " + f.file("bad.json")).status == 1);
    f.write("empty.json", "{\"format\": \"nn speedup 1\", \"machine\": [], \"real\": \"float\", \"data\": \"\", "
                          "\"emulated\": false, \"notes\": [], \"timings\": []}");
    ended_t e = shell("$LAB speedup --show " + f.file("empty.json"));
    CHECK(e.status == 0);
    CHECK(contains(e.out, "Nothing was measured."));
}

TEST_CASE("speedup: what a table says of the sample")
{
    ended_t e = shell(std::string("$LAB speedup --show ") + SAMPLE);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "Data size: batch 10, 30,60,10,1: one epoch [ms]"));
    CHECK(contains(e.out, "* rows at batch 10, cuda: never up to 200000, the greatest measured\n"));
    CHECK(contains(e.out, "* batch size, cuda: from 100 on (measured up to 1000)\n"));
    CHECK(contains(e.out, "* hidden width at batch 10, cuda: from 250 on (measured up to 1000)\n"));
    CHECK(contains(e.out, ": the GPU loses.\n"));
    CHECK(contains(e.out, ": the GPU wins.\n"));
}

TEST_CASE("speedup: of the plain program alone nothing follows")
{
    speedup_t s;
    s.timings = {timing("plain", "cpu", {1, 1, 1, 1, 1, 1})};
    CHECK(speedup_conclusion(&s) == "No GPU was timed here.\n");
}

TEST_CASE("speedup: threads whose time on one thread is not known")
{
    folder_t f;
    speedup_t s;
    s.timings = {timing("cpu 2", "cpu", {1, 1, 1, 1, 1, 1})};
    s.timings[0].sweep = "threads", s.timings[0].threads = 2, s.timings[0].layers = "3,1";
    ended_t e = shell("$LAB speedup --show " + f.write("s.json", speedup_json(&s)));
    CHECK(contains(e.out, "|       2 |       1000 |             - |          - |\n"));
    // The same network with other rows is another table.
    s.timings.insert(s.timings.begin(), timing("cpu", "cpu", {9, 9, 9, 9, 9, 9}));
    s.timings[0].sweep = "threads", s.timings[0].layers = "3,1", s.timings[0].rows = 90;
    s.timings.push_back(timing("cpu", "cpu", {2, 2, 2, 2, 2, 2}));
    s.timings[2].sweep = "threads", s.timings[2].layers = "3,1";
    e = shell("$LAB speedup --show " + f.write("s.json", speedup_json(&s)));
    CAPTURE(e.out);
    CHECK(contains(e.out, "| 2.00x (2.00 to 2.00) |      100 % |\n"));
    CHECK_FALSE(contains(e.out, "9.00x"));
}

// ---- the plain program -----------------------------------------------------------------------------------------

TEST_CASE("naive: trains to the network of the CPU trainer, but for rounding")
{
    for (const std::vector<int> &sizes : {std::vector<int>{30, 60, 10, 1}, {5, 7, 3}, {4, 1}, {6, 33, 2, 9, 2}})
        for (int batch : {1, 10, 64, 203}) {
            std::vector<std::string> names(sizes.size() - 1, "sigmoid");
            shape_t s = shape_of(sizes, names, "mse");
            ds_t ds = random_ds(203, sizes.front(), sizes.back(), TASK_CLASSIFICATION, 3);  // the last batch is short
            nn_t a = nn_create(&s, INIT_UNIFORM, 7), b = a;
            run_t run_a = quiet_run(3, batch, 0.5), run_b = quiet_run(3, batch, 0.5);
            nn_train(&a, &ds, NULL, &run_a);
            naive_train(&b, &ds, &run_b);
            double far = 0;
            for (size_t i = 0; i < a.params.size(); i++)
                far = std::max(far, std::fabs((double)a.params[i] - b.params[i]));
            CAPTURE(batch);
            CAPTURE(shape_text(&s));
            CHECK(far < (sizeof(real_t) == 4 ? 2e-5 : 1e-13));
            CHECK(run_b.at.last_loss == doctest::Approx(run_a.at.last_loss).epsilon(1e-5));
            CHECK(run_b.at.epoch == 3);
        }
}

TEST_CASE("naive: what it does not train")
{
    shape_t s = shape_of({3, 2, 1}, {"tanh", "sigmoid"}, "mse"),
            sigmoid = shape_of({3, 2, 1}, {"sigmoid", "sigmoid"}, "mse");
    ds_t ds = random_ds(20, 3, 1, TASK_CLASSIFICATION, 1);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1), right = nn_create(&sigmoid, INIT_UNIFORM, 1);
    run_t run = quiet_run(1, 10, 0.1), momentum = quiet_run(1, 10, 0.1);
    momentum.momentum = 0.9;
    CHECK(contains(death_of([&] { naive_train(&nn, &ds, &run); }), "2: naive: 3-2-1 tanh"));
    CHECK(contains(death_of([&] { naive_train(&right, &ds, &momentum); }), "without momentum"));
}

TEST_CASE("naive: as a program, against nn")
{
    folder_t f;
    std::string options = " --dataset datasets/breast_cancer_train.csv --layers 30,60,10,1 --epochs 3 --batch_size 37 "
                          "--learning_rate 0.5 -s 5 --model ";
    CHECK(shell("$NN --train" + options + f.file("a")).status == 0);
    ended_t e = shell("$LAB naive" + options + f.file("b") + " --log " + f.file("b.csv") + " --json " +
                      f.file("b.json"));
    CAPTURE(e.err);
    CHECK(e.status == 0);
    CHECK(shell("$LAB compare " + f.file("a") + " " + f.file("b") + " --tol 1e-3").status == 0);
    CHECK(contains(file_read(f.file("b.csv")), "\n3,"));
    CHECK(nlohmann::json::parse(file_read(f.file("b.json"))).at("loading_seconds") > 0);
    CHECK(shell("$LAB naive --dataset none.csv").status == 1);
    CHECK(shell("$LAB naive --dataset datasets/breast_cancer_train.csv --layers 29,1").status == 1);
    CHECK(shell("$LAB naive --dataset datasets/breast_cancer_train.csv --batch_size 9999").status == 2);
    CHECK(shell("$LAB naive").status == 2);
    e = shell("$LAB naive --dataset datasets/breast_cancer_train.csv --model " + f.file("none/m"));
    CHECK(contains(e.err, "none/m: cannot be written: "));
    CHECK_FALSE(contains(e.out, "training: "));  // told before it
}
