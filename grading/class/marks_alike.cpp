// [given] marks_alike.cpp: which submissions share code that nobody was given.
//
// Fingerprints of runs of tokens, of which some are chosen by their value alone (winnowing: Schleimer, Wilkerson,
// Aiken, SIGMOD 2003), so that equal code gives equal fingerprints wherever it stands. One that many have says little
// and weighs little: there are not many ways to write some lines.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "marks.h"
#include "text.h"
#include "utils.h"

constexpr size_t RUN = 24;             // tokens of a fingerprint: some two lines
constexpr size_t WINDOW = 8;           // of so many runs in succession one is kept
constexpr size_t MOST_TOKENS = 60000;  // of a submission: honest ones have a tenth
constexpr size_t LEAST_PRINTS = 40;    // fewer tell nothing
constexpr double ALIKE = 0.6;          // of what is the smaller one's own
constexpr double LIKE_SOLUTION = 0.6;
constexpr size_t MOST_NAMED = 3;  // in one record

typedef std::unordered_set<uint64_t> hashes_t;

// ---- tokens -------------------------------------------------------------------------------------------------------

struct token_t {
    uint64_t hash;
    int line;
};

struct vocabulary_t {  // names that mean the same in every submission: called or behind . and ->, and given
    std::set<std::string> names;
};

static const std::set<std::string> keywords = {
    "auto",     "bool",     "break",   "case",     "char",   "class",    "const",     "constexpr", "continue",
    "default",  "delete",   "do",      "double",   "else",   "enum",     "extern",    "false",     "float",
    "for",      "goto",     "if",      "inline",   "int",    "long",     "namespace", "new",       "nullptr",
    "operator", "return",   "short",   "signed",   "sizeof", "static",   "struct",    "switch",    "template",
    "this",     "true",     "typedef", "typename", "union",  "unsigned", "using",     "void",      "volatile",
    "while",    "define",   "ifdef",   "ifndef",   "endif",  "pragma",   "threadIdx", "blockIdx",  "blockDim",
    "gridDim",  "warpSize", "size_t",  "real_t",   "NULL"};

static uint64_t mixed(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 29;
}

static uint64_t text_hash(const char *text, size_t n)
{
    uint64_t h = n;
    for (size_t k = 0; k < n; k++) h = mixed(h, (unsigned char)text[k]);
    return h;
}

// The end of the word, number or sign that begins at `at`.
static size_t token_end(const std::string &s, size_t at)
{
    size_t end = at + 1;
    bool number = isdigit((unsigned char)s[at]);
    if (is_word(s[at]))
        while (end < s.size() && (is_word(s[end]) || (number && (s[end] == '.' || s[end] == '\'')))) end++;
    return end;
}

static bool is_general(const std::string &s, size_t at, size_t end)  // a name whose meaning its place tells
{
    size_t next = s.find_first_not_of(" \t", end), before = s.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
    bool called = next != std::string::npos && s[next] == '(';
    bool member = at > 0 && before != std::string::npos &&
                  (s[before] == '.' || (before > 0 && s[before] == '>' && s[before - 1] == '-'));
    return called || member;
}

static token_t token_of(const std::string &s, size_t at, size_t end, int line, const vocabulary_t *vocabulary)
{
    std::string word = s.substr(at, end - at);
    if (isdigit((unsigned char)word[0])) word = "0";
    else if (is_word(word[0])) {
        bool stays = keywords.count(word) || word.compare(0, 2, "__") == 0 ||
                     (vocabulary->names.count(word) && is_general(s, at, end));
        if (!stays) word = "x";
    }
    return {text_hash(word.data(), word.size()), line};
}

static std::vector<token_t> tokens_of(const std::string &text, const vocabulary_t *vocabulary)
{
    std::vector<token_t> tokens;
    code_t code = code_of(text);
    for (size_t line = 0; line < code.lines.size(); line++) {
        const std::string &s = code.lines[line];
        size_t first = s.find_first_not_of(" \t");
        if (first == std::string::npos || s.compare(first, 8, "#include") == 0) continue;
        for (size_t at = first, end; at < s.size() && tokens.size() < MOST_TOKENS; at = end) {
            end = token_end(s, at);
            if (s[at] != ' ' && s[at] != '\t') tokens.push_back(token_of(s, at, end, (int)line + 1, vocabulary));
        }
    }
    return tokens;
}

