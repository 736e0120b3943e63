// [given] picture.cpp: bin/lab picture.
#include <CLI/CLI.hpp>

#include "lab.h"

static void picture_arguments(CLI::App *) {}

static int picture_run(void) { return 0; }

const command_t picture_command = {"picture", "the network of a model with its weights as colour and width",
                                   picture_arguments, picture_run};
