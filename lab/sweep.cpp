// [given] sweep.cpp: bin/lab sweep.
#include <CLI/CLI.hpp>

#include "lab.h"

static void sweep_arguments(CLI::App *) {}

static int sweep_run(void) { return 0; }

const command_t sweep_command = {"sweep", "many runs over a grid or random choices of options, here or as a job array",
                                 sweep_arguments, sweep_run};
