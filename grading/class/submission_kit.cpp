// [given] submission_kit.cpp: builds what all submissions share, and looks for what this machine lacks.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "submission_parts.h"
#include "text.h"

namespace fs = std::filesystem;

// ---- make -----------------------------------------------------------------------------------------------------------

static std::string command_output(const std::string &command, int *status)
{
    std::string text;
    FILE *in = popen(command.c_str(), "re");
    if (!in) die("%s: %s", command.c_str(), strerror(errno));
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, in)) > 0;) text.append(block, n);
    int ended = pclose(in);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 1;
    return text;
}

// This program may itself have been started by make: its options are not meant for this one.
static std::vector<std::string> make(const kit_t *kit, const std::string &implementation, const std::string &target)
{
    std::string command = "cd " + shell_quoted(kit->root) +
                          " && exec env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory "
                          "REAL=" REAL_NAME " IMPL=" +
                          implementation + " " + target + " 2>&1";
    int status;
    std::string text = command_output(command, &status);
    if (status != 0)
        die("%s: make %s ended with status %d\n%s\nhint: `make check IMPL=%s` in that folder shows more",
            kit->root.c_str(), target.c_str(), status, cut_middle(text, 4000).c_str(), implementation.c_str());
    return lines_of(text);
}

// The worker with this folder's functions; path as make prints it.
static std::string make_worker(const kit_t *kit, const std::string &implementation)
{
    std::vector<std::string> place = make(kit, implementation, "print-build");
    if (place.empty()) die("%s: make print-build said nothing", kit->root.c_str());
    if (place.back().find("-emu/") == std::string::npos && place.back().find("-real/") == std::string::npos)
        die("%s: there is no CUDA here, neither a GPU with NVIDIA's nvcc nor the emulator\nhint: `make deps` there "
            "installs what the emulator needs",
            kit->root.c_str());
    make(kit, implementation, place.back() + "/worker");
    return place.back() + "/worker";
}

// ---- the lines that compile and link ----------------------------------------------------------------------------------

static std::vector<std::string> words_of(const std::string &line)
{
    std::vector<std::string> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

static std::string absolute(const kit_t *kit, const std::string &path)
{
    return path[0] == '/' ? path : kit->root + "/" + path;
}

// `place`: the folder of the stubs' objects.
static void take_apart(kit_t *kit, const std::string &place, const rubric_t *rubric)
{
    for (const std::string &word : words_of(kit->compile)) {
        if (kit->nvcc.empty()) kit->nvcc = absolute(kit, word);
        else if (word != "-MMD" && word != "-MP" && word != "-Igrading") kit->compile_flags += " " + word;
    }
    bool first = true;
    for (const std::string &word : words_of(kit->link)) {
        if (word.compare(0, place.size() + 1, place + "/") == 0)
            kit->stubs.push_back(
                {"src" + word.substr(place.size(), word.size() - place.size() - 2) + ".cu", absolute(kit, word)});
        else if (ends_with(word, ".o")) kit->objects.push_back(absolute(kit, word));
        else if (!first) (kit->objects.empty() ? kit->link_flags : kit->libraries) += " " + word;
        first = false;
    }
    for (const std::string &name : rubric->libraries) kit->libraries += " -l" + name;
}

// Read now, so that a whole class gets the same ones.
static void read_headers(kit_t *kit, const rubric_t *rubric)
{
    std::vector<student_file_t> theirs = manifest_read(rubric->manifest);
    for (const auto &entry : fs::recursive_directory_iterator(kit->root + "/src")) {
        std::string name = fs::relative(entry.path(), kit->root).string(), ending = entry.path().extension();
        bool student = false;
        for (const student_file_t &f : theirs) student = student || f.name == name;
        if (!student && (ending == ".h" || ending == ".cuh")) kit->headers.push_back({name, file_read(entry.path())});
    }
}

// ---- this machine -------------------------------------------------------------------------------------------------------

static std::string machine_text(void)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    std::ifstream in("/proc/cpuinfo");
    std::string model = "processor";
    for (std::string line; std::getline(in, line);)
        if (line.compare(0, 10, "model name") == 0) {
            model = line.substr(line.find(':') + 2);
            break;
        }
    return format("%s, %ld x %s", host, sysconf(_SC_NPROCESSORS_ONLN), model.c_str());
}

