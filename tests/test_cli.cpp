// tests/test_cli.cpp: the program as a student uses it: training, testing, options, log.
#include "helpers.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

using nlohmann::json;

// As the credit-card file is: names and classes in quotes, one row in ten of class 1, one feature much larger.
static std::string card_table(int rows, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_DATA);
    std::string text = "\"Time\"";
    for (int j = 1; j <= 28; j++) text += format(",\"V%d\"", j);
    text += ",\"Amount\",\"Class\"\n";
    for (int i = 0; i < rows; i++) {
        text += format("%d", 60 * i);
        for (int j = 1; j <= 28; j++) text += format(",%.8f", rng_normal(&rng) + (i % 10 == 0 ? 2 : 0));
        text += format(",%.2f,\"%d\"\n", 1000 * rng_uniform(&rng), i % 10 == 0);
    }
    return text;
}

static std::string last_line(const std::string &text)
{
    size_t end = text.find_last_not_of('\n');
    if (end == std::string::npos) return "";
    size_t start = text.rfind('\n', end);
    return text.substr(start + 1, end - start);
}

static json json_of(const folder_t *f, const std::string &name) { return json::parse(bytes(f, name)); }

// ---- the course's command lines ----------------------------------------------------------------------

TEST_CASE("cli: the two command lines of the course")
{
    folder_t f;
    std::filesystem::create_directory(f.file("datasets"));
    f.write("datasets/CC_train.csv", card_table(300, 1));
    f.write("datasets/CC_test.csv", card_table(200, 2));
    ended_t e = nn(&f, "--train --learning_rate 0.01 --epochs 3 --batch_number 10 --dataset datasets/CC_train.csv "
                       "--layers 30,60,10,1 -s 1 --model model.m --verbose");
    CAPTURE(e.err);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "30-60-10-1 sigmoid, sigmoid, sigmoid"));
    CHECK(contains(e.out, "datasets/CC_train.csv: 300 rows of 30 features, 2 classes: 0 (270) 1 (30)"));
    CHECK(contains(e.err, "epoch 1/3 "));
    CHECK(contains(e.err, "epoch 3/3 "));
    CHECK(contains(e.out, "model: model.m"));

    e = nn(&f, "--test --dataset datasets/CC_test.csv --model model.m --verbose");
    CHECK(e.status == 0);
    CHECK(e.err == "");
    CHECK(contains(e.out, "datasets/CC_test.csv: 200 rows"));
    double f1 = -1;
    CHECK(sscanf(last_line(e.out).c_str(), "F1 %lf (positive class, held-out)", &f1) == 1);
    CHECK(last_line(e.out) == format("F1 %.4f (positive class, held-out)", f1));
    CHECK(std::filesystem::exists(f.file("model.m")));
    CHECK_FALSE(exists(f.file("model.m.checkpoint")));

    std::string train = "--train --dataset datasets/CC_train.csv --layers 30,8,1 --epochs 2 ";
    CHECK(nn(&f, train + "-v --seed 1 --scaling standarization --model a").status == 0);
    CHECK(nn(&f, train + "-s 1 --scaling standardization --model b").status == 0);
    CHECK(nn(&f, train + "--model c").status == 0);
    CHECK(nn(&f, train + "--scaling normalization --model d").status == 0);
    CHECK((bytes(&f, "a") == bytes(&f, "b")));
    CHECK((bytes(&f, "a") == bytes(&f, "c")));  // the defaults: seed 1, standardization
    CHECK((bytes(&f, "a") != bytes(&f, "d")));
    CHECK(contains(bytes(&f, "a"), "\nscaling standardization 30\n"));
    CHECK(contains(bytes(&f, "d"), "\nscaling normalization 30\n"));
}

TEST_CASE("cli: a network learns what can be learned, from packed files too")
{
    folder_t f;
    f.write("train.csv", table(200, 4, 2, 4));
    f.write("test.csv", table(100, 4, 2, 4, 5));
    CHECK(shell("cd " + f.path + " && gzip -k train.csv test.csv").status == 0);
    CHECK(nn(&f, "--train --dataset train.csv.gz --layers 4,5,1 --epochs 50 --model m --loss log").status == 0);
    CHECK(nn(&f, "--train --dataset train.csv --layers 4,5,1 --epochs 50 --model n --loss log").status == 0);
    CHECK((bytes(&f, "m") == bytes(&f, "n")));
    CHECK(nn(&f, "--test --dataset test.csv.gz --model m --json j").status == 0);
    CHECK(json_of(&f, "j")["value"] > 0.9);
}

