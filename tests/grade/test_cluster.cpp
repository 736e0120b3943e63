// tests/grade/test_cluster.cpp: what the grader understands of SLURM's programs. tests/slurm/grade.sh runs it on a real one.
#include <algorithm>
#include <cstdlib>

#include "../../grading/class/cluster_parts.h"
#include "../helpers.h"
#include "utils.h"

TEST_CASE("cluster: a program that hangs is ended after its time, with what it said so far")
{
    double begun = clock_now();
    said_t said = client_run({"sh", "-c", "echo half; echo why >&2; sleep 60"}, 0.5);
    CHECK(clock_now() - begun < 20);
    CHECK(said.too_long);
    CHECK(said.out == "half\n");
    CHECK(said_text(&said) == "why\nno answer in time");
}

TEST_CASE("cluster: a program that is not installed is no answer of the cluster")
{
    said_t said = client_run({"no-such-program-here"}, 5);
    CHECK_FALSE(said.found);
    said = client_run({"sh", "-c", "echo no >&2; exit 127"}, 5);
    CHECK(said.found);
    CHECK(said.status == 127);
}

// The words of SLURM 22.05.
static submitted_t answer(const folder_t *f, const std::string &script)
{
    std::string program = f->write("sbatch", "#!/bin/sh\n" + script + "\n");
    REQUIRE(system(("chmod +x " + program).c_str()) == 0);
    return submit({program});
}

TEST_CASE("cluster: what sbatch answers: a number, not now, never")
{
    folder_t f;
    CHECK(answer(&f, "echo 12").job == 12);
    CHECK(answer(&f, "echo '13;course'").job == 13);  // of several clusters
    submitted_t full = answer(
        &f, "echo 'sbatch: error: Batch job submission failed: Resource temporarily unavailable' >&2; exit 1");
    CHECK((full.job == 0 && full.later && full.full));
    full = answer(&f, "echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1");
    CHECK((full.later && full.full));
    submitted_t gone = answer(&f, "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm "
                                  "controller (connect failure)' >&2; exit 1");
    CHECK((gone.later && !gone.full));
    submitted_t never = answer(&f, "echo 'sbatch: error: invalid partition specified: nope' >&2; exit 1");
    CHECK((never.job == 0 && !never.later));
    CHECK(contains(never.problem, "invalid partition specified: nope"));
}

TEST_CASE("cluster: states that are an end, and those that are none")
{
    for (const char *state : {"CANCELLED", "COMPLETED", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"})
        CHECK_MESSAGE(has_ended(state), state);
    for (const char *state : {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED", "SUSPENDED"})
        CHECK_MESSAGE(!has_ended(state), state);
}

TEST_CASE("cluster: a task keeps its number when the class is listed again")
{
    folder_t f;
    plan_t plan = plan_open(f.path);
    submission_t ada = {f.path + "/ada", {"ada", "", "", ""}, "ada", ""}, bob = ada;
    bob.id = "bob";
    CHECK(plan_task(&plan, &ada) == 0);
    CHECK(plan_task(&plan, &bob) == 1);
    CHECK(plan_task(&plan, &ada) == 0);
    plan.arrays = {{12, {0, 1}}, {0, {1}}};
    plan_write_jobs(&plan);
    plan_t again = plan_open(f.path);
    CHECK(again.name == plan.name);
    REQUIRE(again.arrays.size() == 2);
    CHECK(again.arrays[0].job == 12);
    CHECK(again.arrays[1].tasks == std::vector<int>{1});
    CHECK(bytes(&f, "slurm/array-0.txt") == "0\n1\n");
}

TEST_CASE("cluster: what a task asks for follows from the rubric; the instructor's own options come last")
{
    folder_t f;
    plan_t plan = plan_open(f.path);
    plan.arrays = {{0, {4, 5, 6}}};
    kit_t kit = {};
    kit.root = "/kit";
    rubric_t rubric = {};
    rubric.build_s = 180;
    rubric.total_s = 900;
    rubric.memory = rubric.build_memory = (size_t)2048 << 20;
    what_t what = {NULL, &kit, &rubric, NULL};
    cluster_t cluster = {"short", "", -1, 2, {"--qos=teaching"}, 0};
    std::vector<std::string> words = submit_words(&cluster, &what, &plan, 0, 11);
    auto has = [&](const std::string &word) { return std::count(words.begin(), words.end(), word) == 1; };
    for (const char *word : {"--array=0-2%2", "--time=28", "--mem=3072M", "--gpus=1", "--partition=short",
                             "--dependency=afterany:11", "--qos=teaching"})
        CHECK_MESSAGE(has(word), word);
    CHECK(words[words.size() - 4] == "/kit/grading/class/task.sh");
    CHECK(words.back() == "0");
    kit.emulated = true;
    words = submit_words(&cluster, &what, &plan, 0, 0);
    CHECK_FALSE(has("--gpus=1"));
}

TEST_CASE("cluster: a task without its list says so")
{
    folder_t f;
    std::string said = death_of([&] { cluster_task(f.path, 3); });
    CHECK_MESSAGE(contains(said, "tasks.json"), said);
}
