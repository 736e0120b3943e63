// tests/test_cuda_train.cpp: nn_train_cuda against nn_train: parameters, velocity and cost after whole epochs.
// It holds for every IMPL, for those too that have no separate passes: tests/ladder.sh runs it on every rung.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "cuda_utils.h"
#include "helpers.h"

struct cuda_job_t {
    const char *what;
    std::vector<int> sizes;
    std::vector<std::string> activations;
    const char *loss;
    task_t task;
    int N, B;
    double momentum;
    bool weighted;
    long epochs;
};

static double worst_difference(const std::vector<real_t> &a, const std::vector<real_t> &b)
{
    double worst = 0, size = 1e-30;
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); i++) {
        double d = std::fabs((double)a[i] - b[i]);
        worst = d > worst || std::isnan(d) ? d : worst;
        size = std::max(size, (double)std::fabs(a[i]));
    }
    return worst / size;
}

// Of the largest parameter. TOLERANCE, from the environment, is what a rung with rounded factors says of itself.
static double tolerance(void)
{
    const char *of_rung = getenv("TOLERANCE");
    return of_rung ? atof(of_rung) : sizeof(real_t) == 4 ? 2e-5 : 1e-12;
}

static bool has_cuda(void)
{
    std::string why = death_of(cuda_start);
    if (!why.empty()) MESSAGE("skipped: " << why.substr(0, why.find('\n')));
    return why.empty();
}

static void check_job(const cuda_job_t &job)
{
    INFO(std::string(job.what));
    shape_t s = shape_of(job.sizes, job.activations, job.loss);
    ds_t ds = random_ds(job.N, job.sizes.front(), job.sizes.back(), job.task, 5);
    run_t run[2];
    nn_t nn[2];
    const char *names[] = {"cpu", "cuda"};
    for (int d = 0; d < 2; d++) {
        nn[d] = nn_create(&s, INIT_UNIFORM, 3);
        nn[d].task = job.task;
        run[d] = quiet_run(job.epochs, job.B, 0.2);
        run[d].device = device_find(names[d]);
        run[d].momentum = job.momentum;
        if (job.momentum > 0) run[d].at.velocity.assign(s.n_params, 0);
        if (job.weighted) run[d].class_weight.assign(std::max(2, job.sizes.back()), 0.5), run[d].class_weight[1] = 2;
        run[d].device->train(&nn[d], &ds, NULL, &run[d]);
    }
    double params = worst_difference(nn[0].params, nn[1].params);
    double velocity = worst_difference(run[0].at.velocity, run[1].at.velocity);
    double cost = std::fabs(run[0].at.last_loss / run[1].at.last_loss - 1);
    CHECK(params < tolerance());
    CHECK(velocity < 10 * tolerance());
    CHECK(cost < tolerance());
    CHECK(run[0].at.epoch == run[1].at.epoch);
}

static const task_t C = TASK_CLASSIFICATION, R = TASK_REGRESSION;

TEST_CASE("training on the GPU goes where training on the CPU goes")
{
    if (!has_cuda()) return;
    const cuda_job_t jobs[] = {
        {"one layer", {3, 1}, {"sigmoid"}, "mse", C, 20, 7, 0, false, 3},
        {"W1's net, short last batch",
         {30, 60, 10, 1},
         {"sigmoid", "sigmoid", "sigmoid"},
         "mse",
         C,
         130,
         50,
         0,
         false,
         2},
        {"batches of one row", {5, 4, 2}, {"tanh", "softmax"}, "log", C, 9, 1, 0.9, true, 2},
        {"row weights, momentum", {7, 33, 1}, {"relu", "sigmoid"}, "log", C, 90, 40, 0.5, true, 3},
        {"softmax with mse", {4, 17, 5}, {"leaky_relu:0.1", "softmax"}, "mse", C, 60, 25, 0, true, 3},
        {"softmax with mae", {4, 9, 3}, {"softplus", "softmax"}, "mae", C, 40, 40, 0, false, 2},
        {"regression, two outputs",
         {2, 16, 16, 2},
         {"tanh", "clipped_leaky_relu:0.1", "linear"},
         "mse",
         R,
         100,
         64,
         0.3,
         false,
         3},
        {"mae, linear", {3, 8, 1}, {"softplus", "linear"}, "mae", R, 50, 20, 0, false, 2},
        {"wider than a tile", {40, 130, 70, 3}, {"tanh", "tanh", "softmax"}, "log", C, 70, 70, 0.5, false, 2},
        {"more rows than shared memory holds at once",
         {40, 130, 70, 3},
         {"tanh", "tanh", "softmax"},
         "log",
         C,
         450,
         400,
         0.5,
         false,
         1},
        {"more rows than the cluster holds at once", {200, 50, 1}, {"tanh", "sigmoid"}, "mse", C, 400, 350, 0, true, 1},
        {"deep",
         {4, 5, 6, 7, 6, 5, 4, 1},
         {"tanh", "tanh", "tanh", "tanh", "tanh", "tanh", "sigmoid"},
         "log",
         C,
         30,
         16,
         0,
         false,
         2},
    };
    for (const cuda_job_t &job : jobs) check_job(job);
}

TEST_CASE("training on the GPU: a network that does not fit in shared memory")
{
    if (!has_cuda()) return;
    check_job({"wide", {300, 200, 10}, {"sigmoid", "softmax"}, "log", C, 60, 32, 0.5, true, 1});
    check_job({"three wide layers", {150, 180, 160, 3}, {"tanh", "relu", "linear"}, "mse", R, 150, 100, 0, false, 2});
}

// An interrupted run is taken up in the middle of an epoch, with the cost so far and the velocity.
TEST_CASE("training on the GPU: an epoch is gone on with")
{
    if (!has_cuda()) return;
    shape_t s = shape_of({6, 20, 1}, {"tanh", "sigmoid"}, "log");
    ds_t ds = random_ds(50, 6, 1, C, 5);
    run_t run[2];
    nn_t nn[2];
    const char *names[] = {"cpu", "cuda"};
    for (int d = 0; d < 2; d++) {
        nn[d] = nn_create(&s, INIT_UNIFORM, 3);
        run[d] = quiet_run(2, 16, 0.2);
        run[d].device = device_find(names[d]);
        run[d].momentum = 0.5;
        run[d].at.velocity.assign(s.n_params, (real_t)0.01);
        run[d].at.batch = 2;
        run[d].at.loss_sum = 12;
        run[d].device->train(&nn[d], &ds, NULL, &run[d]);
    }
    CHECK(worst_difference(nn[0].params, nn[1].params) < tolerance());
    CHECK(worst_difference(run[0].at.velocity, run[1].at.velocity) < 10 * tolerance());
    CHECK(run[1].at.epoch == 2);
    CHECK(std::fabs(run[0].at.last_loss / run[1].at.last_loss - 1) < tolerance());
}
