// [given] run.cpp: builds and runs every test program of this folder; one test case each.
//
// features/ api/ streams/ headers/ nvcc/   programs that check themselves (features/: "ok" is the last line)
// silent/                                  correct programs that look suspicious: no finding
// findings/                                broken programs, with the lines that compute-sanitizer has to write
// ncu/                                     programs, with lines that ncu has to write
// lint/                                    programs that g++ accepts and a GPU compiler does not
// A folder with a Makefile is a program of several files (./prog); a .sh file is a test if its status is 0.
//
// What a program asks for stands in comments at its head, each on a line of its own:
//   // flags: -lcublas            for nvcc                    // env: A=B            for the run
//   // args: 10 20                of the program              // status: 3           its exit status
//   // expect: TEXT               a line of the output, without blanks around it; 0x* stands for any address
//   // expect nvcc: / clang:      the same, for one compiler of the lint
//   // refuse: TEXT               no line of the output contains it
//   // compile: error             nvcc refuses it; `expect` is about nvcc's output
//   // findings: allowed          the checker may have something to say
//   // tool: racecheck            instead of all              // order: random:3     for the checker
//   // real: no                   not for NVIDIA's nvcc       // lint: nvcc          not for clang
//   // slow: yes                  only with --no-skip
#define DOCTEST_CONFIG_IMPLEMENT
#include "process.h"
#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <doctest/doctest.h>
#include <glob.h>
#include <list>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#ifndef EMU
#error compile with -DEMU="the folder emu"
#endif
static const std::string emu = EMU, tests = emu + "/tests";

struct program_t {
    std::string folder, file, path;  // "features", "shuffle.cu", ".../features/shuffle.cu"
    std::map<std::string, std::vector<std::string>> notes;
    bool has(const char *note) const { return notes.count(note); }
    std::string note(const char *key, const char *otherwise = "") const
    {
        auto found = notes.find(key);
        return found == notes.end() ? otherwise : found->second.front();
    }
};
struct job_t {
    std::string name;
    program_t program;
    void (*work)(job_t *);
    std::string complaints, scratch;  // scratch: a folder of its own
    bool wanted = false, taken = false, finished = false;
};
static std::list<job_t> jobs;
static bool slow = false;  // --no-skip

// ---- one program -------------------------------------------------------------------------------------------------

static void complain(job_t *job, const std::vector<std::string> &command, const outcome_t &r, const std::string &what,
                     const environment_t &environment = {})
{
    std::string settings;
    for (const auto &e : environment)
        if (e.first != "PATH") settings += e.first + "=" + e.second + " ";
    job->complaints += what + "\n  command: " + settings + shown(command) + "\n  status:  " + std::to_string(r.status) +
                       (r.status == 124 ? " (took too long)" : "") + "\n  output:\n" + shortened(r.output, 60);
}

static void check_lines(job_t *job, const std::vector<std::string> &command, const outcome_t &r, const char *note)
{
    std::string all = without_addresses(r.output);
    const std::string folder = tests + "/" + job->program.folder + "/";
    for (size_t at = all.find(folder); at != std::string::npos; at = all.find(folder, at)) all.erase(at, folder.size());
    std::vector<std::string> lines = lines_of(all);
    for (std::string &line : lines) {
        line = trimmed(line);
        while (line[0] == '=') line = line.substr(1);  // ========= of the checker
        line = trimmed(line);
    }
    std::string missing;
    if (job->program.has(note))
        for (const std::string &raw : job->program.notes[note]) {
            std::string expected = without_addresses(raw);
            while (expected[0] == '=') expected = expected.substr(1);
            expected = trimmed(expected);
            if (std::find(lines.begin(), lines.end(), expected) == lines.end()) missing += "    > " + expected + "\n";
        }
    if (!missing.empty()) complain(job, command, r, "lines that were expected are missing:\n" + missing);
    if (job->program.has("refuse"))
        for (const std::string &part : job->program.notes["refuse"])
            if (contains(r.output, part)) complain(job, command, r, "the output contains: " + part);
}

static environment_t environment_of(const program_t &p)
{
    environment_t e = {{"PATH", emu + "/bin:" + (getenv("PATH") ? getenv("PATH") : "")}, {"EMU_TIMEOUT", "30"}};
    if (p.has("env"))
        for (const std::string &setting : p.notes.at("env"))
            e[setting.substr(0, setting.find('='))] = setting.substr(setting.find('=') + 1);
    return e;
}

