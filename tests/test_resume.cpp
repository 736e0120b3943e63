// tests/test_resume.cpp: stopping on the way, by Ctrl-C or kill -9, and going on to the same bits.
#include "helpers.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <nlohmann/json.hpp>

using nlohmann::json;

static json json_of(const folder_t *f, const std::string &name) { return json::parse(bytes(f, name)); }

// A run of half a second or so, with everything that a checkpoint has to bring back.
static const std::string LONG_RUN =
    "--train --dataset a.csv --layers 4,40,40,1 --batch_size 2 --epochs 60 --learning_rate 0.05 "
    "--momentum 0.9 --lr_decay exp --validation 0.25 --patience 1000 ";

// One that no machine brings to its end before it is interrupted. A run whose rate does not fall may be taken up with
// another number of epochs: that many it would have had without a break.
static const std::string RUN = "--train --dataset a.csv --layers 4,40,40,1 --batch_size 2 --learning_rate 0.05 "
                               "--momentum 0.9 --validation 0.25 --patience 1000000 ";
static const std::string ENDLESS_RUN = RUN + "--epochs 100000 ";

// For scripts: `begin ARGUMENTS` starts the program behind, as process $pid, and returns when log l has $rows rows.
static const std::string BEGIN =
    "rows_of() { n=$(grep -c '^[0-9]' \"$1\" 2>/dev/null); echo ${n:-0}; }\n"
    "begin() {\n"
    "    $NN \"$@\" & pid=$!\n"
    "    while kill -0 $pid 2>/dev/null && ! [ \"$(rows_of l)\" -ge $rows ]; do sleep 0.005; done\n"
    "}\n";

static ended_t script(const folder_t *f, const std::string &text)
{
    return shell("cd " + f->path + "\n" + BEGIN + text);
}

static void write_data(const folder_t *f) { f->write("a.csv", table(2000, 4, 2, 0.5)); }

static void write_long_run(const folder_t *f)
{
    write_data(f);
    ended_t e = nn(f, LONG_RUN + "--model whole --log whole.l --json whole.j");
    REQUIRE(e.status == 0);
}

// What the run in pieces left in m and l is what the run in one piece left.
static void check_whole(const folder_t *f)
{
    CHECK((bytes(f, "m") == bytes(f, "whole")));
    CHECK((log_rows(f, "l") == log_rows(f, "whole.l")));
    std::string log = bytes(f, "l");
    CHECK(log.find("# machine") == log.rfind("# machine"));
    CHECK(log.find("\nepoch,") == log.rfind("\nepoch,"));
}

// Some epochs after the break; and the same run in one piece.
static std::string some_epochs_more(const folder_t *f)
{
    std::string run = RUN + "--epochs " + std::to_string(log_rows(f, "l").size() + 8) + " ";
    REQUIRE(nn(f, run + "--model whole --log whole.l --json whole.j").status == 0);
    return run;
}