static void learn(vocabulary_t *vocabulary, const std::string &text)
{
    for (const std::string &s : code_of(text).lines)
        for (size_t at = 0, end; at < s.size(); at = end) {
            end = token_end(s, at);
            if (is_word(s[at]) && is_general(s, at, end)) vocabulary->names.insert(s.substr(at, end - at));
        }
}

// ---- fingerprints ---------------------------------------------------------------------------------------------------

struct print_t {
    uint64_t hash;
    int file, line;
};

static std::vector<uint64_t> runs_of(const std::vector<token_t> *tokens)
{
    std::vector<uint64_t> runs;
    for (size_t k = 0; k + RUN <= tokens->size(); k++) {
        uint64_t h = 1;
        for (size_t i = 0; i < RUN; i++) h = mixed(h, (*tokens)[k + i].hash);
        runs.push_back(h);
    }
    return runs;
}

// The least of each window; of several the last.
static void choose(const std::vector<token_t> *tokens, int file, std::vector<print_t> *prints)
{
    std::vector<uint64_t> runs = runs_of(tokens);
    size_t last = runs.size();
    for (size_t k = 0; k + WINDOW <= runs.size(); k++) {
        size_t least = k;
        for (size_t i = k; i < k + WINDOW; i++)
            if (runs[i] <= runs[least]) least = i;
        if (least != last) prints->push_back({runs[least], file, (*tokens)[least].line});
        last = least;
    }
}

static hashes_t all_runs(const std::vector<std::string> *texts, const vocabulary_t *vocabulary)
{
    hashes_t all;
    for (const std::string &text : *texts) {
        std::vector<token_t> tokens = tokens_of(text, vocabulary);
        for (uint64_t h : runs_of(&tokens)) all.insert(h);
    }
    return all;
}

struct own_t {                    // what is a submission's own
    std::vector<print_t> prints;  // in order of hash, each once, without what is given or the solution's
    uint64_t all;                 // of all tokens
    size_t written;               // fingerprints that are not given
    size_t of_solution;           // of these
    double weight;                // of prints
};

static bool hash_less(const print_t &a, const print_t &b)
{
    return a.hash != b.hash ? a.hash < b.hash : a.file != b.file ? a.file < b.file : a.line < b.line;
}

static own_t own_of(const std::vector<intake_file_t> *files, const vocabulary_t *vocabulary, const hashes_t *given,
                    const hashes_t *solution)
{
    own_t own = {};
    std::vector<print_t> prints;
    size_t left = MOST_TOKENS;
    for (size_t f = 0; f < files->size(); f++) {
        std::vector<token_t> tokens = tokens_of((*files)[f].text, vocabulary);
        tokens.resize(std::min(tokens.size(), left));
        left -= tokens.size();
        choose(&tokens, (int)f, &prints);
        for (const token_t &t : tokens) own.all = mixed(own.all, t.hash);
    }
    std::sort(prints.begin(), prints.end(), hash_less);
    for (size_t k = 0; k < prints.size(); k++) {
        if ((k > 0 && prints[k].hash == prints[k - 1].hash) || given->count(prints[k].hash)) continue;
        own.written++;
        if (solution->count(prints[k].hash)) own.of_solution++;
        else own.prints.push_back(prints[k]);
    }
    return own;
}

// ---- pairs ------------------------------------------------------------------------------------------------------------

// shared[i * n + k], i < k: the weight of what i and k have both.
static std::vector<double> share(std::vector<own_t> *all)
{
    size_t n = all->size();
    std::vector<double> shared(n * n);
    std::vector<std::pair<uint64_t, size_t>> list;
    for (size_t i = 0; i < n; i++)
        for (const print_t &p : (*all)[i].prints) list.push_back({p.hash, i});
    std::sort(list.begin(), list.end());
    for (size_t first = 0, end; first < list.size(); first = end) {
        for (end = first; end < list.size() && list[end].first == list[first].first;) end++;
        double weight = std::log((double)(n + 10) / (double)(end - first));
        for (size_t i = first; i < end; i++) {
            (*all)[list[i].second].weight += weight;
            for (size_t k = i + 1; k < end; k++) shared[list[i].second * n + list[k].second] += weight;
        }
    }
    return shared;
}

static double part_shared(const std::vector<own_t> *all, const std::vector<double> *shared, size_t i, size_t k)
{
    const own_t *a = &(*all)[i], *b = &(*all)[k];
    if (a->written >= LEAST_PRINTS && a->written == b->written && a->all == b->all) return 1;
    if (a->prints.size() < LEAST_PRINTS || b->prints.size() < LEAST_PRINTS) return 0;
    return (*shared)[std::min(i, k) * all->size() + std::max(i, k)] / std::min(a->weight, b->weight);
}

