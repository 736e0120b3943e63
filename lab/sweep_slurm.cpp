// [given] sweep_slurm.cpp: the runs of a sweep as a job array of SLURM: task k is line k of FOLDER/runs.txt.
#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "lab.h"
#include "sweep.h"
#include "text.h"

constexpr int MOST_TRIES = 3;                  // without a new checkpoint in between
constexpr double GRACE = 10, GRACE_DONE = 90;  // until what another machine has written must be seen here [s]
constexpr double SILENCE = 1800;               // of a cluster that does not answer [s]
constexpr double FAST = 1, SLOW = 5;           // between two looks at the queue [s]

struct task_state_t {  // a run, as the cluster sees it
    int tries;
    bool alive, seen, cancelled, settled;  // alive: waiting or running; seen: alive since we watch
    double gone;                           // when it was first seen to have ended without a result; 0: it is not
    time_t checkpoint;                     // of the last one when it was submitted
    std::string state;
};

struct array_job_t {
    const sweep_t *s;
    const sweep_way_t *way;
    std::string name;                   // of its jobs: one name for one folder
    std::map<int, task_state_t> tasks;  // by number of the run
    double silent, submit_at;
    size_t done;
    bool any_done;
    std::set<std::string> told;  // reasons
};

// ---- SLURM's programs --------------------------------------------------------------------------------------------

// Standard output; `status` 124: no answer in time. What it says on the other channel is kept apart.
static std::string ask_cluster(const std::vector<std::string> &words, int *status, std::string *complaint)
{
    char path[] = "/tmp/nn-sweep-XXXXXX";
    int file = mkstemp(path);
    if (file < 0) die("/tmp: no file can be made there");
    close(file);
    std::string line = "timeout 60", out;
    for (const std::string &word : words) line += " " + shell_quoted(word);
    FILE *pipe = popen((line + " 2>" + path).c_str(), "r");
    if (!pipe) die("no new process");
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, pipe)) > 0;) out.append(block, n);
    int code = pclose(pipe);
    *status = WIFEXITED(code) ? WEXITSTATUS(code) : 128;
    *complaint = sweep_read_or_nothing(path);
    unlink(path);
    while (!complaint->empty() && complaint->back() == '\n') complaint->pop_back();
    return out;
}

static void clean_environment(void)
{
    for (const char *name : {"SQUEUE_USERS", "SQUEUE_ACCOUNT", "SQUEUE_PARTITION", "SQUEUE_STATES", "SQUEUE_FORMAT",
                             "SQUEUE_FORMAT2", "SQUEUE_QOS", "SQUEUE_NAMES", "SBATCH_WAIT", "SBATCH_ARRAY_INX"})
        unsetenv(name);
}

static bool has_ended(const std::string &state)
{
    for (const char *going :
         {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED",
          "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED", "SPECIAL_EXIT", "RESV_DEL_HOLD"})
        if (state == going) return false;
    return true;
}

static void say_reason(array_job_t *a, const std::string &reason)
{
    for (const char *usual :
         {"None", "Priority", "Resources", "JobArrayTaskLimit", "Dependency", "BeginTime", "Prolog", "(null)"})
        if (reason == usual) return;
    if (a->told.insert(reason).second)
        fprintf(stderr, "some runs are waiting; the cluster's reason: %s\n", reason.c_str());
}

// What the cluster says of our tasks, the latest of each. False: it does not answer.
static bool look(array_job_t *a, std::map<int, std::string> *states)
{
    clean_environment();
    int status;
    std::string complaint;
    std::string out = ask_cluster({"squeue", "--noheader", "--array", "--states=all", "--name=" + a->name,
                                   "--user=" + std::to_string(getuid()), "--format=%F|%K|%T|%r"},
                                  &status, &complaint);
    double now = clock_now();
    if (status != 0) {
        if (status == 127)
            die("squeue is not here: this is no host of a SLURM cluster\nhint: without --slurm the runs are trained "
                "here");
        if (a->silent == 0) fprintf(stderr, "the cluster does not answer: %s; waiting for it\n", complaint.c_str());
        if (a->silent == 0) a->silent = now;
        if (now - a->silent > SILENCE)
            die("the cluster has not answered for %s\nhint: the same command goes on", duration_text(SILENCE).c_str());
        return false;
    }
    if (a->silent > 0) fprintf(stderr, "the cluster answers again\n");
    a->silent = 0;
    std::map<int, long> latest;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        long job = 0;
        int run = 0;
        char state[64] = "", reason[128] = "";
        if (sscanf(line.c_str(), "%ld|%d|%63[^|]|%127s", &job, &run, state, reason) < 3) continue;
        bool alive = !has_ended(state);
        if (!strcmp(state, "PENDING")) say_reason(a, reason);
        if (latest.count(run) && latest[run] > job && !alive) continue;
        latest[run] = alive ? LONG_MAX : job;
        (*states)[run] = state;
    }
    return true;
}

