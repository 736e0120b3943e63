// tests/lab/test_report.cpp: bin/lab report: numbers of the page and of the Markdown, bad files, what a student has written.
#include "../helpers.h"

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "../../lab/report.h"

static ended_t report(const folder_t *f, const std::string &arguments)
{
    return shell("cd " + f->path + " && $LAB report --no-pdf " + arguments);
}

static bool has_gnuplot(void) { return shell("command -v gnuplot").status == 0; }

static const std::string HEADER =
    "# machine: host, Some CPU, 4 cores\n# compiler: g++ -O3\n# device: cpu: CPU, 4 threads\n"
    "# --layers 2-3-1 sigmoid, sigmoid; cost mse; 13 parameters\n# --batch_size 5\n"
    "# --learning_rate 0.5\n# --dataset 40 rows, CRC-32 0\n# --validation 10 rows, CRC-32 0\n"
    "epoch,seconds,learning_rate,train_cost,train_f1,valid_cost,valid_f1\n";

static std::string log_of(int epochs)
{
    std::string text = HEADER;
    for (int i = 1; i <= epochs; i++)
        text += format("%d,%g,0.5,%g,,%g,%g\n", i, 0.25 * i, 1.0 / i, 0.3 + 0.01 * std::abs(i - 4), 0.5 + 0.01 * i);
    return text;
}

// ---- ranking -----------------------------------------------------------------------------------------

TEST_CASE("report: the area under the ROC curve of known rankings")
{
    auto area = [](const std::vector<double> &outputs, const std::vector<int> &positive) {
        rank_t c = rank_curve(outputs, positive);
        return rank_area(&c);
    };
    CHECK(area({0.9, 0.8, 0.7, 0.6}, {1, 0, 1, 0}) == doctest::Approx(0.75));
    CHECK(area({0.1, 0.2, 0.3, 0.4}, {0, 0, 1, 1}) == 1);
    CHECK(area({0.1, 0.2, 0.3, 0.4}, {1, 1, 0, 0}) == 0);
    CHECK(area({0.5, 0.5, 0.5, 0.5}, {1, 0, 1, 0}) == 0.5);  // ties count half
    CHECK(std::isnan(area({0.1, 0.2}, {1, 1})));
    CHECK(std::isnan(area({}, {})));
    CHECK(std::isnan(area({0.1, NAN}, {1, 0})));

    rank_t c = rank_curve({0.9, 0.8, 0.7, 0.6}, {1, 0, 1, 0});
    CHECK(c.recall == std::vector<double>{0, 0.5, 0.5, 1, 1});
    CHECK(c.false_rate == std::vector<double>{0, 0, 0.5, 0.5, 1});
    CHECK(c.precision == std::vector<double>{1, 1, 0.5, 2.0 / 3, 0.5});
}

// ---- models ------------------------------------------------------------------------------------------

