// [given] options.h: the command line of bin/nvcc.
#pragma once
#include <string>
#include <vector>

namespace emu
{

enum language_t { CUDA, CXX, C, OBJECT };                                                 // of an input file
enum phase_t { LINK, COMPILE, PREPROCESS, DEPENDENCIES, DEVICE_LINK, LIBRARY, REWRITE };  // what to end with

struct input_t {
    std::string path;
    language_t language;
};

struct options_t {
    phase_t phase = LINK;
    std::vector<input_t> inputs;
    std::vector<std::string> link;  // objects, archives, -l, -L, -Xlinker in their order; "\1N" for inputs[N]
    std::string output, folder;     // -o, -odir
    std::vector<std::string> cpp;   // -I -D -U -isystem -include
    std::vector<std::string> includes, defines;  // the same, for the lint
    std::vector<std::string> host;               // for g++: -Xcompiler, -W..., -f...
    std::vector<std::string> gpu;                // for the lint: -arch=sm_86 ...
    std::vector<std::string> dependencies;       // -MD -MF file ...
    std::string standard = "c++17", host_standard;
    std::string compiler = "g++";
    int level = -1;  // of -O
    bool debug = false, device_debug = false, profile = false;
    bool rdc = false, shared = false, lint = false, quiet = false, werror = false, lambdas = false, run = false;
};

// Reads the arguments, with response files; ends the program for --help, --version and errors.
options_t read_options(int argc, char **argv);

}  // namespace emu
