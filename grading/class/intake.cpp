// [given] intake.cpp: finds the student's files in a folder or an archive.
#include "intake.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <sstream>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake_parts.h"
#include "text.h"
#include "utils.h"

// ---- names ----------------------------------------------------------------------------------------

std::string base_name(const std::string &path) { return path.substr(path.rfind('/') + 1); }

static std::string folder_name(const std::string &path)
{
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string ascii_lower(std::string text)
{
    for (char &c : text) c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    return text;
}

std::string path_shown(const std::string &path)
{
    std::string text = path.size() > 120 ? path.substr(0, 60) + "..." + path.substr(path.size() - 50) : path;
    for (char &c : text)
        if ((unsigned char)c < 32 || c == 127) c = '?';
    return text;
}

bool is_archive_name(const std::string &path)
{
    std::string name = ascii_lower(path);
    for (const char *end : {".zip", ".tar", ".tar.gz", ".tgz"})
        if (ends_with(name, end)) return true;
    return false;
}

bool is_litter(const std::string &path)
{
    std::string p = "/" + path, name = base_name(path);
    return p.find("/__MACOSX/") != std::string::npos || ends_with(p, "/__MACOSX") || name.compare(0, 2, "._") == 0 ||
           p.find("/.git/") != std::string::npos || name == ".git" || name == ".DS_Store" || name == "Thumbs.db" ||
           name == "desktop.ini";
}

bool intake_wants(const std::vector<student_file_t> *manifest, const std::string &path)
{
    if (is_litter(path)) return false;
    for (const student_file_t &f : *manifest)
        if (ascii_lower(base_name(f.name)) == ascii_lower(base_name(path))) return true;
    return false;
}

std::vector<student_file_t> manifest_read(const std::string &path)
{
    std::istringstream in(file_read(path));
    std::vector<student_file_t> files;
    int number = 0;
    for (std::string line, word, more; std::getline(in, line); word.clear(), more.clear()) {
        number++;
        std::istringstream words(line.substr(0, line.find('#')));
        if (!(words >> word)) continue;
        bool optional = word == "?";
        if ((optional && !(words >> word)) || words >> more)
            die("%s:%d: expected one path, or ? and a path\nhint: src/nn.cu", path.c_str(), number);
        if (word[0] == '/' || word.find("..") != std::string::npos)
            die("%s:%d: %s: expected a path within the tree", path.c_str(), number, word.c_str());
        if (intake_wants(&files, word)) die("%s:%d: a second file %s", path.c_str(), number, base_name(word).c_str());
        files.push_back({word, !optional});
    }
    if (files.empty()) die("%s: names no file", path.c_str());
    return files;
}

// ---- folders ------------------------------------------------------------------------------------------

static std::string bytes_read(int fd, size_t n)
{
    std::string bytes(n, '\0');
    size_t have = 0;
    for (ssize_t got = 1; have < n && got > 0; have += got > 0 ? got : 0) got = read(fd, &bytes[have], n - have);
    bytes.resize(have);
    return bytes;
}

// Opens nothing but ordinary files: another might be a door, or wait for ever.
static void file_entry(int dir, const std::string &name, entry_t *entry, bool wanted)
{
    int fd = openat(dir, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) entry->kind = ENTRY_OTHER;
    else if (s.st_nlink != 1) entry->kind = ENTRY_LINK;
    else {
        entry->size = (size_t)s.st_size;
        if (wanted && entry->size <= MAX_FILE) entry->bytes = bytes_read(fd, entry->size);
    }
    if (fd >= 0) close(fd);
}

static void folder_walk(int fd, const std::string &at, size_t depth, const std::vector<student_file_t> *manifest,
                        entries_t *found)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return;
    }
    std::vector<std::string> names;
    while (struct dirent *e = readdir(dir))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) names.push_back(e->d_name);
    std::sort(names.begin(), names.end());
    for (const std::string &name : names) {
        entry_t entry = {at + name, ENTRY_OTHER, 0, ""};
        struct stat s;
        if (is_litter(entry.path) || fstatat(fd, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) continue;
        entry.kind = S_ISREG(s.st_mode)   ? ENTRY_FILE
                     : S_ISDIR(s.st_mode) ? ENTRY_FOLDER
                     : S_ISLNK(s.st_mode) ? ENTRY_LINK
                                          : ENTRY_OTHER;
        if (entry.kind == ENTRY_FILE) file_entry(fd, name, &entry, intake_wants(manifest, entry.path));
        found->entries.push_back(entry);
        if (found->entries.size() > MAX_ENTRIES)
            found->refused = format(
                "the folder is not accepted: it holds more than %zu files\nhint: hand in the folder "
                "src alone",
                MAX_ENTRIES);
        else if (entry.kind == ENTRY_FOLDER) {
            int inner = depth < MAX_DEPTH ? openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                                          : -1;
            if (inner >= 0) folder_walk(inner, entry.path + "/", depth + 1, manifest, found);
        }
        if (!found->refused.empty()) break;
    }
    closedir(dir);
}

