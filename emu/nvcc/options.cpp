// [given] options.cpp: the command line of bin/nvcc: the options of NVIDIA's nvcc that Makefiles use.
#include "options.h"
#include "option_table.h"
#include "process.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace emu
{
namespace
{

struct reader_t {
    options_t o;
    bool forced = false;  // -x
    language_t language = CUDA;
};

void print_version(void)
{
    puts("nvcc: CUDA compiler driver of the CUDA emulator (kernels run on the CPU; this is not NVIDIA's nvcc)\n"
         "Emulates the language and the runtime API of\n"
         "Cuda compilation tools, release 12.0, V12.0.140\n"
         "Build cuda_12.0.emulator/0");
}

void print_help(void)
{
    puts("Usage: nvcc [options] files (.cu .cpp .cc .cxx .c .o .a .so)\n\n"
         "Translates CUDA C++ for the CPU with g++. The options of NVIDIA's nvcc that Makefiles use are understood;\n"
         "those about GPU code are accepted and do nothing.\n\n"
         "  -o FILE  -c  -E  -dc  -dlink  -lib  -shared  -x cu|c++|c      what to make\n"
         "  -I -isystem -include -D -U                                  preprocessor\n"
         "  -L -l -Xlinker OPTIONS                                      linker\n"
         "  -O0..3  -g  -G  -std=c++14|17|20  -Xcompiler OPTIONS  -W... -f...  -ccbin COMPILER\n"
         "  -M -MM -MD -MMD -MP -MF FILE -MT TARGET                     dependencies\n"
         "  -arch -code -gencode -rdc=true -lineinfo --use_fast_math -maxrregcount -Xptxas ...  as NVIDIA's\n"
         "  -v, --verbose   print the commands       -dryrun   only print them\n"
         "  --lint          ask a real GPU compiler (nvcc, clang) whether it would accept the program\n"
         "  -cuda           write the C++ that g++ compiles to FILE.cu.cpp.ii\n"
         "  -V, --version   -h, --help");
}

// -Wl,-rpath,folder is one word.
bool keeps_commas(const std::string &word)
{
    const std::string start = word.substr(0, 4);
    for (const char *s : {"-Wl", "-Wa", "-Wp"})
        if (word == s || start == std::string(s) + ",") return true;
    return false;
}

// Values of -Xcompiler and its kin: separated by commas or blanks, quotes and backslashes keep them together.
std::vector<std::string> split(const std::string &s, bool blanks)
{
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    bool any = false;
    for (size_t i = 0; i < s.size(); i++) {
        const char c = s[i];
        if (c == '\\' && i + 1 < s.size()) {
            word += s[++i], any = true;
        } else if (quote) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c, any = true;
        } else if ((c == ',' && !keeps_commas(word)) || (blanks && (c == ' ' || c == '\t' || c == '\n'))) {
            if (any) words.push_back(word);
            word.clear(), any = false;
        } else {
            word += c, any = true;
        }
    }
    if (any) words.push_back(word);
    return words;
}

std::vector<std::string> split_blanks(const std::string &text)
{
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    bool any = false;
    for (char c : text + "\n") {
        if (quote) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c, any = true;
        } else if (isspace((unsigned char)c)) {
            if (any) words.push_back(word);
            word.clear(), any = false;
        } else {
            word += c, any = true;
        }
    }
    return words;
}

language_t language_of(const std::string &path)
{
    const size_t dot = path.rfind('.'), slash = path.rfind('/');
    const std::string ext = dot == std::string::npos || (slash != std::string::npos && slash > dot)
                                ? ""
                                : path.substr(dot + 1);
    if (ext == "cu") return CUDA;
    for (const char *e : {"cpp", "cc", "cxx", "C", "c++", "CPP", "ii", "cp"})
        if (ext == e) return CXX;
    if (ext == "c" || ext == "i") return C;
    if (ext == "o" || ext == "a" || ext == "so" || ext == "obj" || ext == "lo" ||
        path.find(".so.") != std::string::npos)
        return OBJECT;
    if (ext == "ptx" || ext == "cubin" || ext == "fatbin")
        die("GPU code cannot be run by the emulator: '" + path + "'");
    die("Don't know what to do with '" + path + "'");
}

void add_input(reader_t *r, const std::string &path)
{
    const language_t language = r->forced ? r->language : language_of(path);
    r->o.link.push_back(std::string("\1") + std::to_string(r->o.inputs.size()));
    r->o.inputs.push_back({path, language});
}