// True: the program is there.
static bool build(job_t *job)
{
    const program_t &p = job->program;
    environment_t e = environment_of(p);
    std::vector<std::string> command;
    outcome_t r;
    if (p.file.size() > 3 && p.file.substr(p.file.size() - 3) == ".cu") {
        command = {emu + "/bin/nvcc", p.file, "-o", job->scratch + "/prog"};
        for (const std::string &flag : words_of(p.note("flags"))) command.push_back(flag);
        r = run(command, tests + "/" + p.folder, e);
        if (p.note("compile") == "error") {
            if (r.status == 0) complain(job, command, r, "nvcc accepts what it should refuse");
            check_lines(job, command, r, "expect");
            return false;
        }
    } else {  // a folder
        std::string all = job->scratch + "/" + p.folder;
        run({"cp", "-r", tests + "/" + p.folder, job->scratch}, "/");
        command = {"make", "-s"};
        r = run(command, all + "/" + p.file, e);
        run({"cp", all + "/" + p.file + "/prog", job->scratch + "/prog"}, "/");
    }
    if (r.status != 0) complain(job, command, r, "it does not compile");
    else if (!r.output.empty()) complain(job, command, r, "the compiler has something to say");
    return r.status == 0;
}

static void run_once(job_t *job, const std::string &order)
{
    const program_t &p = job->program;
    environment_t e = environment_of(p);
    if (!order.empty()) e["EMU_ORDER"] = order;
    std::vector<std::string> command = {job->scratch + "/prog"};
    for (const std::string &a : words_of(p.note("args"))) command.push_back(a);
    outcome_t r = run(command, job->scratch, e);
    std::vector<std::string> lines = lines_of(r.output);
    const int expected = atoi(p.note("status", "0").c_str());
    if (r.status != expected) complain(job, command, r, "expected status " + std::to_string(expected), e);
    else if (p.folder == "features" && (lines.empty() || trimmed(lines.back()) != "ok"))
        complain(job, command, r, "the last line is not \"ok\"", e);
    check_lines(job, command, r, "expect");
}

static std::vector<std::string> checker(const job_t *job, const std::string &order)
{
    const program_t &p = job->program;
    std::vector<std::string> command = {emu + "/bin/compute-sanitizer", "--tool", p.note("tool", "all")};
    if (!order.empty()) command.insert(command.end(), {"--order", order});
    for (const std::string &o : words_of(p.note("options"))) command.push_back(o);
    command.push_back("./prog");
    for (const std::string &a : words_of(p.note("args"))) command.push_back(a);
    return command;
}

static void check_silence(job_t *job, const std::string &order)
{
    const program_t &p = job->program;
    std::vector<std::string> command = checker(job, order);
    outcome_t r = run(command, job->scratch, environment_of(p));
    const int expected = atoi(p.note("status", "0").c_str());
    if (p.note("findings") == "allowed") return;
    if (!contains(r.output, "ERROR SUMMARY: 0 errors")) complain(job, command, r, "the checker has findings");
    else if (r.status != expected) complain(job, command, r, "expected status " + std::to_string(expected));
}

static void test_correct(job_t *job)  // features/, api/, streams/, headers/, nvcc/, silent/
{
    if (!build(job)) return;
    const bool checked = job->program.folder == "features" || job->program.folder == "silent";
    std::vector<std::string> orders = {"", "reverse", "random:1"}, checked_orders = {"", "reverse"};
    if (slow)
        for (int seed = 2; seed <= 10; seed++) orders.push_back("random:" + std::to_string(seed));
    if (slow)
        for (int seed = 1; seed <= 10; seed++) checked_orders.push_back("random:" + std::to_string(seed));
    if (job->program.has("expect") && !checked) orders = {""};
    for (const std::string &order : orders)
        if (job->complaints.empty()) run_once(job, order);
    for (const std::string &order : checked_orders)
        if (checked && job->complaints.empty()) check_silence(job, order);
}

static void test_finding(job_t *job)
{
    if (!build(job)) return;
    std::vector<std::string> command = checker(job, job->program.note("order"));
    outcome_t r = run(command, job->scratch, environment_of(job->program));
    const bool harmless = contains(r.output, "ERROR SUMMARY: 0 errors");
    const int expected = atoi(job->program.note("status", harmless ? "0" : "1").c_str());
    if (r.status != expected) complain(job, command, r, "expected status " + std::to_string(expected));
    check_lines(job, command, r, "expect");
}

