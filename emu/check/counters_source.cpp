// [given] counters_source.cpp: lines of the student's files, and the names of arrays as they stand there.
#include "counters_data.h"
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace emu::counters
{
// The tables outlive the exit handlers, which make the report.
static std::vector<source_line_t> &all_lines(void)
{
    static auto &lines = *new std::vector<source_line_t>{{"", 0}};
    return lines;
}

int line_of(site_t pc)
{
    static auto &known = *new std::map<site_t, int>;
    static auto &numbers = *new std::map<std::pair<std::string, int>, int>;
    int &number = known[pc];
    if (number) return number;
    const where_t w = where(pc);
    int &n = numbers[{w.file, w.line}];
    if (!n) {
        n = int(all_lines().size());
        all_lines().push_back({w.file, w.line});
    }
    return number = n;
}

const source_line_t &source_line(int number) { return all_lines()[size_t(number)]; }

std::string line_name(int number)
{
    const source_line_t &l = all_lines()[size_t(number)];
    return l.file.empty() ? "?" : l.file + ":" + std::to_string(l.line);
}

// Names are relative to where the compiler ran: that may be where we are, or where the program lies.
static const std::vector<std::string> &source_folders(void)
{
    static auto &folders = *new std::vector<std::string>;
    if (!folders.empty()) return folders;
    const char *program = getenv("EMU_COUNTERS_PROGRAM");
    const std::string p = program ? program : "", here = start_folder();
    std::string beside = p.find('/') == std::string::npos ? "" : p.substr(0, p.rfind('/') + 1);
    if (!beside.empty() && beside[0] != '/') beside = here + beside;
    folders = {here, beside, beside + "../"};
    return folders;
}

static const std::vector<std::string> &file_text(const std::string &name)
{
    static auto &files = *new std::map<std::string, std::vector<std::string>>;
    auto found = files.find(name);
    if (found != files.end()) return found->second;
    std::vector<std::string> &text = files[name];
    std::ifstream in;
    for (const std::string &folder : source_folders()) {
        in.open(name[0] == '/' ? name : folder + name);
        if (in) break;
        in.clear();
    }
    for (std::string s; text.size() < 1000000 && std::getline(in, s);) text.push_back(s);
    return text;
}

std::string source_text(const std::string &file, int line, bool trimmed)
{
    if (file.empty() || line < 1) return "";
    const auto &text = file_text(file);
    if (size_t(line) > text.size()) return "";
    std::string s = text[size_t(line) - 1];
    for (size_t i = 0; (i = s.find('\t', i)) != std::string::npos;) s.replace(i, 1, "    ");
    while (!s.empty() && isspace(static_cast<unsigned char>(s.back()))) s.pop_back();
    if (!trimmed) return s;
    const size_t begin = s.find_first_not_of(' ');
    return begin == std::string::npos ? "" : s.substr(begin);
}

// ---- vector types ------------------------------------------------------------------------------------

static bool word_at(const std::string &s, size_t i, size_t n)
{
    auto letter = [&](size_t k) { return k < s.size() && (isalnum(static_cast<unsigned char>(s[k])) || s[k] == '_'); };
    return (i == 0 || !letter(i - 1)) && !letter(i + n);
}

static bool has_word(const std::string &s, const char *word)
{
    for (size_t i = 0; (i = s.find(word, i)) != std::string::npos; i++)
        if (word_at(s, i, strlen(word))) return true;
    return false;
}

static bool names_vector(const std::string &s)
{
    static const char *types[] = {"char", "uchar", "short", "ushort", "int",      "uint",
                                  "long", "ulong", "float", "double", "longlong", "ulonglong"};
    for (const char *t : types)
        for (const char *n : {"2", "4"})
            if (has_word(s, (std::string(t) + n).c_str()) || has_word(s, (std::string("make_") + t + n).c_str()))
                return true;
    return false;
}

// Two neighbouring loads on one line may be one float4, or a[2 * i] + a[2 * i + 1], which a GPU does not join. The types
// are not known here: the text of the function up to this line decides, and whether the file has types with an alignment.
bool vector_code(int number, const kernel_t *k)
{
    static auto &known = *new std::map<std::pair<int, const kernel_t *>, bool>;
    const auto key = std::make_pair(number, k);
    if (known.count(key)) return known[key];
    const source_line_t &l = all_lines()[size_t(number)];
    const auto &text = file_text(l.file);
    if (l.line < 1 || size_t(l.line) > text.size()) return known[key] = true;  // nothing can be read
    if (k->signature && names_vector(k->signature)) return known[key] = true;
    for (const std::string &s : text)
        if (has_word(s, "alignas") || has_word(s, "__align__") || has_word(s, "aligned")) return known[key] = true;
    for (size_t i = size_t(l.line); i-- > 0;) {
        if (names_vector(text[i])) return known[key] = true;
        const char c = text[i].empty() ? ' ' : text[i][0];
        if (strchr(" \t{}#/", c) == nullptr && i + 1 < size_t(l.line) && text[i].find(':') == std::string::npos) break;
    }
    return known[key] = false;
}

// ---- arrays ------------------------------------------------------------------------------------------

static std::vector<size_t> calls_in(const std::string &text, const char *function)
{
    std::vector<size_t> found;
    for (size_t i = 0; (i = text.find(function, i)) != std::string::npos; i++)
        if (word_at(text, i, strlen(function))) found.push_back(i);
    return found;
}

// "cudaMalloc((void **)&net->d_w[0], bytes);" -> "net->d_w[0]". i: where the call begins
static std::string argument_name(const std::string &text, size_t i)
{
    if ((i = text.find('(', i)) == std::string::npos) return "";
    i++;
    for (;;) {  // blanks, casts, &
        while (i < text.size() && (isspace(static_cast<unsigned char>(text[i])) || text[i] == '&')) i++;
        if (i >= text.size() || text[i] != '(') break;
        if ((i = text.find(')', i)) == std::string::npos) return "";
        i++;
    }
    size_t end = i;
    for (int depth = 0; end < text.size(); end++) {
        const char c = text[end];
        if (c == '[') depth++;
        if (c == ']') depth--;
        if (depth == 0 && !isalnum(static_cast<unsigned char>(c)) && !strchr("_.->:[]", c)) break;
    }
    const std::string name = text.substr(i, end - i);
    return name.size() > 40 || (end < text.size() && text[end] == '(') ? "" : name;
}

// The name that the array has where it is made. Of several calls on one line, which one it is follows from the order of
// their return addresses, as long as all of them can be seen.
static std::string allocation_name(const alloc_t *m, const where_t &w)
{
    const std::string text = source_text(w.file, w.line);
    const std::vector<size_t> calls = calls_in(text, m->function);
    if (calls.size() == 1) return argument_name(text, calls[0]);
    std::vector<site_t> sites;
    for_each_alloc([&](const alloc_t &x) {
        const where_t other = where(x.site);
        if (other.line == w.line && other.file == w.file && !strcmp(x.function, m->function)) sites.push_back(x.site);
    });
    std::sort(sites.begin(), sites.end());
    sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
    const auto mine = std::find(sites.begin(), sites.end(), m->site);
    if (sites.size() != calls.size() || mine == sites.end()) return "";
    return argument_name(text, calls[size_t(mine - sites.begin())]);
}

std::string variable_at(uintptr_t a, char space, uintptr_t *begin, size_t *size) __attribute__((weak));

array_t array_at(uintptr_t a, char space)
{
    array_t x = {"", "", a, 0};
    if (space == SPACE_GLOBAL) {
        if (const alloc_t *m = find_alloc(reinterpret_cast<const void *>(a))) {
            const where_t w = where(m->site);
            x.begin = reinterpret_cast<uintptr_t>(m->p);
            x.size = m->size;
            x.name = allocation_name(m, w);
            x.what = std::to_string(m->size) + " bytes from " + m->function + " at " + at(m->site);
            return x;
        }
    }
    if (variable_at) x.name = variable_at(a, space, &x.begin, &x.size);
    if (space == SPACE_SHARED) {
        const char *dynamic = static_cast<const char *>(dynamic_shared());
        if (x.name.empty() && dynamic && a - reinterpret_cast<uintptr_t>(dynamic) < 256 * 1024) {
            x.what = "dynamic shared memory";
            x.begin = reinterpret_cast<uintptr_t>(dynamic);
        } else x.what = x.name.empty() ? "shared memory" : "__shared__ " + x.name;
    } else if (!x.name.empty()) {
        x.what = std::string(space == SPACE_CONSTANT ? "__constant__ " : "__device__ ") + x.name;
    }
    return x;
}

std::string array_text(const array_t &x)
{
    return x.name.empty() || !isdigit(static_cast<unsigned char>(x.what[0])) ? x.what : x.name + " (" + x.what + ")";
}

std::string element_of(const array_t &x, uintptr_t a, unsigned bytes)
{
    const size_t offset = a - x.begin;
    if (x.what.empty()) return "";
    std::string index = bytes && offset % bytes == 0 ? "[" + std::to_string(offset / bytes) + "]"
                                                     : " + " + std::to_string(offset);
    if (x.name.empty()) return "element " + index + " of the " + x.what;
    return x.name + index;
}
}  // namespace emu::counters
