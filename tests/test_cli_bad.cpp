// tests/test_cli_bad.cpp: what the program refuses: it says why, ends with status 1 or 2, and changes no file.
#include "helpers.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>

typedef std::map<std::string, std::string> contents_t;  // text of every file, by name

static contents_t contents(const folder_t *f)
{
    contents_t all;
    for (const auto &entry : std::filesystem::directory_iterator(f->path))
        all[entry.path().filename()] = entry.is_regular_file() ? file_read(entry.path()) : "";
    return all;
}

static void write_old_files(const folder_t *f)
{
    f->write("train.csv", table(20, 4, 2));
    f->write("m", "old model\n");
    f->write("l.csv", "old log\n");
    f->write("j.json", "old json\n");
}

static const std::string TRAIN = "--train --dataset train.csv --model m --log l.csv --json j.json ";

// ---- options ------------------------------------------------------------------------------------------

TEST_CASE("cli: every bad value of an option is named together with what is allowed, and no file is touched")
{
    struct bad_t {
        const char *option, *others;  // what else must be said
        std::vector<const char *> values;
        const char *allowed;
    };
    const bad_t bad[] = {
        {"--epochs",
         "",
         {"-1", "abc", "1.5", "1e3", "1000000001", "99999999999999999999", "nan", "", "10 20", "0x10"},
         "from 0 to 1000000000"},
        {"--batch_size", "", {"0", "-5", "x", "2147483648", "2.5", "", "nan"}, "from 1 to 2147483647"},
        {"--learning_rate",
         "",
         {"0", "-0.1", "nan", "-nan", "inf", "-inf", "1e400", "abc", "", "0.1x", "0,1", "-0"},
         "greater than 0"},
        {"--momentum", "", {"1", "-0.1", "2", "nan", "inf", "abc", ""}, "from 0 to below 1"},
        {"--lr_decay", "", {"fast", "", "1"}, "none, exp, exp_cumulative, step"},
        {"--seed", "", {"-1", "1.5", "abc", "18446744073709551616", ""}, "from 0 to 18446744073709551615"},
        {"--patience", "--validation 0.5", {"0", "-1", "abc", "2147483648", ""}, "from 1 to 2147483647"},
        {"--target", "", {"1.5", "nan", "abc", "1e400", "inf", ""}, "1"},
        {"--checkpoint", "", {"0", "-1", "abc", "2147483648", ""}, "from 1 to 2147483647"},
        {"--threads", "", {"0", "-1", "abc", "1025", "1.5", ""}, "from 1 to 1024"},
        {"--threshold", "", {"-0.1", "1.1", "nan", "abc", ""}, "from 0 to 1"},
        {"--validation", "", {"0", "1", "-0.2", "1.5", "nan", "inf"}, "between 0 and 1"},
        {"--class_weights", "", {"0,1", "-1,1", "a,b", "nan,1", "inf,1", ",", "fair"}, "greater than 0"},
        {"--class_weights", "", {"1", "1,2,3"}, "expected 2"},
        {"--layers",
         "",
         {"0,5,1", "-1,5,1", "x,5,1", ",5,1", "1.5,5,1", "2147483648,5,1", "nan,1", "4 0,5,1"},
         "from 1 to 2147483647"},
        {"--layers", "", {"", "4,", "4,5,", "4,,1", "4,5,0", "4;5;1"}, "from 1 to 2147483647"},
        {"--layers", "", {"4"}, "2 to 33"},
        {"--layers", "", {"4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"}, "2 to 33"},
        {"--activation",
         "",
         {"foo", "", "leaky_relu:2", "leaky_relu:", "leaky_relu:x", "leaky_relu:nan", "tanh:0.5"},
         ""},
        {"--loss", "", {"foo", ""}, "mse, mae, log"},
        {"--init", "", {"foo", ""}, "uniform, glorot, he, normal, unit"},
        {"--scaling", "", {"foo", ""}, "none, normalization, standardization"},
        {"--task", "", {"foo", ""}, "auto, classification, regression"},
        {"--device", "", {"foo", "gpu", ""}, "cpu, cuda"},
    };
    folder_t f;
    write_old_files(&f);
    contents_t before = contents(&f);
    for (const bad_t &b : bad)
        for (const char *value : b.values) {
            std::string command = TRAIN + (b.option == std::string("--layers") ? "" : "--layers 4,5,1 ") + b.others +
                                  " " + b.option + " '" + value + "'";
            CAPTURE(command);
            ended_t e = nn(&f, command);
            CAPTURE(e.err);
            CHECK(e.status == 2);
            CHECK(contains(e.err, std::string("error: ") + b.option + ": "));
            bool list = strchr(value, ',') != NULL;  // the message may show the bad item of a list alone
            if (!list && b.allowed != std::string("expected 2")) CHECK(contains(e.err, std::string("'") + value + "'"));
            CHECK(contains(e.err, b.allowed));
            CHECK(e.out == "");
            CHECK(contents(&f) == before);
        }
}

