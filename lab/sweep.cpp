// [given] sweep.cpp: bin/lab sweep: many trainings over a grid or random choices of options, here or as a job array.
#include "sweep.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include "lab.h"
#include "text.h"

namespace fs = std::filesystem;

static std::string sweep_file, sweep_folder;
static sweep_way_t way = {"", 0, 0, {}};
static bool on_cluster = false, only_list = false, again = false;
constexpr size_t MOST_ROWS = 20;  // of the table on the terminal

// ---- Ctrl-C ------------------------------------------------------------------------------------------------------

static volatile sig_atomic_t stop_signal = 0;
static void note_stop(int number) { stop_signal = number; }
bool sweep_stopped(void) { return stop_signal != 0; }

static void watch(void)
{
    struct sigaction action = {};
    action.sa_handler = note_stop;
    for (int number : {SIGINT, SIGTERM, SIGHUP}) {
        action.sa_flags = number == SIGINT ? SA_RESETHAND : 0;  // a second Ctrl-C ends at once
        struct sigaction before;
        sigaction(number, NULL, &before);
        if (before.sa_handler != SIG_IGN) sigaction(number, &action, NULL);
    }
}

// ---- the folder ---------------------------------------------------------------------------------------------------

// Trainings of a sweep that was killed hold it too, until they have written their checkpoints: nobody writes the same
// files at the same time.
static void lock(const std::string &folder)
{
    std::string path = folder + "/lock";
    int fd = open(path.c_str(), O_RDWR | O_CREAT, 0666);
    if (fd < 0) die("%s: cannot be written: %s", path.c_str(), strerror(errno));
    for (int k = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; k++) {
        if (errno != EWOULDBLOCK && errno != EINTR) return;  // a file system without locks
        if (k == 5) fprintf(stderr, "waiting for another bin/lab sweep in %s\n", folder.c_str());
        if (k == 200 || sweep_stopped())
            die("%s: another bin/lab sweep is at work there\nhint: wait for it, or --out FOLDER", folder.c_str());
        usleep(100000);
    }
}

// A run that stands in FOLDER/runs.txt keeps its number; new ones are put behind.
// --again forgets those too that the file does not name now: they would come back as if they were of today's data.
static void number_runs(sweep_t *s)
{
    std::string path = s->folder + "/runs.txt";
    std::vector<std::string> lines = lines_of(sweep_read_or_nothing(path));
    for (size_t k = 0; again && k < lines.size(); k++) sweep_forget(s, (int)k + 1);
    std::map<std::string, int> known;
    for (size_t k = 0; k < lines.size(); k++) known[lines[k]] = (int)k + 1;
    for (sweep_run_t &run : s->runs) {
        int *number = &known[run.line];
        if (*number == 0) lines.push_back(run.line), *number = (int)lines.size();
        run.number = *number;
    }
    std::string text;
    for (const std::string &line : lines) text += line + "\n";
    if (text != sweep_read_or_nothing(path)) file_write(path, text);
}

// Results of other data under the same name would be mixed with these.
static void check_data(const sweep_t *s)
{
    std::string path = s->folder + "/data.txt";
    std::vector<std::string> lines = lines_of(again ? "" : sweep_read_or_nothing(path));
    for (const char *option : {"dataset", "validation"}) {
        std::string file = sweep_fixed(s, option);
        if (access(file.c_str(), F_OK) != 0 && !strcmp(option, "validation")) continue;
        std::string text = file_read(file),
                    line = file + format(" CRC-32 %08lx", crc32_z(0, (const Bytef *)text.data(), text.size()));
        for (const std::string &before : lines)
            if (before.compare(0, file.size() + 1, file + " ") == 0 && before != line)
                die("%s: is not what the runs in %s were trained on\nhint: --again trains all of them anew; --out "
                    "FOLDER "
                    "keeps both",
                    file.c_str(), s->folder.c_str());
        if (!std::count(lines.begin(), lines.end(), line)) lines.push_back(line);
    }
    std::string text;
    for (const std::string &line : lines) text += line + "\n";
    if (text != sweep_read_or_nothing(path)) file_write(path, text);
}

