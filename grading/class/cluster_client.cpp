// [given] cluster_client.cpp: calls SLURM's own programs (sbatch, squeue, scontrol), with a time limit, and reads what they say.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "cluster_parts.h"
#include "text.h"
#include "utils.h"

// ---- a program ------------------------------------------------------------------------------------------

said_t client_run(const std::vector<std::string> &words, double limit_s)
{
    // Without what would change the meaning of the lines below.
    program_t program = {
        words,
        environment_without({"SQUEUE_", "SBATCH_WAIT=", "SBATCH_ARRAY_INX=", "SBATCH_REQUEUE=", "SBATCH_NO_REQUEUE="}),
        limit_s, 0, 0};
    return program_run(&program);
}

std::string said_text(const said_t *said)
{
    if (!said->found) return "the program is not installed here";
    std::string text = printable(said->err.empty() ? said->out : said->err);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (said->too_long) text += (text.empty() ? "" : "\n") + std::string("no answer in time");
    return text.empty() ? format("status %d", said->status) : text;
}

// ---- the queue ------------------------------------------------------------------------------------------

bool has_ended(const std::string &state)
{
    for (const char *ended : {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
                              "PREEMPTED", "REVOKED", "TIMEOUT"})
        if (state == ended) return true;
    return false;
}

// By name: a number that the cluster has forgotten would be an error, and a job is found of which the number never
// came back.
bool queue_read(const plan_t *plan, std::vector<queued_t> *queue, std::string *problem)
{
    std::string names;
    for (size_t k = 0; k < plan->arrays.size(); k++)
        if (!plan->arrays[k].tasks.empty()) names += (names.empty() ? "" : ",") + plan->name + format("-%zu", k);
    queue->clear();
    if (names.empty()) return true;
    said_t said = client_run(
        {"squeue", "--noheader", "--array", "--states=all", "--name=" + names, "--format=%j|%F|%K|%T|%r"}, 30);
    if (said.status != 0 || said.too_long) {
        *problem = said_text(&said);
        return false;
    }
    for (const std::string &line : split(said.out, '\n')) {
        std::vector<std::string> word = split(line, '|');
        if (word.size() < 5 || word[0].size() <= plan->name.size()) continue;
        queue->push_back({atol(word[1].c_str()), atoi(word[0].c_str() + plan->name.size() + 1), atoi(word[2].c_str()),
                          word[3], word[4]});
    }
    return true;
}

int largest_array(void)
{
    said_t said = client_run({"scontrol", "show", "config"}, 30);
    size_t at = said.out.find("MaxArraySize");
    int n = at == std::string::npos ? 0 : atoi(said.out.c_str() + said.out.find_first_of("0123456789", at));
    return n > 0 ? n : 1000;
}

// ---- a new array ----------------------------------------------------------------------------------------

std::vector<std::string> submit_words(const cluster_t *cluster, const what_t *what, const plan_t *plan, int array,
                                      long after)
{
    const size_t MiB = 1 << 20;
    std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::string out = std::filesystem::path(plan->folder).parent_path().string();
    double minutes = cluster->minutes > 0 ? cluster->minutes
                                          : (what->rubric->build_s + what->rubric->total_s) / 60 + 10;
    size_t memory = std::max(what->rubric->memory, what->rubric->build_memory) + what->rubric->disk + 1024 * MiB;
    std::string indices = format("0-%zu", plan->arrays[array].tasks.size() - 1);
    if (cluster->most_at_once > 0) indices += format("%%%d", cluster->most_at_once);
    std::vector<std::string> words = {"sbatch",
                                      "--parsable",
                                      "--job-name=" + plan->name + format("-%d", array),
                                      "--array=" + indices,
                                      "--chdir=" + plan->folder,
                                      "--output=log/%A_%a.txt",
                                      "--open-mode=append",
                                      "--requeue",
                                      "--nodes=1",
                                      "--ntasks=1",
                                      "--cpus-per-task=1",
                                      format("--mem=%zuM", memory / MiB),
                                      format("--time=%.0f", std::ceil(minutes))};
    int gpus = cluster->gpus >= 0 ? cluster->gpus : what->kit->emulated ? 0 : 1;
    if (gpus > 0) words.push_back(format("--gpus=%d", gpus));
    if (!cluster->partition.empty()) words.push_back("--partition=" + cluster->partition);
    if (!cluster->account.empty()) words.push_back("--account=" + cluster->account);
    if (after > 0) words.push_back(format("--dependency=afterany:%ld", after));
    words.insert(words.end(), cluster->more.begin(), cluster->more.end());  // the last one of its kind counts
    words.insert(words.end(), {what->kit->root + "/grading/class/task.sh", program, out, std::to_string(array)});
    return words;
}

static bool says_one_of(const std::string &text, const std::vector<const char *> &parts)
{
    for (const char *part : parts)
        if (text.find(part) != std::string::npos) return true;
    return false;
}

submitted_t submit(const std::vector<std::string> &words)
{
    said_t said = client_run(words, 60);  // it waits a while by itself where the queue is full
    if (!said.found)
        die("sbatch is not installed here\nhint: start bin/grade where jobs are submitted; without --slurm it grades "
            "on this machine");
    submitted_t s = {!said.too_long && said.status == 0 ? atol(said.out.c_str()) : 0, false, false, ""};
    if (s.job > 0) return s;
    s.problem = said_text(&said);
    s.full = says_one_of(s.problem, {"temporarily", "ubmit limit", "SubmitJob", "MaxSubmit", "job limit"});
    s.later = s.full || said.too_long || says_one_of(s.problem, {"Unable to contact", "imed out", "onnection"});
    return s;
}