TEST_CASE("cli: options that do not go together")
{
    struct bad_t {
        const char *arguments;
        std::vector<const char *> message;
    };
    const bad_t bad[] = {
        {"", {"--train", "--test"}},
        {"--train --test --dataset train.csv --layers 4,5,1 --model m", {"--train", "--test"}},
        {"--dataset train.csv --layers 4,5,1 --model m", {"--train", "--test"}},
        {"--train --layers 4,5,1 --model m", {"--dataset: missing"}},
        {"--train --dataset '' --layers 4,5,1 --model m", {"--dataset"}},
        {"--train --dataset train.csv --model m", {"--layers: missing", "30,60,10,1"}},
        {"--test --model m", {"--dataset: missing"}},
        {"--test --dataset train.csv", {"--model: missing"}},
        {"--train --dataset train.csv --layers 4,5,1 --checkpoint 1", {"--checkpoint: needs --model"}},
        {"--train --dataset train.csv --layers 4,5,1 --resume", {"--resume: needs --model"}},
        {"--train --dataset train.csv --layers 4,5,1 --patience 3", {"--patience: needs", "--validation"}},
        {"--train --dataset train.csv --layers 4,5,2 --threshold 0.4", {"--threshold", "one output"}},
        {"--train --dataset train.csv --layers 4,5,1 --activation relu,relu,relu",
         {"--activation: 3 names, expected 1 or 2"}},
        {"--train --dataset train.csv --layers 4,5,1 --activation softmax,sigmoid",
         {"--activation: softmax in layer 1"}},
        {"--train --dataset train.csv --layers 4,5,1 --activation relu,softmax",
         {"--activation: softmax over a single"}},
        {"--train --dataset train.csv --layers 4,5,1 --activation relu,tanh --loss log", {"--loss: log needs"}},
        {"--train --dataset train.csv --layers 4,5,1 --batch_size 21", {"--batch_size: 21", "at most 20", "train.csv"}},
        {"--train --dataset train.csv --layers 4,5,1 --batch_number 21", {"21", "at most 20", "train.csv"}},
        {"--train --dataset train.csv --layers 4,5,1 --validation 0.5 --batch_size 11",
         {"--batch_size: 11", "at most 10"}},
        {"--train --dataset train.csv --layers 4,5,1 --bogus 3", {"--bogus", "hint: nn --help"}},
        {"--train --dataset train.csv --layers 4,5,1 -x", {"-x"}},
        {"--train --dataset train.csv --layers 4,5,1 stray", {"stray"}},
        {"--train --dataset train.csv --layers 4,5,1 --epochs", {"--epochs"}},
        {"--train --dataset train.csv --layers 4,5,1 --epochs 2 --epochs 3", {"--epochs"}},
        {"--train --dataset train.csv --layers 4,5,1 --device gpu", {"--device", "'gpu'", "cpu, cuda"}},
        {"--train --dataset train.csv --layers 4,5,1 --gpus 2", {"--gpus", "--device cpu"}},
        {"--train --dataset train.csv --layers 4,5,1 --device cuda --block 100", {"--block", "power of 2", "1024"}},
        {"--train --dataset train.csv --layers 4,46341,46341,1", {"--layers", "parameters", "2147483647"}},
        {"--train --dataset sum.csv --layers 4,5,1 --class_weights balanced", {"--class_weights", "regression"}},
    };
    folder_t f;
    write_old_files(&f);
    f.write("sum.csv", table(20, 4, 0));
    contents_t before = contents(&f);
    for (const bad_t &b : bad) {
        CAPTURE(std::string(b.arguments));
        ended_t e = nn(&f, b.arguments);
        CAPTURE(e.err);
        CHECK(e.status == 2);
        CHECK(contains(e.err, "error: "));
        CHECK(contains(e.err, "\nhint: "));
        for (const char *part : b.message) CHECK(contains(e.err, part));
        CHECK(contents(&f) == before);
    }
}