TEST_CASE("cli: the JSON file says what is printed")
{
    folder_t f;
    f.write("two.csv", table(100, 4, 2));
    f.write("three.csv", table(99, 4, 3));
    f.write("sum.csv", table(100, 4, 0));
    std::string options = " --epochs 20 --model m --json t";
    SUBCASE("one output: F1 of the positive class")
    {
        CHECK(nn(&f, "--train --dataset two.csv --layers 4,5,1 --validation 0.2" + options).status == 0);
        json t = json_of(&f, "t");
        CHECK(t["epochs"] == 20);
        CHECK(t["validation"]["rows"] == 20);
        CHECK(t["cost"] > 0);
        ended_t e = nn(&f, "--test --dataset two.csv --model m --json j");
        json j = json_of(&f, "j");
        CHECK(j["metric"] == "f1");
        CHECK(j["rows"] == 100);
        CHECK(last_line(e.out) == format("F1 %.4f (positive class, held-out)", j["value"].get<double>()));
        CHECK(contains(e.out, format("ROC AUC %.4f", j["roc_auc"].get<double>())));
        json k = j["classes"][1];
        CHECK(k["label"] == "1");
        CHECK(contains(e.out, format("TP %d  FP %d  FN %d  TN %d  (positive: 1)", k["TP"].get<int>(),
                                     k["FP"].get<int>(), k["FN"].get<int>(), k["TN"].get<int>())));
        double TP = k["TP"], FP = k["FP"], FN = k["FN"];
        CHECK(j["value"].get<double>() == doctest::Approx(2 * TP / (2 * TP + FP + FN)));
    }
    SUBCASE("several outputs: accuracy, and the mean of all F1")
    {
        CHECK(nn(&f, "--train --dataset three.csv --layers 4,5,3 --loss log" + options).status == 0);
        ended_t e = nn(&f, "--test --dataset three.csv --model m --json j");
        json j = json_of(&f, "j");
        CHECK(j["metric"] == "accuracy");
        CHECK(last_line(e.out) == format("macro F1 %.4f (accuracy %.4f, held-out)", j["macro"]["f1"].get<double>(),
                                         j["accuracy"].get<double>()));
        CHECK(j["confusion"].size() == 3);
        CHECK(contains(bytes(&f, "m"), "activations sigmoid softmax"));
    }
    SUBCASE("regression: R2")
    {
        CHECK(nn(&f, "--train --dataset sum.csv --layers 4,5,1 --learning_rate 0.02" + options).status == 0);
        ended_t e = nn(&f, "--test --dataset sum.csv --model m --json j");
        json j = json_of(&f, "j");
        CHECK(j["metric"] == "r2");
        CHECK(j["value"] > 0.5);
        CHECK(last_line(e.out) == format("R2 %.4f (held-out)", j["r2"].get<double>()));
        CHECK(contains(bytes(&f, "m"), "activations sigmoid linear"));
    }
}

TEST_CASE("cli: the threshold is kept in the model and may be changed when testing")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2, 1));
    std::string train = "--train --dataset a.csv --layers 4,5,1 --epochs 5 ";
    CHECK(nn(&f, train + "--model m --threshold 0.3").status == 0);
    CHECK(nn(&f, train + "--model n").status == 0);
    CHECK(contains(bytes(&f, "m"), "\nthreshold 0.3\n"));
    ended_t e = nn(&f, "--test --dataset a.csv --model m");
    CHECK(contains(e.out, "threshold 0.3\n"));
    CHECK(e.out == nn(&f, "--test --dataset a.csv --model n --threshold 0.3").out);
    CHECK(contains(nn(&f, "--test --dataset a.csv --model m --threshold 0").out, "TP 30  FP 30  FN 0  TN 0"));
    CHECK(contains(nn(&f, "--test --dataset a.csv --model m --threshold 1").out, "TP 0  FP 0  FN 30  TN 30"));
}

TEST_CASE("cli: class weights, balanced or as a list")
{
    folder_t f;
    std::string text;
    for (int i = 0; i < 60; i++) text += format("%d,%d,%d\n", i % 7, i % 5, i % 3 == 0);  // 40 and 20 rows
    f.write("a.csv", text);
    std::string train = "--train --dataset a.csv --layers 2,3,1 --epochs 5 ";
    CHECK(nn(&f, train + "--model a --class_weights balanced").status == 0);
    CHECK(nn(&f, train + "--model b --class_weights 0.75,1.5").status == 0);
    CHECK(nn(&f, train + "--model c --class_weights 1,1").status == 0);
    CHECK(nn(&f, train + "--model d").status == 0);
    CHECK((bytes(&f, "a") == bytes(&f, "b")));
    CHECK((bytes(&f, "a") != bytes(&f, "c")));
    CHECK((bytes(&f, "c") == bytes(&f, "d")));
}