static void check_files(const sweep_t *s)
{
    for (char c : s->folder)
        if (!isalnum((unsigned char)c) && !strchr("_./,:+-@%=", c))
            die_usage("--out: '%s': the character '%c', expected letters, digits and _./,:+-@%%=\nhint: without --out "
                      "it is runs/sweep/ and the file's name: --out FOLDER",
                      s->folder.c_str(), c);
    if (s->test.empty()) return;
    if (access(s->test.c_str(), R_OK) != 0) die("%s: test = %s: %s", s->file.c_str(), s->test.c_str(), strerror(errno));
    std::error_code none;
    for (const char *option : {"dataset", "validation"})
        if (fs::equivalent(s->test, sweep_fixed(s, option), none))
            die_usage("%s: test = %s is the file of %s\nhint: rows that no run has seen", s->file.c_str(),
                      s->test.c_str(), option);
}

// ---- the end --------------------------------------------------------------------------------------------------------

static void score_test_rows(const sweep_t *s, const std::string &model)
{
    printf("\nThe best model on %s, which no run has seen and nothing was chosen by:\n", s->test.c_str());
    fflush(stdout);
    int status = system((shell_quoted(way.nn) + " --test --dataset " + shell_quoted(s->test) + " --model " +
                         shell_quoted(model) + " --json " + shell_quoted(s->folder + "/test.json"))
                            .c_str());
    if (status != 0) die("the best model could not be scored on %s: see above", s->test.c_str());
}

static void keep_best(const sweep_t *s, const sweep_setting_t *best, const std::vector<sweep_result_t> *results)
{
    int run = best->runs[0];
    auto score = [&](int i) { return s->by_metric ? (*results)[i].value : (*results)[i].cost; };
    for (int i : best->runs)
        if (sweep_better(s, score(i), score(run))) run = i;
    std::string model = s->folder + "/best.model";
    std::string line = "bin/nn --train " + s->runs[run].line + " --model " + model;
    file_write(model, file_read(sweep_path(s, s->runs[run].number, ".model")));
    file_write(s->folder + "/best.txt", line + "\n");
    printf("\nbest: run %d: %s: %s\n", s->runs[run].number, sweep_values(s, &s->runs[run]).c_str(),
           sweep_said(&(*results)[run]).c_str());
    printf("model    %s\nlog      %s\ntrained  %s\n", model.c_str(),
           sweep_path(s, s->runs[run].number, ".log.csv").c_str(), line.c_str());
}

static std::vector<sweep_result_t> results_of(const sweep_t *s)
{
    std::vector<sweep_result_t> results;
    for (const sweep_run_t &run : s->runs) results.push_back(sweep_result(s, run.number));
    return results;
}

static int finish(const sweep_t *s, bool whole)
{
    std::vector<sweep_result_t> results = results_of(s);
    size_t done = 0, diverged = 0;
    for (sweep_result_t &r : results) {
        if (r.state == SWEEP_MISSING && whole) r.state = SWEEP_FAILED;
        done += r.state == SWEEP_DONE;
        diverged += r.state == SWEEP_DIVERGED;
    }
    std::vector<sweep_setting_t> rank = sweep_rank(s, &results);
    std::string criterion = sweep_criterion(s, &results);
    std::string table = sweep_markdown(s, &rank, &results, rank.size());
    std::string picture = sweep_picture(s, &rank, criterion);
    for (const char *earlier : {"best.model", "best.txt", "test.json", "sweep.svg"})  // might be of another file
        unlink((s->folder + "/" + earlier).c_str());
    file_write(s->folder + "/table.csv", sweep_csv(s, &rank, &results));
    file_write(s->folder + "/table.md", table);
    if (!picture.empty()) file_write(s->folder + "/sweep.svg", picture);
    if (done > 0) {
        printf("\nby %s:\n\n%s", criterion.c_str(), sweep_markdown(s, &rank, &results, MOST_ROWS).c_str());
        if (rank.size() > MOST_ROWS) printf("... %zu more in the table\n", rank.size() - MOST_ROWS);
    }
    printf("\n%zu of %zu runs have a result", done, results.size());
    if (diverged > 0) printf(", %zu diverged", diverged);
    printf("\ntable    %s/table.csv, table.md\n", s->folder.c_str());
    if (!picture.empty()) printf("picture  %s/sweep.svg\n", s->folder.c_str());
    if (!whole) return 1;
    size_t failed = results.size() - done - diverged;
    if (done > 0 && rank[0].score == rank[0].score) keep_best(s, &rank[0], &results);
    printf("%s", sweep_notes(s, &rank, &results).c_str());
    if (failed > 0) {
        printf("\n%zu run%s failed: what bin/nn said is in %s/NUMBER.txt; the same command tries them again\n", failed,
               failed == 1 ? "" : "s", s->folder.c_str());
        return 1;
    }
    if (done == 0)
        die("no run has a result\nhint: smaller values of learning_rate; what was said is in %s/1.txt",
            s->folder.c_str());
    if (!s->test.empty()) score_test_rows(s, s->folder + "/best.model");
    return 0;
}

