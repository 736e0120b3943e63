// [given] objects.cpp: checked objects inside of objects, archives and executables.
#include "objects.h"
#include "process.h"
#include <cstring>
#include <elf.h>

namespace emu
{

// Header of one object in the section; fixed size, so that joined sections can be taken apart.
struct packed_t {
    char magic[8];
    unsigned long size;
};
static const char MAGIC[8] = {'E', 'M', 'U', 'C', 'H', 'K', '1', '\n'};

std::string pack_object(const std::string &object)
{
    packed_t head;
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    head.size = object.size();
    return std::string((const char *)&head, sizeof head) + object;
}

// The section's content in an ELF file; empty: there is none.
static std::string_view section(std::string_view file, const char *name)
{
    if (file.size() < sizeof(Elf64_Ehdr) || memcmp(file.data(), ELFMAG, SELFMAG) || file[EI_CLASS] != ELFCLASS64)
        return {};
    Elf64_Ehdr h;
    memcpy(&h, file.data(), sizeof h);
    if (h.e_shentsize != sizeof(Elf64_Shdr) || h.e_shoff > file.size() || h.e_shstrndx >= h.e_shnum ||
        (size_t)h.e_shnum * sizeof(Elf64_Shdr) > file.size() - h.e_shoff)
        return {};
    const auto header = [&](int i) {
        Elf64_Shdr s;
        memcpy(&s, file.data() + h.e_shoff + i * sizeof s, sizeof s);
        return s;
    };
    const Elf64_Shdr names = header(h.e_shstrndx);
    for (int i = 0; i < h.e_shnum; i++) {
        const Elf64_Shdr s = header(i);
        const size_t at = names.sh_offset + s.sh_name;
        if (at >= file.size() || strncmp(file.data() + at, name, file.size() - at)) continue;
        if (s.sh_offset > file.size() || s.sh_size > file.size() - s.sh_offset) return {};
        return file.substr(s.sh_offset, s.sh_size);
    }
    return {};
}

static int serial;

static std::string unpack(std::string_view content, const std::string &base)
{
    std::string names;
    while (content.size() >= sizeof(packed_t)) {
        packed_t head;
        memcpy(&head, content.data(), sizeof head);
        if (memcmp(head.magic, MAGIC, sizeof MAGIC)) {  // alignment between joined sections
            content.remove_prefix(1);
            continue;
        }
        content.remove_prefix(sizeof head);
        if (head.size > content.size()) break;
        const std::string path = temporary(std::to_string(serial++) + "-" + base + ".checked.o");
        write_file(path, content.substr(0, head.size));
        names += path + "\n";
        content.remove_prefix(head.size);
    }
    return names;
}

static std::string base_name(const std::string &path)
{
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

// An archive: the same one with its checked objects instead of the others.
static std::string checked_archive(const std::string &path, std::string_view file, bool *found)
{
    std::string names, long_names;
    bool any = false;
    for (size_t at = 8; at + 60 <= file.size();) {
        const char *head = file.data() + at;
        const size_t size = strtoul(std::string(head + 48, 10).c_str(), nullptr, 10);
        std::string_view member = file.substr(at + 60, size);
        at += 60 + size + (size & 1);
        if (head[0] == '/' && (head[1] == ' ' || head[1] == '/' || !strncmp(head, "/SYM64/", 7))) continue;  // tables
        std::string_view content = section(member, EMU_OBJECT_SECTION);
        if (content.empty()) {
            const std::string name = temporary(std::to_string(serial++) + "-member.o");
            write_file(name, member);
            names += name + "\n";
        } else {
            any = true;
            names += unpack(content, "member");
        }
    }
    if (!any) return path;
    *found = true;
    command_t c;
    const std::string result = temporary(std::to_string(serial++) + "-" + base_name(path));
    c.words = {"ar", "crs", result};
    for (size_t from = 0, to; (to = names.find('\n', from)) != std::string::npos; from = to + 1)
        c.words.push_back(names.substr(from, to - from));
    if (!run(&c)) print_messages(c);
    return result;
}

std::string checked_object(const std::string &path, bool *found)
{
    std::string file;
    if (!read_file(path, &file)) return path;
    if (file.compare(0, 8, "!<arch>\n") == 0) {
        if (file.find(EMU_OBJECT_SECTION) == std::string::npos) return path;
        return checked_archive(path, file, found);
    }
    std::string_view content = section(file, EMU_OBJECT_SECTION);
    if (content.empty()) return path;
    const std::string names = unpack(content, base_name(path));
    if (names.empty()) return path;
    *found = true;
    return names.substr(0, names.size() - 1);
}

}  // namespace emu
