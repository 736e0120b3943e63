// [given] symbols.h: names in the executable: functions, lines, shared variables.
#pragma once
#include "engine.h"

namespace emu
{
// A __shared__ variable: bin/nvcc makes them thread-local, so they lie in the thread-local block of the OS thread
// that runs the kernel, each at the same offset in every thread.
struct symbol_t {
    std::string name;      // "tile"
    std::string function;  // "matmul(float*, int)"; "" outside of functions
    size_t offset, size;   // in the thread-local block
};
const std::vector<symbol_t> &shared_symbols(void);  // thread-local variables of the executable, by offset; read once
char *thread_local_block(void);                     // of the calling thread; null without thread-local variables
size_t thread_local_size(void);
std::string
plain_name(const std::string &function);  // as a reader knows it: no return type, no lambda of the translation
}  // namespace emu
