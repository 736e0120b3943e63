// [given] shell.cpp: words for the command lines of other programs.
#include <cstdlib>

#include "lab.h"

std::string shell_quoted(const std::string &text)
{
    std::string q = "'";
    for (char c : text) q += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return q + "'";
}

bool program_is_there(const std::string &program)
{
    return system(("command -v " + shell_quoted(program) + " >/dev/null 2>&1").c_str()) == 0;
}