static sandbox_t limits_of(const rubric_t *rubric, bool no_sandbox)
{
    sandbox_t s = sandbox_make();
    s.wall_s = s.cpu_s = rubric->case_s;
    s.memory = rubric->memory;
    s.limit_data = false;  // the emulator and CUDA reserve more than they use
    s.disk = s.file = rubric->disk;
    s.output = rubric->output;
    s.processes = rubric->processes;
    s.no_sandbox = no_sandbox;
    return s;
}

static void check_sandbox(const kit_t *kit)
{
    if (kit->sandbox.no_sandbox) return;
    std::string missing = sandbox_probe(&kit->sandbox);
    if (missing.empty()) return;
    die("there is no sandbox here: %s\nhint: submissions are programs that nobody has read. On a machine that holds "
        "nothing of value, --no-sandbox runs them without; every result then says so",
        missing.c_str());
}

// One job of given code: does CUDA work here, in the sandbox?
static std::string ask_device(const kit_t *kit, const rubric_t *rubric)
{
    session_t session = {kit, rubric, "", -1, clock_now() + 600, 0, 0};
    folder_make(&session);
    std::vector<case_t> cases = make_cases(rubric->seed_public);
    std::string device, problem;
    try {
        device = worker_device(&session, &cases[0].job);
    } catch (const std::exception &e) {
        problem = e.what();
    }
    folder_remove(&session);
    if (!problem.empty()) die("%s", problem.c_str());
    return device;
}

// Two programs that build at a time would write the same objects.
static int lock_build(const std::string &root)
{
    std::error_code ignored;
    fs::create_directories(root + "/build", ignored);
    int fd = open((root + "/build/grade.lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
    if (fd >= 0) flock(fd, LOCK_EX);
    return fd;
}

kit_t kit_build(const std::string &root, const rubric_t *rubric, bool no_sandbox)
{
    kit_t kit = {};
    kit.root = fs::canonical(root);
    if (rubric->real != REAL_NAME)
        die("%s: real = \"%s\", but this program was built for %s\nhint: make REAL=%s bin/grade", rubric->path.c_str(),
            rubric->real.c_str(), REAL_NAME, rubric->real.c_str());
    kit.sandbox = limits_of(rubric, no_sandbox);
    int lock = lock_build(kit.root), status;
    std::string stub = make_worker(&kit, "src"), place = stub.substr(0, stub.rfind('/'));
    std::vector<std::string> lines = make(&kit, "src", "print-worker");
    if (lines.size() < 2) die("%s: make print-worker: expected two lines", kit.root.c_str());
    kit.compile = lines[lines.size() - 2];
    kit.link = lines.back();
    kit.trusted = kit.root + "/" + stub;
    kit.emulated = place.find("-emu/") != std::string::npos;
    if (fs::exists(kit.root + "/solutions/nn.cu")) kit.reference = kit.root + "/" + make_worker(&kit, "solutions");
    if (lock >= 0) close(lock);
    take_apart(&kit, place, rubric);
    kit.sandbox.gpu = !kit.emulated;
    folders_sweep();
    read_headers(&kit, rubric);
    std::string in_root = "cd " + shell_quoted(kit.root) + " && ";
    kit.commit = first_line(
        command_output(in_root + "git describe --always --dirty 2>/dev/null || echo unknown", &status));
    kit.compiler = first_line(command_output("g++ --version", &status));
    if (!kit.emulated)
        kit.compiler = first_line(command_output(shell_quoted(kit.nvcc) + " --version | grep release", &status)) +
                       "; " + kit.compiler;
    return kit;
}

void kit_start(kit_t *kit, const rubric_t *rubric)
{
    check_sandbox(kit);
    kit->machine = machine_text();
    kit->device = ask_device(kit, rubric);
}

kit_t kit_make(const std::string &root, const rubric_t *rubric, bool no_sandbox)
{
    kit_t kit = kit_build(root, rubric, no_sandbox);
    kit_start(&kit, rubric);
    return kit;
}