TEST_CASE("report: scores, counts and curves are those of bin/nn --test")
{
    folder_t f;
    f.write("train.csv", table(120, 3, 2, 1.2, 4));
    f.write("rows_test.csv", table(90, 3, 2, 1.2, 5));
    REQUIRE(nn(&f,
               "--train --dataset train.csv --layers 3,4,1 --epochs 30 --learning_rate 0.5 --seed 1 --model rows.model "
               "--validation 0.2 --log rows.log.csv")
                .status == 0);
    REQUIRE(nn(&f, "--test --dataset rows_test.csv --model rows.model --json rows.json").status == 0);
    nlohmann::json j = nlohmann::json::parse(bytes(&f, "rows.json"));
    ended_t e = report(&f, "--model rows.model --dataset rows_test.csv --log rows.log.csv --out out");
    REQUIRE_MESSAGE(e.status == 0, e.err);

    tested_t t = tested_make(f.file("rows.model"), f.file("rows_test.csv"));
    CHECK(t.m.roc_auc == doctest::Approx(j["roc_auc"].get<double>()));
    std::string page = bytes(&f, "out/report.html"), text = bytes(&f, "out/report.md");
    for (const std::string &in : {page, text}) {
        CHECK(contains(in, format("%.4f", j["classes"][1]["f1"].get<double>())));
        CHECK(contains(in, format("the area under the ROC curve %.4f", j["roc_auc"].get<double>())));
        long right = j["confusion"][0][0].get<long>() + j["confusion"][1][1].get<long>();
        CHECK(contains(in, format("%ld rows of 90 are classified right", right)));
        CHECK(contains(in, "after 30 epochs the cost is "));
    }
    CHECK(contains(page, format("%.4f</td><td class=\"num\">%.4f", j["classes"][0]["precision"].get<double>(),
                                j["classes"][0]["recall"].get<double>())));
    if (has_gnuplot()) {
        std::string matrix = bytes(&f, "out/figures/confusion-1.svg");
        for (int c = 0; c < 2; c++)
            for (int k = 0; k < 2; k++)
                CHECK(contains(matrix, format(">%ld</tspan>", j["confusion"][c][k].get<long>())));
        CHECK(contains(bytes(&f, "out/figures/ranking-1-1.svg"), format("ROC, area %.4f", j["roc_auc"].get<double>())));
    }

    // The scores of the JSON file alone are the same.
    REQUIRE(report(&f, "--json rows.json --out json").status == 0);
    std::string other = bytes(&f, "json/report.md");
    CHECK(contains(other, format("%.4f", j["classes"][1]["f1"].get<double>())));
    CHECK(contains(other, "confusion-1.svg") == has_gnuplot());
}

TEST_CASE("report: regression with two inputs gets its surface")
{
    folder_t f;
    f.write("train.csv", table(200, 2, 0));
    f.write("test.csv", table(100, 2, 0, 2, 9));
    REQUIRE(
        nn(&f, "--train --dataset train.csv --layers 2,1 --activation linear --epochs 30 --learning_rate 0.1 --model m")
            .status == 0);
    tested_t t = tested_make(f.file("m"), f.file("test.csv"));
    REQUIRE(t.grid.size() == (size_t)GRID * GRID);
    for (int i : {0, GRID - 1, GRID * GRID / 2}) {  // the target is the sum of both inputs: so is the surface
        double x[2] = {(double)(i % GRID), (double)(i / GRID)}, sum = 0;
        for (int k = 0; k < 2; k++) sum += t.lows[k] + (x[k] + 0.5) / GRID * (t.highs[k] - t.lows[k]);
        CHECK(t.grid[i] == doctest::Approx(sum).epsilon(0.02));
    }
    REQUIRE(report(&f, "--model m --dataset test.csv --out out").status == 0);
    CHECK(contains(bytes(&f, "out/report.html"), "R² is 1.0000 on 100 rows"));
    CHECK(exists(f.file("out/figures/surface-1-2.svg")) == has_gnuplot());
    CHECK(exists(f.file("out/figures/predicted-1-1.svg")) == has_gnuplot());
}

// ---- logs --------------------------------------------------------------------------------------------

TEST_CASE("report: a log is read number by number")
{
    folder_t f;
    log_t log = log_read(f.write("a.log.csv", log_of(10)));
    CHECK(log.name == "a");
    CHECK(log.metric == "f1");
    CHECK(log.epoch.size() == 10);
    CHECK(log.train_cost[1] == 0.5);
    CHECK(std::isnan(log.train_metric[0]));
    CHECK(log_epoch_seconds(&log) == doctest::Approx(0.25));
    CHECK(log_value(&log, "device") == "cpu: CPU, 4 threads");
    CHECK(log_value(&log, "--batch_size") == "5");

    log = log_read(f.write("cut.csv", log_of(3) + "4,1.0,0.5,0.2"));  // still being written
    CHECK(log.epoch.size() == 3);
    log = log_read(f.write("nan.csv", log_of(3) + "4,1.0,0.5,nan,,nan,\n"));
    CHECK(std::isnan(log.train_cost[3]));
    CHECK(contains(death_of([&] { log_read(f.write("b", log_of(2) + "3,a,b\n4,1,0.5,1,,1,1\n")); }),
                   "b: line 12 is '3,a,b', expected 7 numbers"));
    CHECK(contains(death_of([&] { log_read(f.write("c", "x,y\n1,2\n")); }),
                   "c: line 1 is 'x,y', expected 'epoch,seconds,"));
    CHECK(contains(death_of([&] { log_read(f.write("d", "")); }), "d: is no log\nhint: bin/nn --train"));
    CHECK(contains(death_of([&] { log_read(f.write("e", HEADER)); }), "e: no epoch is in it yet\nhint: "));
    CHECK(contains(death_of([&] { log_read(f.file("none")); }), "none: "));
}

