// [given] marks_review.cpp: rules of the rubric, searched in a student's code; changes no points.
#include <algorithm>
#include <cctype>
#include <cstring>

#include <regex.h>

#include "intake_parts.h"
#include "marks.h"
#include "text.h"
#include "utils.h"

constexpr size_t LONGEST_LINE = 2000;  // that a person may have written
constexpr int MOST_SIGNALS = 4;        // of a rule in a submission
constexpr size_t LONGEST_SHOWN = 120;
constexpr size_t LONGEST_WORD = 200;
constexpr size_t LONGEST_DELIMITER = 16;  // of a raw string

// ---- comments and texts in quotes taken out --------------------------------------------------------------------

struct scan_t {
    std::string text;       // lines ended by a backslash joined
    std::vector<int> line;  // of each character: where its joined line begins
    size_t at;
    code_t code;
};

static void join_lines(scan_t *s, const std::string &text)
{
    int line = 0, begin = 0;
    for (size_t k = 0; k < text.size(); k++) {
        size_t end = k + 1;
        while (text[k] == '\\' && end < text.size() && (text[end] == ' ' || text[end] == '\t')) end++;
        line += text[k] == '\n';
        if (text[k] == '\\' && end < text.size() && text[end] == '\n') {
            line++;
            k = end;
            continue;
        }
        s->text += text[k];
        s->line.push_back(begin);
        if (text[k] == '\n') begin = line;
    }
    s->code.lines.resize((size_t)line + 1);
    s->code.strings.resize((size_t)line + 1);
}

static bool is_next(const scan_t *s, const char *word) { return s->text.compare(s->at, strlen(word), word) == 0; }
static std::string *line_of(scan_t *s) { return &s->code.lines[s->line[s->at]]; }

// What stands at once before here is letters, digits and points: "1'000" and R"(...)" need it. Like all that is done for
// single characters here, it looks at a few others only: a file is up to a megabyte, and may be made to be slow.
static std::string word_before(const scan_t *s)
{
    size_t first = s->at;
    while (first > 0 && s->at - first < LONGEST_WORD && (is_word(s->text[first - 1]) || s->text[first - 1] == '\''))
        first--;
    return s->text.substr(first, s->at - first);
}

static bool is_header_name(scan_t *s)  // behind #include
{
    std::string before;
    if (line_of(s)->size() > LONGEST_WORD) return false;
    for (char c : *line_of(s))
        if (c != ' ' && c != '\t') before += c;
    return before == "#include" || before == "#include_next" || before == "#import";
}

static void take_header_name(scan_t *s)
{
    char close = s->text[s->at] == '<' ? '>' : '"';
    std::string rest = s->text.substr(s->at, s->text.find('\n', s->at) - s->at);
    std::string name = rest.substr(0, rest.find(close, 1));
    if (name.size() < rest.size()) name += close;
    *line_of(s) += name;
    s->at += name.size();
}

static void take_comment(scan_t *s)
{
    const char *end = is_next(s, "//") ? "\n" : "*/";
    *line_of(s) += ' ';
    size_t close = s->text.find(end, s->at + 2);
    s->at = close == std::string::npos ? s->text.size() : close + (*end == '*' ? 2 : 0);
}

// The text in quotes that begins here, and its end; a line that is cut off ends it.
static void take_string(scan_t *s)
{
    char quote = s->text[s->at];
    *line_of(s) += std::string(2, quote);
    std::string *found = &s->code.strings[s->line[s->at]];
    for (s->at++; s->at < s->text.size() && s->text[s->at] != quote && s->text[s->at] != '\n'; s->at++) {
        *found += s->text[s->at];
        if (s->text[s->at] == '\\' && s->at + 1 < s->text.size() && s->text[s->at + 1] != '\n')
            *found += s->text[++s->at];
    }
    *found += ' ';
    if (s->at < s->text.size() && s->text[s->at] == quote) s->at++;
}

