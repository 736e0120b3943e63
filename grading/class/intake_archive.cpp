// [given] intake_archive.cpp: archives, unpacked in memory and only as far as they are wanted.
#include <clocale>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include "intake_parts.h"
#include "utils.h"

#if __has_include(<archive.h>)
#include <archive.h>
#include <archive_entry.h>

static const char *const REPACK = "\nhint: pack the folder src anew as .zip or .tar.gz, without a password";

// A path without "." and empty parts. Returns why it cannot be trusted, or "".
static std::string path_clean(const std::string &path, std::string *clean)
{
    if (path.size() > MAX_PATH_LENGTH) return "is longer than " + std::to_string(MAX_PATH_LENGTH) + " bytes";
    std::string p = path;
    if (p.find('/') == std::string::npos)
        for (char &c : p) c = c == '\\' ? '/' : c;  // packed by old programs on Windows
    if (p[0] == '/' || (p.size() > 1 && p[1] == ':')) return "is absolute";
    size_t depth = 0;
    for (size_t at = 0, end; at <= p.size(); at = end + 1) {
        end = std::min(p.find('/', at), p.size());
        std::string part = p.substr(at, end - at);
        if (part == "..") return "leads out of the archive";
        if (part.empty() || part == ".") continue;
        *clean += (clean->empty() ? "" : "/") + part;
        if (++depth > MAX_DEPTH) return "is more than " + std::to_string(MAX_DEPTH) + " folders deep";
    }
    return "";
}

static entry_kind_t kind_of(struct archive_entry *e)
{
    if (archive_entry_hardlink(e) || archive_entry_symlink(e)) return ENTRY_LINK;
    switch (archive_entry_filetype(e)) {
    case AE_IFREG: return ENTRY_FILE;
    case AE_IFDIR: return ENTRY_FOLDER;
    case AE_IFLNK: return ENTRY_LINK;
    default: return ENTRY_OTHER;
    }
}

struct unpack_t {
    struct archive *archive;
    size_t packed, unpacked;
    const std::vector<student_file_t> *manifest;
};

static std::string damaged(const unpack_t *u)
{
    const char *why = archive_error_string(u->archive);
    return std::string("it is damaged or cut off") + (why ? std::string(" (") + path_shown(why) + ")" : "");
}

// Reads the data also of what is not wanted, because a tar.gz can be passed no other way: piece by piece, counted.
static std::string data_read(unpack_t *u, entry_t *entry, bool wanted)
{
    const void *block = NULL;
    size_t n = 0;
    la_int64_t at = 0;
    for (int code; (code = archive_read_data_block(u->archive, &block, &n, &at)) != ARCHIVE_EOF;) {
        if ((code != ARCHIVE_OK && code != ARCHIVE_WARN) || at < 0) return damaged(u);
        u->unpacked += n;
        entry->size = std::max(entry->size, (size_t)at + n);
        if (u->unpacked > MAX_UNPACKED || (size_t)at > MAX_UNPACKED)
            return format("it unpacks to more than %zu MB", MAX_UNPACKED >> 20);
        if (u->unpacked > RATIO_FROM && u->unpacked / MAX_RATIO > u->packed)
            return format("it unpacks to more than %zu times its size", MAX_RATIO);
        if (!wanted || (size_t)at + n > MAX_FILE) continue;
        if (entry->bytes.size() < (size_t)at + n) entry->bytes.resize((size_t)at + n);
        memcpy(&entry->bytes[at], block, n);
    }
    return "";
}

// The next entry. False: there is none, or `*why` says why the archive is refused.
static bool next(unpack_t *u, entry_t *entry, std::string *why)
{
    struct archive_entry *e;
    int code = archive_read_next_header(u->archive, &e);
    if (code == ARCHIVE_EOF) return false;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
        *why = damaged(u);
        return false;
    }
    const char *name = archive_entry_pathname_utf8(e);
    if (!name) name = archive_entry_pathname(e);
    std::string bad = path_clean(name ? name : "unreadable name", &entry->path);
    if (!bad.empty()) *why = "the path \"" + path_shown(name) + "\" in it " + bad;
    if (archive_entry_is_encrypted(e)) *why = "it is encrypted";
    if (!why->empty()) return false;
    entry->kind = kind_of(e);
    if (archive_entry_size_is_set(e)) entry->size = (size_t)std::max((la_int64_t)0, archive_entry_size(e));
    *why = data_read(u, entry, entry->kind == ENTRY_FILE && intake_wants(u->manifest, entry->path));
    return why->empty();
}

static std::string foreign_format(int fd)
{
    char magic[8] = "";
    if (pread(fd, magic, sizeof magic, 0) < 4) return "it is empty";
    if (memcmp(magic, "Rar!", 4) == 0) return "it is a RAR archive";
    if (memcmp(magic, "7z\xbc\xaf", 4) == 0) return "it is a 7z archive";
    if (memcmp(magic,
               "\xfd"
               "7zX",
               4) == 0 ||
        memcmp(magic, "BZh", 3) == 0)
        return "it is not packed with gzip";
    return "";
}

// libarchive translates names through the locale, and the plain one knows no letter beyond English.
static locale_t utf8_begin(void)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return utf8 ? uselocale(utf8) : (locale_t)0;
}

static void utf8_end(locale_t before)
{
    if (before) freelocale(uselocale(before));
}

entries_t archive_entries(int fd, const std::string &name, const std::vector<student_file_t> *manifest)
{
    entries_t found;
    struct stat s;
    std::string why = foreign_format(fd);
    if (fstat(fd, &s) != 0 || (size_t)s.st_size > MAX_ARCHIVE)
        why = format("it is larger than %zu MB", MAX_ARCHIVE >> 20);
    locale_t before = utf8_begin();
    unpack_t u = {archive_read_new(), (size_t)s.st_size + 1, 0, manifest};
    archive_read_support_filter_gzip(u.archive);
    archive_read_support_format_tar(u.archive);
    archive_read_support_format_zip(u.archive);
    if (why.empty() && archive_read_open_fd(u.archive, fd, 65536) != ARCHIVE_OK) why = damaged(&u);
    while (why.empty()) {
        entry_t entry = {"", ENTRY_OTHER, 0, ""};
        if (!next(&u, &entry, &why)) break;
        found.entries.push_back(entry);
        if (found.entries.size() > MAX_ENTRIES) why = format("it holds more than %zu files", MAX_ENTRIES);
    }
    if (why.empty() && found.entries.empty()) why = "there is nothing in it";
    archive_read_free(u.archive);
    utf8_end(before);
    if (!why.empty()) {
        found.entries.clear();
        found.refused = "the archive " + path_shown(name) + " is not accepted: " + why + REPACK;
    }
    return found;
}

#else
entries_t archive_entries(int, const std::string &name, const std::vector<student_file_t> *)
{
    return {{}, "the archive " + path_shown(name) + " cannot be read: this program was built without libarchive"};
}
#endif
