// [given] tokens.cpp: splits the output of g++ -E into tokens and finds each token's column in the source.
#include "tokens.h"
#include <cctype>
#include <cstring>
#include <fstream>
#include <iterator>
#include <unordered_map>

namespace emu
{

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 128; }

bool same_word(const token_t &t, std::initializer_list<std::string_view> words)
{
    for (std::string_view w : words)
        if (t.text == w) return true;
    return false;
}

std::string_view source_t::line(int file, int number)
{
    file_t &f = files[file];
    if (!f.loaded) {
        f.loaded = true;
        std::ifstream in(f.name, std::ios::binary);
        f.content.assign(std::istreambuf_iterator<char>(in), {});
        const char *p = f.content.data(), *end = p + f.content.size();
        while (p < end) {
            const char *q = (const char *)memchr(p, '\n', end - p);
            if (!q) q = end;
            f.lines.emplace_back(p, q - p);
            p = q + 1;
        }
    }
    return number >= 1 && number <= (int)f.lines.size() ? f.lines[number - 1] : std::string_view();
}

namespace
{

struct reader_t {
    source_t *s;
    const std::string &own;
    std::unordered_map<std::string, int> numbers;
    const char *p, *end;
    int file = 0, line = 1;
    bool flag = false;    // marker flag 3
    bool enters = false;  // marker flag 1
    int lead_from = 0;
};

// Headers with functions that only the host calls. The rewriter leaves them as they are, but in the checked image it
// says that they are not to be instrumented: what is instrumented cannot be inlined into what is not.
bool is_library(const std::string &name)
{
    const size_t slash = name.rfind('/');
    if (name.rfind("/usr/", 0) != 0 || name.find("/c++/") == std::string::npos) return false;
    const std::string base = name.substr(slash + 1);
    for (const char *file :
         {"stl_vector.h",  "vector.tcc",       "stl_iterator.h",      "basic_string.h", "stl_deque.h",
          "stl_map.h",     "stl_tree.h",       "unordered_map.h",     "hashtable.h",    "random.h",
          "random.tcc",    "unique_ptr.h",     "stl_algo.h",          "stl_algobase.h", "stl_heap.h",
          "stl_numeric.h", "predefined_ops.h", "stl_uninitialized.h", "alloc_traits.h", "new_allocator.h",
          "allocator.h",   "stl_construct.h"})
        if (base == file) return true;
    return false;
}

bool is_system(const reader_t &r, const std::string &name)
{
    return r.flag && !is_library(name) && (name.rfind("/usr/", 0) == 0 || name.rfind(r.own, 0) == 0);
}

const char *line_end(const reader_t &r, const char *p)
{
    const char *q = (const char *)memchr(p, '\n', r.end - p);
    return q ? q + 1 : r.end;
}

// `# 12 "file" 1 3`: sets file and line; false where it is another directive.
bool marker(reader_t &r, const char *p, const char *end)
{
    p++;
    while (p < end && *p == ' ') p++;
    if (p >= end || !isdigit((unsigned char)*p)) return false;
    int number = 0;
    while (p < end && isdigit((unsigned char)*p)) number = number * 10 + (*p++ - '0');
    while (p < end && *p == ' ') p++;
    const char *from = p;
    if (p >= end || *p != '"') return false;
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\') p++;
    std::string quoted(from, p + 1 - from);
    r.flag = r.enters = false;
    for (p++; p < end; p++) {
        if (*p == '1') r.enters = true;
        if (*p == '3') r.flag = true;
    }
    auto [it, fresh] = r.numbers.emplace(quoted, (int)r.s->files.size());
    if (fresh) {
        file_t f;
        f.quoted = quoted;
        for (size_t i = 1; i + 1 < quoted.size(); i++) {
            if (quoted[i] == '\\') i++;
            f.name += quoted[i];
        }
        f.library = is_library(f.name);
        r.s->files.push_back(f);
    }
    r.file = it->second, r.line = number;
    return true;
}

// Markers, pragmas and system headers from r.p, which is at a '#' in the first column.
void read_leads(reader_t &r)
{
    const char *from = r.p, *end = line_end(r, r.p);
    const int from_file = r.file, from_line = r.line;
    if (marker(r, r.p, end)) {
        const bool enters = r.enters;
        const int entered = r.file;
        r.p = end;
        while (is_system(r, r.s->files[r.file].name) && r.p < r.end) {  // copy all up to the next marker
            while (r.p < r.end && *r.p != '#') r.p = line_end(r, r.p);
            if (r.p >= r.end) break;
            const char *next = line_end(r, r.p);
            marker(r, r.p, next);
            r.p = next;
        }
        r.s->leads.push_back(
            {std::string_view(from, r.p - from), r.file, r.line, r.flag, enters, from_file, from_line, entered});
        return;
    }
    r.p = end;
    std::string_view text(from, end - from);
    r.line++;
    const char *q = from + 1;
    while (q < end && *q == ' ') q++;
    std::string_view rest(q, end - q);
    // Pragmas for a GPU compiler, which g++ would complain about.
    if (rest.rfind("pragma ", 0) == 0) {
        std::string_view what = rest.substr(7);
        for (const char *gpu : {"unroll", "nounroll", "nv_", "hd_warning_disable", "push_macro_nv", "diag_"})
            if (what.rfind(gpu, 0) == 0) text = {};
    }
    r.s->leads.push_back({text, r.file, r.line, r.flag, false, 0, 0, 0});
}

const char *raw_string_end(const reader_t &r, const char *p)  // p is at the quote
{
    const char *open = (const char *)memchr(p, '(', r.end - p);
    if (!open) return r.end;
    std::string close = ")" + std::string(p + 1, open - p - 1) + "\"";
    const char *q = (const char *)memmem(open, r.end - open, close.data(), close.size());
    return q ? q + close.size() : r.end;
}

const char *quoted_end(const reader_t &r, const char *p)  // p is at ' or "
{
    const char quote = *p++;
    while (p < r.end && *p != quote && *p != '\n') p += *p == '\\' ? 2 : 1;
    return p < r.end && *p == quote ? p + 1 : p;
}

const char *token_end(const reader_t &r, token_t *t)
{
    const char *p = r.p;
    if (isdigit((unsigned char)*p) || (*p == '.' && p + 1 < r.end && isdigit((unsigned char)p[1]))) {
        t->kind = NUMBER;
        for (p++; p < r.end; p++) {
            if (is_word(*p) || *p == '.') continue;
            if (*p == '\'' && p + 1 < r.end && is_word(p[1])) continue;
            if ((*p == '+' || *p == '-') && strchr("eEpP", p[-1])) continue;
            break;
        }
        return p;
    }
    if (is_word(*p)) {
        t->kind = WORD;
        while (p < r.end && is_word(*p)) p++;
        std::string_view prefix(r.p, p - r.p);
        if (p < r.end && (*p == '"' || *p == '\'') && prefix.size() <= 3) {
            for (const char *s : {"R", "LR", "uR", "UR", "u8R"})
                if (*p == '"' && prefix == s) return t->kind = STRING, raw_string_end(r, p);
            for (const char *s : {"L", "u", "U", "u8"})
                if (prefix == s) return t->kind = STRING, quoted_end(r, p);
        }
        return p;
    }
    if (*p == '"' || *p == '\'') return t->kind = STRING, quoted_end(r, p);
    t->kind = SIGN;
    static const char *const signs[] = {"...", "::", "->", "<=", ">=", "==", "!=", "&&", "||", "++",
                                        "--",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##"};
    for (const char *s : signs) {
        size_t n = strlen(s);
        if ((size_t)(r.end - p) >= n && !memcmp(p, s, n)) return p + n;
    }
    return p + 1;
}

void find_mates(source_t *s)
{
    std::vector<int> open;
    for (int i = 0; i < (int)s->t.size(); i++) {
        token_t &t = s->t[i];
        if (t.kind != SIGN || t.text.size() != 1) continue;
        const char c = t.text[0];
        if (c == '(' || c == '[' || c == '{') {
            open.push_back(i);
        } else if (c == ')' || c == ']' || c == '}') {
            const char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';
            // A bracket too few: g++ will say so; keep the braces right for the rest of the file.
            while (!open.empty() && s->t[open.back()].text[0] != wanted && c == '}') open.pop_back();
            if (open.empty() || s->t[open.back()].text[0] != wanted) continue;
            t.mate = open.back(), s->t[t.mate].mate = i;
            open.pop_back();
        }
    }
}

}  // namespace

void read_tokens(source_t *s, const std::string &own_include)
{
    reader_t r{s, own_include, {}, s->text.data(), s->text.data() + s->text.size()};
    file_t none;
    none.quoted = "\"\"", none.loaded = true;
    s->files.push_back(none);
    bool space = true, first = true;
    while (r.p < r.end) {
        if (*r.p == '#' && first) {
            read_leads(r);
            space = true;
        } else if (*r.p == '\n') {
            r.p++, r.line++;
            first = space = true;
        } else if (isspace((unsigned char)*r.p)) {
            r.p++;
            space = true, first = false;
        } else {
            token_t t;
            const char *end = token_end(r, &t);
            t.text = std::string_view(r.p, end - r.p);
            t.space = space, t.file = r.file, t.line = r.line;
            t.lead_from = r.lead_from, t.lead_to = r.lead_from = (int)s->leads.size();
            for (char c : t.text) r.line += c == '\n';
            s->t.push_back(std::move(t));
            r.p = end;
            space = first = false;
        }
    }
    token_t last;
    last.file = r.file, last.line = r.line;
    last.lead_from = r.lead_from, last.lead_to = (int)s->leads.size();
    s->t.push_back(std::move(last));
    find_mates(s);
}

// The preprocessor squeezes blanks, so columns are found again in the source: tokens in order; what is not there
// where it should be comes out of a macro, and the next word or number that is there sets it right.
void find_columns(source_t *s)
{
    size_t at = 0;
    int file = -1, line = -1;
    std::string_view text;
    for (token_t &t : s->t) {
        if (t.kind == END) break;
        if (s->files[t.file].library) continue;
        if (t.file != file || t.line < line) at = 0;
        if (t.line != line || t.file != file) at = 0;
        if (t.file != file || t.line != line) file = t.file, line = t.line, text = s->line(file, line);
        size_t p = at;
        while (p < text.size()) {
            if (isspace((unsigned char)text[p])) {
                p++;
            } else if (text.compare(p, 2, "/*") == 0) {
                p = text.find("*/", p);
                p = p == std::string_view::npos ? text.size() : p + 2;
            } else {
                break;
            }
        }
        std::string_view want = t.text.substr(0, t.text.find('\n'));
        auto here = [&](size_t q) {
            return text.compare(q, want.size(), want) == 0 &&
                   (t.kind == SIGN || ((q == 0 || !is_word(text[q - 1])) &&
                                       (q + want.size() >= text.size() || !is_word(text[q + want.size()]))));
        };
        if (p < text.size() && here(p)) {
            t.column = (int)p + 1;
        } else if (t.kind != SIGN) {
            size_t q = p;
            while ((q = text.find(want, q)) != std::string_view::npos && !here(q)) q++;
            if (q == std::string_view::npos) continue;
            t.column = (int)q + 1, p = q;
        } else {
            continue;
        }
        at = p + want.size();
    }
}

}  // namespace emu
