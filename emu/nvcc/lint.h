// [given] lint.h: what bin/nvcc asks the lint: does a GPU compiler accept what g++ accepts?
#pragma once
#include <string>
#include <vector>

namespace emu
{

struct lint_job_t {  // one .cu file of a command with --lint
    std::string source;
    std::vector<std::string> includes;  // -I, -isystem, -include with their values, in the order of the command line
    std::vector<std::string> defines;   // -DNAME=VALUE, -UNAME
    std::string standard;               // "c++17"
    std::string own_include;            // the emulator's include directory
    std::vector<std::string> options;  // other options of nvcc that can matter: -arch=..., --extended-lambda, -rdc=true
    bool verbose;                      // -v: print commands
};

// Called after the file was compiled without error. Prints its messages to standard error as `file:line: error: ...`;
// 0: nothing to object (or nobody there to ask), 1: errors were printed.
int lint_source(const lint_job_t &job);

}  // namespace emu