TEST_CASE("cli: Ctrl-C keeps model and checkpoint, and --resume goes on to the same bits")
{
    folder_t f;
    write_data(&f);
    auto hangup = std::signal(SIGHUP, SIG_DFL);  // the tests themselves may have been started with nohup
    for (const char *signal : {"INT", "TERM", "HUP"}) {
        CAPTURE(std::string(signal));
        std::filesystem::remove(f.file("l"));
        std::string files = "--model m --log l ";
        ended_t e = script(&f, "rows=4\nbegin " + ENDLESS_RUN + files + "\nkill -" + signal + " $pid\nwait $pid");
        CAPTURE(e.err);
        CHECK(e.status == 128 + (signal == std::string("INT")   ? SIGINT
                                 : signal == std::string("HUP") ? SIGHUP
                                                                : SIGTERM));
        CHECK(contains(e.out, "interrupted after epoch "));
        CHECK(contains(e.out, "checkpoint: m.checkpoint"));
        CHECK(contains(e.out, "--resume"));
        CHECK(contains(e.out, "model: m\n"));
        CHECK_FALSE(contains(e.err, "Illegal"));  // of the shell, where the log is not there yet
        CHECK(nn(&f, "--test --dataset a.csv --model m").status == 0);

        if (signal == std::string("INT")) {  // once more
            e = script(&f, "rows=20\nbegin " + ENDLESS_RUN + files + " --resume -v\nkill -INT $pid\nwait $pid");
            CHECK(e.status == 130);
            CHECK(contains(e.out, "resumed from m.checkpoint after epoch "));
        }

        std::string interrupted = bytes(&f, "m"), run = some_epochs_more(&f);
        CHECK((interrupted != bytes(&f, "whole")));
        e = nn(&f, run + files + "--resume --json j");
        CHECK(e.status == 0);
        check_whole(&f);
        CHECK(json_of(&f, "j")["cost"] == json_of(&f, "whole.j")["cost"]);
        CHECK(json_of(&f, "j")["best_epoch"] == json_of(&f, "whole.j")["best_epoch"]);
    }
    std::signal(SIGHUP, hangup);
}

TEST_CASE("cli: told to end several times, as a cluster and the script of its job do, a run still keeps everything")
{
    folder_t f;
    write_data(&f);
    ended_t e = script(&f, "rows=4\nbegin " + ENDLESS_RUN + "--model m --log l " +
                               "\nwhile kill -TERM $pid; do :; done 2>/dev/null\nwait $pid");
    CHECK(e.status == 128 + SIGTERM);
    CHECK(contains(e.out, "checkpoint: m.checkpoint"));
    CHECK(contains(e.out, "model: m\n"));
}

TEST_CASE("cli: a run that was started with nohup outlives its terminal")
{
    folder_t f;
    write_long_run(&f);
    std::string files = LONG_RUN + "--model m --log l ";
    ended_t e = script(&f, "rows=4\ntrap '' HUP\nbegin " + files + "\nkill -HUP $pid\nwait $pid");
    CHECK(e.status == 0);
    check_whole(&f);
}

TEST_CASE("cli: the network is kept when nobody reads what is printed")
{
    folder_t f;
    write_long_run(&f);
    script(&f, "$NN " + LONG_RUN + "--model m --log l -v 2>&1 | head -n 1");
    check_whole(&f);
}

TEST_CASE("cli: killed with --checkpoint 1, --resume goes on to the same bits")
{
    folder_t f;
    write_data(&f);
    f.write("m", "old model\n");
    for (int rows : {2, 9, 21, 35}) {
        CAPTURE(rows);
        std::string files = ENDLESS_RUN + "--model m --log l --checkpoint 1" + (rows > 2 ? " --resume" : "");
        ended_t e = script(&f, format("rows=%d\nbegin ", rows) + files +
                                   "\nsleep 0.00$((rows % 8))\nkill -9 $pid\nwait $pid");
        CHECK(e.status == 137);
        CHECK((bytes(&f, "m") == "old model\n"));
        REQUIRE(exists(f.file("m.checkpoint")));
    }
    CHECK(nn(&f, some_epochs_more(&f) + "--model m --log l --resume").status == 0);
    check_whole(&f);
}

TEST_CASE("cli: killed at any moment, the model is whole and --resume reaches the same bits" * doctest::skip())
{
    folder_t f;
    write_long_run(&f);
    rng_t rng = rng_make((uint64_t)(clock_now() * 1e6), RNG_DATA);
    for (int round = 0; round < 10; round++) {
        std::filesystem::remove(f.file("m.checkpoint"));
        std::filesystem::remove(f.file("l"));
        f.write("m", bytes(&f, "whole"));
        bool done = false;
        for (int piece = 0; piece < 200 && !done; piece++) {
            double wait = 0.01 + 0.2 * rng_uniform(&rng);
            CAPTURE(wait);
            std::string go_on = exists(f.file("m.checkpoint")) ? " --resume" : "";
            ended_t e = script(&f, "$NN " + LONG_RUN + "--model m --log l --checkpoint 1" + go_on +
                                       format(" & pid=$!\nsleep %.3f\nkill -9 $pid 2>/dev/null\nwait $pid", wait));
            CAPTURE(e.err);
            done = e.status == 0;
            CHECK((done || e.status == 137));
            CHECK((bytes(&f, "m") == bytes(&f, "whole")));
        }
        CHECK(done);
        check_whole(&f);
    }
}

