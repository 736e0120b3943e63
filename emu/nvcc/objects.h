// [given] objects.h: checked objects inside of objects, archives and executables.
#pragma once
#include <string>

namespace emu
{

#define EMU_OBJECT_SECTION ".emu.checked.o"  // of an object: the same file, compiled for the checked image
#define EMU_IMAGE_SECTION ".emu.checked"     // of an executable: the whole checked image

// The text of a checked object as it is put into the section: several may be joined by ld -r.
std::string pack_object(const std::string &object);

// What to link into the checked image instead of `path` (an object or archive): `path` itself where it has no checked
// part (found stays false), else the names of temporary files, separated by new lines.
std::string checked_object(const std::string &path, bool *found);

}  // namespace emu
