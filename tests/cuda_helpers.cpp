// tests/cuda_helpers.cpp: see cuda_helpers.h.
#include "cuda_helpers.h"

#include <filesystem>

std::string lacks_cuda(int k)
{
    int before = cuda_options.gpus;
    cuda_options.gpus = k;
    std::string why = death_of(cuda_start);
    cuda_options.gpus = before;
    return why.substr(0, why.find('\n'));
}

bool is_emulated(void) { return lacks_cuda().empty() && contains(cuda_start(), "emulated"); }

void compile_cuda(const folder_t *f, const std::string &name, const std::string &sources, const std::string &options,
                  const std::string &without)
{
    std::string real = sizeof(real_t) == sizeof(double) ? "-DREAL_DOUBLE " : "", objects;
    std::string given = TEST_BUILD "-emu/given", folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    for (const std::string &place : {std::string(TEST_BUILD), given, given + "/parallel", folder})
        for (const auto &entry : std::filesystem::directory_iterator(place)) {
            std::string source = entry.path().stem().string() + (place == TEST_BUILD ? ".cpp" : ".cu");
            bool wanted = !contains(" main.cpp no_cuda.cpp worker.cu worker_runs.cu " + without + " ",
                                    " " + source + " ");
            if (entry.path().extension() != ".o" || !wanted) continue;
            objects += " " + entry.path().string();
        }
    ended_t e = shell("emu/bin/nvcc -std=c++17 -O1 -lineinfo -Isrc -Xcompiler -fopenmp " + real + options + " " +
                      sources + objects + " -lz -o " + f->file(name));
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
}
