// [given] batch_files.cpp: what lies below OUT: one student's files, the class's, and what a resumed run must agree with.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appeal.h"
#include "batch_parts.h"
#include "exports.h"
#include "marks.h"
#include "page.h"
#include "utils.h"

typedef nlohmann::ordered_json json_t;

std::string student_folder(const std::string &out, const std::string &id) { return out + "/students/" + id; }

void folder_make(const std::string &path)
{
    for (size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
        std::string part = path.substr(0, at);
        struct stat s;
        if (mkdir(part.c_str(), 0700) != 0 && (stat(part.c_str(), &s) != 0 || !S_ISDIR(s.st_mode)))
            die("%s: cannot be made: %s", part.c_str(), strerror(errno));
        if (at == std::string::npos) return;
    }
}

static bool is_file(const std::string &path)
{
    struct stat s;
    return stat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode);
}

static std::string text_there(const std::string &path) { return is_file(path) ? file_read(path) : ""; }

bool record_there(const std::string &out, const std::string &id, record_t *r)
{
    std::string path = student_folder(out, id) + "/record.json";
    if (!is_file(path)) return false;
    try {
        *r = record_read(file_read(path), path);
        return true;
    } catch (const std::exception &) {
        return false;  // class_write speaks of it
    }
}

// ---- one student ---------------------------------------------------------------------------------------------------

// A file that says so already is left alone.
static void write_changed(const std::string &path, const std::string &text)
{
    if (!is_file(path) || file_read(path) != text) file_write(path, text);
}

static void pages_write(const std::string &folder, const record_t *r, const rubric_t *rubric)
{
    write_changed(folder + "/feedback.html", feedback_page(r, rubric));
    write_changed(folder + "/results.json", gradescope_json(r, rubric));
    write_changed(folder + "/autolab.txt", autolab_lines(r, rubric));
    write_changed(folder + "/junit.xml", junit_xml(r));
}

void student_write(const std::string &folder, const record_t *r, const rubric_t *rubric,
                   const std::vector<intake_file_t> *files)
{
    pages_write(folder, r, rubric);
    file_write(folder + "/appeal.tar.gz", appeal_bundle(r, files));
    file_write(folder + "/record.json", record_write(r));
}

// The bundle beside the record holds the files as they were graded.
static bool same_files(const std::string &folder, const record_t *r, const std::vector<intake_file_t> *now)
{
    appeal_t was;
    try {
        was = appeal_read(folder + "/appeal.tar.gz");
    } catch (const std::exception &) {
        return false;
    }
    if (was.record.date != r->date || was.record.points != r->points || was.files.size() != now->size()) return false;
    for (const intake_file_t &f : *now) {
        bool found = false;
        for (const intake_file_t &w : was.files) found |= w.name == f.name && w.text == f.text;
        if (!found) return false;
    }
    return true;
}

bool record_fits(const std::string &out, const rubric_t *rubric, const grading_t *how, const submission_t *submission)
{
    record_t r;
    std::string folder = student_folder(out, submission->id);
    if (submission->path.empty() || !record_there(out, submission->id, &r)) return false;
    if (r.verdict != GRADED && r.verdict != NOT_BUILT) return false;
    if (r.rubric_sha256 != rubric->sha256 || r.seed_public != rubric->seed_public) return false;
    if (!how->public_only && r.seed_secret != how->seed_secret) return false;
    if (text_there(folder + "/before.json") == text_there(folder + "/record.json")) return false;
    std::vector<student_file_t> manifest = manifest_read(rubric->manifest);
    intake_t now = intake_read(submission->path, &manifest);
    return same_files(folder, &r, &now.files);
}

// ---- the class -----------------------------------------------------------------------------------------------------

static std::vector<std::string> ids_below(const std::string &out)
{
    std::vector<std::string> ids;
    std::error_code error;
    for (std::filesystem::directory_iterator at(out + "/students", error), end; !error && at != end;
         at.increment(error))
        if (at->is_directory(error)) ids.push_back(at->path().filename().string());
    std::sort(ids.begin(), ids.end());
    return ids;
}

// None where there is no bundle, as of who has handed in nothing.
static std::vector<intake_file_t> files_as_graded(const std::string &folder)
{
    std::string path = folder + "/appeal.tar.gz";
    if (!std::filesystem::exists(path)) return {};
    try {
        return appeal_read(path).files;
    } catch (const std::exception &e) {
        warn("%s", e.what());
        return {};
    }
}

bool class_write(const std::string &out, const rubric_t *rubric, const std::string &marks)
{
    std::vector<mark_t> by_hand;
    if (!marks.empty()) by_hand = marks_read(marks, rubric);
    std::vector<record_t> all;
    bool whole = true;
    for (const std::string &id : ids_below(out)) {
        record_t r = record_make();
        bool there = record_there(out, id, &r);
        if (there) all.push_back(r);
        else warn("%s: no record that can be read", student_folder(out, id).c_str());
        whole &= there;
        whole &= !all.empty() && all.back().id == r.id;
    }
    for (record_t &r : all) {
        marks_apply(&by_hand, &r);
        record_sum(&r);
        try {
            pages_write(student_folder(out, r.id), &r, rubric);
        } catch (const std::exception &e) {
            warn("%s", e.what());
            whole = false;
        }
    }
    std::vector<std::vector<intake_file_t>> files;
    for (const record_t &r : all) files.push_back(files_as_graded(student_folder(out, r.id)));
    common_t common = common_read(std::filesystem::path(rubric->manifest).parent_path().parent_path().string());
    review_class(&files, &common, &all);
    write_changed(out + "/gradebook.csv", gradebook_csv(&all, rubric));
    write_changed(out + "/index.html", class_page(&all, rubric, "students/"));
    return whole;
}