// A learning platform puts the archive a student uploaded into a folder of the student's name.
static std::string only_archive(const std::vector<entry_t> *entries, const std::vector<student_file_t> *manifest)
{
    std::string archive;
    for (const entry_t &e : *entries) {
        if (intake_wants(manifest, e.path)) return "";
        if (e.kind != ENTRY_FILE || !is_archive_name(e.path)) continue;
        if (!archive.empty()) return "";
        archive = e.path;
    }
    return archive;
}

static entries_t entries_read(const std::string &path, const std::vector<student_file_t> *manifest,
                              std::vector<std::string> *notes)
{
    entries_t found;
    int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) != 0) {
        found.refused = path_shown(base_name(path)) + ": " + (errno == ELOOP ? "a link" : strerror(errno));
        if (fd >= 0) close(fd);
    } else if (S_ISDIR(s.st_mode)) {
        folder_walk(fd, "", 0, manifest, &found);
        std::string archive = only_archive(&found.entries, manifest);
        if (!found.refused.empty() || archive.empty()) return found;
        notes->push_back("taken from the archive " + path_shown(archive));
        // Walked to from `path` without following a link; O_NOFOLLOW below sees to the last part.
        std::vector<std::string> more;
        return entries_read(path + "/" + archive, manifest, &more);
    } else if (S_ISREG(s.st_mode)) {
        found = archive_entries(fd, base_name(path), manifest);
        close(fd);
    } else {
        found.refused = path_shown(base_name(path)) + ": neither a folder nor an archive";
        close(fd);
    }
    return found;
}

// ---- which of the entries count -----------------------------------------------------------------------------

// The student's files that lie in each folder.
typedef std::map<std::string, std::set<std::string>> company_t;

static company_t company(const std::vector<entry_t> *entries, const std::vector<student_file_t> *manifest)
{
    company_t names;
    for (const entry_t &e : *entries)
        if (e.kind == ENTRY_FILE && intake_wants(manifest, e.path))
            names[folder_name(e.path)].insert(ascii_lower(base_name(e.path)));
    return names;
}

struct candidate_t {
    const entry_t *entry;
    size_t company;  // how many of the student's files lie beside it
    bool in_place;   // in a folder of the name that the manifest gives
    long depth;
};

static bool better(const candidate_t &a, const candidate_t &b)
{
    if ((a.entry->kind == ENTRY_FILE) != (b.entry->kind == ENTRY_FILE)) return a.entry->kind == ENTRY_FILE;
    if (a.company != b.company) return a.company > b.company;
    if (a.in_place != b.in_place) return a.in_place;
    if (a.depth != b.depth) return a.depth < b.depth;
    return a.entry->path < b.entry->path;
}

