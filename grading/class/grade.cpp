// [given] grade.cpp: `bin/grade`: grades a class.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "appeal.h"
#include "batch_parts.h"
#include "cluster.h"
#include "git.h"
#include "intake_parts.h"
#include "marks.h"

struct grade_options_t {
    std::string submissions, out, rubric, roster, marks, replay;
    std::string git, deadline;
    bool git_local = false, public_only = false, again = false, no_timing = false, no_sandbox = false, quiet = false;
    int jobs = 0, task = -1;
    uint64_t seed = 0;
    bool seed_given = false, slurm = false;
    cluster_t cluster = {"", "", -1, 0, {}, 0};
};

static const char *const ABOUT = "Grades submissions: builds and runs each in a sandbox, judges what it computes\n"
                                 "from outside, and writes marks, a page of feedback for every student, and a page\n"
                                 "for you.\n\n"
                                 "Started again after whatever stopped it, the same command goes on: what has its\n"
                                 "marks is kept, and what was handed in anew is graded.\n";
static const char
    *const EXAMPLES = "Examples:\n"
                      "  bin/grade downloads --out marks               folders, .zip or .tar.gz files\n"
                      "  bin/grade downloads --out marks --roster roster.csv   who should be there, too\n"
                      "  bin/grade downloads/ada.zip --out marks       one more, beside those\n"
                      "  bin/grade --git roster.csv --deadline \"2026-02-28 23:59\" --out marks\n"
                      "  bin/grade --replay marks/students/ada/appeal.tar.gz   is it the same mark again?\n\n"
                      "Exit status: 0 all graded, 3 some could not be, 1 or 2 errors, 130 Ctrl-C.\n"
                      "More: docs/grading.md";

static void add_cluster(CLI::App *app, grade_options_t *o)
{
    const char *group = "On a SLURM cluster";
    app->add_flag("--slurm", o->slurm, "a job array, one submission a task")->group(group);
    app->add_option("--partition", o->cluster.partition, "[the cluster's own choice]")
        ->option_text("NAME")
        ->group(group);
    app->add_option("--account", o->cluster.account, "[the cluster's own choice]")->option_text("NAME")->group(group);
    app->add_option("--gpus", o->cluster.gpus, "GPUs of a task [1; 0 with the emulator]")
        ->check(CLI::Range(0, 8))
        ->option_text("N")
        ->group(group);
    app->add_option("--minutes", o->cluster.minutes, "limit of a task [what the rubric allows]")
        ->check(CLI::Range(1, 10000))
        ->option_text("N")
        ->group(group);
    app->add_option("--at-once", o->cluster.most_at_once, "tasks that run at the same time [all]")
        ->check(CLI::Range(1, 10000))
        ->option_text("N")
        ->group(group);
    app->add_option("--sbatch", o->cluster.more, "one more option of sbatch; may be repeated")
        ->option_text("TEXT")
        ->expected(1)
        ->allow_extra_args(false)
        ->group(group);
}

static void add_git(CLI::App *app, grade_options_t *o)
{
    const char *group = "From git repositories";
    app->add_option("--git", o->git, "roster with a column git, and perhaps commit")
        ->check(CLI::ExistingFile)
        ->option_text("CSV")
        ->group(group);
    app->add_option("--deadline", o->deadline, "\"2026-02-28 23:59\": the last commit then counts")
        ->option_text("TIME")
        ->group(group);
    app->add_flag("--git-local", o->git_local, "addresses of this machine too (file://)")->group(group);
}

