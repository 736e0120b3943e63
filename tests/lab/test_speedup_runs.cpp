// tests/lab/test_speedup_runs.cpp: bin/lab speedup: whole measurements, of programs that stand in for GPUs.
#include "../helpers.h"

#include <nlohmann/json.hpp>

#include "../../lab/speedup.h"

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
    CHECK(timing_in(&f, "cuda", 200, 100).at("seconds").at("kernels").is_null());  // nsys: of the most rows only
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
    f.write("ncu", "#!/bin/sh\necho {} >\"$3\"; shift 3; exec \"$@\"\n");  // another one
    e = measure(&f, "cpu=./cpu cuda=./emu", "--ncu ./ncu --rows 200 --batch_sizes 10 --sweeps rows --width 100");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "* cuda: no counters as the emulator's ncu writes them: "));
    CHECK(timing_in(&f, "cpu", 200, 10).at("runs").size() >= 6);
}

TEST_CASE("speedup: a program that learns something else, or does not end, gets no time")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8);
    stand_in(&f, "wrong", "NVIDIA Pretended", 1, 1, "lie=1.05\n");
    f.write("hangs", "#!/bin/sh\ncase \"$*\" in *--epochs\\ 2*) exec ./gpu \"$@\";; esac\nexec sleep 60\n");
    f.write("killed", "#!/bin/sh\nkill -9 $$\n");  // by the system, without memory
    stand_in(&f, "gpu", "NVIDIA Pretended", 4, 4);
    shell("chmod +x " + f.file("hangs") + " " + f.file("killed"));
    CHECK(contains(measure(&f, "cpu=./killed", "").err, "cpu: ended by signal 9\n"));
    stand_in(&f, "none", "", 0, 0);
    CHECK(
        contains(measure(&f, "cpu=./none", "").err, "cpu: an epoch took less than the microsecond that its log shows"));
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
    ended_t e = shell("cd " + f.path +
                      " && NN_NOTES='job: 1\n\nnode: a' $LAB speedup cpu=$NN --make_cc $MAKE_CC --rows 100 "
                      "--batch_sizes 10 --sweeps rows --budget 2 --width 0.1");
    CAPTURE(e.out);
    CHECK(e.status == 0);
    CHECK(clock_now() - started < 20);  // a busy machine
    CHECK(
        contains(e.out, "note: The budget of 2 s was spent before the intervals of 1 of 1 settings were within 0.1 %"));
    CHECK_FALSE(exists(f.file("runs/speedup.json")));
    CHECK(contains(e.out, "job: 1\nnode: a\n"));
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
    run("cpu=$NN --dataset two.csv --heldout two.csv --layers 3,5,2 --rows 60 --batch_sizes 5 --json out.json");
    CHECK(timing_in(&f, "cpu", 60, 5).at("metric") == "accuracy");  // of two outputs; F1 of one
    std::string names = "4e-1,2,no\n";                              // no header: there are numbers in it
    for (int i = 1; i < 60; i++) names += format("%d,%d,%s\n", i % 7, i % 5, i % 3 ? "no" : "yes");
    f.write("names.csv", names);
    CHECK(run("cpu=$NN --dataset names.csv --rows 1000 --batch_sizes 5").status == 0);
    CHECK(file_read(f.file("runs/speedup/60.csv")) == names);
    f.write("head.csv", "a,b,c\n" + names);
    CHECK(run("cpu=$NN --dataset head.csv --rows 1000 --batch_sizes 5").status == 0);
    CHECK(file_read(f.file("runs/speedup/60.csv")) == "a,b,c\n" + names);
    CHECK(contains(run("cpu=$NN --dataset two.csv --rows 40 --layers 3,1 --batch_sizes 40").out,
                   "note: The shortest epochs take "));  // about 4 us
    CHECK(contains(run("cpu=$NN --dataset two.csv --rows 40 --batch_sizes 5,50").out,
                   "note: Batch 50 is missing where there are fewer rows.\n"));
    f.write("out.json", "old");
    e = run("cpu=$NN --dataset two.csv --batch_sizes 100 --json out.json");
    CHECK(e.status == 2);
    CHECK(contains(e.err, "nothing to measure with at most 60 rows, batches of 100 or more"));
    CHECK(file_read(f.file("out.json")) == "old");
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
    f.write("file", "");  // said before anything else is done
    CHECK(contains(run("cpu=./none --csv file/out.csv").err, "file/out.csv: cannot be written: "));
    CHECK(contains(run("cpu=./none --folder file/in").err, "file/in/lock: cannot be written: "));
}