static std::string refusal(const student_file_t *file, const std::vector<candidate_t> *candidates)
{
    const candidate_t *best = &(*candidates)[0];
    const entry_t *e = best->entry;
    std::string name = file->name + " is not accepted: ";
    if (e->kind == ENTRY_LINK) return name + path_shown(e->path) + " is a link\nhint: hand in the file itself";
    if (e->kind == ENTRY_FOLDER) return name + path_shown(e->path) + " is a folder, expected a file";
    if (e->kind == ENTRY_OTHER) return name + path_shown(e->path) + " is not an ordinary file";
    if (e->size > MAX_FILE) return name + format("it has %zu bytes, and %zu are the most", e->size, MAX_FILE);
    if (e->bytes.size() != e->size) return name + "it cannot be read whole";
    for (const candidate_t &c : *candidates)
        if (&c != best && ascii_lower(c.entry->path) == ascii_lower(e->path))
            return name + "there are two of that name, " + path_shown(c.entry->path) + " and " + path_shown(e->path) +
                   "\nhint: hand in one of them";
    return "";
}

// Takes `file` from the entries; returns the path it was found under, or "".
static std::string take(const std::vector<entry_t> *entries, const company_t *beside, const student_file_t *file,
                        intake_t *intake)
{
    std::vector<candidate_t> candidates;
    for (const entry_t &e : *entries) {
        if (is_litter(e.path) || ascii_lower(base_name(e.path)) != ascii_lower(base_name(file->name))) continue;
        auto at = beside->find(folder_name(e.path));
        candidates.push_back({&e, at == beside->end() ? 0 : at->second.size(),
                              ends_with("/" + e.path, "/" + file->name),
                              std::count(e.path.begin(), e.path.end(), '/')});
    }
    if (candidates.empty()) return "";
    std::sort(candidates.begin(), candidates.end(), better);
    const entry_t *e = candidates[0].entry;
    std::string why = refusal(file, &candidates), text = e->bytes;
    if (why.empty()) why = text_clean(file->name, &text, &intake->notes);
    if (!why.empty()) {
        intake->refused.push_back(why);
        return e->path;
    }
    if (base_name(e->path) != base_name(file->name))
        intake->notes.push_back(file->name + ": taken from " + path_shown(e->path));
    for (size_t k = 1; k < candidates.size() && k < 4; k++)
        intake->notes.push_back(file->name + ": " + path_shown(e->path) + " counts, and " +
                                path_shown(candidates[k].entry->path) + " does not");
    intake->files.push_back({file->name, text});
    return e->path;
}

intake_t intake_read(const std::string &path, const std::vector<student_file_t> *manifest)
{
    intake_t intake;
    entries_t found = entries_read(path, manifest, &intake.notes);
    company_t beside = company(&found.entries, manifest);
    std::set<std::string> taken;
    if (found.refused.empty())
        for (const student_file_t &file : *manifest) taken.insert(take(&found.entries, &beside, &file, &intake));
    else intake.refused.push_back(found.refused);
    for (const student_file_t &file : *manifest) {
        bool have = false;
        for (const intake_file_t &f : intake.files) have |= f.name == file.name;
        if (file.required && !have) intake.missing.push_back(file.name);
    }
    const size_t most = 30;
    size_t n = 0;
    for (const entry_t &e : found.entries)
        if (e.kind != ENTRY_FOLDER && !is_litter(e.path) && !taken.count(e.path) && ++n <= most)
            intake.ignored.push_back(path_shown(e.path) + (e.kind == ENTRY_LINK ? " (a link)" : ""));
    if (n > most) intake.ignored.push_back(format("and %zu more", n - most));
    return intake;
}

void intake_write(const intake_t *intake, const std::string &tree)
{
    for (const intake_file_t &f : intake->files) {
        for (size_t at = 0; (at = f.name.find('/', at)) != std::string::npos; at++)
            mkdir((tree + "/" + f.name.substr(0, at)).c_str(), 0777);
        file_write(tree + "/" + f.name, f.text);
    }
}
