// [given] compile.cpp: one .cu file: preprocess, rewrite twice, compile twice side by side, join the objects.
#include "driver.h"
#include "lint.h"
#include "objects.h"
#include "rewrite.h"
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace emu
{

typedef std::vector<std::string> words_t;

static void append(words_t *to, const words_t &from) { to->insert(to->end(), from.begin(), from.end()); }

static void add_color(words_t *words)
{
    if (isatty(2) && !getenv("NO_COLOR")) words->push_back("-fdiagnostics-color=always");  // g++ writes into a pipe
}

static std::string standard_of(const options_t &o, language_t l)
{
    const bool plus = o.standard.find("++") != std::string::npos;
    if (l == C) return plus ? "" : o.standard;
    // Our headers need C++17, and so does what the rewriter writes.
    for (const char *old : {"03", "98", "11", "14", "0x", "1y"})
        if (l == CUDA && plus && o.standard.find(old) != std::string::npos) return "c++17";
    return plus ? o.standard : "c++17";
}

static words_t preprocessor(const options_t &o, language_t l)
{
    words_t w;
    if (l == CUDA) {
        w = {"-D__CUDACC__",
             "-D__NVCC__",
             "-D__CUDACC_VER_MAJOR__=12",
             "-D__CUDACC_VER_MINOR__=0",
             "-D__CUDACC_VER_BUILD__=140",
             "-D__CUDA_EMULATOR__=1"};
        if (o.rdc) w.push_back("-D__CUDACC_RDC__");
        if (o.lambdas) w.push_back("-D__CUDACC_EXTENDED_LAMBDA__");
        if (o.device_debug) w.push_back("-D__CUDACC_DEBUG__");
        append(&w, {"-isystem", home.include, "-include", "cuda_runtime.h", "-include", "emu/kernel_address.h"});
    } else {
        append(&w, {"-isystem", home.include});
    }
    append(&w, o.cpp);
    return w;
}

// Dependencies name the object that is really made, not a temporary one.
static words_t dependency_options(const options_t &o, const std::string &object)
{
    words_t w;
    bool compiles = false, file = false, target = false;
    for (const std::string &d : o.dependencies) {
        compiles |= d == "-MD" || d == "-MMD";
        file |= d == "-MF", target |= d == "-MT" || d == "-MQ";
    }
    if (!compiles) return w;
    append(&w, o.dependencies);
    const std::string name = o.phase == LINK ? (o.output.empty() ? "a.out" : o.output) : object;
    const size_t dot = name.rfind('.'), slash = name.rfind('/');
    const bool ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    if (!file) append(&w, {"-MF", name.substr(0, ending ? dot : name.size()) + ".d"});
    if (!target) append(&w, {"-MQ", name});
    return w;
}

bool preprocess(const options_t &o, const input_t &in, std::string *text, const std::string &object)
{
    command_t c;
    c.words = {o.compiler, "-E", "-x", in.language == C ? "c" : "c++"};
    const std::string standard = standard_of(o, in.language);
    if (!standard.empty()) c.words.push_back("-std=" + standard);
    append(&c.words, preprocessor(o, in.language));
    append(&c.words, o.host);
    if (o.quiet) c.words.push_back("-w");
    if (o.level != 0) c.words.push_back("-O2");
    if (!object.empty()) append(&c.words, dependency_options(o, object));
    add_color(&c.words);
    c.words.push_back(in.path);
    c.keep_output = true;
    const bool ok = run(&c);
    print_messages(c);
    *text = std::move(c.output);
    return ok;
}

bool list_dependencies(const options_t &o, const input_t &in)
{
    command_t c;
    c.words = {o.compiler, "-E", "-x", in.language == C ? "c" : "c++"};
    const std::string standard = standard_of(o, in.language);
    if (!standard.empty()) c.words.push_back("-std=" + standard);
    append(&c.words, preprocessor(o, in.language));
    append(&c.words, o.host);
    append(&c.words, o.dependencies);
    if (!o.output.empty()) append(&c.words, {"-o", o.output});
    c.words.push_back(in.path);
    const bool ok = run(&c);
    print_messages(c);
    return ok;
}

static std::string optimisation(const options_t &o)
{
    if (o.device_debug) return "-Og";
    return o.level >= 3 ? "-O3" : "-O2";
}

static words_t compile_words(const options_t &o, bool checked)
{
    words_t w = {o.compiler,
                 "-x",
                 "c++-cpp-output",
                 "-std=" + standard_of(o, CUDA),
                 "-c",
                 "-fno-strict-aliasing",
                 "-fno-math-errno",
                 "-fstack-clash-protection",  // a large array in a kernel must not step over the guard below its stack
                 "-fcf-protection=none"};
    if (checked) {
        append(&w,
               {"-O2", "-g", "-w", "-fsanitize=thread,alignment,bounds", "--param=tsan-instrument-func-entry-exit=0",
                "--param=tsan-distinguish-volatile=1", "-fno-optimize-sibling-calls", "-fno-pie"});
        for (const std::string &h : o.host)
            if (h.rfind("-fsanitize", 0) != 0 && h.rfind("-W", 0) != 0 && h.rfind("-fPI", 0) != 0 &&
                h.rfind("-fpi", 0) != 0 && h.rfind("-flto", 0) != 0 && h != "-pg")
                w.push_back(h);
        return w;
    }
    append(&w, {optimisation(o), o.debug || o.device_debug ? "-g" : "-g1"});
    append(&w, o.host);
    if (o.quiet) w.push_back("-w");
    if (o.werror) w.push_back("-Werror");
    if (o.profile) w.push_back("-pg");
    add_color(&w);
    return w;
}

static std::string base_name(const std::string &path)
{
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

static int serial;

// A checked object that cannot be made must not stop the student: the program still runs, unchecked.
static bool join(const std::string &fast, const std::string &checked, const std::string &object)
{
    std::string text;
    const std::string packed = fast + ".packed";
    temporary(base_name(packed));
    command_t c;
    if (!tools.dry && (!read_file(checked, &text) || !write_file(packed, pack_object(text)))) return false;
    c.words = {"objcopy",
               "--add-section",
               std::string(EMU_OBJECT_SECTION) + "=" + packed,
               "--set-section-flags",
               std::string(EMU_OBJECT_SECTION) + "=readonly,exclude",
               fast,
               object};
    const bool ok = run(&c);
    print_messages(c);
    return ok;
}

static lint_job_t lint_job(const options_t &o, const input_t &in)
{
    lint_job_t job;
    job.source = in.path, job.includes = o.includes, job.defines = o.defines, job.standard = standard_of(o, CUDA);
    job.own_include = home.include, job.options = o.gpu, job.verbose = tools.verbose;
    if (o.rdc) job.options.push_back("-rdc=true");
    return job;
}

static std::string architecture(const options_t &o)  // "860" for -arch=sm_86
{
    for (const std::string &g : o.gpu) {
        const size_t at = g.find("_");
        if (g.rfind("-arch=", 0) == 0 && at != std::string::npos && atoi(g.c_str() + at + 1) >= 30)
            return std::to_string(atoi(g.c_str() + at + 1)) + "0";
    }
    return "860";
}

static bool read_source(const options_t &o, const input_t &in, source_t *s)
{
    read_tokens(s, home.include);
    std::string warnings;
    if (wants_arch(s, &warnings)) {
        options_t with = o;
        with.quiet = true;  // the messages were printed the first time
        with.cpp.push_back("-D__CUDA_ARCH__=" + architecture(o));
        source_t again;
        if (!preprocess(with, in, &again.text, "")) return false;
        *s = std::move(again);
        read_tokens(s, home.include);
    }
    if (!o.quiet) fputs(warnings.c_str(), stderr);
    find_columns(s);
    return true;
}

static bool compile_cuda(const options_t &o, const input_t &in, const std::string &object)
{
    source_t s;
    if (!preprocess(o, in, &s.text, object)) return false;
    const std::string base = std::to_string(serial++) + "-" + base_name(in.path);
    const std::string fast_source = temporary(base + ".ii"), checked_source = temporary(base + ".checked.ii");
    const std::string fast_object = temporary(base + ".o"), checked_object = temporary(base + ".checked.o");
    std::string errors, more;
    bool device = true;
    if (!tools.dry) {
        if (!read_source(o, in, &s)) return false;
        rewrite_options_t fast, checked;
        fast.rdc = checked.rdc = o.rdc, checked.checked = true;
        fast.own_include = checked.own_include = home.include;
        const std::string fast_text = rewrite(&s, fast, &errors, &device);
        if (!errors.empty()) return fputs(errors.c_str(), stderr), false;
        if (!write_file(fast_source, fast_text)) die("cannot write '" + fast_source + "'");
        if (device && !write_file(checked_source, rewrite(&s, checked, &more, &device)))
            die("cannot write '" + checked_source + "'");
    }
    const bool check = device && exists(home.lib + "/libemucheck.a") && !o.shared;
    command_t f, c;
    f.words = compile_words(o, false), c.words = compile_words(o, true);
    const std::string &result = check ? fast_object : object;
    append(&f.words, {fast_source, "-o", result});
    append(&c.words, {checked_source, "-o", checked_object});
    run(check ? std::vector<command_t *>{&f, &c} : std::vector<command_t *>{&f});
    print_messages(f);
    if (f.status != 0) return false;
    if (check && c.status != 0 && !tools.dry) {  // a standard library that was not foreseen
        rewrite_options_t plain;
        plain.rdc = o.rdc, plain.own_include = home.include, plain.checked = plain.plain = true;
        if (!write_file(checked_source, rewrite(&s, plain, &more, &device)))
            die("cannot write '" + checked_source + "'");
        run(&c);
    }
    if (check && c.status != 0) {
        print_messages(c);
        fprintf(stderr,
                "%s: warning: the checked image of this file could not be compiled: compute-sanitizer and ncu will not "
                "see it\n",
                in.path.c_str());
    }
    if (check && (c.status != 0 || !join(fast_object, checked_object, object))) {
        command_t copy;
        copy.words = {"cp", fast_object, object};
        if (!run(&copy)) return print_messages(copy), false;
    }
    if (!o.lint || lint_source(lint_job(o, in)) == 0) return true;
    remove_ordinary(object);  // or make would take it for done
    return false;
}

bool rewrite_only(const options_t &o, const input_t &in, const std::string &output)
{
    source_t s;
    if (!preprocess(o, in, &s.text, "")) return false;
    std::string errors;
    bool device;
    rewrite_options_t options;
    options.own_include = home.include, options.rdc = o.rdc, options.checked = getenv("EMU_NVCC_CHECKED") != nullptr;
    if (!read_source(o, in, &s)) return false;
    const std::string text = rewrite(&s, options, &errors, &device);
    fputs(errors.c_str(), stderr);
    if (output == "-") return fputs(text.c_str(), stdout), errors.empty();
    if (!write_file(output, text)) die("cannot write '" + output + "'");
    return errors.empty();
}

bool compile(const options_t &o, const input_t &in, const std::string &object)
{
    if (in.language == CUDA) return compile_cuda(o, in, object);
    command_t c;
    std::string compiler = o.compiler;
    const size_t at = compiler.rfind("g++");
    if (in.language == C && at != std::string::npos) compiler.replace(at, 3, "gcc");
    c.words = {compiler, "-c", "-x", in.language == C ? "c" : "c++"};
    const std::string standard = standard_of(o, in.language);
    if (!standard.empty()) c.words.push_back("-std=" + standard);
    append(&c.words, preprocessor(o, in.language));
    append(&c.words,
           {o.level == 0 || o.level == 1 ? "-O" + std::to_string(o.level) : optimisation(o), o.debug ? "-g" : "-g1"});
    append(&c.words, o.host);
    if (o.quiet) c.words.push_back("-w");
    if (o.profile) c.words.push_back("-pg");
    append(&c.words, dependency_options(o, object));
    add_color(&c.words);
    append(&c.words, {in.path, "-o", object});
    const bool ok = run(&c);
    print_messages(c);
    return ok;
}

}  // namespace emu
