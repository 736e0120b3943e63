// tests/test_gpus.cpp: several GPUs train the network that one GPU trains. The GPUs are the emulator's.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "cuda_helpers.h"

static ended_t nn_with(const folder_t *f, int gpus, const std::string &environment, const std::string &arguments)
{
    return shell("cd " + f->path + "\nOMP_NUM_THREADS=1 EMU_THREADS=2 EMU_DEVICES=" + std::to_string(gpus) + " " +
                 environment + " $NN --device cuda " + arguments);
}

static double distance(const folder_t *f, const std::string &a, const std::string &b)
{
    nn_t x = nn_load(f->file(a)), y = nn_load(f->file(b));
    REQUIRE(x.params.size() == y.params.size());
    double worst = 0, size = 0;
    for (size_t i = 0; i < x.params.size(); i++) {
        worst = std::max(worst, std::fabs((double)x.params[i] - y.params[i]));
        size = std::max(size, std::fabs((double)x.params[i]));
    }
    return worst / size;
}

// Each step rounds sums that are split in another way; the errors of some hundred steps add up.
static const double ALLOWED = 300 * std::numeric_limits<real_t>::epsilon();

TEST_CASE("gpus: two and three GPUs train the network of one: odd batches, few rows, momentum, class weights")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("two.csv", table(101, 4, 2));
    f.write("five.csv", table(93, 6, 5));
    f.write("number.csv", table(50, 3, 0));
    for (std::string options : {
             "--dataset two.csv --layers 4,7,1 --batch_size 10",                  // the last batch has one row
             "--dataset two.csv --layers 4,7,1 --batch_size 1 --epochs 2",        // fewer rows than GPUs, always
             "--dataset two.csv --layers 4,3,1 --batch_size 101 --momentum 0.9",  // all rows at once
             "--dataset two.csv --layers 4,7,1 --batch_size 7 --class_weights 1,5 --momentum 0.5 --lr_decay exp",
             "--dataset five.csv --layers 6,9,5 --loss log --batch_size 13 --validation 0.2",
             "--dataset number.csv --layers 3,5,4,1 --activation tanh --batch_size 2 --learning_rate 0.01",
         }) {
        CAPTURE(options);
        options = "--train " + options + (contains(options, "--epochs") ? "" : " --epochs 4") + " --log l";
        REQUIRE(nn_with(&f, 3, "", options + " --model one").status == 0);
        std::vector<std::string> one = log_rows(&f, "l");
        for (int k : {2, 3}) {
            CAPTURE(k);
            ended_t e = nn_with(&f, k, "", options + " --model several --gpus " + std::to_string(k));
            CAPTURE(e.err);
            REQUIRE(e.status == 0);
            CHECK(contains(e.out, std::to_string(k) + " x emulated GPU"));
            CHECK(distance(&f, "one", "several") <= ALLOWED);
            std::vector<std::string> several = log_rows(&f, "l");
            REQUIRE(several.size() == one.size());
            for (size_t i = 0; i < one.size(); i++) {  // epoch, rate, cost
                double rate, cost, cost_of_one;
                REQUIRE(sscanf(one[i].c_str(), "%*d,%lf,%lf", &rate, &cost_of_one) == 2);
                REQUIRE(sscanf(several[i].c_str(), "%*d,%lf,%lf", &rate, &cost) == 2);
                CHECK(cost == doctest::Approx(cost_of_one).epsilon(1e-4));
            }
        }
    }
}

TEST_CASE("gpus: the way of summing does not change a bit")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    std::string options = "--train --dataset a.csv --layers 4,5,1 --epochs 3 --batch_size 9 --gpus 3 --model ";
    ended_t peer = nn_with(&f, 3, "NN_GPU_SUM=peer", options + "peer");
    ended_t host = nn_with(&f, 3, "NN_GPU_SUM=host", options + "host");
    CHECK(contains(peer.out, "sums by copies between the GPUs"));
    CHECK(contains(host.out, "sums by copies through the host"));
    CHECK((bytes(&f, "peer") == bytes(&f, "host")));
}