TEST_CASE("cli: one seed gives one model, another seed another")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    std::string train = "--train --dataset a.csv --layers 4,5,1 --epochs 5 --momentum 0.5 --validation 0.2 ";
    for (const char *rest : {"-s 7 --model a", "--seed 7 --model b", "-s 8 --model c", "-s 0 --model d",
                             "-s 18446744073709551615 --model e"})
        CHECK(nn(&f, train + rest).status == 0);
    CHECK((bytes(&f, "a") == bytes(&f, "b")));
    CHECK((bytes(&f, "a") != bytes(&f, "c")));
    CHECK((bytes(&f, "d") != bytes(&f, "e")));
}

TEST_CASE("cli: the model does not depend on the number of threads")
{
    folder_t f;
    f.write("a.csv", table(400, 50, 2));
    std::string train = "--train --dataset a.csv --layers 50,400,10,1 --batch_size 200 --epochs 2 --momentum 0.9 ";
    CHECK(nn(&f, train + "--threads 1 --model a").status == 0);
    for (const char *rest : {"--threads 2 --model b", "--threads 5 --model b", "--model b"}) {
        CHECK(nn(&f, train + rest).status == 0);
        CHECK((bytes(&f, "a") == bytes(&f, "b")));
    }
}

TEST_CASE("cli: models of the older course are tested, with a word about scaling")
{
    folder_t f;
    f.write("old", "2\n2 1 \n0.000000 \n1.000000 1.000000 \n");
    f.write("a.csv", "1,1,1\n-1,-1,0\n2,0,1\n-1,0,0\n");
    ended_t e = nn(&f, "--test --dataset a.csv --model old");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "warning: old: a model of the older course"));
    CHECK(last_line(e.out) == "F1 1.0000 (positive class, held-out)");
    e = nn(&f, "--test --dataset a.csv --model old --scaling standarization");
    CHECK(e.status == 0);
    CHECK(e.err == "");
}

TEST_CASE("cli: options of training that mean nothing when testing are pointed out")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    CHECK(nn(&f, "--train --dataset a.csv --layers 4,5,1 --epochs 1 --model m").status == 0);
    ended_t plain = nn(&f, "--test --dataset a.csv --model m");
    ended_t e = nn(&f, "--test --dataset a.csv --model m --epochs 5 --layers 3,1 --scaling none");
    CHECK(e.status == 0);
    for (const char *part : {"warning: --epochs", "warning: --layers", "warning: --scaling"})
        CHECK(contains(e.err, part));
    CHECK(e.out == plain.out);
}

TEST_CASE("cli: --help names every option and what it may be")
{
    folder_t f;
    ended_t e = nn(&f, "--help");
    CHECK(e.status == 0);
    CHECK(e.err == "");
    for (const char *option :
         {"--train",      "--test",         "--dataset",       "--model",      "--verbose",       "--json",
          "--threshold",  "--threads",      "--device",        "--layers",     "--activation",    "--loss",
          "--init",       "--scaling",      "--task",          "--validation", "--class_weights", "--epochs",
          "--batch_size", "--batch_number", "--learning_rate", "--lr_decay",   "--momentum",      "--seed",
          "--patience",   "--target",       "--train_metric",  "--log",        "--checkpoint",    "--resume"})
        CHECK(contains(e.out, option));
}

// ---- log, validation, stopping by itself ------------------------------------------------------------------

TEST_CASE("cli: the log has one row an epoch, behind the machine, the seed and the options")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    f.write("v.csv", table(30, 4, 2, 2, 9));
    std::string train = "--train --dataset a.csv --layers 4,5,1 --epochs 12 --learning_rate 0.25 -s 42 --log l ";
    CHECK(nn(&f, train + "--validation v.csv --train_metric --lr_decay step --json j").status == 0);
    std::string log = bytes(&f, "l");
    for (const char *part : {"# machine: ", "# compiler: ", "# numbers: ", "# commit: ", "# device: cpu: ", "--seed 42",
                             "--layers 4-5-1 sigmoid, sigmoid; cost mse", "--learning_rate 0.25", "--lr_decay step",
                             "--batch_size 10", "--dataset 60 rows", "--validation 30 rows", "epochs 12"})
        CHECK(contains(log, part));
    size_t at = log.find("\nepoch,seconds,learning_rate,train_cost,train_f1,valid_cost,valid_f1\n1,");
    REQUIRE(at != std::string::npos);
    for (size_t i = 0; i < at; i = log.find('\n', i) + 1) CHECK(log[i] == '#');

    std::vector<std::string> rows = log_rows(&f, "l");
    REQUIRE(rows.size() == 12);
    double rate, cost, f1, valid_cost, valid_f1;
    for (int i = 0; i < 12; i++) {
        int epoch;
        CAPTURE(rows[i]);
        REQUIRE(sscanf(rows[i].c_str(), "%d,%lf,%lf,%lf,%lf,%lf", &epoch, &rate, &cost, &f1, &valid_cost, &valid_f1) ==
                6);
        CHECK(epoch == i + 1);
        CHECK(rate == 0.25 / (i < 4 ? 1 : i < 8 ? 2 : 4));
    }
    json j = json_of(&f, "j");
    CHECK(j["cost"] == cost);
    CHECK(j["validation"]["cost"] == valid_cost);
    CHECK(j["validation"]["value"] == valid_f1);

    CHECK(nn(&f, train).status == 0);  // the columns stay, those not measured are empty
    rows = log_rows(&f, "l");
    REQUIRE(rows.size() == 12);
    REQUIRE(sscanf(rows[11].c_str(), "12,0.25,%lf", &cost) == 1);
    CHECK(rows[11] == "12,0.25," + number_text(cost) + ",,,");
}