void host_option(options_t *o, const std::string &w)
{
    if (w.rfind("-std=", 0) == 0) o->standard = w.substr(5);
    else if (w == "-g") o->debug = true;
    else if (w.rfind("-O", 0) == 0 && w.size() <= 3)
        o->level = w.size() == 2 ? 1 : w[2] >= '0' && w[2] <= '9' ? w[2] - '0' : w[2] == 'g' ? 1 : 2;
    else if (w == "-Ofast") o->level = 3, o->host.push_back("-ffast-math");
    else if (w.rfind("-I", 0) == 0 || w.rfind("-D", 0) == 0 || w.rfind("-U", 0) == 0)
        o->cpp.push_back(w), (w[1] == 'I' ? o->includes : o->defines).push_back(w);
    else o->host.push_back(w);
}

void add_cpp(options_t *o, const std::string &flag, const std::string &value)
{
    if (flag == "-D" || flag == "-U") {
        o->cpp.push_back(flag + value), o->defines.push_back(flag + value);
        return;
    }
    for (const std::string &v : split(value, false)) {
        // The real toolkit's headers would be found before ours.
        if (flag == "-I" || flag == "-isystem")
            if (exists(v + "/cuda_runtime_api.h") && exists(v + "/crt/host_defines.h")) continue;
        if (flag == "-I") o->cpp.push_back(flag + v), o->includes.push_back(flag + v);
        else o->cpp.insert(o->cpp.end(), {flag, v}), o->includes.insert(o->includes.end(), {flag, v});
    }
}

void check_arch(const std::string &v)
{
    for (const char *known : {"sm_", "compute_", "lto_", "native", "all"})
        if (v.rfind(known, 0) == 0) return;
    die("Value '" + v + "' is not defined for option 'gpu-architecture'");
}

void read_words(reader_t *r, const std::vector<std::string> &words);

void read_response(reader_t *r, const std::string &path)
{
    std::string text;
    if (!read_file(path, &text)) die("Could not open input file '" + path + "'");
    read_words(r, split_blanks(text));
}

void set_phase(options_t *o, phase_t p) { o->phase = p; }

void act(reader_t *r, const option_t &e, const std::string &word, const std::string &value)
{
    options_t &o = r->o;
    switch (e.act) {
    case NOTHING:
    case VALUE: break;
    case PHASE_C: set_phase(&o, COMPILE); break;
    case PHASE_DC: set_phase(&o, COMPILE), o.rdc = true; break;
    case PHASE_E: set_phase(&o, PREPROCESS); break;
    case PHASE_M:
    case PHASE_MM: set_phase(&o, DEPENDENCIES), o.dependencies.push_back(e.act == PHASE_M ? "-M" : "-MM"); break;
    case PHASE_DLINK: set_phase(&o, DEVICE_LINK); break;
    case PHASE_LIB: set_phase(&o, LIBRARY); break;
    case PHASE_CUDA: set_phase(&o, REWRITE); break;
    case PHASE_RUN: o.run = true; break;
    case OUTPUT: o.output = value; break;
    case FOLDER: o.folder = value; break;
    case INCLUDE: add_cpp(&o, "-I", value); break;
    case SYSTEM_INCLUDE: add_cpp(&o, "-isystem", value); break;
    case PRE_INCLUDE: add_cpp(&o, "-include", value); break;
    case DEFINE: add_cpp(&o, "-D", value); break;
    case UNDEFINE: add_cpp(&o, "-U", value); break;
    case LIBRARY_PATH:
        for (const std::string &v : split(value, false)) o.link.push_back("-L" + v);
        break;
    case LIBRARY_NAME:
        for (const std::string &v : split(value, false)) o.link.push_back("-l" + v);
        break;
    case OPTIMIZE: o.level = value.empty() ? 2 : value[0] >= '0' && value[0] <= '3' ? value[0] - '0' : 2; break;
    case DEBUG: o.debug = true; break;
    case DEVICE_DEBUG: o.device_debug = true, o.gpu.push_back("-G"); break;
    case STANDARD: o.standard = value; break;
    case ARCH: check_arch(value), o.gpu.push_back("-arch=" + value); break;
    case HOST_OPTION:
        for (const std::string &v : split(value, true)) host_option(&o, v);
        break;
    case LINKER_OPTION:
        for (const std::string &v : split(value, true)) o.link.push_back("-Wl," + v);
        break;
    case RDC: o.rdc = value == "true"; break;
    case LANGUAGE:
        if (value != "cu" && value != "c++" && value != "c") die("Value '" + value + "' is not defined for option 'x'");
        r->forced = true, r->language = value == "cu" ? CUDA : value == "c++" ? CXX : C;
        break;
    case SHARED_LIBRARY: o.shared = true; break;
    case VERBOSE: tools.verbose = true; break;
    case DRY: tools.dry = true; break;
    case VERSION: print_version(); exit(0);
    case HELP: print_help(); exit(0);
    case QUIET: o.quiet = true; break;
    case WERROR:
        if (value == "all-warnings") o.werror = true;
        break;
    case LAMBDA: o.lambdas = true, o.gpu.push_back("--extended-lambda"); break;
    case RELAXED: o.gpu.push_back("--expt-relaxed-constexpr"); break;
    case COMPILER: {
        // A folder, or a compiler; only a g++ understands our flags.
        const bool is_folder = exists(value + "/.");
        const std::string base = value.substr(value.rfind('/') == std::string::npos ? 0 : value.rfind('/') + 1);
        if (is_folder && exists(value + "/g++")) o.compiler = value + "/g++";
        else if (!is_folder && base.find("g++") != std::string::npos && base.find("clang") == std::string::npos)
            o.compiler = value;
        break;
    }
    case DEPEND: o.dependencies.push_back("-" + std::string(e.alias)); break;
    case DEPEND_VALUE: o.dependencies.insert(o.dependencies.end(), {"-" + std::string(e.alias), value}); break;
    case PROFILE: o.profile = true; break;
    case LINT: o.lint = true; break;
    case FAST_MATH: o.cpp.push_back("-D__USE_FAST_MATH__"); break;
    case RESPONSE: read_response(r, value); break;
    case DEFAULT_STREAM:
        if (value == "per-thread") add_cpp(&o, "-D", "CUDA_API_PER_THREAD_DEFAULT_STREAM=1");
        break;
    case UNSUPPORTED: die("'" + word + "' makes GPU code, which the emulator has no use for");
    }
}

