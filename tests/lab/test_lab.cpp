// tests/lab/test_lab.cpp: bin/lab compare: how far two models are apart; what it does without CUDA.
#include "../helpers.h"

static ended_t compare(const folder_t *f, const std::string &arguments)
{
    return shell("cd " + f->path + " && $LAB compare " + arguments);
}

static nn_t model(const std::vector<double> &params)
{
    shape_t s = shape_of({2, 1, 1}, {"sigmoid", "sigmoid"}, "mse");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    nn.labels = {"0", "1"};
    nn.params = reals(params);
    return nn;
}

TEST_CASE("compare: the largest difference of every layer, and a tolerance")
{
    folder_t f;
    nn_t a = model({1, 2, 4, 8, -16}), b = model({1, 2.5, 4, 8, -16});
    nn_save(&a, f.file("a"));
    nn_save(&b, f.file("b"));
    ended_t e = compare(&f, "a b");
    CHECK(e.status == 0);
    CHECK(words_of(e.out, "1") == std::vector<std::string>{"weights", "2", "0.5", "0.2"});
    CHECK(words_of(e.out, "2") == std::vector<std::string>{"weights", "1", "0", "0"});
    CHECK(contains(e.out, "largest difference of 5 parameters: absolute 0.5, relative 0.2\n"));
    CHECK(compare(&f, "b a").out == e.out);
    CHECK(compare(&f, "a b --tol 0.21").status == 0);
    CHECK(compare(&f, "a b --tol 0.19").status == 1);
    CHECK(compare(&f, "a a --tol 0").status == 0);

    b = model({1, 2, 4, 8, 16});  // the last bias
    nn_save(&b, f.file("b"));
    CHECK(contains(compare(&f, "a b").out, "absolute 32, relative 2\n"));
    b = model({1e-9, 2, 4, 8, -16}), a = model({3e-9, 2, 4, 8, -16});  // next to nothing beside the layer's 2
    nn_save(&a, f.file("a"));
    nn_save(&b, f.file("b"));
    CHECK(compare(&f, "a b --tol 1e-6").status == 0);
}

TEST_CASE("compare: what cannot be compared")
{
    folder_t f;
    nn_t a = model({1, 2, 3, 4, 5});
    nn_save(&a, f.file("a"));
    shape_t s = shape_of({2, 2, 1}, {"sigmoid", "sigmoid"}, "mse");
    nn_t b = nn_create(&s, INIT_UNIFORM, 1);
    b.labels = {"0", "1"};
    nn_save(&b, f.file("b"));
    f.write("c", "no model\n");
    ended_t e = compare(&f, "a b");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "error: the models have different layers: 2-1-1 "));
    CHECK(contains(compare(&f, "a c").err, "c: is no model"));
    CHECK(compare(&f, "a none").status == 1);
    CHECK(compare(&f, "a").status == 2);
    CHECK(compare(&f, "a a --tol -1").status == 2);
    CHECK(compare(&f, "--help").status == 0);
}

TEST_CASE("lab: measuring on a device is refused by a program without CUDA")
{
    ended_t e = shell("$LAB operations --sizes 7 --repeats 1");
    if (e.status == 0 || !exists("lab/lab.h")) return;
    CHECK(e.status == 2);
    CHECK(contains(e.err, "operations: there is no CUDA in this program"));
    CHECK(contains(e.err, "\nhint: make CUDA=emu"));
}

TEST_CASE("lab: wrong options are told with what was expected; the last of two counts")
{
    static const struct {
        const char *arguments, *said;
    } wrong[] = {
        {"", "error: A subcommand is required\nhint: bin/lab --help\n"},
        {"compare a", "error: b.model is required\nhint: bin/lab compare --help\n"},
        {"compare a b --tol -1", "error: --tol: -1, expected 0 or more\n"},
        {"naive --dataset x --batch_size 0", "error: --batch_size: 0, expected 1 or more\n"},
        {"naive --dataset x --layers 3,0,1", "error: --layers: 0, expected 1 or more\n"},
        {"naive --dataset x --learning_rate 0", "error: --learning_rate: 0, expected more than 0\n"},
        {"naive --dataset x --learning_rate nan", "error: --learning_rate: nan, expected more than 0\n"},
        {"naive --dataset x --epochs 2.5", "2.5"},
        {"speedup --rows 100,10", "error: --rows: 10, expected 20 to 5000000\n"},
        {"speedup --sweeps rows,bat", "bat not in {rows,batch,hidden,threads}\nhint: bin/lab speedup --help\n"},
    };
    for (const auto &w : wrong) {
        CAPTURE(w.arguments);
        ended_t e = shell(std::string("$LAB ") + w.arguments);
        CHECK(e.status == 2);
        CHECK(contains(e.err, w.said));
    }
    ended_t help = shell("$LAB speedup --help");
    CHECK(help.status == 0);
    CHECK(contains(help.out, "--budget FLOAT:1 to 1000000=170"));
    folder_t f;
    nn_t a = model({1, 2, 4, 8, -16}), b = model({1, 2.5, 4, 8, -16});
    nn_save(&a, f.file("a"));
    nn_save(&b, f.file("b"));
    CHECK(compare(&f, "a b --tol 0 --tol 1").status == 0);
}