TEST_CASE("report: sentences about a log are computed from it")
{
    folder_t f;
    f.write("over.log.csv", log_of(10));
    f.write("one.log.csv", log_of(1));
    f.write("bad.log.csv", log_of(3) + "4,1.0,0.5,nan,,nan,\n");
    ended_t e = report(&f, "--log over.log.csv one.log.csv bad.log.csv");
    REQUIRE_MESSAGE(e.status == 0, e.err);
    std::string page = bytes(&f, "runs/report/report.html");
    CHECK(contains(page,
                   "over: after 10 epochs the cost is 0.100 on the training rows (1 after epoch 1) and 0.360 on the "
                   "validation rows, where F1 is 0.600. Their cost was lowest, 0.300, after epoch 4 and has risen "
                   "since while that of the training rows fell: overfitting.<"));
    CHECK(contains(page, "one: after 1 epoch the cost is 1 "));
    CHECK(contains(page, "bad: after 4 epochs the cost is no number any more: training diverged."));
    CHECK(contains(page, "Some CPU, 4 cores"));
    CHECK_FALSE(contains(page, "host, Some CPU"));  // the name of the host stays in the log
}

TEST_CASE("report: a run on the emulator has no time")
{
    folder_t f;
    std::string text = log_of(5), device = "cpu: CPU, 4 threads";
    text.replace(text.find(device), device.size(), "cuda: emulated GPU (kernels run on the CPU): times mean nothing");
    log_t log = log_read(f.write("emu.log.csv", text));
    CHECK(log.emulated);
    CHECK(std::isnan(log_epoch_seconds(&log)));
    REQUIRE(report(&f, "--log emu.log.csv").status == 0);
    std::string markdown = bytes(&f, "runs/report/report.md");
    CHECK(contains(markdown, "| CUDA, emulated |"));
    CHECK(contains(markdown, "A run on the emulator has no time"));
    CHECK_FALSE(contains(markdown, "250 ms"));
}

// ---- speed-up ----------------------------------------------------------------------------------------

static timing_t timing(const std::string &way, const std::vector<double> &runs)
{
    timing_t t;
    t.way = way;
    t.sweep = "batch";
    t.device = way.rfind("cuda", 0) == 0 ? "cuda" : "cpu";
    t.threads = way == "cpu all" ? 4 : 1;
    t.gpus = t.device == "cuda";
    t.rows = 1000;
    t.batch = 10;
    t.layers = "30,60,10,1";
    t.runs = t.epochs = runs;
    ratio_t m = median_interval(runs);
    t.median = m.value;
    t.low = m.low;
    t.high = m.high;
    t.metric = "f1";
    t.value = 0.875;
    return t;
}

static speedup_t sample(bool emulated)
{
    speedup_t s;
    s.machine = {"machine: host, Some CPU, 4 cores"};
    s.real = "float";
    s.data = "generated";
    s.emulated = emulated;
    s.timings = {timing("plain", {8, 8, 8, 8, 8, 8}), timing("cpu", {2, 2, 2, 2, 2, 2}),
                 timing("cpu all", {1, 1, 1, 1, 1, 1}), timing("cuda", {4, 4, 4, 4, 4, 4})};
    s.timings[3].emulated = emulated;
    s.timings[3].kernels_per_step = 16;
    s.timings[3].sectors_per_step = 12345;
    return s;
}