// R"name( ... )name", which may go on over several lines. False: it is not one.
static bool take_raw_string(scan_t *s)
{
    size_t open = s->text.substr(s->at, LONGEST_DELIMITER + 2).find('(');
    if (open == std::string::npos) return false;
    std::string end = ")" + s->text.substr(s->at + 1, open - 1) + "\"";
    *line_of(s) += "\"\"";
    size_t close = s->text.find(end, s->at + open + 1), last = std::min(close, s->text.size());
    for (s->at += open + 1; s->at < last; s->at++)
        if (s->text[s->at] != '\n') s->code.strings[s->line[s->at]] += s->text[s->at];
    s->at = std::min(last + end.size(), s->text.size());
    return true;
}

code_t code_of(const std::string &text)
{
    scan_t s = {"", {}, 0, {}};
    join_lines(&s, text);
    while (s.at < s.text.size()) {
        char c = s.text[s.at];
        if (is_next(&s, "//") || is_next(&s, "/*")) {
            take_comment(&s);
        } else if ((c == '"' || c == '<') && is_header_name(&s)) {
            take_header_name(&s);
        } else if (c == '"') {
            std::string before = word_before(&s);
            bool raw = before == "R" || before == "LR" || before == "uR" || before == "UR" || before == "u8R";
            if (!raw || !take_raw_string(&s)) take_string(&s);
        } else if (c == '\'') {
            std::string before = word_before(&s);
            if (!before.empty() && isdigit((unsigned char)before[0])) s.at++;  // 1'000
            else take_string(&s);
        } else {
            if (c != '\n') *line_of(&s) += c;
            s.at++;
        }
    }
    return s.code;
}

// ---- rules ------------------------------------------------------------------------------------------------------

static std::string line_text(const std::string &text, int line)
{
    size_t first = 0;
    for (int k = 0; k < line && first != std::string::npos; k++) first = text.find('\n', first) + 1;
    std::string found = text.substr(first, text.find('\n', first) - first);
    found.erase(0, std::min(found.size(), found.find_first_not_of(" \t")));
    return printable(found.size() > LONGEST_SHOWN ? found.substr(0, LONGEST_SHOWN) + "..." : found);
}

static void search(const std::vector<intake_file_t> *files, const std::vector<code_t> *codes, const rubric_rule_t *rule,
                   std::vector<signal_t> *signals)
{
    regex_t compiled;
    if (regcomp(&compiled, rule->pattern.c_str(), REG_EXTENDED | REG_NOSUB))
        die("rule '%s': not a regular expression", rule->pattern.c_str());
    int found = 0;
    for (size_t f = 0; f < files->size(); f++) {
        const std::vector<std::string> *lines = rule->strings ? &(*codes)[f].strings : &(*codes)[f].lines;
        for (size_t k = 0; k < lines->size(); k++) {
            const std::string *line = &(*lines)[k];
            if (line->empty() || regexec(&compiled, line->substr(0, LONGEST_LINE).c_str(), 0, NULL, 0)) continue;
            const intake_file_t *file = &(*files)[f];
            if (found++ < MOST_SIGNALS)
                signals->push_back(
                    {"forbidden call", rule->text + ": " + line_text(file->text, (int)k), file->name, (int)k + 1});
        }
    }
    if (found > MOST_SIGNALS) signals->back().text += format(" (and %d lines more)", found - MOST_SIGNALS);
    regfree(&compiled);
}

std::vector<signal_t> review_files(const std::vector<intake_file_t> *files, const rubric_t *rubric)
{
    std::vector<signal_t> signals;
    std::vector<code_t> codes;
    for (const intake_file_t &f : *files) {
        codes.push_back(code_of(f.text));
        for (size_t k = 0; k < codes.back().lines.size(); k++)
            if (codes.back().lines[k].size() > LONGEST_LINE) {
                signals.push_back({"unusual text",
                                   format("a line of %zu characters, of which the rules look at the first %zu",
                                          codes.back().lines[k].size(), LONGEST_LINE),
                                   f.name, (int)k + 1});
                break;
            }
    }
    for (const rubric_rule_t &rule : rubric->rules) search(files, &codes, &rule, &signals);
    return signals;
}