// The first place that both have: in a's files, in b's.
static bool first_shared(const own_t *a, const own_t *b, print_t *in_a, print_t *in_b)
{
    bool found = false;
    for (const print_t &p : a->prints) {
        std::vector<print_t>::const_iterator other = std::lower_bound(b->prints.begin(), b->prints.end(),
                                                                      print_t{p.hash, -1, 0}, hash_less);
        if (other == b->prints.end() || other->hash != p.hash) continue;
        if (found && (p.file > in_a->file || (p.file == in_a->file && p.line > in_a->line))) continue;
        found = true;
        *in_a = p;
        *in_b = *other;
    }
    return found;
}

static void report_pairs(const std::vector<std::vector<intake_file_t>> *files, const std::vector<own_t> *own,
                         const std::vector<double> *shared, size_t i, std::vector<record_t> *all)
{
    std::vector<std::pair<double, size_t>> like;
    for (size_t k = 0; k < own->size(); k++) {
        double part = k == i ? 0 : part_shared(own, shared, i, k);
        if (part >= ALIKE) like.push_back({-part, k});
    }
    std::sort(like.begin(), like.end());
    for (size_t m = 0; m < like.size() && m < MOST_NAMED; m++) {
        size_t k = like[m].second;
        const own_t *a = &(*own)[i], *b = &(*own)[k];
        print_t here = {}, there = {};
        bool identical = a->all == b->all && a->written == b->written;
        signal_t s = {(identical ? "identical to " : "like ") + (*all)[k].id, "", "", 0};
        s.text = identical ? "the same but for names, numbers, comments and blanks"
                           : format("%.0f %% of what is its own is there, too, names, numbers and order aside",
                                    -100 * like[m].first);
        if (first_shared(a, b, &here, &there)) {
            s.file = (*files)[i][here.file].name;
            s.line = here.line;
            s.text += format("; first there: %s, line %d", (*files)[k][there.file].name.c_str(), there.line);
        }
        if (m + 1 == MOST_NAMED && like.size() > MOST_NAMED)
            s.text += format("; and %zu more", like.size() - MOST_NAMED);
        (*all)[i].signals.push_back(s);
    }
}

static bool is_class_signal(const signal_t &s)
{
    return s.kind.compare(0, 13, "identical to ") == 0 || s.kind.compare(0, 5, "like ") == 0;
}

void review_class(const std::vector<std::vector<intake_file_t>> *files, const common_t *common,
                  std::vector<record_t> *all)
{
    vocabulary_t vocabulary;
    for (const std::string &text : common->given) learn(&vocabulary, text);
    hashes_t given = all_runs(&common->given, &vocabulary), solution = all_runs(&common->solution, &vocabulary);
    std::vector<own_t> own;
    for (size_t i = 0; i < all->size(); i++) own.push_back(own_of(&(*files)[i], &vocabulary, &given, &solution));
    std::vector<double> shared = share(&own);
    for (size_t i = 0; i < all->size(); i++) {
        std::vector<signal_t> *signals = &(*all)[i].signals;
        signals->erase(std::remove_if(signals->begin(), signals->end(), is_class_signal), signals->end());
        report_pairs(files, &own, &shared, i, all);
        double part = own[i].written < LEAST_PRINTS ? 0 : (double)own[i].of_solution / (double)own[i].written;
        if (part < LIKE_SOLUTION) continue;
        std::string text = format("%.0f %% of what it wrote is in the solution, names, numbers and order aside",
                                  100 * part);
        signals->push_back({"like the solution", text, "", 0});
    }
}

// ---- what all have ------------------------------------------------------------------------------------------------

static void read_all(const std::string &folder, std::vector<std::string> *texts)
{
    std::error_code error;
    std::set<std::string> names;
    for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        std::string ending = at->path().extension().string();
        if (ending == ".cu" || ending == ".cuh" || ending == ".cpp" || ending == ".h")
            names.insert(at->path().string());
    }
    for (const std::string &name : names) texts->push_back(file_read(name));
}

common_t common_read(const std::string &root)
{
    common_t common;
    read_all(root + "/src", &common.given);
    read_all(root + "/solutions", &common.solution);
    return common;
}
