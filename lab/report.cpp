// [given] report.cpp: bin/lab report.
#include <CLI/CLI.hpp>

#include "lab.h"

static void report_arguments(CLI::App *) {}

static int report_run(void) { return 0; }

const command_t report_command = {"report", "one page, and a text to start from, of logs and measurements",
                                  report_arguments, report_run};