// ---- submitting ----------------------------------------------------------------------------------------------------

static time_t checkpoint_time(const sweep_t *s, int run)
{
    struct stat st;
    return stat(sweep_path(s, run, ".model.checkpoint").c_str(), &st) == 0 ? st.st_mtime : 0;
}

static std::string ranges_of(const std::vector<int> &numbers)  // sorted
{
    std::string text;
    for (size_t i = 0, j; i < numbers.size(); i = j) {
        for (j = i + 1; j < numbers.size() && numbers[j] == numbers[j - 1] + 1;) j++;
        text += (text.empty() ? "" : ",") + std::to_string(numbers[i]);
        if (j - i > 1) text += "-" + std::to_string(numbers[j - 1]);
    }
    return text;
}

static void submit_runs(array_job_t *a, std::vector<int> runs)
{
    std::sort(runs.begin(), runs.end());
    std::string most = a->way->jobs > 0 ? "%" + std::to_string(a->way->jobs) : "";
    std::vector<std::string> words = {"sbatch",
                                      "--parsable",
                                      "--job-name=" + a->name,
                                      "--array=" + ranges_of(runs) + most,
                                      "--output=" + a->s->folder + "/%a.txt",
                                      "--open-mode=append"};
    if (!sweep_on_gpu(a->s)) words.push_back("--gpus=0");
    if (a->way->threads > 0) words.push_back("--cpus-per-task=" + std::to_string(a->way->threads));
    words.insert(words.end(), {"slurm.sbatch", "sweep", a->s->folder});
    int status;
    std::string complaint, out = ask_cluster(words, &status, &complaint);
    if (sweep_stopped()) return;
    long job = atol(out.c_str());
    if (job <= 0) {
        bool later = status == 124;
        for (const char *part :
             {"temporarily", "ubmit limit", "SubmitJob", "MaxSubmit", "job limit", "Unable to contact", "imed out"})
            later |= strstr(complaint.c_str(), part) != NULL;
        if (!later)
            die("the cluster refuses the job: %s\nhint: the head of slurm.sbatch says what is asked for",
                complaint.c_str());
        fprintf(stderr, "not submitted yet: %s; waiting\n", complaint.c_str());
        a->submit_at = clock_now() + 20;  // whether it got through nevertheless the queue will show
        return;
    }
    printf("job %ld: %zu run%s\n", job, runs.size(), runs.size() == 1 ? "" : "s");
    fflush(stdout);
    for (int run : runs) {
        task_state_t *t = &a->tasks[run];
        t->alive = t->seen = true;
        t->state = "PENDING";  // it may be cancelled before the queue is looked at
        t->gone = 0;
        t->tries++;
        t->checkpoint = checkpoint_time(a->s, run);
    }
}

// ---- what becomes of a run --------------------------------------------------------------------------------------------

static void settle(array_job_t *a, int index, const std::string &said)
{
    const sweep_run_t *run = &a->s->runs[index];
    a->tasks[run->number].settled = true;
    if (sweep_result(a->s, run->number).state != SWEEP_MISSING)
        a->any_done = true, unlink(sweep_path(a->s, run->number, ".model.checkpoint").c_str());
    printf("[%zu/%zu] run %d: %s: %s\n", ++a->done, a->way->todo.size(), run->number, sweep_values(a->s, run).c_str(),
           said.c_str());
    fflush(stdout);
}

// Something is wrong with all of them.
[[noreturn]] static void give_up(array_job_t *a, int run, const std::string &why)
{
    int status;
    std::string complaint;
    ask_cluster({"scancel", "--name=" + a->name, "--user=" + std::to_string(getuid())}, &status, &complaint);
    die("run %d ended %d times without a result, and no other has one; the rest is cancelled: %s\nhint: %s says more",
        run, MOST_TRIES, why.c_str(), sweep_path(a->s, run, ".txt").c_str());
}