static void test_counters(job_t *job)  // ncu/
{
    if (!build(job)) return;
    std::vector<std::string> command = {emu + "/bin/ncu"};
    for (const std::string &o : words_of(job->program.note("options"))) command.push_back(o);
    command.push_back(job->scratch + "/prog");
    for (const std::string &a : words_of(job->program.note("args"))) command.push_back(a);
    outcome_t r = run(command, tests + "/ncu", environment_of(job->program));
    const int expected = atoi(job->program.note("status", "0").c_str());
    if (r.status != expected) complain(job, command, r, "expected status " + std::to_string(expected));
    check_lines(job, command, r, "expect");
}

static void test_script(job_t *job)
{
    std::vector<std::string> command = {"sh", job->program.path};
    environment_t e = environment_of(job->program);
    e["SCRATCH"] = job->scratch;
    outcome_t r = run(command, job->scratch, e, 300);
    if (r.status != 0) complain(job, command, r, "expected status 0");
}

// ---- other compilers ---------------------------------------------------------------------------------------------

static std::string real_nvcc(void)
{
    glob_t g;
    std::string found;
    if (access("/usr/local/cuda/bin/nvcc", X_OK) == 0) found = "/usr/local/cuda/bin/nvcc";
    else if (glob("/usr/local/cuda-*/bin/nvcc", 0, nullptr, &g) == 0) found = g.gl_pathv[g.gl_pathc - 1];
    const char *home = getenv("CUDA_HOME");
    if (home && access((std::string(home) + "/bin/nvcc").c_str(), X_OK) == 0) found = std::string(home) + "/bin/nvcc";
    return found;
}
static bool has_clang(void) { return run({"clang++", "--version"}, "/").status == 0; }

static void cross_check(job_t *job)
{
    std::vector<std::string> command = {real_nvcc(),       "-std=c++17", "-arch=sm_80",           "-c",
                                        job->program.path, "-o",         job->scratch + "/prog.o"};
    for (const std::string &flag : words_of(job->program.note("flags")))
        if (flag.compare(0, 2, "-l") != 0) command.push_back(flag);
    outcome_t r = run(command, job->scratch);
    if (r.status != 0) complain(job, command, r, "NVIDIA's nvcc does not accept it");
}

static void lint_with(job_t *job, const char *compiler, bool silent)
{
    const program_t &p = job->program;
    environment_t e = environment_of(p);
    e["EMU_LINT"] = compiler;
    std::vector<std::string> command = {emu + "/bin/nvcc", "--lint", "-c", p.file, "-o", job->scratch + "/prog.o"};
    for (const std::string &flag : words_of(p.note("flags"))) command.push_back(flag);
    outcome_t r = run(command, tests + "/" + p.folder, e);
    if (silent && (r.status != 0 || !r.output.empty())) complain(job, command, r, "the lint is not silent", e);
    if (silent) return;
    if (r.status == 0) complain(job, command, r, "the lint accepts it", e);
    check_lines(job, command, r, "expect");
    check_lines(job, command, r, (std::string("expect ") + compiler).c_str());
}
static void lint_by_nvcc(job_t *job) { lint_with(job, "nvcc", job->program.folder != "lint"); }
static void lint_by_clang(job_t *job) { lint_with(job, "clang", job->program.folder != "lint"); }

// ---- the programs ------------------------------------------------------------------------------------------------

static std::vector<std::string> entries(const std::string &folder)
{
    std::vector<std::string> names;
    DIR *d = opendir(folder.c_str());
    while (dirent *e = d ? readdir(d) : nullptr)
        if (e->d_name[0] != '.') names.push_back(e->d_name);
    if (d) closedir(d);
    std::sort(names.begin(), names.end());
    return names;
}

static bool ends_with(const std::string &s, const char *end)
{
    return s.size() >= strlen(end) && s.compare(s.size() - strlen(end), strlen(end), end) == 0;
}

static program_t read_program(const std::string &folder, const std::string &file)
{
    program_t p = {folder, file, tests + "/" + folder + "/" + file, {}};
    std::string head = ends_with(file, ".cu") ? p.path : ends_with(file, ".sh") ? "" : p.path + "/main.cu";
    static const char *const keys[] = {"flags",        "args",   "env",     "status",   "expect", "expect nvcc",
                                       "expect clang", "refuse", "compile", "findings", "tool",   "options",
                                       "order",        "real",   "lint",    "slow"};
    for (const std::string &line : lines_of(read_file(head))) {
        if (line.compare(0, 2, "//") != 0) break;
        for (const char *key : keys) {
            const std::string begin = std::string("// ") + key + ":";
            if (line.compare(0, begin.size(), begin) == 0) p.notes[key].push_back(trimmed(line.substr(begin.size())));
        }
    }
    return p;
}

