// [given] speedup.cpp: bin/lab speedup.
#include <CLI/CLI.hpp>

#include "lab.h"

static void speedup_arguments(CLI::App *) {}

static int speedup_run(void) { return 0; }

const command_t speedup_command = {"speedup",
                                   "how many times as fast as the CPU's programs a GPU trains, and when it does not",
                                   speedup_arguments, speedup_run};