// ---- run.json: what all records of a folder have in common ---------------------------------------------------------

static uint64_t draw_seed(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) die("no random numbers: %s", strerror(errno));
    return seed >> 11;  // every program reads 53 bits exactly
}

static json_t run_json(const kit_t *kit, const rubric_t *rubric, const grading_t *how)
{
    char date[32];
    time_t now = time(NULL);
    struct tm local;
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", localtime_r(&now, &local));
    return {{"format", 1},
            {"begun", date},
            {"rubric", rubric->path},
            {"rubric_sha256", rubric->sha256},
            {"seed_public", rubric->seed_public},
            {"seed_secret", how->seed_secret},
            {"public_only", how->public_only},
            {"timed", how->time_it},
            {"real", rubric->real},
            {"emulated", kit->emulated},
            {"kit", kit->commit}};
}

// Of two runs that may not be mixed: what differs.
static std::string difference(const json_t &was, const json_t &is, bool seed_given)
{
    static const char *const keys[][2] = {{"rubric_sha256", "rubric"},
                                          {"seed_public", "public seed"},
                                          {"seed_secret", "secret seed"},
                                          {"public_only", "choice of --public"},
                                          {"timed", "choice of --no-timing"},
                                          {"real", "type of numbers"},
                                          {"emulated", "device (a GPU or the emulator)"}};
    for (auto &key : keys) {
        if (!seed_given && strcmp(key[0], "seed_secret") == 0) continue;
        if (!was.contains(key[0]) || was[key[0]] != is[key[0]]) return key[1];
    }
    return "";
}

// What a killed run has left of files that were not finished.
static void remove_unfinished(const std::string &out)
{
    std::error_code error;
    std::vector<std::string> folders = {out};
    for (const std::string &id : ids_below(out)) folders.push_back(student_folder(out, id));
    for (const std::string &folder : folders)
        for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
            std::string name = at->path().filename().string(),
                        number = name.substr(std::min(name.size(), name.rfind(".tmp") + 4));
            if (name.rfind(".tmp") != std::string::npos && !number.empty() &&
                number.find_first_not_of("0123456789") == std::string::npos)
                unlink(at->path().c_str());
        }
}

static int lock(const std::string &out)
{
    std::string path = out + "/.lock";
    int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) die("%s: %s", path.c_str(), strerror(errno));
    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {  // what a killed one has started ends at once
        if (errno != EWOULDBLOCK) return fd;                           // a file system without locks
        if (tries == 20)
            die("%s: another grader is at work here\nhint: wait for it, or take another --out", out.c_str());
        usleep(100000);
    }
    return fd;
}

// Sets the seed of a run that goes on with `was`; dies where it must not.
static void go_on(const batch_t *batch, const json_t &was, const kit_t *kit, const rubric_t *rubric, grading_t *how,
                  bool seed_given)
{
    const char *out = batch->out.c_str();
    if (!was.is_object() || !was.contains("seed_secret") || !was["seed_secret"].is_number_unsigned())
        die("%s/run.json: damaged\nhint: --again grades all anew; or take another --out", out);
    std::string other = difference(was, run_json(kit, rubric, how), seed_given);
    if (!other.empty())
        die("%s: the marks in this folder were made with another %s\nhint: take another --out, or grade all anew "
            "with --again",
            out, other.c_str());
    std::string version = was.value("kit", "");
    if (version != kit->commit)
        warn("%s: graded with version %s until now, from here on with %s\nhint: --again grades all anew, if what "
             "was changed changes marks",
             out, version.c_str(), kit->commit.c_str());
    how->seed_secret = was["seed_secret"];
}

static void begin_anew(const std::string &out, const kit_t *kit, const rubric_t *rubric, grading_t *how,
                       bool seed_given)
{
    for (const std::string &id : ids_below(out)) {
        std::string folder = student_folder(out, id);
        if (is_file(folder + "/record.json")) file_write(folder + "/before.json", file_read(folder + "/record.json"));
    }
    if (!seed_given) how->seed_secret = draw_seed();
    file_write(out + "/run.json", run_json(kit, rubric, how).dump(2) + "\n");
}

int run_open(const batch_t *batch, const kit_t *kit, const rubric_t *rubric, grading_t *how, bool seed_given)
{
    const std::string path = batch->out + "/run.json";
    folder_make(batch->out + "/students");
    int fd = lock(batch->out);
    try {
        remove_unfinished(batch->out);
        if (is_file(path) && !batch->again_all)
            go_on(batch, json_t::parse(file_read(path), NULL, false), kit, rubric, how, seed_given);
        else begin_anew(batch->out, kit, rubric, how, seed_given);
    } catch (...) {
        close(fd);
        throw;
    }
    return fd;
}