static void test_case(void);  // looks up its job by its name

static void add(const std::string &name, const program_t &p, void (*work)(job_t *), bool slow_one)
{
    jobs.push_back({name, p, work, "", ""});
    doctest::detail::TestCase c(test_case, __FILE__, int(jobs.size()),
                                doctest_detail_test_suite_ns::getCurrentTestSuite());
    c *jobs.back().name.c_str();
    if (slow_one || p.has("slow")) c *doctest::skip();
    doctest::detail::regTest(c);
}

static void find_programs(void)
{
    const bool nvcc = !real_nvcc().empty(), clang = has_clang();
    for (const char *folder : {"features", "api", "streams", "headers", "nvcc", "silent", "findings", "lint", "ncu"})
        for (const std::string &file : entries(tests + "/" + folder)) {
            const std::string path = tests + "/" + folder + "/" + file;
            const bool one = ends_with(file, ".cu"), several = access((path + "/Makefile").c_str(), R_OK) == 0;
            const std::string name = std::string(folder) + "/" + (one ? file.substr(0, file.size() - 3) : file);
            if (ends_with(file, ".sh")) add(name, read_program(folder, file), test_script, false);
            if (!one && !several) continue;
            program_t p = read_program(folder, file);
            if (!strcmp(folder, "lint")) {
                if (nvcc) add(name + ", by nvcc", p, lint_by_nvcc, false);
                if (clang && p.note("lint") != "nvcc") add(name + ", by clang", p, lint_by_clang, false);
                continue;
            }
            add(name, p,
                !strcmp(folder, "findings") ? test_finding
                : !strcmp(folder, "ncu")    ? test_counters
                                            : test_correct,
                false);
            if (!one || p.note("compile") == "error" || p.note("real") == "no") continue;
            if (nvcc) add("crosscheck " + name, p, cross_check, true);
            if (strcmp(folder, "features") != 0) continue;
            if (nvcc) add("lint by nvcc " + name, p, lint_by_nvcc, true);
            if (clang && p.note("lint") != "nvcc") add("lint by clang " + name, p, lint_by_clang, true);
        }
}

// ---- as many at a time as there are cores ----------------------------------------------------------------------

static std::mutex mutex;
static std::condition_variable changed;
static bool asking = false;  // which cases will be wanted?

static void work_on(job_t *job)
{
    char scratch[] = "/tmp/emu-test-XXXXXX";
    if (mkdtemp(scratch)) {
        job->scratch = scratch;
        job->work(job);
        if (!getenv("KEEP")) run({"rm", "-rf", scratch}, "/");
    } else {
        job->complaints = "cannot make a folder in /tmp";
    }
    std::lock_guard<std::mutex> lock(mutex);
    job->finished = true;
    changed.notify_all();
}

static void worker(void)
{
    for (;;) {
        job_t *next = nullptr;
        {
            std::lock_guard<std::mutex> lock(mutex);
            for (job_t &job : jobs)
                if (!job.taken && job.wanted) {
                    next = &job;
                    break;
                }
            if (next) next->taken = true;
        }
        if (!next) return;
        work_on(next);
    }
}

static void test_case(void)
{
    const std::string name = doctest::getContextOptions()->currentTest->m_name;
    if (asking) {
        for (job_t &job : jobs) job.wanted = job.wanted || job.name == name;
        return;
    }
    static bool started = false;
    if (!started) {
        started = true;
        for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++) std::thread(worker).detach();
    }
    for (job_t &job : jobs) {
        if (job.name != name) continue;
        std::unique_lock<std::mutex> lock(mutex);
        if (!job.taken) {
            job.taken = true;
            lock.unlock();
            work_on(&job);
            lock.lock();
        }
        changed.wait(lock, [&] { return job.finished; });
        CHECK_MESSAGE(job.complaints.empty(), job.complaints);
        return;
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const std::string a = argv[i];
        if (contains(a, "no-skip") || a == "-ns") slow = true;
    }
    find_programs();
    doctest::Context question(argc, argv), context(argc, argv);
    question.setOption("out", "/dev/null");
    asking = true;
    question.run();
    asking = false;
    return context.run();
}