// -Xcompiler -fPIC, -Xcompiler=-fPIC, -Ifolder, -I folder, -O3, --std c++17, ...
size_t read_option(reader_t *r, const std::vector<std::string> &words, size_t i)
{
    const std::string &word = words[i];
    std::string name = word.substr(word.rfind("--", 0) == 0 ? 2 : 1), value;
    const option_t *e = nullptr;
    const size_t equal = name.find('=');
    bool has_value = false;
    if (strchr("IDULlO", name[0]) && word[1] != '-' && !(e = find_option(name))) {  // joined
        e = find_option(name.substr(0, 1));
        value = name.substr(1), has_value = true;
        if (!value.empty() && value[0] == '=' && name[0] != 'D') value.erase(0, 1);
    } else if ((e = find_option(name.substr(0, equal)))) {
        has_value = equal != std::string::npos;
        if (has_value) value = name.substr(equal + 1);
    } else if (word[1] == 't' && isdigit((unsigned char)name[1])) {  // -t4
        return i + 1;
    } else if (word[1] != '-' && (name.rfind("m", 0) == 0 || name.rfind("f", 0) == 0 || name.rfind("W", 0) == 0 ||
                                  name == "pthread" || name == "pedantic" || name == "ansi" || name == "rdynamic" ||
                                  name == "s" || name == "static" || name == "nostdlib")) {
        if (name.rfind("Wl,", 0) == 0) r->o.link.push_back(word);
        else if (name.rfind("Werror=", 0) != 0) r->o.host.push_back(word);
        return i + 1;
    }
    if (!e) die("Unknown option '" + word + "'");
    if (e->act == OPTIMIZE && !has_value) return act(r, *e, word, ""), i + 1;
    if (e->act == WERROR && !has_value &&
        (i + 1 >= words.size() || words[i + 1][0] == '-' || words[i + 1].find('.') != std::string::npos)) {
        r->o.host.push_back("-Werror");
        return i + 1;
    }
    if (e->value && !has_value) {
        if (i + 1 >= words.size()) die("Option '" + word + "' requires an argument");
        value = words[++i];
    } else if (!e->value && has_value) {
        if (value == "true") return act(r, *e, word, ""), i + 1;
        if (value == "false") return i + 1;
        die("Option '" + word.substr(0, word.find('=')) + "' takes no value");
    }
    act(r, *e, word, value);
    return i + 1;
}

void read_words(reader_t *r, const std::vector<std::string> &words)
{
    for (size_t i = 0; i < words.size();) {
        const std::string &w = words[i];
        if (w.size() > 1 && w[0] == '@') {
            read_response(r, w.substr(1));
            i++;
        } else if (w.size() > 1 && w[0] == '-') {
            i = read_option(r, words, i);
        } else if (w.empty()) {
            i++;
        } else {
            add_input(r, w);
            i++;
        }
    }
}

}  // namespace

options_t read_options(int argc, char **argv)
{
    reader_t r;
    std::vector<std::string> words;
    for (const char *variable : {"NVCC_PREPEND_FLAGS"})
        if (const char *v = getenv(variable))
            for (const std::string &w : split_blanks(v)) words.push_back(w);
    words.insert(words.end(), argv + 1, argv + argc);
    if (const char *v = getenv("NVCC_APPEND_FLAGS"))
        for (const std::string &w : split_blanks(v)) words.push_back(w);
    read_words(&r, words);
    if (r.o.inputs.empty()) {
        if (argc == 1) print_help(), exit(1);
        die("No input files specified; use option --help for more information");
    }
    return r.o;
}

}  // namespace emu