static void add_all(CLI::App *app, grade_options_t *o)
{
    auto file = [&](const char *name, std::string *to, const char *text) {
        return app->add_option(name, *to, text)->check(CLI::ExistingFile);
    };
    app->add_option("SUBMISSIONS", o->submissions, "a folder of them, or a single one")
        ->check(CLI::ExistingPath)
        ->option_text(" ");
    app->add_option("-o,--out", o->out, "where marks and pages go; made if it is missing")->option_text("FOLDER");
    file("--rubric", &o->rubric, "what gives points [grading/class/rubric.toml]")->option_text("TOML");
    file("--roster", &o->roster, "all students: id,name,email")->option_text("CSV");
    file("--marks", &o->marks, "what you mark yourself: id,part,points,comment")->option_text("CSV");
    app->add_option("-j,--jobs", o->jobs, "submissions at once [cores; 1 if a GPU is timed]")
        ->check(CLI::Range(1, 150))
        ->option_text("N");
    app->add_flag("--again", o->again, "grade anew what has its marks already");
    file("--replay", &o->replay, "grade an appeal bundle and compare the marks")->option_text("BUNDLE");
    add_git(app, o);
    add_cluster(app, o);
    const char *rare = "Seldom needed";
    app->add_option("--seed", o->seed, "secret seed [drawn once for each --out]")->option_text("N")->group(rare);
    app->add_flag("--public", o->public_only, "the students' own cases alone, as `make check`")->group(rare);
    app->add_flag("--no-timing", o->no_timing, "do not measure speed")->group(rare);
    app->add_flag("-q,--quiet", o->quiet, "no rows, no bar")->group(rare);
    app->add_option("--task", o->task)->group("");  // as cluster.h says
    app->add_flag("--no-sandbox", o->no_sandbox, "DANGER: what students wrote runs with your rights")->group(rare);
}

static bool parse(int argc, char **argv, grade_options_t *o, int *status)
{
    CLI::App app{ABOUT};
    app.footer(EXAMPLES);
    app.get_formatter()->column_width(26);
    add_all(&app, o);
    try {
        app.parse(argc, argv);
        o->seed_given = app.count("--seed") > 0;
        return true;
    } catch (const CLI::ParseError &e) {
        *status = app.exit(e) ? 2 : 0;
        return false;
    }
}

// This tree: the folder above the program's that holds the engine.
static std::string tree_root(void)
{
    std::filesystem::path at = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    for (; at != at.root_path(); at = at.parent_path())
        if (std::filesystem::exists(at / "grading/worker.cu")) return at.string();
    die("the program does not lie in the tree it was built in\nhint: start TREE/bin/grade; it needs the sources");
}

static void check_options(const grade_options_t *o)
{
    if (!o->replay.empty()) {
        if (!o->submissions.empty() || !o->git.empty()) die_usage("--replay takes its files from the bundle alone");
        return;
    }
    if (o->submissions.empty() && o->git.empty())
        die_usage("which submissions?\nhint: bin/grade FOLDER --out RESULTS; bin/grade --help");
    if (!o->submissions.empty() && !o->git.empty()) die_usage("expected SUBMISSIONS or --git, not both");
    if (!o->git.empty() && !o->roster.empty()) die_usage("--git: is the roster, too\nhint: leave --roster out");
    if (o->git.empty() && !o->deadline.empty()) die_usage("--deadline belongs to --git");
    if (o->out.empty()) die_usage("where to?\nhint: --out RESULTS");
    if (!o->deadline.empty()) deadline_read(o->deadline);
}

// ---- what was handed in -----------------------------------------------------------------------------------------

static bool holds_files(const std::string &folder, const std::vector<student_file_t> *manifest)
{
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (intake_wants(manifest, at->path().filename().string()) && !at->is_directory(error)) return true;
    return false;
}

// An archive, or a folder with a student's files in it or in its folder src.
static bool is_single(const std::string &path, const std::vector<student_file_t> *manifest)
{
    return !std::filesystem::is_directory(path) || holds_files(path, manifest) || holds_files(path + "/src", manifest);
}

