// tests/test_speedup.cpp: bin/lab speedup: intervals, ratios, files; runs of programs that stand in for GPUs.
#include "helpers.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "../lab/naive.h"
#include "../lab/speedup.h"

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
}

// ---- whole measurements, of programs that train as nn does and say other times --------------------------------------

// A program whose epochs take `ms` milliseconds at batch 10 and `ms_large` at other batches, by its own log; `device`:
// what it says it runs on with --device cuda. `more` is sh, run first.
static void stand_in(const folder_t *f, const std::string &name, const std::string &device, double ms, double ms_large,
                     const std::string &more = "")
{
    f->write(name, "#!/bin/sh\n" + more + R"(
log= ms=)" + format("%g", ms_large) +
                       R"(
case "$*" in *"--batch_size 10 "*) ms=)" +
                       format("%g", ms) + R"(;; esac
case "$*" in *"--gpus 2"*) echo "error: --gpus: 2, expected at most 1" >&2; exit 2;; esac
case "$*" in *"--device cuda"*) echo "device: cuda: )" +
                       device + R"(";; esac
before= n=$#
for word in "$@"; do
    [ "$before" != --log ] || log=$word
    before=$word
    [ "$word" != cuda ] || word=cpu
    set -- "$@" "$word"
done
shift $n
)" + "$NN_REAL" + R"( "$@" || exit
[ -z "$log" ] || {
    awk -F , -v OFS=, -v ms=$ms -v lie=${lie:-1} '
        /^[0-9]/ { $2 = $1 * ms / 1000; $4 *= lie } { print }' "$log" >"$log.new"
    mv "$log.new" "$log"
}
)");
    shell("chmod +x " + f->file(name));
}

static ended_t measure(const folder_t *f, const std::string &programs, const std::string &options)
{
    return shell("export NN_REAL=$NN; cd " + f->path + " && $LAB speedup " + programs +
                 " --make_cc $MAKE_CC --folder made --json out.json "
                 "--csv out.csv --nsys ./nsys " +
                 options);
}

static const std::string SMALL = " --rows 200,400 --batch_sizes 10,100 --sweeps rows --budget 60 --width 100 ";

static nlohmann::json timing_in(const folder_t *f, const std::string &way, int rows, int batch)
{
    nlohmann::json all = nlohmann::json::parse(file_read(f->file("out.json")));
    for (const auto &t : all.at("timings"))
        if (t.at("way") == way && t.at("rows") == rows && t.at("batch") == batch) return t;
    return nlohmann::json::object();
}

TEST_CASE("speedup: a GPU that is slower at batch 10 and faster at batch 100; copies and kernels")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8);
    stand_in(&f, "gpu", "NVIDIA Pretended, compute capability 8.0", 16, 2);
    f.write("nsys", R"sh(#!/bin/sh
[ "$1" != profile ] || { while [ "$1" != -o ]; do shift; done; shift 2; exec "$@"; }
case "$*" in
*kern*) cat <<'END'
Time (%),Total Time (ns),Instances,Name
60.0,3000000,10,"forward(int, float)"
40.0,2000000,5,update
END
;;
*mem*) cat <<'END'