TEST_CASE("gpus: a run goes on with another number of GPUs, and on the CPU")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(80, 4, 2));
    std::string options = "--train --dataset a.csv --layers 4,6,1 --batch_size 9 --momentum 0.8 --checkpoint 1 ";
    REQUIRE(nn_with(&f, 1, "", options + "--epochs 6 --model one").status == 0);
    REQUIRE(nn_with(&f, 2, "", options + "--epochs 2 --model m --gpus 2").status == 0);
    REQUIRE(nn_with(&f, 3, "", options + "--epochs 3 --model m --gpus 3 --resume").status == 0);
    REQUIRE(nn_with(&f, 1, "", options + "--epochs 5 --model m --resume").status == 0);
    REQUIRE(nn(&f, options + "--epochs 6 --model m --resume").status == 0);
    CHECK(distance(&f, "one", "m") <= ALLOWED);
}

TEST_CASE("gpus: more GPUs than there are, and a way of summing that is not there, are refused")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(20, 4, 2));
    std::string options = "--train --dataset a.csv --layers 4,1 --epochs 1 --model m ";
    ended_t e = nn_with(&f, 2, "", options + "--gpus 3");
    CHECK(e.status == 2);
    CHECK(contains(e.err, "--gpus: 3, expected at most 2"));
    CHECK(contains(e.err, "hint: "));
    e = nn_with(&f, 3, "CUDA_VISIBLE_DEVICES=1", options + "--gpus 2");
    CHECK(e.status == 2);
    CHECK(contains(e.err, "--gpus: 2, expected at most 1"));
    for (std::string way : {"nccl", "fast"}) {
        e = nn_with(&f, 2, "NN_GPU_SUM=" + way, options + "--gpus 2");
        CHECK(e.status == 2);
        CHECK(contains(e.err, "NN_GPU_SUM"));
    }
    e = nn(&f, options + "--gpus 2");
    CHECK(e.status == 2);
    CHECK(contains(e.err, "--gpus: has no meaning with --device cpu"));
    CHECK_FALSE(exists(f.file("m")));

    REQUIRE(nn(&f, options).status == 0);
    e = nn_with(&f, 2, "", "--test --dataset a.csv --model m --gpus 2");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "several GPUs train, one tests"));
}

TEST_CASE("gpus: all sanitizer tools are silent")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(30, 4, 2));
    std::string sanitizer = std::filesystem::absolute("emu/bin/compute-sanitizer").string() + " --tool all ";
    for (const char *way : {"peer", "host"}) {
        ended_t e = shell("cd " + f.path + "\nOMP_NUM_THREADS=1 EMU_DEVICES=2 NN_GPU_SUM=" + way + " " + sanitizer +
                          "$NN --device cuda --gpus 2 --train --dataset a.csv --layers 4,5,1 --epochs 2 --batch_size 7 "
                          "--momentum 0.9 --class_weights 1,2 --validation 0.2 --model m");
        CAPTURE(e.out);
        CAPTURE(e.err);
        CHECK(e.status == 0);
        CHECK(contains(e.out + e.err, "ERROR SUMMARY: 0 errors"));
        CHECK(exists(f.file("m")));
    }
}

TEST_CASE(
    "gpus: comm_sum adds up in the order of the workers, the same bits everywhere, whatever the way and the length")
{
    NEEDS_EMULATOR();
    folder_t f;
    compile_cuda(&f, "check", "tests/comm_check.cu", "", "");
    std::string sanitizer = "emu/bin/compute-sanitizer --tool all ";
    for (const char *way : {"peer", "host"})
        for (int k : {1, 2, 3, 5}) {
            std::string run = format("EMU_DEVICES=%d NN_GPU_SUM=%s %s%s/check %d", k, way,
                                     k == 3 ? sanitizer.c_str() : "", f.path.c_str(), k);
            CAPTURE(run);
            ended_t e = shell(run);
            CAPTURE(e.err);
            CHECK(e.status == 0);
            CHECK(contains(e.out, "ok: copies "));
        }
}
