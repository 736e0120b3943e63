// [given] lint_messages.cpp: what the lint says, where, and with which hint.
#include "lint_messages.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits.h>
#include <regex>
#include <set>
#include <sstream>

namespace emu
{

bool contains(const std::string &s, const char *part) { return s.find(part) != std::string::npos; }
bool starts(const std::string &s, const char *part) { return s.compare(0, strlen(part), part) == 0; }

std::string plain(const std::string &file) { return starts(file, "./") ? file.substr(2) : file; }

std::string real(const std::string &path)
{
    char buffer[PATH_MAX];
    return realpath(path.c_str(), buffer) ? buffer : "";
}
// A place in a header of the system or of the emulator is not one the student can mend.
bool students(const lint_job_t &job, const std::string &file)
{
    const std::string path = real(file), own = real(job.own_include);
    if (path.empty()) return false;
    for (const char *folder : {"/usr/include/", "/usr/lib/", "/usr/local/cuda", "/opt/"})
        if (starts(path, folder)) return false;
    return !contains(path, "/include/crt/") && (own.empty() || !starts(path, (own + "/").c_str()));
}

std::string quoted(const std::string &text)  // what stands in the first quotation marks, without parameters
{
    std::smatch m;
    if (!std::regex_search(text, m, std::regex("[\"']([^\"'(<]*)"))) return "it";
    std::string name = m[1];
    while (!name.empty() && name.back() == ' ') name.pop_back();
    return name.empty() ? "it" : name;
}

static std::string hint_for(const message_t &m)
{
    const std::string &text = m.text;
    const std::string name = quoted(text);
    const bool in_library = m.library || starts(name, "std::") || contains(text, "std::") || contains(text, "__cxx11");
    if (contains(text, "__device__ function(") && contains(text, "from a __host__ function"))
        return name + " exists on the GPU only: call it in a kernel, or write __host__ __device__ in front of it";
    if (contains(text, "__device__ function") && contains(text, " __host__ function") &&
        text.find("__device__ function") < text.find(" __host__ function"))
        return name + " exists on the GPU only: call it in a kernel, or write __host__ __device__ in front of it";
    for (const char *f :
         {"rand",   "srand", "exit",   "abort", "puts",  "putchar", "fprintf", "sprintf", "snprintf", "fopen",
          "getenv", "time",  "strtol", "atoi",  "qsort", "calloc",  "realloc", "fflush",  "sleep",    "usleep"})
        if (name == f && contains(text, "__host__ function"))
            return name +
                   " is the host's C library: kernels have printf, assert, malloc and free, and the math functions";
    if (contains(text, "__host__ function") && in_library)
        return "the C++ library works on the host only: give the kernel plain pointers and numbers";
    if (contains(text, "__host__ function"))
        return name + " exists on the host only: write __device__ (or __host__ __device__) in front of it";
    if (contains(text, "a host variable") || contains(text, "a host member") || contains(text, "__host__ variable"))
        return "a kernel does not see the host's variables: pass " + name +
               " as an argument, or make it __device__ or "
               "__constant__ and fill it with cudaMemcpyToSymbol";
    if (contains(text, "cannot be directly"))
        return name + " lies on the GPU: use cudaMemcpyToSymbol and cudaMemcpyFromSymbol";
    if (contains(text, "undefined in device code"))
        return name +
               " exists on the host only: pass it as an argument, or make it __device__, __constant__ or constexpr";
    if (contains(text, "void return")) return "a kernel returns nothing: let it store its result through a pointer";
    if (contains(text, "must be configured") || contains(text, "not configured"))
        return "a kernel is launched as " + name + "<<<blocks, threads>>>(...)";
    if (contains(text, "exception") || contains(text, "'throw'") || contains(text, "'try'"))
        return "kernels cannot throw: store an error code that the host looks at";
    if (contains(text, "dynamic_cast") || contains(text, "typeid")) return "kernels have no run-time type information";
    if (contains(text, "kernel is a reference"))
        return "it would refer to the host's memory: pass a value, or a pointer to device memory";
    if (contains(text, "kernel is a pointer to a function"))
        return "taken on the host, the address of a function means nothing on the GPU: pass an enum and let the kernel "
               "choose the function, or fetch the address with cudaMemcpyFromSymbol from a __device__ variable";
    if (contains(text, "static shared memory"))
        return "make the arrays smaller, or use extern __shared__ with cudaFuncSetAttribute";
    if (contains(text, "member function"))
        return "make it a function outside of the class, or static where that is allowed";
    if (contains(text, "thread-local") || contains(text, "thread_local")) return "a kernel's own variables are enough";
    return "";
}

int print(std::vector<message_t> messages)
{
    std::set<std::string> seen;
    std::set<std::pair<std::string, int>> places;  // with something better than "is undefined in device code"
    for (const message_t &m : messages)
        if (!contains(m.text, "undefined in device code")) places.insert({m.file, m.line});
    std::vector<std::string> files;  // in the order of their first message
    auto rank = [&](const message_t &m) { return std::find(files.begin(), files.end(), m.file) - files.begin(); };
    for (const message_t &m : messages)
        if (std::find(files.begin(), files.end(), m.file) == files.end()) files.push_back(m.file);
    std::stable_sort(messages.begin(), messages.end(), [&](const message_t &a, const message_t &b) {
        return std::make_pair(rank(a), long(a.line)) < std::make_pair(rank(b), long(b.line));
    });
    int errors = 0;
    for (const message_t &m : messages) {
        if (contains(m.text, "undefined in device code") && places.count({m.file, m.line})) continue;
        std::ostringstream out;
        out << m.file << ":";
        if (m.line > 0) out << m.line << ":";
        out << (m.error ? " error: " : " warning: ") << m.text << " [lint]\n";
        if (!seen.insert(out.str()).second) continue;
        if (errors += m.error; errors > 50) break;
        const std::string hint = hint_for(m);
        fprintf(stderr, "%s", out.str().c_str());
        if (!hint.empty()) fprintf(stderr, "    hint: %s\n", hint.c_str());
    }
    return errors;
}

// ---- what both compilers let pass ----------------------------------------------------------------------------------

// Comments, texts and characters as blanks, so that positions stay.
static std::string without_comments(std::string s)
{
    for (size_t i = 0; i < s.size(); i++) {
        size_t end = i;
        if (!s.compare(i, 2, "//")) {
            end = s.find('\n', i);
        } else if (!s.compare(i, 2, "/*")) {
            end = s.find("*/", i + 2) + 2;
        } else if (s[i] == '"' || (s[i] == '\'' && (i == 0 || !isalnum(s[i - 1])))) {
            for (end = i + 1; end < s.size() && s[end] != s[i] && s[end] != '\n'; end++) end += s[end] == '\\';
            end++;
        }
        if (end == std::string::npos || end > s.size()) end = s.size();
        for (; i < end; i++)
            if (s[i] != '\n') s[i] = ' ';
        if (end > i) i = end - 1;
    }
    return s;
}

// A kernel's parameter that is a reference would refer to the host's memory; a function has two addresses.
void find_parameters(const lint_job_t &job, std::vector<message_t> *messages)
{
    static const std::regex function("\\(\\s*\\*\\s*(\\w*)\\s*\\)\\s*\\(");  // (*f)(
    std::ifstream in(job.source);
    std::stringstream all;
    all << in.rdbuf();
    const std::string s = without_comments(all.str());
    for (size_t at = s.find("__global__"); at != std::string::npos; at = s.find("__global__", at + 1)) {
        size_t open = s.find_first_of("(;{}", at), name_end;
        if (open != std::string::npos && contains(s.substr(at, open - at), "__launch_bounds__")) {
            open = s.find(')', open);
            if (open != std::string::npos) open = s.find_first_of("(;{}", open);
        }
        if (open == std::string::npos || s[open] != '(') continue;
        int depth = 0;
        for (size_t i = open; i < s.size() && s[i] != ';' && s[i] != '{'; i++) {
            depth += (s[i] == '(') - (s[i] == ')');
            if (depth == 0) break;
            const auto line = [&] { return int(std::count(s.begin(), s.begin() + i, '\n')) + 1; };
            std::smatch f;
            if (depth > 1 &&
                std::regex_search(s.begin() + i, s.end(), f, function, std::regex_constants::match_continuous))
                messages->push_back({job.source,
                                     "parameter \"" + f[1].str() + "\" of a kernel is a pointer to a function", line(),
                                     false});
            if (s[i] != '&') continue;
            name_end = s.find_first_of(",)=", i);
            std::string name = s.substr(i + 1, name_end - i - 1);
            name = std::regex_replace(name, std::regex("[&\\s]+"), "");
            messages->push_back({job.source, "parameter \"" + name + "\" of a kernel is a reference", line(), true});
            break;
        }
    }
}

}  // namespace emu
