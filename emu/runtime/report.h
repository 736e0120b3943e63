// [given] report.h: the form in which findings are printed.
#pragma once
#include "engine.h"

namespace emu
{
std::string format(const finding_t &f);  // the lines of "========= ..."
void print(const std::string &s);        // to stderr, in one piece: lines of several threads do not mix
}  // namespace emu