Time (%),Total Time (ns),Count,Operation
70.0,700000,3,[CUDA memcpy Host-to-Device]
20.0,200000,1,[CUDA memset]
10.0,100000,3,[CUDA memcpy Device-to-Host]
END
;;
esac
)sh");
    shell("chmod +x " + f.file("nsys"));
    ended_t e = measure(&f, "cpu=./cpu cuda=./gpu", SMALL);
    CAPTURE(e.out);
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    nlohmann::json slow = timing_in(&f, "cuda", 400, 10), fast = timing_in(&f, "cuda", 400, 100);
    CHECK(slow.at("over_best_cpu").at("value").get<double>() == doctest::Approx(0.5));
    CHECK(fast.at("over_best_cpu").at("low").get<double>() == doctest::Approx(4));
    CHECK(fast.at("over_best_cpu").at("high").get<double>() == doctest::Approx(4));
    CHECK(fast.at("runs").size() >= 6);
    CHECK(fast.at("stopped") == "narrow");
    CHECK(fast.at("seconds").at("kernels").get<double>() == doctest::Approx(0.005));
    CHECK(fast.at("seconds").at("transfer").get<double>() == doctest::Approx(0.0008));
    CHECK(fast.at("seconds").at("loading") > 0);
    CHECK(fast.at("seconds").at("total") > fast.at("seconds").at("loading"));
    CHECK(fast.at("metric") == "f1");
    CHECK(contains(e.out, "over the best CPU program (cpu) 0.500x (0.500 to 0.500): the GPU loses.\n"));
    CHECK(contains(e.out, "4.00x (4.00 to 4.00): the GPU wins.\n"));
    CHECK(contains(e.out, "* rows at batch 10, cuda: never up to 400"));
    CHECK(contains(e.out, "* rows at batch 100, cuda: from 200 on (measured up to 400)"));
    CHECK(contains(file_read(f.file("out.csv")), "rows,400,100,\"30,60,10,1\",cuda,cuda,1,1,0,"));
    CHECK(timing_in(&f, "plain", 400, 100).at("failed") == "");  // the real one: its cost is the CPU's
    CHECK(speedup_read(f.file("out.json")).timings.size() >= 12);
}

TEST_CASE("speedup: the emulator has counts and no times; what is not written says so")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8);
    stand_in(&f, "emu", "emulated GPU (kernels run on the CPU): times mean nothing", 1, 1);
    f.write("stub",
            "#!/bin/sh\necho 'device: cuda: emulated GPU'; echo 'error: part 1 is not written yet' >&2; exit 3\n");
    f.write("ncu", R"(#!/bin/sh
out=$3; shift 3
case "$*" in *"--epochs 2"*) n=2;; *) n=1;; esac
g='{"requests": 1, "sectors": '$((n * 300))'}'
k='{"launches": '$((n * 32))', "global_load": '$g', "global_store": '$g'}'
c='{"direction": "host to device", "bytes": '$((n * 77))'}, {"direction": "device to device", "bytes": 5}'
echo '{"kernels": ['$k'], "copies": ['$c']}' >"$out"
exec "$@"
)");
    shell("chmod +x " + f.file("stub") + " " + f.file("ncu"));
    ended_t e = measure(&f, "cpu=./cpu cuda=./stub reference=./emu",
                        "--ncu ./ncu --rows 200 --batch_sizes 10 --sweeps rows --budget 60 --width 100");
    CAPTURE(e.out);
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    nlohmann::json counted = timing_in(&f, "reference", 100, 10);
    CHECK(counted.at("emulated") == true);
    CHECK(counted.at("seconds").at("epoch_median").is_null());
    CHECK_FALSE(counted.contains("over_plain"));
    CHECK(counted.at("counters").at("kernels_per_step").get<double>() == doctest::Approx(3.2));
    CHECK(counted.at("counters").at("sectors_per_step").get<double>() == doctest::Approx(60));
    CHECK(counted.at("counters").at("copied_per_epoch").get<double>() == doctest::Approx(77));
    CHECK(contains(e.out, "* cuda: part 1 is not written yet\n"));
    CHECK(contains(e.out, "No GPU was timed here: kernels ran on the emulator, which has no times.\n"));
    CHECK_FALSE(contains(e.out, "the GPU wins"));
    CHECK_FALSE(contains(e.out, "reference:"));
}

