// [given] link.cpp: the program, and the checked image that is put into it.
#include "driver.h"
#include "objects.h"
#include <cstring>

namespace emu
{

typedef std::vector<std::string> words_t;

// What becomes of -lNAME.
static bool is_ours(const std::string &name)  // libemu.a has it, or it is not needed
{
    for (const char *n :
         {"cudart", "cudart_static", "cuda", "cudadevrt", "nvToolsExt", "nvtx3interop", "culibos", "nvidia-ml-none"})
        if (name == n) return true;
    return false;
}

static bool is_missing(const std::string &name)  // NVIDIA's, not emulated
{
    std::string base = name;
    if (base.size() > 7 && base.compare(base.size() - 7, 7, "_static") == 0) base.resize(base.size() - 7);
    for (const char *n : {"curand",    "cufft",   "cufftw",         "cusparse",  "cusolver",      "cusolverMg", "cudnn",
                          "nccl",      "nvrtc",   "nvrtc-builtins", "nvidia-ml", "nvjpeg",        "cutensor",   "cupti",
                          "nvJitLink", "nvgraph", "cublasXt",       "cufile",    "nvptxcompiler", "OpenCL"})
        if (base == n) return true;
    return base.rfind("npp", 0) == 0;
}

static std::string file_of_library(const options_t &o, const std::string &file)
{
    command_t c;
    c.words = {o.compiler, "-print-file-name=" + file};
    c.keep_output = true;
    const bool verbose = tools.verbose, dry = tools.dry;
    tools.verbose = tools.dry = false;
    run(&c);
    tools.verbose = verbose, tools.dry = dry;
    while (!c.output.empty() && c.output.back() == '\n') c.output.pop_back();
    return c.output.find('/') == std::string::npos ? "" : c.output;
}

static void add_blas(const options_t &o, words_t *w)
{
    w->push_back(home.lib + "/libemublas.a");
    for (const char *name : {"openblas", "blas"})
        for (const char *ext : {".so", ".a"})
            if (!file_of_library(o, std::string("lib") + name + ext).empty()) {
                w->push_back(std::string("-l") + name);
                return;
            }
    die("-lcublas: no BLAS library found (install libopenblas-dev)");
}

static bool found_by_user(const words_t &items, const std::string &name)
{
    for (const std::string &i : items)
        if (i.rfind("-L", 0) == 0 &&
            (exists(i.substr(2) + "/lib" + name + ".a") || exists(i.substr(2) + "/lib" + name + ".so")))
            return true;
    return false;
}

struct items_t {
    words_t fast, checked;
    bool has_checked = false;
};

static items_t collect(const options_t &o, const words_t &objects)
{
    items_t r;
    bool blas = false;
    for (const std::string &i : o.link) {
        if (i[0] == '\1') {
            const std::string &path = objects[atoi(i.c_str() + 1)];
            r.fast.push_back(path);
            const std::string names = checked_object(path, &r.has_checked) + "\n";
            for (size_t from = 0, to; (to = names.find('\n', from)) != std::string::npos; from = to + 1)
                r.checked.push_back(names.substr(from, to - from));
            continue;
        }
        const std::string name = i.rfind("-l", 0) == 0 ? i.substr(2) : "";
        words_t w = {i};
        if (!name.empty() && is_ours(name)) continue;
        if (name == "cublas" || name == "cublas_static" || name == "cublasLt" || name == "cublasLt_static") {
            w.clear();
            blas = blas || name.rfind("cublasLt", 0) != 0;
        } else if (!name.empty() && is_missing(name) && !found_by_user(o.link, name)) {
            die("library '" + name + "' (-l" + name + ") is not supported by the emulator");
        }
        r.fast.insert(r.fast.end(), w.begin(), w.end());
        // A student's own archive may hold checked objects too.
        for (std::string &x : w) {
            if (name.empty() || x != i) continue;
            for (const std::string &l : o.link)
                if (l.rfind("-L", 0) == 0 && exists(l.substr(2) + "/lib" + name + ".a") &&
                    !exists(l.substr(2) + "/lib" + name + ".so")) {
                    x = checked_object(l.substr(2) + "/lib" + name + ".a", &r.has_checked);
                    break;
                }
        }
        r.checked.insert(r.checked.end(), w.begin(), w.end());
    }
    if (blas) {  // last: NVIDIA's is a shared library, which may stand before the objects
        words_t w;
        add_blas(o, &w);
        r.fast.insert(r.fast.end(), w.begin(), w.end());
        r.checked.insert(r.checked.end(), w.begin(), w.end());
    }
    return r;
}

static void add_libraries(words_t *w, bool checked)
{
    if (checked) w->insert(w->end(), {"-Wl,--whole-archive", home.lib + "/libemucheck.a", "-Wl,--no-whole-archive"});
    w->push_back(home.lib + "/libemu.a");
#if !defined(__x86_64__)  // runtime/context.h
    w->push_back("-lboost_context");
#endif
    for (const char *x : {"-lbacktrace", "-lpthread", "-lm", "-ldl"}) w->push_back(x);
}

static words_t host_options(const options_t &o)
{
    words_t w;
    for (const std::string &h : o.host)
        if (h.rfind("-W", 0) != 0 || h.rfind("-Wl,", 0) == 0) w.push_back(h);
    return w;
}

bool link_program(const options_t &o, const words_t &objects, const std::string &output)
{
    if (!exists(home.lib + "/libemu.a") && !tools.dry)
        die("'" + home.lib + "/libemu.a' is missing: build the emulator first (make emu)");
    items_t items = collect(o, objects);
    const bool check = !o.shared && exists(home.lib + "/libemucheck.a");
    const std::string program = check ? temporary("program") : output, image = temporary("image");
    command_t f, c;
    const words_t host = host_options(o);
    f.words = {o.compiler};
    f.words.push_back(o.shared ? "-shared" : "-no-pie");
    if (o.profile) f.words.push_back("-pg");
    f.words.insert(f.words.end(), host.begin(), host.end());
    f.words.insert(f.words.end(), items.fast.begin(), items.fast.end());
    add_libraries(&f.words, false);
    f.words.insert(f.words.end(), {"-o", program});
    c.words = {o.compiler, "-no-pie", "-Wl,--wrap=memcpy,--wrap=memset,--wrap=memmove,--wrap=malloc,--wrap=free",
               "-Wl,--wrap=_Znwm,--wrap=_Znam,--wrap=_ZdlPv,--wrap=_ZdaPv,--wrap=_ZdlPvm,--wrap=_ZdaPvm"};
    for (const std::string &h : host)
        if (h.rfind("-fsanitize", 0) != 0 && h.rfind("-flto", 0) != 0) c.words.push_back(h);
    c.words.insert(c.words.end(), items.checked.begin(), items.checked.end());
    add_libraries(&c.words, true);
    c.words.insert(c.words.end(), {"-o", image});
    run(check ? std::vector<command_t *>{&f, &c} : std::vector<command_t *>{&f});
    print_messages(f);
    if (f.status != 0) return false;
    if (!check) return true;
    command_t join;
    if (c.status != 0) {
        print_messages(c);
        fprintf(
            stderr,
            "%s: warning: the checked image could not be linked: compute-sanitizer and ncu cannot run this program\n",
            output.c_str());
        join.words = {"cp", program, output};
    } else {
        join.words = {"objcopy", "--add-section", std::string(EMU_IMAGE_SECTION) + "=" + image, program, output};
    }
    const bool ok = run(&join);
    print_messages(join);
    return ok;
}

bool make_archive(const options_t &o, const words_t &objects, const std::string &output)
{
    command_t c;
    c.words = {"ar", "crs", output};
    for (const std::string &i : o.link)
        if (i[0] == '\1') c.words.push_back(objects[atoi(i.c_str() + 1)]);
    remove_ordinary(output);
    const bool ok = run(&c);
    print_messages(c);
    return ok;
}

bool link_nothing(const options_t &o, const std::string &output)
{
    command_t c;
    c.words = {o.compiler, "-c", "-x", "c", "/dev/null", "-o", output};
    const bool ok = run(&c);
    print_messages(c);
    return ok;
}

}  // namespace emu