static intake_list_t submissions_of(const grade_options_t *o, const rubric_t *rubric,
                                    const std::vector<student_t> *roster)
{
    std::string path = std::filesystem::canonical(o->submissions).string();
    std::vector<student_file_t> manifest = manifest_read(rubric->manifest);
    intake_list_t list;
    if (is_single(path, &manifest)) {
        for (const submission_t &s :
             intake_list(std::filesystem::path(path).parent_path().string(), roster).submissions)
            if (s.path == path || std::filesystem::path(s.path) == path) list.submissions.push_back(s);
        if (list.submissions.empty())
            die("%s: neither a folder nor an archive\nhint: .zip, .tar, .tar.gz, .tgz", o->submissions.c_str());
    } else list = intake_list(path, roster);
    if (list.submissions.empty())
        die("%s: holds no submission\nhint: a folder of folders or archives, one for each student",
            o->submissions.c_str());
    std::string out = std::filesystem::weakly_canonical(o->out).string();
    for (const submission_t &s : list.submissions)
        if (!s.path.empty() && (out + "/").compare(0, s.path.size() + 1, s.path + "/") == 0)
            die_usage("--out %s lies in what is to be graded, %s\nhint: take a folder beside it", o->out.c_str(),
                      s.path.c_str());
    return list;
}

static intake_list_t submissions_of_git(const grade_options_t *o, const rubric_t *rubric, int jobs, batch_t *batch)
{
    git_t git = git_make();
    git.out = o->out;
    git.manifest = rubric->manifest;
    git.deadline = o->deadline;
    git.local = o->git_local;
    git.jobs = std::max(4, jobs);
    intake_list_t list;
    for (const cloned_t &c : git_clone_all(&git, o->git)) {
        list.submissions.push_back(c.submission);
        if (c.verdict != GRADED) batch->not_graded.push_back({c.submission.id, c.verdict, c.why});
    }
    return list;
}

static void show_list(const grade_options_t *o, const kit_t *kit, const rubric_t *rubric, const intake_list_t *list,
                      int jobs)
{
    size_t nothing = 0, unknown = 0, n = list->submissions.size();
    for (const submission_t &s : list->submissions) {
        nothing += s.path.empty();
        unknown += s.note == "not in the roster";
    }
    printf("rubric: %s, %s points\n", rubric->title.c_str(), number_text(rubric_points(rubric)).c_str());
    printf("with:   %s, numbers: %s, version %s, %s\n", kit->emulated ? "the emulator" : "CUDA", rubric->real.c_str(),
           kit->commit.c_str(), kit->sandbox.no_sandbox ? "NO SANDBOX" : "sandbox");
    std::string text = format("to do:  %zu submission%s", n - nothing, n - nothing == 1 ? "" : "s");
    if (!o->slurm && n > 1) text += format(", %d at once", jobs);
    if (nothing) text += format("; %zu of the roster without one", nothing);
    if (unknown) text += format("; %zu not in the roster", unknown);
    printf("%s", wrapped(text, screen_width(), 8).c_str());
    std::string names;
    for (size_t k = 0; k < list->ignored.size() && k < 5; k++) names += (k ? ", " : "") + list->ignored[k];
    if (list->ignored.size() > 5) names += ", ...";
    if (!names.empty())
        printf("%s", wrapped("left:   neither a folder nor an archive: " + names, screen_width(), 8).c_str());
    printf("\n");
    fflush(stdout);
}

// ---- what to do ---------------------------------------------------------------------------------------------------

// Where there is nothing to run the record is made here.
static int run_cluster(const grade_options_t *o, const batch_t *batch, const kit_t *kit, const rubric_t *rubric,
                       const grading_t *how, const std::vector<submission_t> *submissions)
{
    batch_t here = *batch;
    std::vector<submission_t> to_run, nothing;
    for (const submission_t &s : *submissions) (s.path.empty() ? nothing : to_run).push_back(s);
    here.quiet = true;
    int ungraded = batch_run(&here, kit, rubric, how, &nothing);
    return ungraded + cluster_run(&o->cluster, batch, kit, rubric, how, &to_run);
}

