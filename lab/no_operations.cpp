// no_operations.cpp: stands for operations.cu in a program built with CUDA=none.
#include "ladder.h"

void lab_operations(const operations_options_t *)
{
    die_usage("operations: there is no CUDA in this program\nhint: make CUDA=emu, or CUDA=real where there is a GPU");
}
