// [given] marks_review.cpp: rules of the rubric, searched in a student's code; changes no points.
#include <algorithm>
#include <cctype>
#include <cstring>

#include <regex.h>

#include "intake_parts.h"
#include "marks.h"
#include "process.h"
#include "utils.h"

constexpr size_t LONGEST_LINE = 2000;  // that a person may have written
constexpr size_t LONGEST_WORD = 300;   // with the digits of any number
constexpr int MOST_SIGNALS = 4;        // of a rule in a submission
constexpr size_t LONGEST_SHOWN = 120;

// ---- comments and texts in quotes taken out --------------------------------------------------------------------

struct scan_t {
    std::string text;       // lines ended by a backslash joined
    std::vector<int> line;  // of each character: where its joined line begins
    size_t at;
    code_t code;
    int looked_at;  // line in which a header's name has been looked for
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
static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static std::string *line_of(scan_t *s) { return &s->code.lines[s->line[s->at]]; }

// What stands at once before here is letters, digits and points: "1'000" and R"(...)" need it.
static std::string word_before(const scan_t *s)
{
    size_t first = s->at, most = s->at - std::min(s->at, LONGEST_WORD);
    while (first > most && (is_word(s->text[first - 1]) || s->text[first - 1] == '\'')) first--;
    return s->text.substr(first, s->at - first);
}

// Behind #include, where the first quote of a line is. Once a line: somebody may hand in a line of a million quotes.
static bool is_header_name(scan_t *s)
{
    if (s->looked_at == s->line[s->at]) return false;
    s->looked_at = s->line[s->at];
    std::string before;
    for (char c : *line_of(s))
        if (c != ' ' && c != '\t') before += c;
    return before == "#include" || before == "#include_next" || before == "#import";
}

static void take_header_name(scan_t *s)
{
    char close = s->text[s->at] == '<' ? '>' : '"';
    do *line_of(s) += s->text[s->at++];
    while (s->at < s->text.size() && s->text[s->at] != close && s->text[s->at] != '\n');
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

static void take_raw_string(scan_t *s)
{
    *line_of(s) += "\"\"";
    size_t open = s->text.find('(', s->at);
    std::string end = open == std::string::npos ? "\"" : ")" + s->text.substr(s->at + 1, open - s->at - 1) + "\"";
    size_t close = s->text.find(end, s->at + 1);
    size_t last = close == std::string::npos ? s->text.size() : close;
    for (s->at++; s->at < last; s->at++)
        if (s->text[s->at] != '\n') s->code.strings[s->line[s->at]] += s->text[s->at];
    s->at = std::min(last + end.size(), s->text.size());
}

code_t code_of(const std::string &text)
{
    scan_t s = {"", {}, 0, {}, -1};
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
            raw ? take_raw_string(&s) : take_string(&s);
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
