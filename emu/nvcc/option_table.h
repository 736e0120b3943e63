// [given] option_table.h: the options that bin/nvcc knows.
#pragma once
#include <string>

namespace emu
{

enum act_t {  // what an option does
    NOTHING,
    VALUE,  // accepted, without or with a value
    PHASE_C,
    PHASE_E,
    PHASE_M,
    PHASE_MM,
    PHASE_DC,
    PHASE_DLINK,
    PHASE_LIB,
    PHASE_CUDA,
    PHASE_RUN,
    OUTPUT,
    FOLDER,
    INCLUDE,
    SYSTEM_INCLUDE,
    PRE_INCLUDE,
    DEFINE,
    UNDEFINE,
    LIBRARY_PATH,
    LIBRARY_NAME,
    OPTIMIZE,
    DEBUG,
    DEVICE_DEBUG,
    STANDARD,
    ARCH,
    HOST_OPTION,
    LINKER_OPTION,
    RDC,
    LANGUAGE,
    SHARED_LIBRARY,
    VERBOSE,
    DRY,
    VERSION,
    HELP,
    QUIET,
    WERROR,
    LAMBDA,
    COMPILER,
    DEPEND,
    DEPEND_VALUE,
    PROFILE,
    LINT,
    FAST_MATH,
    RESPONSE,
    DEFAULT_STREAM,
    UNSUPPORTED,
    RELAXED
};

struct option_t {
    const char *name, *alias;  // without dashes
    act_t act;
    bool value;
};

const option_t *find_option(const std::string &name);  // without dashes; null: unknown

}  // namespace emu