static int run_class(const grade_options_t *o, const kit_t *kit, const rubric_t *rubric)
{
    bool timed = !kit->emulated && !o->no_timing && rubric->speed.part > 0;
    int jobs = o->jobs ? o->jobs : timed ? 1 : (int)std::max(1u, std::thread::hardware_concurrency());
    batch_t batch = {o->out, jobs, o->again, o->marks, o->quiet, {}, NULL};
    grading_t how = {rubric->secret_given ? rubric->seed_secret : o->seed, o->public_only, !o->no_timing};
    if (o->seed_given) how.seed_secret = o->seed;
    if (!o->marks.empty()) marks_read(o->marks, rubric);  // dies now of what it would die of at the end
    std::vector<student_t> roster;
    if (!o->roster.empty()) roster = roster_read(o->roster);
    run_open(&batch, kit, rubric, &how, o->seed_given || rubric->secret_given);
    intake_list_t list = o->git.empty() ? submissions_of(o, rubric, &roster)
                                        : submissions_of_git(o, rubric, jobs, &batch);
    if (!o->quiet) show_list(o, kit, rubric, &list, jobs);
    int ungraded = o->slurm ? run_cluster(o, &batch, kit, rubric, &how, &list.submissions)
                            : batch_run(&batch, kit, rubric, &how, &list.submissions);
    return ungraded ? 3 : 0;
}

static int run_replay(const grade_options_t *o, const kit_t *kit, rubric_t *rubric)
{
    appeal_t appeal = appeal_read(o->replay);
    const record_t *was = &appeal.record;
    if (was->rubric_sha256 != rubric->sha256)
        fprintf(stderr, "warning: the bundle was graded with another rubric, %s\n", was->rubric.c_str());
    if (was->kit != kit->commit)
        fprintf(stderr, "warning: the bundle was graded with version %s, this is %s\n", was->kit.c_str(),
                kit->commit.c_str());
    char folder[] = "/tmp/nn-replay-XXXXXX";
    if (!mkdtemp(folder)) die("%s: cannot be made", folder);
    intake_t intake;
    intake.files = appeal.files;
    intake_write(&intake, folder);
    rubric->seed_public = was->seed_public;
    grading_t how = {was->seed_secret, o->public_only, !o->no_timing};
    submission_t submission = {folder, {was->student, was->name, was->email, ""}, was->id, was->note};
    record_t is = grade_one(kit, rubric, &submission, &how);
    std::filesystem::remove_all(folder);
    printf("%s: %s, was %s of %s points, is %s of %s\n", was->id.c_str(), verdict_text(is.verdict),
           number_text(was->points).c_str(), number_text(was->of).c_str(), number_text(is.points).c_str(),
           number_text(is.of).c_str());
    if (is.verdict == UNGRADED) printf("%s\n", is.why.c_str());
    std::vector<std::string> differences = appeal_compare(was, &is);
    for (const std::string &d : differences) printf("  %s\n", d.c_str());
    if (differences.empty()) printf("the same marks, outcome by outcome\n");
    return is.verdict == UNGRADED ? 3 : differences.empty() ? 0 : 1;
}

int main(int argc, char **argv)
{
    grade_options_t o;
    int status = 0;
    if (!parse(argc, argv, &o, &status)) return status;
    try {
        if (o.task >= 0) return cluster_task(o.out, o.task);
        check_options(&o);
        std::string root = tree_root();
        rubric_t rubric = rubric_read(o.rubric.empty() ? root + "/grading/class/rubric.toml" : o.rubric);
        if (o.no_sandbox)
            fprintf(stderr, "warning: NO SANDBOX: the programs of students run with your rights: they can read and "
                            "change your files, and the marks\n");
        kit_t kit = o.slurm ? kit_build(root, &rubric, o.no_sandbox) : kit_make(root, &rubric, o.no_sandbox);
        return o.replay.empty() ? run_class(&o, &kit, &rubric) : run_replay(&o, &kit, &rubric);
    } catch (const nn_error_t &e) {
        fprintf(stderr, "%s%s\n", e.status > 2 ? "" : "error: ", e.what());
        return e.status;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