TEST_CASE("report: speed-up over the plain and over the best CPU program")
{
    folder_t f;
    speedup_t s = sample(false);
    f.write("s.json", speedup_json(&s));
    ended_t e = report(&f, "--speedup s.json");
    REQUIRE_MESSAGE(e.status == 0, e.err);
    std::string text = bytes(&f, "runs/report/report.md");
    CHECK(contains(text, "| CUDA | 4 \\[4, 4\\] s | 2 \\[2, 2\\] | 0.250 \\[0.250, 0.250\\] | 0.875 |"));
    CHECK(contains(text, "| CPU, plain | 8 \\[8, 8\\] s | 1 | 0.125 \\[0.125, 0.125\\] | 0.875 |"));
    CHECK(contains(text, "CUDA: an epoch is 4 times as slow (95 % interval 4 to 4) as the best CPU program"));
    CHECK(contains(text, "2 times as fast (95 % interval 2 to 2) as the plain one"));
    CHECK(contains(text, "| 1,000 | 10 | 30,60,10,1 | CUDA | 16 | 12,345 | – |"));
    s.timings[2] = timing("cpu all", {4, 4.1, 3.9, 4.2, 3.8, 4});
    s.timings[1] = timing("cpu", {9, 9, 9, 9, 9, 9});
    f.write("s.json", speedup_json(&s));
    REQUIRE(report(&f, "--speedup s.json").status == 0);
    CHECK(contains(bytes(&f, "runs/report/report.html"), "CUDA: an epoch is not told apart in speed"));
}

TEST_CASE("report: what the emulator ran has counters, no time and no speed-up")
{
    folder_t f;
    speedup_t s = sample(true);  // with times in it, which must not be shown
    f.write("s.json", speedup_json(&s));
    REQUIRE(report(&f, "--speedup s.json").status == 0);
    std::string text = bytes(&f, "runs/report/report.md");
    CHECK(contains(text, "| CUDA, emulated | emulated: no time | – | – | 0.875 |"));
    CHECK(contains(text, "| CUDA, emulated | 16 | 12,345 | – |"));
    CHECK(contains(text, "ran on the emulator"));
    CHECK_FALSE(contains(text, "CUDA: an epoch is"));
    for (const auto &file : std::filesystem::directory_iterator(f.file("runs/report/figures"))) {
        std::string name = file.path().filename().string();
        if (name != "batch-2.svg") CHECK_MESSAGE(!contains(file_read(file.path().string()), "CUDA, emulated<"), name);
    }
}

TEST_CASE("report: the samples of speed-up and profile, well-formed, without anything from elsewhere")
{
    folder_t f;
    std::string here = std::filesystem::current_path().string() + "/tests/golden/", profiles;
    for (const char *name : {"profile.json", "profile_cpu.json"})
        if (exists(here + name)) profiles += " --profile " + here + name;
    f.write("a.log.csv", log_of(8));
    ended_t e = report(&f, "--speedup " + here + "speedup.json --log a.log.csv" + profiles);
    REQUIRE_MESSAGE(e.status == 0, e.err);
    std::string page = bytes(&f, "runs/report/report.html");
    for (const char *bad : {"<script", "src=", "href=\"http", "href='http", "url(http", "@import", "nan ", ">nan"})
        CHECK_MESSAGE(!contains(page, bad), bad);
    ended_t lint = shell("command -v xmllint >/dev/null || exit 0; xmllint --noout " +
                         f.file("runs/report/report.html"));
    CHECK_MESSAGE(lint.status == 0, lint.err);
}

// ---- text from files ---------------------------------------------------------------------------------