TEST_CASE("cli: an empty file name is an error, not a wish for no file")
{
    folder_t f;
    write_old_files(&f);
    for (const char *option : {"--model", "--log", "--json", "--validation"}) {
        CAPTURE(std::string(option));
        ended_t e = nn(&f, std::string("--train --dataset train.csv --layers 4,5,1 --epochs 1 ") + option + " ''");
        CHECK(e.status == 2);
        CHECK(contains(e.err, option));
        CHECK(contains(e.err, "\nhint: "));
    }
}

TEST_CASE("cli: one file for two purposes is refused")
{
    folder_t f;
    write_old_files(&f);
    contents_t before = contents(&f);
    for (const char *files :
         {"--model m --json m", "--model m --log m", "--log l.csv --json l.csv", "--model train.csv",
          "--model m --log train.csv", "--model m --json train.csv", "--model m --log m.checkpoint"}) {
        CAPTURE(std::string(files));
        ended_t e = nn(&f, std::string("--train --dataset train.csv --layers 4,5,1 --epochs 1 ") + files);
        CHECK(e.status == 2);
        CHECK(contains(e.err, "\nhint: "));
        CHECK(contents(&f) == before);
        write_old_files(&f);
    }
}

// ---- data and models ------------------------------------------------------------------------------------

TEST_CASE("cli: data that do not fit the network are refused with file, line and numbers, and no file is touched")
{
    folder_t f;
    write_old_files(&f);
    f.write("three.csv", table(21, 4, 3));
    f.write("one.csv", "1,2,3,4,0\n5,6,7,8,0\n");
    f.write("empty.csv", "");
    f.write("text.csv", "1,2,3,4,0\n5,6,7,8,1\n5,6,seven,8,1\n");
    f.write("lonely.csv", "1,2,3,4,0\n5,6,7,8,0\n9,8,7,6,1\n");
    struct bad_t {
        const char *arguments;
        std::vector<const char *> message;
    };
    const bad_t bad[] = {
        {"--dataset train.csv --layers 5,3,1", {"train.csv:1: 5 columns, expected 6"}},
        {"--dataset train.csv --layers 3,3,1", {"train.csv:1: 5 columns, expected 4", "hint: --layers"}},
        {"--dataset train.csv --layers 2000000000,2000000000,1", {"2000000000"}},
        {"--dataset train.csv --layers 2147483647,1", {"21474836"}},
        {"--dataset three.csv --layers 4,3,1", {"three.csv", "3 different", "let --layers end in 3"}},
        {"--dataset three.csv --layers 4,3,2", {"three.csv", "3 different classes", "2 outputs"}},
        {"--dataset one.csv --layers 4,3,1 --batch_size 1", {"one.csv: one class only"}},
        {"--dataset empty.csv --layers 4,3,1", {"empty.csv: the file is empty"}},
        {"--dataset text.csv --layers 4,3,1", {"text.csv:3: column 3: 'seven' is not a number"}},
        {"--dataset none.csv --layers 4,3,1", {"none.csv: No such file"}},
        {"--dataset . --layers 4,3,1", {".: is a folder"}},
        {"--dataset train.csv --layers 4,3,1 --validation none.csv", {"none.csv: No such file"}},
        {"--dataset train.csv --layers 4,3,1 --validation text.csv", {"text.csv:3: column 3: 'seven'"}},
        {"--dataset train.csv --layers 4,3,1 --validation three.csv", {"three.csv:3: class '2'"}},
        {"--dataset lonely.csv --layers 4,3,1 --validation 0.3 --batch_size 1",
         {"lonely.csv: one class has a single row"}},
        {"--dataset train.csv --layers 4,3,1 --resume", {"m.checkpoint: No such file"}},
    };
    contents_t before = contents(&f);
    for (const bad_t &b : bad) {
        CAPTURE(std::string(b.arguments));
        ended_t e = nn(&f, std::string("--train --model m --log l.csv --json j.json ") + b.arguments);
        CAPTURE(e.err);
        CHECK((e.status == 1 || e.status == 2));
        CHECK(contains(e.err, "error: "));
        for (const char *part : b.message) CHECK(contains(e.err, part));
        CHECK_FALSE(contains(e.err, "expected -"));
        CHECK_FALSE(contains(e.err, "epoch 1/"));
        CHECK(contents(&f) == before);
    }
}

TEST_CASE("cli: links in a circle and names that are too long are errors, not the end of the program")
{
    folder_t f;
    f.write("train.csv", table(20, 4, 2));
    std::filesystem::create_symlink("loop", f.file("loop"));
    CHECK(nn(&f, "--train --dataset loop --model m --layers 4,1").status == 1);
    CHECK(nn(&f, "--train --dataset train.csv --layers 4,1 --model " + std::string(300, 'm')).status == 1);
    CHECK(nn(&f, "--train --dataset train.csv --layers 4,1 --log /dev/stdout").status == 1);
}