TEST_CASE("speedup: a program that learns something else, or does not end, gets no time")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8);
    stand_in(&f, "wrong", "NVIDIA Pretended", 1, 1, "lie=1.05\n");
    f.write("hangs", "#!/bin/sh\ncase \"$*\" in *--epochs\\ 2*) exec ./gpu \"$@\";; esac\nexec sleep 60\n");
    stand_in(&f, "gpu", "NVIDIA Pretended", 4, 4);
    shell("chmod +x " + f.file("hangs"));
    ended_t e = measure(&f, "cpu=./cpu cuda=./wrong reference=./hangs",
                        "--rows 200 --batch_sizes 10 --sweeps rows --budget 60 --width 100 --limit 2");
    CAPTURE(e.out);
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    CHECK(contains(e.out, "* cuda: its cost in epoch 2 is "));
    CHECK(contains(e.out, "* reference: did not end within 2 s (--limit)\n"));
    CHECK(timing_in(&f, "cuda", 200, 10).at("runs").empty());
    CHECK(timing_in(&f, "cuda", 200, 10).at("seconds").at("epoch_median").is_null());
    CHECK(contains(e.out, "No GPU was timed here.\n"));
}

TEST_CASE("speedup: the budget is kept, and said to be spent")
{
    folder_t f;
    double started = clock_now();
    ended_t e = shell(
        "cd " + f.path +
        " && $LAB speedup cpu=$NN --make_cc $MAKE_CC --rows 100 --batch_sizes 10 --sweeps rows --budget 2 --width 0.1");
    CAPTURE(e.out);
    CHECK(e.status == 0);
    CHECK(clock_now() - started < 20);  // a busy machine
    CHECK(
        contains(e.out, "note: The budget of 2 s was spent before the intervals of 1 of 1 settings were within 0.1 %"));
    CHECK_FALSE(exists(f.file("runs/speedup.json")));
}

TEST_CASE("speedup: a file of one's own, and what is refused")
{
    folder_t f;
    f.write("two.csv", table(60, 3, 2));
    f.write("three.csv", table(60, 3, 3));
    f.write("one.csv", "1\n2\n3\n");
    f.write("empty.csv", "");
    auto run = [&](const std::string &arguments) {
        return shell("cd " + f.path + " && $LAB speedup --make_cc $MAKE_CC --budget 10 --width 100 --sweeps rows " +
                     arguments);
    };
    ended_t e = run("cpu=$NN --dataset two.csv --rows 40,1000 --batch_sizes 5,10");
    CAPTURE(e.out + e.err);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "data: two.csv\n"));
    CHECK(contains(e.out, "Data size: batch 5, 3,60,10,1"));
    CHECK(contains(e.out, "|   60 |"));  // it has no more rows
    e = run("cpu=$NN --dataset three.csv");
    CHECK(e.status == 1);
    CHECK(contains(e.err,
                   "three.csv: 3 different values in the last column, expected the names or numbers of two classes"));
    CHECK(run("cpu=$NN --dataset one.csv").status == 1);
    CHECK(contains(run("cpu=$NN --dataset empty.csv").err, "empty.csv: no rows"));
    CHECK(contains(run("cpu=$NN --dataset none.csv").err, "none.csv"));
    CHECK(contains(run("").err, "no program for the CPU, expected cpu=PROGRAM\nhint: "));
    CHECK(run("").status == 2);
    CHECK(contains(run("gpu=$NN").err, "\"gpu="));
    CHECK(contains(run("cpu=./none").err, "there is no ./none\nhint: "));
    CHECK(run("cpu=$NN --budget 0").status == 2);
    CHECK(run("cpu=$NN --sweeps colour").status == 2);
    CHECK(contains(run("cpu=/bin/false").err, "speedup: cpu: ended with status 1"));
    CHECK(contains(shell("cd " + f.path + " && $LAB speedup cpu=$NN --make_cc ./none --sweeps rows").err,
                   "no data were made"));
}

TEST_CASE("speedup: Ctrl-C ends the turns; what was measured until then is kept")
{
    folder_t f;
    ended_t e = shell("cd " + f.path +
                      " && timeout 2 $LAB speedup cpu=$NN --make_cc $MAKE_CC --rows 300 --batch_sizes 10 "
                      "--sweeps rows --budget 60 --width 0.1 --json out.json");
    CAPTURE(e.out);
    CAPTURE(e.err);
    CHECK(contains(e.out, "note: Interrupted: what had been measured until then.\n"));
    CHECK(timing_in(&f, "cpu", 300, 10).at("stopped") == "interrupted");
}