// True: it is to be submitted.
static bool judge_task(array_job_t *a, int index)
{
    int run = a->s->runs[index].number;
    task_state_t *t = &a->tasks[run];
    if (t->settled) return false;
    sweep_result_t r = sweep_result(a->s, run);
    if (r.state != SWEEP_MISSING) return settle(a, index, sweep_said(&r)), false;
    if (t->alive) return t->gone = 0, false;
    if (!t->seen && t->state.empty()) return true;  // the cluster does not know it
    if (t->gone == 0) t->gone = clock_now();
    if (clock_now() - t->gone < (t->state == "COMPLETED" ? GRACE_DONE : GRACE)) return false;
    if (t->seen && t->state == "CANCELLED")
        return settle(a, index, "cancelled; the same command submits it again"), false;
    if (!t->seen) return true;  // ended without a result before this command was given
    if (checkpoint_time(a->s, run) > t->checkpoint) t->tries = 0;
    else if (r.said.find(".checkpoint") != std::string::npos)  // it is damaged
        unlink(sweep_path(a->s, run, ".model.checkpoint").c_str());
    std::string why = (t->state.empty() ? "it is gone" : t->state) + (r.said.empty() ? "" : ": " + r.said);
    if (t->tries >= MOST_TRIES && !a->any_done) give_up(a, run, why);
    if (t->tries >= MOST_TRIES)
        return settle(a, index, format("the cluster ended it %d times: ", t->tries) + why), false;
    printf("run %d: lost (%s); it is submitted again\n", run, why.c_str());
    return true;
}

static void note_states(array_job_t *a, const std::map<int, std::string> *states)
{
    for (int index : a->way->todo) {
        int run = a->s->runs[index].number;
        task_state_t *t = &a->tasks[run];
        auto found = states->find(run);
        // Of a task that is cancelled while it waits nothing may be left.
        bool waited = t->state == "PENDING" || t->state == "CANCELLED";
        t->state = found != states->end() ? found->second : waited ? "CANCELLED" : "";
        t->alive = found != states->end() && !has_ended(t->state);
        t->seen |= t->alive;
    }
}

static std::string name_of(const sweep_t *s)
{
    std::string path = std::filesystem::absolute(s->folder).string();
    return format("nn-sweep-%08lx", crc32_z(0, (const Bytef *)path.data(), path.size()));
}

bool sweep_is_queued(const sweep_t *s)
{
    array_job_t a = {s, NULL, name_of(s), {}, 0, 0, 0, false, {}};
    std::map<int, std::string> states;
    bool queued = false;
    if (access((s->folder + "/slurm.txt").c_str(), F_OK) == 0 && look(&a, &states))
        for (const auto &state : states) queued |= !has_ended(state.second);
    return queued;
}

bool sweep_slurm(const sweep_t *s, const sweep_way_t *way)
{
    for (const char *file : {"slurm.sbatch", "scripts/job.sh"})
        if (access(file, R_OK) != 0) die("%s is not here\nhint: start bin/lab sweep --slurm in the kit's folder", file);
    array_job_t a = {s, way, name_of(s), {}, 0, 0, 0, false, {}};
    file_write(s->folder + "/slurm.txt", a.name + "\n");
    for (double started = clock_now(); a.done < way->todo.size() && !sweep_stopped();) {
        std::map<int, std::string> states;
        if (look(&a, &states)) {
            note_states(&a, &states);
            std::vector<int> lost;
            for (int index : way->todo)
                if (judge_task(&a, index)) lost.push_back(s->runs[index].number);
            if (!lost.empty() && clock_now() >= a.submit_at && !sweep_stopped()) submit_runs(&a, lost);
        }
        double pause = clock_now() - started < 60 ? FAST : SLOW;
        if (a.done < way->todo.size())
            for (double until = clock_now() + pause; clock_now() < until && !sweep_stopped();) usleep(50000);
    }
    if (sweep_stopped())
        fprintf(stderr,
                "stopped watching; the jobs go on: `squeue --name=%s` shows them, `scancel --name=%s` ends them\n",
                a.name.c_str(), a.name.c_str());
    return !sweep_stopped();
}