TEST_CASE("cli: a row too far away to be scaled is named")
{
    folder_t f;
    f.write("a.csv", "0.001,0.002,0\n0.003,0.001,1\n0.002,0.004,0\n0.001,0.001,1\n");
    f.write("far.csv", "0.001,0.002,0\n3e38,-3e38,1\n");
    REQUIRE(nn(&f, "--train --dataset a.csv --batch_size 1 --layers 2,1 --loss log --model m").status == 0);
    ended_t e = nn(&f, "--test --dataset far.csv --model m");
    if (sizeof(real_t) == 4) CHECK(contains(e.err, "far.csv: row 2, feature 1: 3e+38 is too far"));
    CHECK(e.status == (sizeof(real_t) == 4 ? 1 : 0));
}

TEST_CASE("cli: a threshold is refused where nothing is told apart by it")
{
    folder_t f;
    f.write("three.csv", table(30, 4, 3));
    f.write("number.csv", table(30, 4, 0));
    REQUIRE(nn(&f, "--train --dataset three.csv --layers 4,3 --epochs 1 --model m").status == 0);
    for (const char *arguments : {"--test --dataset three.csv --model m --threshold 0.3",
                                  "--train --dataset number.csv --layers 4,1 --threshold 0.3"}) {
        ended_t e = nn(&f, arguments);
        CHECK(e.status == 2);
        CHECK(contains(e.err, "error: --threshold: "));
    }
}

TEST_CASE("cli: testing refuses bad models and data of another shape")
{
    folder_t f;
    f.write("train.csv", table(20, 4, 2));
    f.write("wide.csv", table(20, 5, 2));
    f.write("three.csv", table(21, 4, 3));
    f.write("j.json", "old json\n");
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 4,5,1 --epochs 1 --model m --checkpoint 1").status == 0);
    std::string model = file_read(f.file("m"));
    f.write("cut", model.substr(0, model.size() / 2));
    f.write("empty", "");
    f.write("old", "2\n3 1\n0.5 \n1 2 3 \n");
    contents_t before = contents(&f);
    struct bad_t {
        const char *arguments;
        std::vector<const char *> message;
    };
    const bad_t bad[] = {
        {"--model none --dataset train.csv", {"none: No such file"}},
        {"--model cut --dataset train.csv", {"cut: cut off", "hint: "}},
        {"--model empty --dataset train.csv", {"empty: the file is empty"}},
        {"--model train.csv --dataset train.csv", {"train.csv: is no model"}},
        {"--model m.checkpoint --dataset train.csv", {"m.checkpoint: is "}},
        {"--model . --dataset train.csv", {".: is a folder"}},
        {"--model m --dataset wide.csv", {"wide.csv:1: 6 columns, expected 5"}},
        {"--model old --dataset wide.csv", {"wide.csv:1: 6 columns, expected 4"}},
        {"--model m --dataset three.csv", {"three.csv:3: class '2' is none of the 2"}},
        {"--model m --dataset none.csv", {"none.csv: No such file"}},
        {"--model m --dataset train.csv --json none/j", {"none/j: cannot be written"}},
    };
    for (const bad_t &b : bad) {
        CAPTURE(std::string(b.arguments));
        std::string json = contains(b.arguments, "--json") ? "" : " --json j.json";
        ended_t e = nn(&f, std::string("--test ") + b.arguments + json);
        CAPTURE(e.err);
        CHECK(e.status == 1);
        for (const char *part : b.message) CHECK(contains(e.err, part));
        CHECK(e.out == "");
        CHECK(contents(&f) == before);
    }
    CHECK_FALSE(
        contains(nn(&f, "--test --model m --dataset wide.csv").err, "hint: --layers"));  // not an option of --test
}

// ---- places that cannot be written ------------------------------------------------------------------------

TEST_CASE("cli: a file that cannot be written is noticed before training")
{
    folder_t f;
    write_old_files(&f);
    std::filesystem::create_directory(f.file("folder"));
    contents_t before = contents(&f);
    for (const char *option : {"--model", "--log", "--json"})
        for (const char *place : {"none/x", "m/x", "folder", "folder/", "/dev/null"}) {
            CAPTURE(std::string(option));
            CAPTURE(std::string(place));
            ended_t e = nn(&f, std::string("--train --dataset train.csv --layers 4,5,1 --epochs 3 ") + option + " " +
                                   place);
            CHECK(e.status == 1);
            CHECK(contains(e.err, std::string("error: ") + place + ": "));
            CHECK_FALSE(contains(e.err, "epoch 1/"));
            CHECK(contents(&f) == before);
        }
}