TEST_CASE("report: what files say is text, not markup")
{
    folder_t f;
    std::string text = log_of(3);
    text.insert(0, "# gpu: <script>alert(1)</script> | `x` \xff \x1b[31m\n");
    f.write("a&<b>.log.csv", text);
    f.write("train.csv", "1,<i>no</i>\n2,yes|`*\n3,<i>no</i>\n4,yes|`*\n");
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 1,1 --epochs 2 --batch_size 2 --model m").status == 0);
    ended_t e = report(&f, "--log 'a&<b>.log.csv' --model m --dataset train.csv --title '<b>T</b>' --author 'A & B'");
    REQUIRE_MESSAGE(e.status == 0, e.err);
    std::string page = bytes(&f, "runs/report/report.html"), markdown = bytes(&f, "runs/report/report.md");
    CHECK(contains(page, "<title>&lt;b&gt;T&lt;/b&gt;</title>"));
    CHECK(contains(page, "A &amp; B"));
    CHECK(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    for (const char *bad : {"<script", "<i>no", "<b>.log", "\xff", "\x1b"}) {
        CHECK_MESSAGE(!contains(page, bad), bad);
        CHECK_MESSAGE(!contains(markdown, std::string("| ") + bad), bad);
    }
    CHECK(contains(markdown, "\\<script\\>alert(1)\\</script\\> \\| \\`x\\`"));
    ended_t lint = shell("command -v xmllint >/dev/null || exit 0; xmllint --noout " +
                         f.file("runs/report/report.html"));
    CHECK_MESSAGE(lint.status == 0, lint.err);
}

// ---- a folder ----------------------------------------------------------------------------------------

TEST_CASE("report: an empty folder gives a page that says what is missing and how to make it")
{
    folder_t f;
    ended_t e = report(&f, "");
    CHECK(e.status == 0);
    for (const char *command : {"make speedup", "make profile", "make run"}) {
        CHECK(contains(e.out, command));
        CHECK(contains(bytes(&f, "runs/report/report.html"), std::string("<code>") + command));
        CHECK(contains(bytes(&f, "runs/report/report.md"), std::string("`") + command + "`"));
    }
}

TEST_CASE("report: finds what lies in a folder; a damaged file is told and left out")
{
    folder_t f;
    std::filesystem::create_directories(f.file("runs"));
    std::filesystem::create_directories(f.file("datasets"));
    f.write("train.csv", table(40, 2, 2));
    f.write("datasets/Rows_test.csv", table(30, 2, 2));
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 2,1 --epochs 3 --model runs/rows.model").status == 0);
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 2,1 --epochs 3 --model runs/rows_7.model").status == 0);
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 2,1 --epochs 3 --model runs/another.model").status == 0);
    f.write("runs/good.log.csv", log_of(4));
    f.write("runs/bad.log.csv", "nothing\n");
    f.write("runs/other.json", "[1, 2");
    std::filesystem::create_symlink("loop.json", f.file("runs/loop.json"));
    speedup_t s = sample(false);
    f.write("runs/mine.json", speedup_json(&s));
    ended_t e = report(&f, "");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "warning: runs/bad.log.csv: line 1 is 'nothing'"));
    std::string text = bytes(&f, "runs/report/report.md");
    CHECK(contains(text, "good: after 4 epochs"));
    CHECK(contains(text, "rows.model on Rows\\_test.csv"));
    CHECK(contains(text, "rows\\_7.model on Rows\\_test.csv"));
    CHECK_FALSE(contains(text, "another"));
    CHECK(contains(text, "Time of an epoch by batch size"));
}

TEST_CASE("report: bad usage and bad files that were named")
{
    folder_t f;
    f.write("a.log.csv", log_of(2));
    f.write("no.json", "{\"task\": \"classification\"}");
    CHECK(report(&f, "--model m").status == 2);
    CHECK(contains(report(&f, "--model m").err, "1 and 0 files, expected as many"));
    CHECK(report(&f, "--log none.csv").status == 1);
    CHECK(report(&f, "--speedup no.json").status == 1);
    CHECK(report(&f, "--profile no.json").status == 1);
    ended_t e = report(&f, "--json no.json");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "no.json: is not what bin/nn --test --json writes: "));
    CHECK(contains(e.err, "\nhint: "));
    CHECK(report(&f, "--model a.log.csv --dataset a.log.csv").status == 1);
    CHECK(contains(report(&f, "--log a.log.csv --out a.log.csv/x").err, "no folder can be made there"));
    CHECK(report(&f, "--help").status == 0);
}
