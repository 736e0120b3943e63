// [given] lint.cpp: asks a real GPU compiler (nvcc, else clang) what it objects to in a file that g++ accepts.
//
// nvcc's own word counts: all its errors are shown. clang reads the emulator's headers instead of CUDA's, so of what
// it says only the messages about device code are believed.
#include "lint.h"
#include "lint_messages.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <fcntl.h>
#include <fstream>
#include <glob.h>
#include <regex>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace emu
{
namespace
{
struct output_t {
    int status;
    std::vector<std::string> lines;
};

output_t run(const std::vector<std::string> &command, bool verbose)
{
    if (verbose) {
        for (const std::string &word : command) fprintf(stderr, "%s ", word.c_str());
        fprintf(stderr, "\n");
    }
    output_t r = {127, {}};
    int ends[2];
    if (pipe(ends) != 0) return r;
    pid_t child = fork();
    if (child == 0) {
        std::vector<char *> words;
        for (const std::string &word : command) words.push_back(const_cast<char *>(word.c_str()));
        words.push_back(nullptr);
        dup2(ends[1], 1), dup2(ends[1], 2);
        close(ends[0]), close(ends[1]);
        execvp(words[0], words.data());
        _exit(127);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    char *line = nullptr;
    size_t room = 0;
    while (in && child > 0 && getline(&line, &room, in) >= 0) {
        r.lines.emplace_back(line);
        while (!r.lines.back().empty() && strchr("\r\n", r.lines.back().back())) r.lines.back().pop_back();
    }
    free(line);
    if (in) fclose(in);
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child) r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return r;
}

// ---- who is there to ask -------------------------------------------------------------------------------------

std::vector<std::string> in_path(const char *name)
{
    std::vector<std::string> found;
    std::stringstream path(getenv("PATH") ? getenv("PATH") : "");
    std::string folder;
    while (std::getline(path, folder, ':')) found.push_back((folder.empty() ? "." : folder) + "/" + name);
    return found;
}
std::string first_of(const std::vector<std::string> &candidates)
{
    const std::string own = real("/proc/self/exe");
    for (const std::string &c : candidates) {
        if (access(c.c_str(), X_OK) != 0 || real(c) == own || real(c).empty()) continue;
        std::ifstream file(c, std::ios::binary);  // another copy of the emulator's nvcc is none either
        std::string head(1 << 22, ' ');
        file.read(&head[0], head.size());
        head.resize(file.gcount());
        if (!contains(head, "emu_kernel")) return c;
    }
    return "";
}
std::string find_nvcc(void)
{
    std::vector<std::string> candidates;
    for (const char *name : {"CUDA_HOME", "CUDA_PATH"})
        if (const char *home = getenv(name)) candidates.push_back(std::string(home) + "/bin/nvcc");
    candidates.push_back("/usr/local/cuda/bin/nvcc");
    glob_t g;
    if (glob("/usr/local/cuda-*/bin/nvcc", 0, nullptr, &g) == 0)
        for (size_t i = g.gl_pathc; i-- > 0;) candidates.push_back(g.gl_pathv[i]);
    globfree(&g);
    for (const std::string &c : in_path("nvcc")) candidates.push_back(c);
    return first_of(candidates);
}
std::string find_clang(void)
{
    std::vector<std::string> candidates = in_path("clang++");
    for (int version = 30; version >= 10; version--)
        for (const std::string &c : in_path(("clang++-" + std::to_string(version)).c_str())) candidates.push_back(c);
    return first_of(candidates);
}

// ---- nvcc -------------------------------------------------------------------------------------------------------

// Warnings of nvcc's that are errors in fact: host and device read different variables.
bool counts_as_error(const std::string &number)
{
    for (const char *n : {"20091", "20092", "20093", "20094", "20095", "20096"})
        if (contains(number, n)) return true;
    return false;
}
bool worth_telling(const std::string &number)  // calls across the border that only some instances make
{
    for (const char *n : {"20011", "20012", "20013", "20014", "20015", "20039", "20040", "20050", "20051"})
        if (contains(number, n)) return true;
    return false;
}

int line_of_kernel(const std::string &file, const std::string &name)
{
    std::ifstream in(file);
    std::string text;
    bool global = false;
    for (int line = 1; std::getline(in, text); line++) {
        global = global || contains(text, "__global__");
        if (global && std::regex_search(text, std::regex("\\b" + name + "\\s*\\("))) return line;
        if (contains(text, "{")) global = false;
    }
    return 0;
}
// ptxas error   : Entry function '_Z1kPi' uses too much shared data (0x13880 bytes, 0xc000 max)
bool from_ptxas(const lint_job_t &job, const std::string &line, message_t *m)
{
    std::smatch f;
    static const std::regex shared("^ptxas error.*'(.*)' uses too much shared data \\((\\w+) bytes, (\\w+) .*max\\)");
    if (!std::regex_search(line, f, shared)) return false;
    int status = 0;
    char *plain = abi::__cxa_demangle(f[1].str().c_str(), nullptr, nullptr, &status);
    std::string name = plain ? plain : f[1].str(), bare = name.substr(0, name.find_first_of("(<"));
    free(plain);
    bare = bare.substr(bare.find_last_of(" :") == std::string::npos ? 0 : bare.find_last_of(" :") + 1);
    *m = {job.source, "", line_of_kernel(job.source, bare), true};
    m->text = "kernel \"" + name + "\" has " + std::to_string(strtoul(f[2].str().c_str(), nullptr, 0)) +
              " bytes of static shared memory, a block can have " +
              std::to_string(strtoul(f[3].str().c_str(), nullptr, 0));
    return true;
}

void read_nvcc(const lint_job_t &job, const output_t &out, std::vector<message_t> *messages)
{
    static const std::regex form("^(.*)\\((\\d+)\\): (catastrophic error|error|warning)( #[^:]*)?: (.*)$");
    static const std::regex origin("at line (\\d+) of \"?([^\"]*)\"?$");
    for (size_t i = 0; i < out.lines.size(); i++) {
        std::smatch f;
        message_t m;
        if (from_ptxas(job, out.lines[i], &m)) {
            messages->push_back(m);
            continue;
        }
        if (!std::regex_match(out.lines[i], f, form)) continue;
        m = {plain(f[1]), f[5], atoi(f[2].str().c_str()), f[3] != "warning" || counts_as_error(f[4])};
        if (!m.error && !worth_telling(f[4])) continue;
        bool mine = students(job, m.file);  // else: was it reached from a line of the student's?
        for (size_t k = i + 1; !mine && k < out.lines.size() && !std::regex_match(out.lines[k], form); k++) {
            std::smatch o;
            const std::string line = out.lines[k];
            if (std::regex_search(line, o, origin) && students(job, o[2]))
                m.file = plain(o[2]), m.line = atoi(o[1].str().c_str()), mine = true;
        }
        if (mine || m.error) messages->push_back(m);
    }
}

bool takes_value(const std::string &option)
{
    return option == "-gencode" || option == "--generate-code" || option == "-arch" || option == "--gpu-architecture" ||
           option == "-code" || option == "--gpu-code";
}
bool of_architecture(const std::string &option)
{
    for (const char *begin : {"-gencode", "--generate-code", "-arch", "--gpu-architecture", "-code", "--gpu-code"})
        if (starts(option, begin)) return true;
    return false;
}

// 0: fine; 1: errors were printed; -1: nvcc could not be asked
int ask_nvcc(const lint_job_t &job, const std::string &nvcc, std::string *why)
{
    std::vector<std::string> command = {nvcc, "-x", "cu", "-std=" + (job.standard.empty() ? "c++17" : job.standard)};
    std::vector<std::string> architecture;
    for (size_t i = 0; i < job.options.size(); i++) {
        auto &to = of_architecture(job.options[i]) ? architecture : command;
        to.push_back(job.options[i]);
        if (takes_value(job.options[i]) && i + 1 < job.options.size()) to.push_back(job.options[++i]);
    }
    for (const std::string &s : job.includes) command.push_back(s);
    for (const std::string &s : job.defines) command.push_back(s);
    if (!job.own_include.empty())  // for headers that only the emulator has; CUDA's own come first
        command.insert(command.end(), {"-Xcompiler", "-idirafter," + job.own_include});
    char folder[] = "/tmp/emu-lint-XXXXXX";
    if (!mkdtemp(folder)) {
        *why = "cannot make a folder in /tmp";
        return -1;
    }
    const std::string target = std::string(folder) + "/out";
    std::vector<std::vector<std::string>> tries = {{"-arch=sm_80"}, {"-arch=sm_70"}, {}};
    if (!architecture.empty()) tries.insert(tries.begin(), architecture);
    output_t out = {127, {}};
    std::vector<message_t> messages;
    find_parameters(job, &messages);
    const size_t own = messages.size();
    for (const auto &arch : tries) {
        std::vector<std::string> all = command;
        all.insert(all.end(), arch.begin(), arch.end());
        const size_t kind = all.size();  // -cuda: everything but the host compiler
        all.insert(all.end(), {"-cuda", "-o", target, job.source});
        out = run(all, job.verbose);
        std::string text;
        for (const std::string &line : out.lines) text += line + "\n";
        if (contains(text, "nvcc fatal") && (contains(text, "rchitecture") || contains(text, "gpu"))) continue;
        read_nvcc(job, out, &messages);
        if (out.status != 0 &&
            messages.size() > own) {  // the host's errors may have kept it from looking at the kernels
            all[kind] = "-ptx";
            read_nvcc(job, run(all, job.verbose), &messages);
        }
        break;
    }
    unlink(target.c_str());
    rmdir(folder);
    if (out.status != 0 && messages.size() == own) {
        *why = out.lines.empty() ? "it cannot be run" : out.lines.front();
        return -1;
    }
    return print(messages) > 0;
}

// ---- clang ------------------------------------------------------------------------------------------------------

// What clang says about device code, in its own words; all else is about headers that it does not know.
bool about_device_code(const std::string &text)
{
    for (const char *part : {"reference to __host__ function",
                             "reference to __device__ function",
                             "reference to __host__ variable",
                             "reference to __global__ function",
                             "call to __host__ function",
                             "call to __device__ function",
                             "must have void return type",
                             "kernel function",
                             "cannot use 'throw'",
                             "cannot use 'try'",
                             "kernel call to",
                             "is not configured",
                             "thread-local storage is not supported",
                             "is not allowed in __device__",
                             "is not allowed in __global__",
                             "dynamic initialization is not supported for __device__",
                             "initialization is not supported for __shared__",
                             "variable length array",
                             "must be static",
                             "in __device__ function",
                             "in __global__ function",
                             "attributes are not compatible"})
        if (contains(text, part)) return true;
    return false;
}

void read_clang(const lint_job_t &job, const output_t &out, std::vector<message_t> *messages, std::string *unread)
{
    static const std::regex form("^(.*):(\\d+):\\d+: (fatal error|error|note): (.*)$");
    bool waiting = false;  // for the note that says which function the one before is about
    for (size_t i = 0; i < out.lines.size(); i++) {
        std::smatch f;
        if (!std::regex_match(out.lines[i], f, form)) continue;
        const bool mine = students(job, f[1]);
        const int line = atoi(f[2].str().c_str());
        if (f[3] == "note") {
            message_t *last = messages->empty() ? nullptr : &messages->back();
            const std::string text = f[4];
            if (waiting && last && contains(text, "not viable: call to __")) {  // ... __host__ function from ...
                const size_t from = text.find("call to"), function = text.find(" function", from) + 9;
                last->text = text.substr(from, function - from) + " '" + quoted(last->text) + "'" +
                             text.substr(function);
                last->library = !mine;
                waiting = false;
            } else if (last && contains(text, "called by") && mine && !students(job, last->file)) {
                last->file = plain(f[1]), last->line = line;
            }
            continue;
        }
        if (waiting) messages->pop_back();
        waiting = starts(f[4], "no matching ");
        if (waiting || about_device_code(f[4])) {
            messages->push_back({plain(f[1]), f[4], line, true});
        } else if (unread->empty()) {
            *unread = f[1].str() + ":" + f[2].str() + ": " + f[4].str();
        }
    }
    if (waiting) messages->pop_back();
}

int ask_clang(const lint_job_t &job, const std::string &clang, std::string *why)
{
    std::vector<std::string> command = {clang,
                                        "-x",
                                        "cuda",
                                        "-std=" + (job.standard.empty() ? "c++17" : job.standard),
                                        "-nocudainc",
                                        "-nocudalib",
                                        "--cuda-gpu-arch=sm_70",
                                        "-fsyntax-only",
                                        "-w",
                                        "-ferror-limit=200",
                                        "-fno-caret-diagnostics",
                                        "-fno-color-diagnostics",
                                        "-Wno-unknown-cuda-version",
                                        "-D__CUDACC__",
                                        "-D__NVCC__",
                                        "-I" + job.own_include,
                                        "-include",
                                        "emu/lint_clang.h"};
    for (const std::string &s : job.includes) command.push_back(s);
    for (const std::string &s : job.defines) command.push_back(s);
    command.push_back(job.source);
    output_t out = run(command, job.verbose);
    std::vector<message_t> messages;
    std::string unread;
    find_parameters(job, &messages);
    read_clang(job, out, &messages, &unread);
    messages.erase(
        std::remove_if(messages.begin(), messages.end(), [&](const message_t &m) { return !students(job, m.file); }),
        messages.end());
    int errors = print(messages);
    if (errors) return 1;
    if (out.status == 0) return 0;
    *why = !unread.empty() ? unread : out.lines.empty() ? "it cannot be run" : out.lines.front();
    return -1;
}
}  // namespace

int lint_source(const lint_job_t &job)
{
    const char *choice = getenv("EMU_LINT");  // nvcc, clang or none, for tests
    const std::string wanted = choice ? choice : "";
    const std::string nvcc = wanted.empty() || wanted == "nvcc" ? find_nvcc() : "";
    std::string why;
    if (!nvcc.empty()) {
        int r = ask_nvcc(job, nvcc, &why);
        if (r >= 0) return r;
        fprintf(stderr, "%s: note: the lint could not ask %s: %s\n", job.source.c_str(), nvcc.c_str(), why.c_str());
    }
    const std::string clang = wanted.empty() || wanted == "clang" ? find_clang() : "";
    if (!clang.empty()) {
        int r = ask_clang(job, clang, &why);
        if (r >= 0) return r;
        fprintf(stderr, "%s: note: the lint checked this in part only: %s says: %s\n", job.source.c_str(),
                clang.c_str(), why.c_str());
        return 0;
    }
    if (why.empty())
        fprintf(stderr,
                "%s: note: no lint: neither NVIDIA's nvcc nor clang++ is installed, so what only a GPU compiler "
                "refuses was not looked for\n",
                job.source.c_str());
    return 0;
}
}  // namespace emu