TEST_CASE("cli: a checkpoint that cannot be written is a warning, and training goes on")
{
    folder_t f;
    write_old_files(&f);
    std::filesystem::create_directory(f.file("m.checkpoint"));
    ended_t e = nn(&f, TRAIN + "--layers 4,5,1 --epochs 2 --checkpoint 1");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "warning: m.checkpoint: "));
    CHECK(contains(file_read(f.file("m")), "nn-model 1\n"));
}

TEST_CASE("cli: training that diverges says so and leaves the old model alone")
{
    folder_t f;
    write_old_files(&f);
    ended_t e = nn(&f,
                   TRAIN + "--layers 4,5,1 --activation linear,linear --scaling none --learning_rate 1e6 --epochs 50");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "error: training diverged in epoch "));
    CHECK(contains(e.err, "hint: a smaller --learning_rate (it was 1e+06)"));
    CHECK(file_read(f.file("m")) == "old model\n");
    CHECK(file_read(f.file("j.json")) == "old json\n");
}

TEST_CASE("a run that is interrupted after it diverged is not kept")
{
    ds_t ds = random_ds(10, 2, 1, TASK_CLASSIFICATION, 1);
    shape_t s = shape_of({2, 1}, {"linear"}, "mse");
    nn_t network = nn_create(&s, INIT_NORMAL, 1);
    network.params[0] = NAN;
    folder_t f;
    run_t run = quiet_run(5, 1, 0.1);
    run.checkpoint = f.file("c");
    run.at.batch = 3;  // of 10
    run_epoch_end(&run, &network, &ds, NULL);
    CHECK(run.stop == STOP_DIVERGED);
    CHECK_FALSE(exists(f.file("c")));
}

TEST_CASE("cli: on a full disk the old files stay, no other is left, and the message says why")
{
    folder_t f;
    write_old_files(&f);
    std::string wide = TRAIN + "--layers 4,60,20,1 --epochs 2 ";
    contents_t before = contents(&f);
    ended_t e = shell("cd " + f.path + "\nulimit -f 4\n$NN " + wide);  // blocks of 512 bytes
    CHECK(e.status == 1);
    CHECK(contains(e.err, "error: m: not written: File too large"));
    before["l.csv"] = file_read(f.file("l.csv"));  // the log was begun, that is right
    CHECK(contents(&f) == before);

    e = shell("cd " + f.path +
              "\nulimit -f 4\n$NN --train --dataset train.csv --layers 4,5,1 --epochs 400 --model n --log k");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "warning: k: not written: File too large; training goes on without log"));
    REQUIRE(exists(f.file("n")));
    CHECK(contains(file_read(f.file("n")), "nn-model 1\n"));

    e = shell("cd " + f.path + "\nulimit -f 4\n$NN " + wide + "--checkpoint 1");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "warning: m.checkpoint: not written: File too large"));
    CHECK(file_read(f.file("m")) == "old model\n");
    CHECK_FALSE(exists(f.file("m.checkpoint")));
}

TEST_CASE("cli: a small file system that fills up")
{
    folder_t f;
    write_old_files(&f);
    std::filesystem::create_directory(f.file("full"));
    // A file system of its own, seen by this command alone; without the right to mount there is nothing to test.
    ended_t e = shell(
        "cd " + f.path +
        "\nexport NN\nunshare $([ $(id -u) = 0 ] || echo -r) -m sh -c '"
        "mount -t tmpfs -o size=24k none full || exit 77\n"
        "cp m j.json full\n"
        "$NN --train --dataset train.csv --layers 4,60,40,1 --epochs 2 --model full/m --json full/j.json\n"
        "status=$?\ncmp m full/m && cmp j.json full/j.json && ls full\nexit $status'");
    if (!contains(e.err, "full/m: ")) {
        MESSAGE("not tested: no right to mount a file system (" << e.err << ")");
        return;
    }
    CHECK(e.status == 1);
    CHECK(contains(e.err, "error: full/m: not written: No space left on device"));
    CHECK(contains(e.out, "j.json\nm\n"));
    CHECK_FALSE(contains(e.out, "tmp"));
}

TEST_CASE("cli: results that cannot be printed are an error")
{
    folder_t f;
    f.write("train.csv", table(20, 4, 2));
    REQUIRE(nn(&f, "--train --dataset train.csv --layers 4,5,1 --epochs 1 --model m").status == 0);
    CHECK(nn(&f, "--test --dataset train.csv --model m >/dev/full").status == 1);
}