// ---- the command ----------------------------------------------------------------------------------------------------

static sweep_t prepare(void)
{
    if (sweep_folder.empty()) sweep_folder = "runs/sweep/" + fs::path(sweep_file).stem().string();
    sweep_t s = sweep_read(sweep_file, sweep_folder);
    check_files(&s);
    return s;
}

static void list(const sweep_t *s)
{
    for (size_t k = 0; k < s->runs.size(); k++) printf("%s\n", s->runs[k].line.c_str());
    fprintf(stderr, "%zu runs\n", s->runs.size());
}

static void say_what(const sweep_t *s, size_t done)
{
    std::string patience = sweep_fixed(s, "patience");
    printf("%s: %zu runs, %zu of them have a result; into %s/\n", s->file.c_str(), s->runs.size(), done,
           s->folder.c_str());
    printf("chosen by the %s of the validation rows (%s)%s\n", s->by_metric ? "metric" : "cost",
           sweep_fixed(s, "validation").c_str(),
           patience.empty() ? "; no early stopping"
                            : (", early stopping after " + patience + " epochs without a better one").c_str());
    fflush(stdout);
}

static int sweep_main(void)
{
    sweep_t s = prepare();
    if (only_list) return list(&s), 0;
    if (way.nn.empty()) way.nn = fs::read_symlink("/proc/self/exe").parent_path().string() + "/nn";
    if (!on_cluster && access(way.nn.c_str(), X_OK) != 0)
        die("%s: %s: the program that trains\nhint: make bin/nn", way.nn.c_str(), strerror(errno));
    std::error_code error;
    fs::create_directories(s.folder, error);
    if (error) die("%s: cannot be made: %s", s.folder.c_str(), error.message().c_str());
    watch();
    lock(s.folder);
    if ((!on_cluster || again) && sweep_is_queued(&s))
        die("%s: runs of it are with the cluster\nhint: --slurm watches them; `scancel --name=$(cat %s/slurm.txt)` "
            "ends them",
            s.folder.c_str(), s.folder.c_str());
    number_runs(&s);
    check_data(&s);
    std::vector<sweep_result_t> results = results_of(&s);
    for (size_t k = 0; k < s.runs.size(); k++)
        if (results[k].state == SWEEP_MISSING) way.todo.push_back((int)k);
    say_what(&s, s.runs.size() - way.todo.size());
    bool whole = way.todo.empty() || (on_cluster ? sweep_slurm(&s, &way) : sweep_local(&s, &way));
    int status = finish(&s, whole);
    if (whole) return status;
    printf("\nnot all: the same command goes on\n");
    return stop_signal ? 128 + stop_signal : 1;
}

const command_t sweep_command = {
    "sweep",
    "many runs over a grid or random choices of options, here or as a job array",
    {
        {"FILE", &sweep_file, "what to try: lines NAME = VALUE, VALUE and NAME ~ LOW .. HIGH log", required()},
        {"--out", &sweep_folder, "folder of the results (runs/sweep/ and the file's name)"},
        {"--jobs", &way.jobs, "runs at once (as many as there are cores; on a cluster no limit)", between(1, 1000)},
        {"--threads", &way.threads, "threads of a run (1; on a cluster what slurm.sbatch asks for)", between(1, 1024)},
        {"--nn", &way.nn, "the program that trains (nn beside this one)"},
        {"--slurm", &on_cluster, "as a job array, through slurm.sbatch"},
        {"--list", &only_list, "only say which runs there are"},
        {"--again", &again, "forget what earlier runs gave"},
    },
    sweep_main};
