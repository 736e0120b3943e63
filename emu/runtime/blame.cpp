// [given] blame.cpp: emu/blame.h in the fast image: nothing is known. The checked image has its own in check/blame.cpp.
#include "emu/blame.h"

extern "C" __attribute__((weak)) int emu_last_writer(const void *, emu_writer_t *out)
{
    *out = {};
    out->kernel = out->function = out->file = "";
    return EMU_WRITER_UNKNOWN;
}

extern "C" __attribute__((weak)) int emu_last_writer_text(const void *, char *text, size_t size)
{
    if (size) *text = 0;
    return EMU_WRITER_UNKNOWN;
}
