// [given] symbols.h: names of functions as a reader knows them.
#pragma once
#include "engine.h"

namespace emu
{
std::vector<where_t> places(site_t return_address);  // as where(), and what that was inlined into
std::vector<site_t> callers(void);  // return addresses of the functions that are being called, innermost first
// Without the return type of a template, and without the lambda into which bin/nvcc has put a kernel's body.
std::string plain_name(const std::string &demangled);
}  // namespace emu