TEST_CASE("cli: the columns of the log are named after the metric")
{
    folder_t f;
    f.write("three.csv", table(60, 4, 3));
    f.write("sum.csv", table(60, 4, 0));
    CHECK(nn(&f, "--train --dataset three.csv --layers 4,5,3 --epochs 1 --log l").status == 0);
    CHECK(contains(bytes(&f, "l"),
                   "\nepoch,seconds,learning_rate,train_cost,train_accuracy,valid_cost,valid_accuracy\n"));
    CHECK(nn(&f, "--train --dataset sum.csv --layers 4,5,1 --epochs 1 --log l").status == 0);
    CHECK(contains(bytes(&f, "l"), "\nepoch,seconds,learning_rate,train_cost,train_r2,valid_cost,valid_r2\n"));
}

TEST_CASE("cli: validation keeps a part of every class from training")
{
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    ended_t e = nn(&f, "--train --dataset a.csv --layers 4,5,1 --epochs 2 --validation 0.2 -v");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "48 rows of 4 features, 2 classes: 0 (24) 1 (24)"));
    CHECK(contains(e.out, "12 rows of 4 features, 2 classes: 0 (6) 1 (6)"));
    CHECK(contains(e.out, "(positive class, validation rows)"));
    CHECK(contains(e.out, "not kept (no --model)"));
}

TEST_CASE("cli: --patience stops and keeps the best epoch")
{
    folder_t f;
    rng_t rng = rng_make(1, RNG_DATA);
    std::string text;
    for (int i = 0; i < 60; i++)
        text += format("%.3f,%.3f,%d\n", rng_normal(&rng), rng_normal(&rng), i % 2);  // nothing to learn
    f.write("a.csv", text);
    ended_t e = nn(
        &f, "--train --dataset a.csv --layers 2,20,1 --learning_rate 3 --epochs 5000 --validation 0.3 --patience 4 "
            "--model m --log l --json j");
    CHECK(e.status == 0);
    long last = 0, best = 0;
    double cost = 0;
    size_t at = e.out.find("stopped after epoch ");
    REQUIRE(at != std::string::npos);
    std::string line = e.out.substr(at, e.out.find('\n', at) - at);
    CAPTURE(line);
    CHECK(contains(line, "validation cost has not fallen for 4 epochs"));
    REQUIRE(sscanf(line.c_str(), "stopped after epoch %ld", &last) == 1);
    REQUIRE(contains(line, "kept epoch "));
    REQUIRE(sscanf(line.c_str() + line.find("kept epoch "), "kept epoch %ld, cost %lf", &best, &cost) == 2);
    CHECK(last == best + 4);
    std::vector<std::string> rows = log_rows(&f, "l");
    CHECK((long)rows.size() == last);
    std::vector<double> costs;
    for (const std::string &row : rows) {
        double c = 0;
        REQUIRE(sscanf(row.c_str(), "%*d,%*f,%*f,,%lf", &c) == 1);
        costs.push_back(c);
    }
    CHECK(std::min_element(costs.begin(), costs.end()) - costs.begin() == best - 1);
    json j = json_of(&f, "j");
    CHECK(j["best_epoch"] == best);
    CHECK(j["validation"]["cost"].get<double>() == doctest::Approx(costs[best - 1]).epsilon(1e-6));
}

TEST_CASE("cli: --target stops when the metric gets there")
{
    folder_t f;
    f.write("a.csv", table(100, 4, 2, 4));
    ended_t e = nn(&f,
                   "--train --dataset a.csv --layers 4,5,1 --loss log --epochs 5000 --target 0.9 --model m --log l");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "stopped after epoch "));
    CHECK(contains(e.out, "f1 reached 0.9"));
    std::vector<std::string> rows = log_rows(&f, "l");
    CHECK(rows.size() < 5000);
    for (size_t i = 0; i < rows.size(); i++) {
        double f1 = -1;
        CHECK(sscanf(rows[i].c_str(), "%*d,%*f,%*f,%lf", &f1) == 1);
        CHECK((f1 >= 0.9) == (i + 1 == rows.size()));
    }
}
