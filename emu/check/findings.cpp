// [given] findings.cpp: prints each finding once, counts the others, writes JSON, the summary and the exit status.
#include "check.h"
#include "report.h"
#include "worker.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>
#include <unordered_map>

namespace emu::check
{

static std::vector<finding_t> findings OUTLIVES;
static std::unordered_map<std::string, size_t> known OUTLIVES;  // kind and places -> number in findings
static std::recursive_mutex lock OUTLIVES;
static int log_file = 2;
static long limit = 100;
static unsigned long shown;
static std::string kernel_filter OUTLIVES;

static void emit(const std::string &s)
{
    if (log_file == 2) {
        if (ftrylockfile(stdout) == 0) {
            fflush_unlocked(stdout);
            funlockfile(stdout);
        }
        print(s);
        return;
    }
    for (size_t done = 0; done < s.size();) {
        const ssize_t n = write(log_file, s.data() + done, s.size() - done);
        if (n <= 0) return;
        done += n;
    }
}

// ---- JSON ---------------------------------------------------------------------------------------------------

static std::string quoted(const std::string &s)
{
    std::string r = "\"";
    for (const unsigned char c : s) {
        if (c == '"' || c == '\\') {
            r += '\\', r += char(c);
        } else if (c < 32) {
            char u[8];
            snprintf(u, sizeof u, "\\u%04x", c);
            r += u;
        } else {
            r += char(c);
        }
    }
    return r + "\"";
}

static std::string json_triple(uint3 v)
{
    return "[" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + "]";
}

static std::string json_finding(const finding_t &f)
{
    std::string s = "    {\"tool\": " + quoted(f.tool) + ", \"kind\": " + quoted(f.kind) +
                    ", \"warning\": " + (f.warning ? "true" : "false") + ",\n     \"title\": " + quoted(f.title) +
                    ",\n     \"lines\": [";
    for (size_t i = 0; i < f.lines.size(); i++) s += (i ? ",\n               " : "") + quoted(f.lines[i]);
    s += "],\n     \"hint\": " + quoted(f.hint) + ",\n     \"kernel\": " + quoted(f.kernel) +
         ", \"file\": " + quoted(f.file) + ", \"line\": " + std::to_string(f.line) +
         ", \"other_file\": " + quoted(f.other_file) + ", \"other_line\": " + std::to_string(f.other_line) +
         ",\n     \"block\": " + json_triple(f.block) + ", \"thread\": " + json_triple(f.thread) +
         ", \"count\": " + std::to_string(f.count) + "}";
    return s;
}

static void count_errors(unsigned long *errors, unsigned long *warnings)
{
    *errors = *warnings = 0;
    for (const finding_t &f : findings) ++*(f.warning ? warnings : errors);
}

static std::string tool_names(void)
{
    std::string s;
    const struct {
        unsigned bit;
        const char *name;
    } names[] = {{MEMCHECK, "memcheck"}, {RACECHECK, "racecheck"}, {INITCHECK, "initcheck"}, {SYNCCHECK, "synccheck"}};
    for (const auto &n : names)
        if (tools & n.bit) s += std::string(s.empty() ? "" : ", ") + quoted(n.name);
    return s;
}

static void write_json(bool ended)
{
    static const char *name = getenv("EMU_JSON");
    if (!name || !*name) return;
    FILE *f = fopen(name, "w");
    if (!f) {
        static bool told;
        if (!told) fprintf(stderr, "compute-sanitizer: cannot write %s: %s\n", name, strerror(errno));
        told = true;
        return;
    }
    const options_t &o = options();
    const char *program = getenv("EMU_PROGRAM");
    unsigned long errors, warnings;
    count_errors(&errors, &warnings);
    fprintf(f, "{\n  \"program\": %s,\n  \"tools\": [%s],\n  \"order\": \"%s\",\n  \"seed\": %llu,\n  \"findings\": [",
            quoted(program ? program : program_invocation_name).c_str(), tool_names().c_str(),
            o.order == 'f'   ? "forward"
            : o.order == 'r' ? "reverse"
                             : "random",
            static_cast<unsigned long long>(o.seed));
    for (size_t i = 0; i < findings.size(); i++) fprintf(f, "%s\n%s", i ? "," : "", json_finding(findings[i]).c_str());
    fprintf(f, "%s],\n  \"summary\": {\"errors\": %lu, \"warnings\": %lu, \"ended\": %s}\n}\n",
            findings.empty() ? "" : "\n  ", errors, warnings, ended ? "true" : "false");
    fclose(f);
}

// ---- one finding ---------------------------------------------------------------------------------------------

bool first_time(const char *kind, uintptr_t a, uintptr_t b)
{
    std::lock_guard<std::recursive_mutex> guard(lock);
    char key[80];
    snprintf(key, sizeof key, "%s %lx %lx", kind, static_cast<unsigned long>(a), static_cast<unsigned long>(b));
    auto i = known.find(key);
    if (i == known.end()) {
        known[key] = findings.size();
        return true;
    }
    if (i->second < findings.size()) findings[i->second].count++;
    return false;
}

int line_of(uint32_t pc)
{
    static auto &lines = *new std::unordered_map<uint32_t, int>;
    static auto &numbers = *new std::unordered_map<std::string, int>;
    auto i = lines.find(pc);
    if (i != lines.end()) return i->second;
    const std::string place = at(site_of(pc));
    const int n = place == "?" ? -static_cast<int>(pc) : numbers.insert({place, int(numbers.size())}).first->second;
    return lines[pc] = n;
}

static bool asked_for(const finding_t &f)
{
    const std::string tool = f.tool;
    if (!kernel_filter.empty() && !f.kernel.empty() && f.kernel.find(kernel_filter) == std::string::npos) return false;
    if (tool == "racecheck") return tools & RACECHECK;
    if (tool == "initcheck") return tools & INITCHECK;
    if (tool == "synccheck") return tools & SYNCCHECK || f.kind == "deadlock";
    if (tool == "memcheck" && !(tools & MEMCHECK))  // what ended a kernel or the program is always told
        return f.kind == "out-of-bounds" || f.kind == "fault" || f.kind == "stack-overflow" || f.kind == "misaligned" ||
               f.kind == "host-access" || f.kind == "trap" || f.kind == "division-by-zero";
    return true;
}

// A kernel that was stopped at an access which has been explained before it happened.
static bool explained_before(const finding_t &f)
{
    if (strcmp(f.tool, "memcheck") || f.kernel.empty() || f.line == 0) return false;
    for (const finding_t &k : findings)
        if (!strcmp(k.tool, "memcheck") && k.line == f.line && k.file == f.file && k.kernel == f.kernel && &k != &f)
            return true;
    return false;
}

bool explained_launch(site_t site)
{
    return !findings.empty() && findings.back().kind == "bad-launch" && !findings.back().lines.empty() &&
           findings.back().lines[0].find(at(site)) != std::string::npos;
}

void take_finding(const finding_t &f)
{
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (!asked_for(f)) return;
    findings.push_back(f);
    if (f.kind == "race" && options().order == 's')
        findings.back().lines.push_back("to repeat it: --order random:" + std::to_string(options().seed));
    if (limit <= 0 || ++shown <= static_cast<unsigned long>(limit)) emit(format(findings.back()) + "=========\n");
    else if (shown == static_cast<unsigned long>(limit) + 1)
        emit("========= The print limit of " + std::to_string(limit) +
             " is reached: further findings are only counted (--print-limit)\n=========\n");
    write_json(false);
}

void runtime_finding(const finding_t &f)
{  // those that report() passes on
    host_side_t side;
    std::lock_guard<std::recursive_mutex> guard(lock);
    std::string key = f.title;
    for (const std::string &line : f.lines) key += "\n" + line;
    if (explained_before(f)) return;
    if (first_time(("runtime " + std::to_string(std::hash<std::string>()(key))).c_str(), f.line, 0)) take_finding(f);
}

// ---- begin and end ---------------------------------------------------------------------------------------------

static void finish(int, void *)
{
    host_side_t side;
    bool stopped = false;  // by a finding, in the middle of the program
    for (const finding_t &f : findings) stopped |= f.kind == "host-access" || !strcmp(f.tool, "runtime");
    at_exit_checks(stopped);
    std::string s;
    for (const finding_t &f : findings) {
        if (f.count < 2) continue;
        s += "========= " + std::to_string(f.count) + " times: " + f.title;
        if (f.kind != "race" && f.line) s += " at " + f.file + ":" + std::to_string(f.line);
        s += "\n";
    }
    unsigned long errors, warnings;
    count_errors(&errors, &warnings);
    s += "========= ERROR SUMMARY: " + std::to_string(errors) + (errors == 1 ? " error" : " errors");
    if (warnings) s += ", " + std::to_string(warnings) + (warnings == 1 ? " warning" : " warnings");
    s += "\n";
    if (errors && options().order == 's')
        s += "========= To repeat this run: --order random:" + std::to_string(options().seed) + "\n";
    if (tools) emit(s);
    write_json(true);
    if (errors && tools) {
        const char *code = getenv("EMU_EXIT");
        fflush(nullptr);
        _exit(code && *code ? atoi(code) : 1);
    }
}

void findings_start(void)
{
    if (const char *s = getenv("EMU_LIMIT")) limit = atol(s);
    if (const char *s = getenv("EMU_KERNEL")) kernel_filter = s;
    if (const char *s = getenv("EMU_LOG"); s && *s) {
        log_file = open(s, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (log_file < 0) {
            fprintf(stderr, "compute-sanitizer: cannot write %s: %s\n", s, strerror(errno));
            _exit(2);
        }
    }
    if (tools) emit("========= COMPUTE-SANITIZER\n");
    on_exit(finish, nullptr);
}
}  // namespace emu::check