TEST_CASE("cli: a finished run can be made longer, and done again without harm")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    std::string train = "--train --dataset a.csv --layers 4,5,1 --momentum 0.5 ";
    CHECK(nn(&f, train + "--epochs 10 --model whole --log whole.l").status == 0);
    CHECK(nn(&f, train + "--epochs 4 --model m --checkpoint 3 --log l").status == 0);
    CHECK(nn(&f, train + "--epochs 10 --model m --checkpoint 3 --log l --resume").status == 0);
    check_whole(&f);
    ended_t e = nn(&f, train + "--epochs 10 --model m --checkpoint 3 --log l --json j --resume");
    CHECK(e.status == 0);
    check_whole(&f);
    CHECK(json_of(&f, "j")["epochs"] == 10);
    CHECK(json_of(&f, "j")["cost"] != 0);  // null, or the true one
}

TEST_CASE("cli: a run that stopped by itself stays stopped when it is taken up")
{
    folder_t f;
    f.write("a.csv", table(100, 4, 2, 1));
    for (const char *why :
         {"--target 0.6", "--validation 0.3 --patience 2 --learning_rate 5", "--validation 0.3 --target 0.6"}) {
        CAPTURE(std::string(why));
        std::string train =
            std::string("--train --dataset a.csv --layers 4,5,1 --epochs 500 --model m --log l --checkpoint 1 ") + why;
        ended_t e = nn(&f, train);
        REQUIRE(e.status == 0);
        CHECK(contains(e.out, "stopped after epoch "));
        std::string model = bytes(&f, "m"), log = bytes(&f, "l");
        e = nn(&f, train + " --resume");  // as if it had been killed before it wrote the model
        CHECK(e.status == 0);
        CHECK((bytes(&f, "m") == model));
        CHECK((bytes(&f, "l") == log));
    }
}

