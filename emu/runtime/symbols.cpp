// [given] symbols.cpp: from a return address to function, file and line; names of kernels.
#include "symbols.h"
#include <backtrace.h>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <unistd.h>

// Where this compiler's cuda_runtime.h was found: what is beside it is not the program's.
extern "C" const char emu_include_file[] __attribute__((weak));
extern "C" void emu_delete(void *p);  // host_heap.cpp

namespace emu
{

static backtrace_state *state;
static char folders[2][4096];  // of the working directory and of the executable, with a slash at the end

static void ignore(void *, const char *, int) {}

// Early: later it may be asked for in a signal handler.
__attribute__((constructor)) static void prepare(void)
{
    state = backtrace_create_state(nullptr, 1, ignore, nullptr);
    if (getcwd(folders[0], sizeof folders[0] - 1)) strcat(folders[0], "/");
    const ssize_t n = readlink("/proc/self/exe", folders[1], sizeof folders[1] - 1);
    if (n > 0) folders[1][n] = 0;
    char *slash = strrchr(folders[1], '/');
    if (slash) slash[1] = 0;
}

static bool begins(const char *s, const char *with, size_t n) { return !strncmp(s, with, n); }

static bool is_ours(const char *file)
{
    if (begins(file, "/usr/", 5)) return true;
    if (&emu_include_file) {
        const char *slash = strrchr(emu_include_file, '/');
        if (slash && begins(file, emu_include_file, (size_t)(slash - emu_include_file + 1))) return true;
    }
    return strstr(file, "/emu/include/") || strstr(file, "/emu/runtime/") || strstr(file, "/emu/check/");
}

static std::string short_path(const char *file)
{
    for (const char *folder : folders) {
        const size_t n = strlen(folder);
        if (n > 1 && begins(file, folder, n)) return file + n;
    }
    while (begins(file, "./", 2)) file += 2;
    return file;
}

// ---- functions -----------------------------------------------------------------------------------------------
static std::string demangled(const char *name)
{
    if (strncmp(name, "_Z", 2)) return name;
    int status;
    char *s = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    const std::string result = s && !status ? s : name;
    emu_delete(s);  // free itself is another function in kernels of the checked image
    return result;
}

static size_t matching(const std::string &s, size_t open)  // of the bracket at open; npos
{
    int depth = 0;
    for (size_t i = open; i < s.size(); i++) {
        if (s[i] == '(' || s[i] == '<' || s[i] == '{' || s[i] == '[') depth++;
        if (s[i] == '>' && i && s[i - 1] == '-') continue;
        if ((s[i] == ')' || s[i] == '>' || s[i] == '}' || s[i] == ']') && !--depth) return i;
    }
    return std::string::npos;
}

// The name of a function template is demangled with its return type: "void scale<float>(float*)".
static std::string without_return_type(const std::string &s)
{
    int depth = 0;
    size_t begin = 0;
    for (size_t i = 0; i < s.size(); i++) {
        if (!s.compare(i, 8, "operator")) break;
        if (s[i] == '(' && !s.compare(i, 21, "(anonymous namespace)")) {
            i += 20;
            continue;
        }
        if (s[i] == '(' && !depth) break;
        if (s[i] == '<') depth++;
        if (s[i] == '>') depth--;
        if (s[i] == ' ' && !depth) begin = i + 1;
    }
    return s.substr(begin);
}

std::string plain_name(const std::string &function)
{
    std::string s = function;
    const std::string run = "emu::run_threads<";
    const size_t r = s.find(run);
    if (r != std::string::npos) {  // run_threads<0, KERNEL::{lambda(...)#1}>(...): the kernel is an argument
        const size_t comma = s.find(", ", r), open = r + run.size() - 1, close = matching(s, open);
        if (comma != std::string::npos && close != std::string::npos) s = s.substr(comma + 2, close - comma - 2);
    }
    const size_t lambda = s.find("::{lambda(uint3, uint3, dim3, dim3)");
    if (lambda != std::string::npos) s.resize(lambda);
    return without_return_type(s);
}

// ---- places --------------------------------------------------------------------------------------------------
struct search_t {
    where_t found;
    bool done, lambda;  // lambda: the place is in a kernel's body, whose name the frames around it tell
};

static bool is_lambda(const char *name) { return !strcmp(name, "operator()") || strstr(name, "Ul"); }

static int visit(void *data, uintptr_t, const char *file, int line, const char *function)
{
    search_t *s = (search_t *)data;
    if (!file) return 0;
    if (s->done) {  // an outer frame: only to name the lambda
        if (s->lambda && function) {
            const std::string name = demangled(function);
            if (name.find("::{lambda(") != std::string::npos) s->found.function = plain_name(name), s->lambda = false;
        }
        return 0;
    }
    if (is_ours(file)) return 0;
    s->found = {function ? plain_name(demangled(function)) : "", short_path(file), line};
    s->done = true;
    s->lambda = function && is_lambda(function) && s->found.function.find("operator()") != std::string::npos;
    return 0;
}

static void name_only(void *data, uintptr_t, const char *symbol, uintptr_t, uintptr_t)
{
    if (symbol) *(std::string *)data = symbol;
}

where_t where(site_t return_address)
{
    search_t s = {{"", "", 0}, false, false};
    if (!state || !return_address) return s.found;
    const uintptr_t pc = (uintptr_t)return_address - 1;
    backtrace_pcinfo(state, pc, visit, ignore, &s);
    // A body that was not inlined: the symbol of the function has the kernel's name in it.
    if (!s.done || s.lambda || s.found.function.empty()) {
        std::string symbol;
        backtrace_syminfo(state, pc, name_only, ignore, &symbol);
        const std::string name = symbol.empty() ? "" : plain_name(demangled(symbol.c_str()));
        if (!name.empty() && (s.done ? s.lambda || s.found.function.empty() : true)) s.found.function = name;
    }
    return s.found;
}

std::string at(site_t return_address)
{
    const where_t w = where(return_address);
    return w.file.empty() ? "?" : w.file + ":" + std::to_string(w.line);
}

static int add_place(void *data, uintptr_t, const char *file, int line, const char *function)
{
    if (!file || !function || is_ours(file)) return 0;
    ((std::vector<where_t> *)data)->push_back({plain_name(demangled(function)), short_path(file), line});
    return 0;
}

std::vector<where_t> places(site_t return_address)
{
    std::vector<where_t> all;
    if (state) backtrace_pcinfo(state, (uintptr_t)return_address - 1, add_place, ignore, &all);
    return all;
}

static int add_caller(void *data, uintptr_t pc)
{
    std::vector<site_t> *all = (std::vector<site_t> *)data;
    all->push_back((site_t)(pc + 1));
    return all->size() >= 32;
}

std::vector<site_t> callers(void)
{
    std::vector<site_t> all;
    if (state) backtrace_simple(state, 1, add_caller, ignore, &all);
    return all;
}

// ---- kernels -------------------------------------------------------------------------------------------------
typedef std::vector<std::pair<std::string, std::string>> bindings_t;

// "T = float; int N = 4; uint32_t = unsigned int": what g++ writes behind the signature of a template.
static bindings_t bindings(const std::string &s)
{
    bindings_t b;
    size_t begin = 0;
    int depth = 0;
    for (size_t i = 0; i <= s.size(); i++) {
        if (i < s.size() && strchr("(<{[", s[i])) depth++;
        if (i < s.size() && strchr(")>}]", s[i])) depth--;
        if (i < s.size() && (s[i] != ';' || depth)) continue;
        std::string part = s.substr(begin, i - begin);
        begin = i + 2;
        const size_t equals = part.find(" = ");
        if (equals == std::string::npos) continue;
        std::string name = part.substr(0, equals);
        const size_t space = name.find_last_of(" *&");
        if (space != std::string::npos) name = name.substr(space + 1);
        b.push_back({name, part.substr(equals + 3)});
    }
    return b;
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static std::string replace_words(const std::string &s, const bindings_t &b)
{
    std::string result;
    for (size_t i = 0; i < s.size();) {
        if (!is_word(s[i])) {
            result += s[i++];
            continue;
        }
        size_t end = i;
        while (end < s.size() && is_word(s[end])) end++;
        std::string word = s.substr(i, end - i);
        for (const auto &p : b)
            if (p.first == word) {
                word = p.second;
                break;
            }
        result += word;
        i = end;
    }
    return result;
}

// g++ explains the types that the signature names, too: "uint32_t = unsigned int" is no template argument.
static bool is_typedef(const std::string &name)
{
    const size_t n = name.size();
    return (n > 2 && name.substr(n - 2) == "_t") || name == "uint" || name == "ulong" || name == "ushort" ||
           name == "uchar";
}

std::string kernel_name(const kernel_t *k)
{
    if (!k) return "?";
    std::string s = k->signature ? k->signature : "", arguments;
    const size_t with = s.rfind(" [with ");
    bindings_t b;
    if (with != std::string::npos && s.back() == ']') {
        b = bindings(s.substr(with + 7, s.size() - with - 8));
        s.resize(with);
    }
    for (const auto &p : b)
        if (!is_typedef(p.first)) arguments += (arguments.empty() ? "" : ", ") + p.second;
    s = without_return_type(s);
    const size_t open = s.find('(', s.compare(0, 21, "(anonymous namespace)") ? 0 : 21);
    if (s.empty() || open == std::string::npos) return k->name ? k->name : "?";
    std::string name = s.substr(0, open);
    if (!arguments.empty() && name.back() != '>') name += "<" + arguments + ">";
    return name + replace_words(s.substr(open), b);
}
}  // namespace emu
