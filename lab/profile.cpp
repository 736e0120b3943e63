// [given] profile.cpp: bin/lab profile.
#include <CLI/CLI.hpp>

#include "lab.h"

static void profile_arguments(CLI::App *) {}

static int profile_run(void) { return 0; }

const command_t profile_command = {"profile", "where the time of a step goes: kernels, copies, roofline, timeline",
                                   profile_arguments, profile_run};
