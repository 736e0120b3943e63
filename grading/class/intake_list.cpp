// [given] intake_list.cpp: whose submission it is: names that platforms give, the roster, names fit for files.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "intake_parts.h"
#include "text.h"
#include "utils.h"

static bool is_number(const std::string &text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

static std::string without_ending(const std::string &name)
{
    std::string low = ascii_lower(name);
    for (const char *end : {".tar.gz", ".tgz", ".zip", ".tar"})
        if (low.size() > strlen(end) && low.compare(low.size() - strlen(end), strlen(end), end) == 0)
            return name.substr(0, name.size() - strlen(end));
    return name;
}

// Moodle: "Garcia Marquez, Gabriel_12345_assignsubmission_file_"; Canvas: "garciagabriel_12345_67890_nn.zip", with
// _LATE after the name; else the whole name is both.
student_t student_of(const std::string &file_name)
{
    std::string name = without_ending(file_name);
    std::vector<std::string> p = split(name, '_');
    for (size_t k = 2; k < p.size(); k++)
        if (p[k] == "assignsubmission" && is_number(p[k - 1])) {
            size_t n = name.find("_" + p[k - 1] + "_assignsubmission");
            return {p[k - 1], name.substr(0, n), "", ""};
        }
    size_t late = p.size() > 1 && p[1] == "LATE";
    if (p.size() > 3 + late && is_number(p[1 + late]) && is_number(p[2 + late])) return {p[1 + late], p[0], "", ""};
    return {name, name, "", ""};
}

// ---- file names ---------------------------------------------------------------------------------

// Length of the character of UTF-8 that begins here, and its number; 0 if none does.
static size_t utf8_next(const std::string &s, size_t at, uint32_t *code)
{
    unsigned char c = (unsigned char)s[at];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (n == 0 || at + n > s.size()) return 0;
    *code = n == 1 ? c : c & (0xff >> (n + 1));
    for (size_t k = 1; k < n; k++) {
        if (((unsigned char)s[at + k] & 0xc0) != 0x80) return 0;
        *code = *code << 6 | ((unsigned char)s[at + k] & 0x3f);
    }
    return n;
}

// Control characters, among them those that turn the direction of writing, and invisible ones.
static bool is_control(uint32_t c)
{
    return c < 32 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xd800 && c < 0xe000);
}

std::string safe_name(const std::string &text)
{
    std::string safe;
    for (size_t at = 0; at < text.size();) {
        uint32_t code = 0;
        size_t n = utf8_next(text, at, &code);
        if (safe.size() + n > 100) break;
        if (n == 0 || is_control(code) || (code < 128 && strchr("/\\:*?\"<>|'`$&;", (int)code))) safe += '_';
        else safe += text.substr(at, n);
        at += n > 0 ? n : 1;
    }
    size_t first = safe.find_first_not_of(" .-"), last = safe.find_last_not_of(" .");
    return first == std::string::npos ? "unnamed" : safe.substr(first, last - first + 1);
}

// ---- roster ----------------------------------------------------------------------------------------

std::vector<std::string> csv_fields(const std::string &line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (size_t k = 0; k < line.size(); k++) {
        char c = line[k];
        if (quoted && c == '"' && k + 1 < line.size() && line[k + 1] == '"') fields.back() += line[++k];
        else if (c == '"') quoted = !quoted;
        else if (!quoted && c == ',') fields.push_back("");
        else if (c != '\r') fields.back() += c;
    }
    for (std::string &f : fields) {
        size_t first = f.find_first_not_of(" \t"), last = f.find_last_not_of(" \t");
        f = first == std::string::npos ? "" : f.substr(first, last - first + 1);
    }
    return fields;
}