TEST_CASE("cli: --resume with other options or data names what differs, and touches nothing")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    f.write("b.csv", table(60, 4, 2, 2, 5));
    f.write("c.csv", table(62, 4, 2));
    std::string base = "--train --dataset a.csv --epochs 4 --model m --log l --checkpoint 1 --json j ";
    std::string train = base + "--layers 4,5,1 --momentum 0.5 --validation 0.2 --patience 3 --lr_decay step";
    CHECK(nn(&f, train).status == 0);
    std::string model = bytes(&f, "m"), log = bytes(&f, "l"), checkpoint = bytes(&f, "m.checkpoint"),
                j = bytes(&f, "j");
    struct other_t {
        const char *from, *to, *named;
    };
    const other_t others[] = {
        {"--layers 4,5,1", "--layers 4,6,1", "--layers"},
        {"--layers 4,5,1", "--layers 4,5,5,1", "--layers"},
        {"--layers 4,5,1", "--layers 4,5,1 --activation tanh", "tanh"},
        {"--layers 4,5,1", "--layers 4,5,1 --loss mae", "cost mae"},
        {"--momentum 0.5", "--momentum 0.6", "--momentum"},
        {"--momentum 0.5", "", "--momentum"},
        {"--momentum 0.5", "--momentum 0.5 --seed 2", "--seed"},
        {"--momentum 0.5", "--momentum 0.5 --learning_rate 0.2", "--learning_rate"},
        {"--momentum 0.5", "--momentum 0.5 --batch_size 11", "--batch_size"},
        {"--momentum 0.5", "--momentum 0.5 --init he", "--init"},
        {"--momentum 0.5", "--momentum 0.5 --scaling normalization", "--scaling"},
        {"--momentum 0.5", "--momentum 0.5 --class_weights 1,2", "--class_weights"},
        {"--validation 0.2", "--validation 0.3", "--dataset"},
        {"--validation 0.2", "--validation b.csv", "--dataset"},
        {"--patience 3", "", "--patience"},
        {"--lr_decay step", "--lr_decay exp", "--lr_decay"},
        {"--lr_decay step", "", "--lr_decay"},
        {"--epochs 4", "--epochs 5", "--epochs"},
        {"--dataset a.csv", "--dataset b.csv", "--dataset"},
        {"--dataset a.csv", "--dataset c.csv", "--dataset"},
    };
    for (const other_t &o : others) {
        std::string command = train;
        command.replace(command.find(o.from), std::string(o.from).size(), o.to);
        CAPTURE(command);
        ended_t e = nn(&f, command + " --resume");
        CAPTURE(e.err);
        CHECK(e.status == 1);
        CHECK(contains(e.err, "error: m.checkpoint: of another run"));
        CHECK(contains(e.err, o.named));
        CHECK((bytes(&f, "m") == model));
        CHECK((bytes(&f, "l") == log));
        CHECK((bytes(&f, "m.checkpoint") == checkpoint));
        CHECK((bytes(&f, "j") == j));
    }
    CHECK(nn(&f, train + " --resume").status == 0);
    f.write("m.checkpoint", checkpoint.substr(0, checkpoint.size() - 40));
    CHECK(contains(nn(&f, train + " --resume").err, "error: m.checkpoint: cut off"));
    f.write("m.checkpoint", "");
    CHECK(contains(nn(&f, train + " --resume").err, "error: m.checkpoint: "));
    CHECK((bytes(&f, "m") == model));
}

TEST_CASE("cli: a finished run leaves no older checkpoint behind")
{
    folder_t f;
    write_data(&f);
    std::string files = "--model m --log l ";
    REQUIRE(script(&f, "rows=4\nbegin " + ENDLESS_RUN + files + "\nkill -INT $pid\nwait $pid").status == 130);
    std::string run = some_epochs_more(&f) + files + "--resume";
    REQUIRE(nn(&f, run).status == 0);
    ended_t e = nn(&f, run);
    CHECK(contains(e.out, "nothing left to do"));
    check_whole(&f);
}

TEST_CASE("cli: a target that was not measured is not reached")
{
    folder_t f;
    f.write("a.csv", table(30, 2, 0));
    std::string train = "--train --dataset a.csv --layers 2,1 --activation linear --learning_rate 0.001 --model m ";
    REQUIRE(nn(&f, train + "--epochs 2 --checkpoint 1").status == 0);
    ended_t e = nn(&f, train + "--epochs 4 --resume --target -0.5 -v");
    CHECK(contains(e.err, "epoch 3/4"));
}

TEST_CASE("a run that is interrupted before its first batch leaves a checkpoint that can be read")
{
    folder_t f;
    shape_t s = shape_of({3, 4, 1}, {"sigmoid", "sigmoid"}, "mse");
    ds_t ds = random_ds(30, 3, 1, TASK_CLASSIFICATION, 3);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    nn.labels = ds.labels;
    run_t run = quiet_run(5, 10, 0.1);
    run.checkpoint = f.file("c");
    std::vector<int> rows(30);
    run_begin(&run);
    REQUIRE(run_epoch_begin(&run, rows.data(), 30));
    raise(SIGINT);
    CHECK(run_next_batch(&run, 30) == -1);
    run_epoch_end(&run, &nn, &ds, NULL);
    CHECK(run.stop == STOP_INTERRUPTED);
    CHECK(!run_epoch_begin(&run, rows.data(), 30));
    progress_t p;
    CHECK(death_of([&] { checkpoint_load(&p, run.checkpoint); }) == "");
    CHECK(p.batch == 0);
}