TEST_CASE("speedup: Ctrl-C ends the turns; what was measured until then is kept")
{
    folder_t f;
    ended_t e = shell("cd " + f.path +
                      " && { $LAB speedup cpu=$NN --make_cc $MAKE_CC --rows 300 --batch_sizes 10 --sweeps rows "
                      "--budget 60 --width 0.1 --json out.json 2>err & } && "
                      "for i in $(seq 400); do grep -q '^turn 1' err && break; sleep 0.1; done; sleep 1; "
                      "kill -TERM $!; wait $!; status=$?; pgrep -f \"$PWD\"; exit $status");
    CHECK(e.status == 130);
    CAPTURE(e.out);
    CAPTURE(e.err);
    CHECK(contains(e.out, "note: Interrupted: what had been measured until then.\n"));
    CHECK(timing_in(&f, "cpu", 300, 10).at("stopped") == "interrupted");
}

TEST_CASE("speedup: a program that fails after some turns is no longer waited for")
{
    folder_t f;
    stand_in(&f, "slow", "NVIDIA Pretended", 8, 8);
    stand_in(&f, "fast", "", 1, 1);
    f.write("cpu", R"(#!/bin/sh
case "$*" in
*"--threads 1 "* | *--test*) exec ./slow "$@";;
*) echo >>calls; [ $(wc -l <calls) -lt 5 ] || { echo "error: gone" >&2; exit 1; }; exec ./fast "$@";;
esac
)");
    shell("chmod +x " + f.file("cpu"));
    ended_t e = measure(&f, "cpu=./cpu cuda=./slow", "--rows 200 --batch_sizes 10 --sweeps rows --width 100");
    CAPTURE(e.out + e.err);
    REQUIRE(e.status == 0);
    CHECK(timing_in(&f, "cuda", 200, 10).at("stopped") == "narrow");
    CHECK(timing_in(&f, "cuda", 200, 10).at("runs").size() == 6);
}

TEST_CASE("speedup: two GPUs that fail are named, and one that is there alone is not; no number of threads twice")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8);
    stand_in(&f, "gpu", "NVIDIA Pretended", 4, 4);
    stand_in(&f, "crash", "NVIDIA Pretended", 4, 4,
             "case \"$*\" in *'--gpus 2'*) echo 'error: CUDA error 700' >&2; exit 1;; esac\n");
    ended_t e = measure(&f, "cpu=./cpu cuda=./crash reference=./gpu",
                        "--rows 200 --batch_sizes 10 --sweeps rows,threads --threads 3,3 --layers 30,1 --width 100");
    CAPTURE(e.out + e.err);
    REQUIRE(e.status == 0);
    CHECK(contains(e.out, "* cuda 2: CUDA error 700\n"));
    CHECK_FALSE(contains(e.out, "reference 2"));
    size_t first = e.out.find("\n|       3 |");
    CHECK(first != std::string::npos);
    CHECK(e.out.find("\n|       3 |", first + 1) == std::string::npos);
}

// Started in the background, so that a stand-in can stop it: its number is in the file `pid`.
static ended_t measure_and_stop(const folder_t *f)
{
    return shell("export NN_REAL=$NN; cd " + f->path +
                 " && { $LAB speedup cpu=./cpu --make_cc $MAKE_CC --folder made --json out.json --rows 200 "
                 "--batch_sizes 10,100 --sweeps rows --budget 60 --width 100 & echo $! >pid; wait $!; }");
}

TEST_CASE("speedup: stopped while the networks are scored: the times are kept, and nothing more is started")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8,
             "case \"$*\" in *--test*) echo stop >>started; kill -TERM $(cat pid); sleep 0.1;; "
             "*) echo train >>started;; esac\n");
    ended_t e = measure_and_stop(&f);
    CAPTURE(e.out + e.err);
    CHECK(e.status == 130);
    CHECK(contains(e.out, "note: Interrupted: what had been measured until then.\n"));
    CHECK(timing_in(&f, "cpu", 200, 10).at("runs").size() >= 6);
    std::string started = file_read(f.file("started"));
    CHECK(started.find("stop\n") == started.size() - 5);
}

TEST_CASE("speedup: stopped before anything was measured: an older file stays")
{
    folder_t f;
    stand_in(&f, "cpu", "", 8, 8, "kill -TERM $(cat pid); sleep 0.1\n");
    f.write("out.json", "old");
    ended_t e = measure_and_stop(&f);
    CHECK(e.status == 130);
    CHECK(contains(e.err, "interrupted before anything was measured: no file was written"));
    CHECK(file_read(f.file("out.json")) == "old");
}

TEST_CASE("speedup: two at a time in one folder would read each other's files")
{
    folder_t f;
    f.write("wait", "#!/bin/sh\n[ ! -e said ] || exit 9\n($LAB speedup cpu=./wait --make_cc $MAKE_CC --folder made; "
                    "echo $?) >said 2>&1; exit 9\n");
    shell("chmod +x " + f.file("wait"));
    shell("export LAB MAKE_CC; cd " + f.path + " && $LAB speedup cpu=./wait --make_cc $MAKE_CC --folder made");
    CHECK(contains(file_read(f.file("said")), "error: made: another bin/lab speedup is measuring there\nhint: "));
}
