// [given] main.cpp: bin/nvcc: CUDA programs for the CPU, with the command line of NVIDIA's nvcc.
#include "driver.h"
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace emu
{

home_t home;

static void find_home(void)
{
    char path[4096];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0) die("cannot read /proc/self/exe");
    std::string own(path, n);
    own.resize(own.rfind('/'));
    own.resize(own.rfind('/'));
    home.include = own + "/include", home.lib = own + "/lib";
}

static std::string object_name(const options_t &o, const std::string &source, const char *ending)
{
    std::string base = source.substr(source.rfind('/') == std::string::npos ? 0 : source.rfind('/') + 1);
    if (base.rfind('.') != std::string::npos) base.resize(base.rfind('.'));
    return (o.folder.empty() ? "" : o.folder + "/") + base + ending;
}

static bool each_source(const options_t &o)
{
    int sources = 0;
    for (const input_t &in : o.inputs) sources += in.language != OBJECT;
    if (sources > 1 && !o.output.empty() && o.phase != PREPROCESS)
        die("A single input file is required for a non-link phase when an outputfile is specified");
    bool ok = true;
    for (const input_t &in : o.inputs) {
        if (in.language == OBJECT) continue;
        if (o.phase == PREPROCESS) {
            std::string text;
            ok = preprocess(o, in, &text, "") && ok;
            if (o.output.empty()) fwrite(text.data(), 1, text.size(), stdout);
            else if (!write_file(o.output, text)) die("cannot write '" + o.output + "'");
        } else if (o.phase == DEPENDENCIES) {
            ok = list_dependencies(o, in) && ok;
        } else if (o.phase == REWRITE) {
            ok = rewrite_only(o, in, o.output.empty() ? object_name(o, in.path, ".cu.cpp.ii") : o.output) && ok;
        } else {
            ok = compile(o, in, o.output.empty() ? object_name(o, in.path, ".o") : o.output) && ok;
        }
    }
    return ok;
}

static bool everything(const options_t &o)
{
    std::vector<std::string> objects;
    bool ok = true;
    for (size_t i = 0; i < o.inputs.size(); i++) {
        const input_t &in = o.inputs[i];
        if (in.language == OBJECT) {
            if (!exists(in.path)) die("Could not open input file '" + in.path + "'");
            objects.push_back(in.path);
        } else {
            objects.push_back(temporary(std::to_string(i) + "." + object_name({}, in.path, ".o")));
            ok = compile(o, in, objects.back()) && ok;
        }
    }
    if (!ok) return false;
    if (o.phase == LIBRARY) return make_archive(o, objects, o.output.empty() ? "a.a" : o.output);
    return link_program(o, objects, o.output.empty() ? (o.shared ? "a.so" : "a.out") : o.output);
}

}  // namespace emu

int main(int argc, char **argv)
{
    using namespace emu;
    find_home();
    const options_t o = read_options(argc, argv);
    for (const input_t &in : o.inputs)
        if (in.language != OBJECT && !exists(in.path)) die("Could not open input file '" + in.path + "'");
    bool ok = true;
    if (o.phase == DEVICE_LINK) ok = link_nothing(o, o.output.empty() ? "a_dlink.o" : o.output);
    else if (o.phase == LINK || o.phase == LIBRARY) ok = everything(o);
    else ok = each_source(o);
    if (ok && o.run && o.phase == LINK && !tools.dry) {
        command_t c;
        const std::string program = o.output.empty() ? "a.out" : o.output;
        c.words = {program.find('/') == std::string::npos ? "./" + program : program};
        ok = run(&c);
        print_messages(c);
    }
    remove_temporaries();
    return ok ? 0 : 1;
}
