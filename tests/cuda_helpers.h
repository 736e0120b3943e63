// tests/cuda_helpers.h: for tests that need a GPU, a real or an emulated one.
#ifndef NN_TESTS_CUDA_HELPERS_H
#define NN_TESTS_CUDA_HELPERS_H

#include "cuda_utils.h"
#include "helpers.h"

// "" if at least k GPUs answer (emulated ones too), else why not.
std::string lacks_cuda(int k = 1);
bool is_emulated(void);  // the program was built with the emulator

// Leaves a test case that cannot run here, and says why.
#define NEEDS(reason)                                                                                                  \
    do {                                                                                                               \
        std::string why = reason;                                                                                      \
        if (!why.empty()) {                                                                                            \
            MESSAGE("skipped: " << why);                                                                               \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)
#define NEEDS_EMULATOR() NEEDS(is_emulated() ? "" : "needs the emulator: built with CUDA=none or real")

// Makes the program `name` in the folder: `sources` (seen from the root) and the objects of nn, but main's and those of the
// files named in `without`, for instance "train.cu cuda_utils.cu". Fails the test if the compiler does.
void compile_cuda(const folder_t *f, const std::string &name, const std::string &sources, const std::string &options,
                  const std::string &without);

#endif
