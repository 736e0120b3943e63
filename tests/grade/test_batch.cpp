// tests/grade/test_batch.cpp: a class graded: several at once, killed and resumed, with every kind of trouble.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../grading/class/batch_parts.h"
#include "../../grading/class/sha256.h"
#include "../helpers.h"

namespace fs = std::filesystem;

// ---- what is graded: a word in src/nn.cu says what happens -------------------------------------------------

static std::string began;  // a file: a line for each that is begun
static double pause_s = 0;

static void note(const std::string &line)
{
    int fd = open(began.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::string text = line + "\n";
    if (write(fd, text.data(), text.size()) < 0) abort();
    close(fd);
}

static record_t fake_grade(const kit_t *, const rubric_t *rubric, const submission_t *s, const grading_t *how)
{
    record_t r = record_make();
    r.id = s->id;
    r.source = s->path;
    r.of = 90;
    r.rubric_sha256 = rubric->sha256;
    r.seed_public = rubric->seed_public;
    r.seed_secret = how->seed_secret;
    static std::atomic<int> n(0);
    r.date = format("2026-02-28T13:05:07.%d.%d.%.9f", (int)getpid(), (int)n++, clock_now());
    r.verdict = s->path.empty() ? NOT_HANDED_IN : GRADED;
    part_t part = {1, "transfers", 0, 90, "", false, ""};
    if (!s->path.empty()) {
        std::string temporary = getenv("TMPDIR");
        std::ofstream(temporary + "/work") << "unfinished";
        std::ofstream(s->path + "/../../where") << temporary;
        note(s->id);
        std::string word = file_read(s->path + "/src/nn.cu");
        for (const char *name : {"src/nn.cu", "src/train.cu", "src/test.cu"})
            r.files.push_back({name, sha256(word), 1});
        if (word == "slow\n") sleep(60);
        if (word == "crash\n") signal(SIGSEGV, SIG_DFL), raise(SIGSEGV);
        if (word == "throw\n") die("nothing left\nhint: none");
        if (word == "machine\n") r.verdict = UNGRADED, r.why = "no sandbox to be had";
        usleep((unsigned)(pause_s * 1e6));
        if (r.verdict == GRADED) part.points = (double)(std::hash<std::string>()(s->id + word) % 90);
    }
    r.parts = {part};
    record_sum(&r);
    return r;
}

struct class_t {  // in a folder of its own
    folder_t f;
    rubric_t rubric = {};
    kit_t kit = {};
    grading_t how = {};
    batch_t batch = {};
    int lock = -1;
    ~class_t() { close(lock); }
    class_t()
    {
        began = f.file("began");
        pause_s = 0;
        rubric.sha256 = "a0";
        rubric.manifest = "grading/student_files";
        rubric.parts = {{1, "transfers", "", 90, false, false, {}}};
        kit.commit = "1";
        batch.out = f.file("out");
        batch.jobs = 4;
        batch.quiet = true;
        batch.grade = fake_grade;
        fs::create_directories(f.file("in"));
    }
    void hand_in(const std::string &id, const std::string &word) const
    {
        fs::create_directories(f.file("in/" + id + "/src"));
        for (const char *name : {"nn.cu", "train.cu", "test.cu"}) f.write("in/" + id + "/src/" + name, word + "\n");
    }
    void hand_in_many(int n) const
    {
        for (int k = 0; k < n; k++) hand_in(format("s%03d", k), "good");
    }
    void open(bool seed_given)  // as another program would: what this one has locked is free
    {
        if (lock >= 0) close(lock);
        lock = -1;
        lock = run_open(&batch, &kit, &rubric, &how, seed_given);
    }
    int run(const std::vector<student_t> &roster = {})
    {
        std::vector<submission_t> list = intake_list(f.file("in"), &roster).submissions;
        open(false);
        return batch_run(&batch, &kit, &rubric, &how, &list);
    }
    std::string file(const std::string &id, const std::string &name = "record.json") const
    {
        std::string path = batch.out + "/students/" + id + "/" + name;
        return exists(path) ? file_read(path) : "";
    }
    record_t record(const std::string &id) const { return record_read(file(id), id); }
    std::vector<std::string> log() const
    {
        std::istringstream in(exists(began) ? file_read(began) : "");
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }
    // In a process of its own, as the program runs.
    pid_t start()
    {
        pid_t pid = fork();
        if (pid != 0) return pid;
        int status = 0;
        try {
            status = run() ? 3 : 0;
        } catch (const nn_error_t &e) {
            f.write("died", e.what());
            status = e.status;
        }
        _exit(status);
    }
    void wait_for_records(size_t n) const
    {
        for (int k = 0; k < 1000 && done().size() < n; k++) usleep(10000);
        CHECK(done().size() >= n);
    }
    std::set<std::string> done() const
    {
        std::set<std::string> ids;
        std::error_code e;
        for (fs::directory_iterator at(batch.out + "/students", e), end; !e && at != end; at.increment(e))
            if (exists(at->path().string() + "/record.json")) ids.insert(at->path().filename());
        return ids;
    }
    size_t unfinished() const
    {
        size_t n = 0;
        for (const auto &e : fs::recursive_directory_iterator(batch.out)) n += contains(e.path(), ".tmp");
        return n;
    }
    size_t rows() const  // of the class's table
    {
        std::string csv = file_read(batch.out + "/gradebook.csv");
        size_t n = 0;
        for (size_t at = 0; (at = csv.find("\ns", at)) != std::string::npos; at++) n++;
        return n;
    }
};

static int status_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// ---- resuming ------------------------------------------------------------------------------------------------------

TEST_CASE("batch: two hundred submissions, each graded once, with all its files")
{
    class_t c;
    c.hand_in_many(200);
    double begun = clock_now();
    CHECK(c.run() == 0);
    MESSAGE("200 submissions of nothing: " << duration_text(clock_now() - begun));
    CHECK(c.log().size() == 200);
    CHECK(c.done().size() == 200);
    CHECK(c.rows() == 200);
    for (const char *name : {"feedback.html", "results.json", "autolab.txt", "junit.xml", "appeal.tar.gz"})
        CHECK(c.file("s123", name) != "");
    std::string before = c.file("s123");
    CHECK(c.run() == 0);  // nothing is left to do
    CHECK(c.log().size() == 200);
    CHECK(c.file("s123") == before);
}

TEST_CASE("batch: killed in the middle and started again: the same marks, nothing graded twice, nothing lost")
{
    class_t whole, c;  // `began` is c's
    c.hand_in_many(30);
    pause_s = 0.03;
    pid_t pid = c.start();
    c.wait_for_records(8);
    kill(pid, SIGKILL);
    CHECK(status_of(pid) == 128 + SIGKILL);
    std::string run = file_read(c.batch.out + "/run.json");
    usleep(300000);  // those that it had started end with it
    std::set<std::string> done = c.done();
    std::vector<std::string> log = c.log();
    CHECK(done.size() < 30);
    usleep(200000);
    CHECK(c.log().size() == log.size());
    CHECK(c.run() == 0);
    CHECK(c.done().size() == 30);
    CHECK(c.unfinished() == 0);
    CHECK(file_read(c.batch.out + "/run.json") == run);
    std::vector<std::string> all = c.log();
    std::set<std::string> more(all.begin() + log.size(), all.end());
    CHECK(all.size() - log.size() == 30 - done.size());  // all others, each once
    for (const std::string &id : done) CHECK(!more.count(id));
    whole.hand_in_many(30);
    CHECK(whole.run() == 0);
    for (int k = 0; k < 30; k++) {
        std::string id = format("s%03d", k);
        CHECK(c.record(id).points == whole.record(id).points);
        CHECK(c.record(id).seed_secret == c.record("s000").seed_secret);
    }
}

TEST_CASE("batch: a killed grader's temporary files are gone after the next run, and while none runs")
{
    class_t c;
    c.hand_in("s1", "slow");
    pid_t pid = c.start();
    for (int k = 0; k < 500 && c.log().empty(); k++) usleep(10000);
    std::string root = file_read(c.f.file("where"));
    root = root.substr(0, root.rfind('/'));
    kill(pid, SIGKILL);
    status_of(pid);
    CHECK(exists(root));
    c.hand_in("s1", "good");
    CHECK(c.run() == 0);
    CHECK(!exists(root));
}

TEST_CASE("batch: Ctrl-C ends what runs, writes the class's pages, and the same command goes on")
{
    class_t c;
    c.hand_in_many(5);
    c.hand_in("s900", "slow");
    pid_t pid = c.start();
    c.wait_for_records(5);
    while (c.log().size() < 6) usleep(10000);
    double begun = clock_now();
    kill(pid, SIGINT);
    CHECK(status_of(pid) == 130);
    CHECK(clock_now() - begun < 5);
    CHECK(contains(file_read(c.f.file("died")), "stopped: 5 of 6 are done\nhint: the same command goes on"));
    CHECK(c.rows() == 5);
    CHECK(c.unfinished() == 0);
    CHECK(!c.done().count("s900"));
    c.hand_in("s900", "good");
    CHECK(c.run() == 0);
    CHECK(c.log().size() == 7);
    CHECK(c.rows() == 6);
}

TEST_CASE("batch: what was handed in anew is graded anew, and so is what has no record that can be read")
{
    class_t c;
    c.hand_in_many(4);
    CHECK(c.run() == 0);
    c.hand_in("s001", "better");
    c.f.write("out/students/s002/record.json", file_read(c.batch.out + "/students/s002/record.json").substr(0, 40));
    fs::remove(c.batch.out + "/students/s003/appeal.tar.gz");
    CHECK(c.run() == 0);
    std::vector<std::string> log = c.log();
    CHECK(std::set<std::string>(log.begin() + 4, log.end()) == std::set<std::string>{"s001", "s002", "s003"});
    CHECK(log.size() == 7);
}

// ---- runs that must not be mixed -------------------------------------------------------------------------------------

TEST_CASE("batch: another rubric, seed or device in the same folder is refused; --again grades all anew")
{
    class_t c;
    c.hand_in_many(3);
    CHECK(c.run() == 0);
    uint64_t seed = c.how.seed_secret;
    CHECK(seed != 0);
    c.how.seed_secret = 0;
    CHECK(c.run() == 0);
    CHECK(c.how.seed_secret == seed);  // drawn once
    auto opened = [&](bool given) { return death_of([&] { c.open(given); }); };
    c.how.seed_secret = 5;
    CHECK(contains(opened(true), "another secret seed\nhint: take another --out, or grade all anew with --again"));
    c.rubric.sha256 = "b1";
    CHECK(contains(opened(false), "another rubric"));
    c.rubric.sha256 = "a0";
    c.kit.emulated = true;
    CHECK(contains(opened(false), "another device"));
    c.kit.emulated = false;
    c.f.write("out/run.json", "{");
    CHECK(contains(opened(false), "run.json: damaged"));
    CHECK(c.log().size() == 3);
    c.rubric.sha256 = "b1";
    c.batch.again_all = true;
    CHECK(c.run() == 0);
    CHECK(c.log().size() == 6);
    CHECK(c.record("s000").rubric_sha256 == "b1");
    CHECK(c.record("s000").seed_secret != seed);
    CHECK(contains(c.file("s000", "before.json"), "a0"));
}

TEST_CASE("batch: --again that was stopped goes on without it, also where nothing but the time is other")
{
    class_t c;
    c.hand_in_many(4);
    c.how.seed_secret = 7;
    c.open(true);
    CHECK(c.run() == 0);
    c.batch.again_all = true;
    c.open(true);  // the same seed; stopped before anything was graded
    c.batch.again_all = false;
    CHECK(c.run() == 0);
    CHECK(c.log().size() == 8);
    CHECK(c.run() == 0);
    CHECK(c.log().size() == 8);
}

TEST_CASE("batch: a second grader in the same folder is refused")
{
    class_t c;
    c.hand_in("s1", "slow");
    pid_t pid = c.start();
    for (int k = 0; k < 500 && c.log().empty(); k++) usleep(10000);
    CHECK(contains(death_of([&] { c.open(false); }), "another grader is at work"));
    kill(pid, SIGTERM);
    CHECK(status_of(pid) == 128 + SIGTERM);
}

// ---- trouble of one submission -----------------------------------------------------------------------------------------

TEST_CASE("batch: what crashes the grader, throws, or meets a broken machine costs one submission and is tried twice")
{
    class_t c;
    c.hand_in_many(3);
    c.hand_in("s100", "crash");
    c.hand_in("s101", "throw");
    c.hand_in("s102", "machine");
    CHECK(c.run() == 3);
    CHECK(c.log().size() == 9);
    for (const char *id : {"s100", "s101", "s102"}) CHECK(c.record(id).verdict == UNGRADED);
    CHECK(contains(c.record("s100").why, "signal 11"));
    CHECK(contains(c.record("s101").why, "nothing left"));
    CHECK(c.record("s102").why == "no sandbox to be had");
    CHECK(c.record("s000").verdict == GRADED);
    CHECK(c.rows() == 6);
    CHECK(c.run() == 3);  // those alone are tried again
    CHECK(c.log().size() == 15);
    for (const char *id : {"s100", "s101", "s102"}) c.hand_in(id, "good");
    CHECK(c.run() == 0);
    CHECK(c.record("s100").verdict == GRADED);
}

TEST_CASE("batch: a folder that cannot be made, or a page that cannot, costs one submission")
{
    class_t c;
    c.hand_in_many(5);
    fs::create_directories(c.batch.out + "/students/s003/feedback.html");
    c.f.write("out/students/s001", "in the way");
    CHECK(c.run() == 2);
    CHECK(c.done() == std::set<std::string>{"s000", "s002", "s004"});
}

TEST_CASE("batch: a broken machine never replaces an older mark")
{
    class_t c;
    c.hand_in("s1", "good");
    CHECK(c.run() == 0);
    std::string before = c.file("s1");
    for (const char *word : {"machine", "crash"}) {
        c.hand_in("s1", word);
        CHECK(c.run() == 1);
        CHECK(c.file("s1") == before);
    }
}

TEST_CASE("batch: students without a submission get a record of that, unless they have a mark from before")
{
    class_t c;
    c.hand_in("s1", "good");
    std::vector<student_t> roster = {{"s1", "Ada", "", ""}, {"s2", "Bo", "", ""}};
    CHECK(c.run(roster) == 0);
    CHECK(c.record("s2").verdict == NOT_HANDED_IN);
    CHECK(c.record("s2").points == 0);
    CHECK(c.rows() == 2);
    fs::remove_all(c.f.file("in/s1"));
    c.hand_in("s2", "late");
    CHECK(c.run(roster) == 0);
    CHECK(c.record("s1").verdict == GRADED);
    CHECK(c.record("s2").verdict == GRADED);
    CHECK(c.log().size() == 2);
}

TEST_CASE("batch: what is known not to be gradable gets a record that says so")
{
    class_t c;
    c.hand_in("s1", "good");
    c.hand_in("s2", "good");
    c.batch.not_graded = {{"s2", REFUSED, "no commit before the deadline"}};
    CHECK(c.run() == 0);
    CHECK(c.record("s2").verdict == REFUSED);
    CHECK(c.record("s2").why == "no commit before the deadline");
    CHECK(c.log().size() == 1);
    c.batch.not_graded = {{"s2", UNGRADED, "no network"}};
    CHECK(c.run() == 1);
    CHECK(c.record("s2").verdict == REFUSED);  // the older one stays
}

TEST_CASE("batch: a full disk ends the run with what there is, and a larger one goes on")
{
    class_t c;
    c.hand_in_many(40);
    fs::create_directories(c.batch.out);
    if (mount("tmpfs", c.batch.out.c_str(), "tmpfs", 0, "size=160k") != 0) {
        MESSAGE("skipped: needs root, for a small file system");
        return;
    }
    c.batch.jobs = 1;
    std::string died = death_of([&] { c.run(); });
    CHECK(contains(died, "No space left on device"));
    CHECK(contains(died, "of 40 are done; make room, and the same command goes on"));
    std::set<std::string> done = c.done();
    CHECK(done.size() > 0);
    CHECK(done.size() < 40);
    CHECK(c.unfinished() == 0);
    for (const std::string &id : done) CHECK(c.record(id).verdict == GRADED);
    mount("tmpfs", c.batch.out.c_str(), "tmpfs", MS_REMOUNT, "size=8m");
    size_t before = c.log().size();
    CHECK(c.run() == 0);
    CHECK(c.done().size() == 40);
    CHECK(c.log().size() == before + 40 - done.size());
    umount2(c.batch.out.c_str(), MNT_DETACH);
}

// ---- what is seen --------------------------------------------------------------------------------------------------

TEST_CASE("batch: texts are cut and wrapped by characters, not by bytes")
{
    CHECK(cut_to("abc", 3) == "abc");
    CHECK(cut_to("abcdefgh", 6) == "abc...");
    CHECK(cut_to("ääääääää", 6) == "äää...");
    CHECK(columns_of("Zoë") == 3);
    CHECK(wrapped("one two three", 8, 2) == "one two\n  three\n");
    CHECK(wrapped("to do:  4", 20, 2) == "to do:  4\n");
    CHECK(wrapped("", 20, 2) == "\n");
}

TEST_CASE("batch: a row names what costs most, on one line, without what controls a terminal")
{
    record_t r = record_make();
    r.items = {{}, {}, {}};
    for (item_t &i : r.items) i.outcome = "failed", i.of = 1, i.group = "loss", i.why = "small";
    r.items[1].of = 5;
    r.items[1].group = "forward pass";
    r.items[1].why = "A[1]\033[2J is wrong\nand more";
    r.items[2].outcome = "passed";
    CHECK(worst_reason(&r) == "2 fail: forward pass: A[1]?[2J is wrong");
    for (item_t &i : r.items) i.outcome = i.outcome == "failed" ? "passed" : "skipped";
    CHECK(worst_reason(&r) == "loss: small");
    r.parts.push_back({});
    r.parts[0].number = r.items[0].part = r.items[1].part = r.items[2].part = 8;
    CHECK(worst_reason(&r) == "loss: small");
    r.parts[0].bonus = true;  // not written costs nothing
    CHECK(worst_reason(&r) == "");
    r.items.clear();
    CHECK(worst_reason(&r) == "");
    r.verdict = NOT_BUILT;
    r.why = "nn.cu:3: no ;\nmore";
    CHECK(worst_reason(&r) == "does not compile: nn.cu:3: no ;");
}
