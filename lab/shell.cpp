// [given] shell.cpp: what is installed on this machine.
#include <cstdlib>

#include "lab.h"
#include "text.h"

bool program_is_there(const std::string &program)
{
    return system(("command -v " + shell_quoted(program) + " >/dev/null 2>&1").c_str()) == 0;
}