std::vector<student_t> roster_read(const std::string &path)
{
    std::string text = file_read(path);
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) text.erase(0, 3);
    std::istringstream in(text);
    std::vector<student_t> roster;
    std::set<std::string> ids;
    std::map<std::string, size_t> column = {{"id", 0}, {"name", 1}, {"email", 2}, {"git", 3}};
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        number++;
        std::vector<std::string> f = csv_fields(line);
        if (f.size() == 1 && f[0].empty()) continue;
        if (number == 1 && std::find(f.begin(), f.end(), "id") != f.end()) {
            column.clear();
            for (size_t k = 0; k < f.size(); k++) column[ascii_lower(f[k])] = k;
            continue;
        }
        auto field = [&](const char *name) {
            return column.count(name) && column[name] < f.size() ? f[column[name]] : std::string();
        };
        student_t s = {field("id"), field("name"), field("email"), field("git")};
        if (s.id.empty()) die("%s:%d: no id\nhint: columns id,name,email,git", path.c_str(), number);
        if (!ids.insert(ascii_lower(safe_name(s.id))).second)
            die("%s:%d: a second row of id %s", path.c_str(), number, s.id.c_str());
        if (s.name.empty()) s.name = s.id;
        roster.push_back(s);
    }
    if (roster.empty()) die("%s: holds no student", path.c_str());
    return roster;
}

// Words of a name in small letters; "Garcia, Ana" and "Ana Garcia" give the same sorted.
static std::vector<std::string> words(const std::string &name)
{
    std::string plain = ascii_lower(name);
    for (char &c : plain) c = strchr(" ,._-\t", c) ? ' ' : c;
    std::vector<std::string> w;
    std::istringstream in(plain);
    for (std::string word; in >> word;) w.push_back(word);
    return w;
}

static std::string joined(const std::vector<std::string> &w, size_t first)
{
    std::string text;
    for (size_t k = 0; k < w.size(); k++) text += w[(first + k) % w.size()];
    return text;
}

static bool is_of(const student_t *row, const student_t *told, const std::string &stem)
{
    std::string mail = ascii_lower(row->email), low = ascii_lower(stem);
    if (row->id == told->id || ascii_lower(row->id) == low || row->id == told->name) return true;
    if (!mail.empty() && (mail == low || mail.substr(0, mail.find('@')) == low)) return true;
    std::vector<std::string> a = words(row->name), b = words(told->name);
    for (size_t k = 0; k < a.size() && b.size() == 1; k++)  // Canvas: "garciaana"
        if (joined(a, k) == b[0]) return true;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

// ---- a folder of submissions -------------------------------------------------------------------------

static submission_t submission_make(const std::string &path, const std::vector<student_t> *roster)
{
    std::string stem = without_ending(base_name(path));
    submission_t s = {path, student_of(base_name(path)), "", ""};
    if (!roster || roster->empty()) return s;
    std::vector<const student_t *> rows;
    for (const student_t &row : *roster)
        if (row.id == s.student.id) return {path, row, "", ""};
    for (const student_t &row : *roster)
        if (is_of(&row, &s.student, stem)) rows.push_back(&row);
    if (rows.size() == 1) s.student = *rows[0];
    else s.note = rows.empty() ? "not in the roster" : "fits several rows of the roster";
    return s;
}

// Ids as names of files, made different where they are not.
static void name_all(std::vector<submission_t> *all)
{
    std::set<std::string> used;
    for (submission_t &s : *all) {
        std::string id = safe_name(s.student.id);
        s.id = id;
        for (int k = 2; !used.insert(ascii_lower(s.id)).second; k++) {
            s.id = id + "-" + std::to_string(k);
            s.note += std::string(s.note.empty() ? "" : "; ") + "another submission has the same id";
        }
    }
    std::sort(all->begin(), all->end(), [](const submission_t &a, const submission_t &b) { return a.id < b.id; });
}

intake_list_t intake_list(const std::string &folder, const std::vector<student_t> *roster)
{
    intake_list_t list;
    std::error_code error;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    if (error) die("%s: %s", folder.c_str(), error.message().c_str());
    std::sort(names.begin(), names.end());
    for (const std::string &name : names) {
        std::filesystem::file_status status = std::filesystem::symlink_status(folder + "/" + name, error);
        if (is_litter(name) || name[0] == '.') continue;
        bool taken = std::filesystem::is_directory(status) ||
                     (std::filesystem::is_regular_file(status) && is_archive_name(name));
        if (taken) list.submissions.push_back(submission_make(folder + "/" + name, roster));
        else list.ignored.push_back(path_shown(name));
    }
    std::set<std::string> seen;
    for (const submission_t &s : list.submissions) seen.insert(s.student.id);
    for (size_t k = 0; roster && k < roster->size(); k++)
        if (!seen.count((*roster)[k].id)) list.submissions.push_back({"", (*roster)[k], "", "nothing handed in"});
    name_all(&list.submissions);
    return list;
}
