// [given] rubric_toml.cpp: see rubric_toml.h.
#define TOML_IMPLEMENTATION
#include "rubric_toml.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "utils.h"

struct toml_assertion_t {
};
void toml_assertion(void) { throw toml_assertion_t(); }

// ---- the file ------------------------------------------------------------------------------------------------------

[[noreturn]] static void refuse_toml(const std::string &path, unsigned line, const std::string &why)
{
    die("%s:%u: %s\nhint: this is not TOML; texts stand in quotes, a table begins with [name], one of several with "
        "[[name]]",
        path.c_str(), line, why.substr(0, 300).c_str());
}

// The first line with which the library fails.
static unsigned line_of_assertion(const std::string &text)
{
    unsigned line = 0;
    for (size_t end = 0; end < text.size(); end++) {
        end = std::min(text.find('\n', end), text.size());
        line++;
        try {
            toml::table unused = toml::parse(text.substr(0, end));
        } catch (const toml::parse_error &) {  // something is open that later lines close
        } catch (const toml_assertion_t &) {
            break;
        }
    }
    return line;
}

toml::table toml_parse(const std::string &path, const std::string &text)
{
    try {
        return toml::parse(text);
    } catch (const toml::parse_error &e) {
        refuse_toml(path, (unsigned)e.source().begin.line, std::string(e.description()));
    } catch (const toml_assertion_t &) {
        refuse_toml(path, line_of_assertion(text), "a sign that nothing can begin with here");
    }
}

// ---- a table of the file ---------------------------------------------------------------------------------------

void refuse(const at_t *at, const toml::node *node, const std::string &what)
{
    die("%s:%u: %s%s", at->path.c_str(), (unsigned)node->source().begin.line, at->name.c_str(), what.c_str());
}

static std::string shown(const toml::node *node)
{
    if (const toml::value<std::string> *s = node->as_string()) return "\"" + s->get().substr(0, 60) + "\"";
    if (const toml::value<int64_t> *i = node->as_integer()) return std::to_string(i->get());
    if (const toml::value<double> *x = node->as_floating_point()) return number_text(x->get());
    if (const toml::value<bool> *b = node->as_boolean()) return b->get() ? "true" : "false";
    return node->is_table() ? "a table" : node->is_array() ? "a list" : "a date or time";
}

void refuse_value(const at_t *at, const char *key, const toml::node *node, const std::string &want)
{
    refuse(at, node, std::string(key) + " = " + shown(node) + ", expected " + want);
}

const toml::node *find(const at_t *at, const char *key, bool required)
{
    const toml::node *node = at->table->get(key);
    if (!node && required) refuse(at, at->table, std::string("there is no ") + key + ", expected one");
    return node;
}

// How many letters must be changed, added or taken away to make b of a.
static size_t distance(const std::string &a, const std::string &b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t k = 0; k <= b.size(); k++) row[k] = k;
    for (size_t i = 0; i < a.size(); i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < b.size(); k++) {
            size_t above = row[k + 1];
            row[k + 1] = std::min(
                {above + 1, row[k] + 1, corner + (tolower((unsigned char)a[i]) != tolower((unsigned char)b[k]))});
            corner = above;
        }
    }
    return row.back();
}

static std::string known_hint(const std::string &word, const names_t &known)
{
    size_t best = 0;
    std::string cut = word.substr(0, 100), list;
    for (size_t k = 1; k < known.size(); k++)
        if (distance(cut, known[k]) < distance(cut, known[best])) best = k;
    for (const std::string &name : known) list += (list.empty() ? "" : ", ") + name;
    bool near = distance(cut, known[best]) <= 1 + known[best].size() / 3;
    return "\nhint: " + (near ? "did you mean " + known[best] + "? " : "") + "Known here: " + list;
}

void keys_check(const at_t *at, const names_t &known)
{
    for (auto &&[key, node] : *at->table) {
        std::string name(key.str());
        if (std::find(known.begin(), known.end(), name) == known.end())
            refuse(at, &node, "'" + name.substr(0, 60) + "' is not known" + known_hint(name, known));
    }
}

// ---- values ------------------------------------------------------------------------------------------------------

std::string text_of(const at_t *at, const char *key, const char *fallback)
{
    const toml::node *node = find(at, key, !fallback);
    if (!node) return fallback;
    const toml::value<std::string> *text = node->as_string();
    if (!text) refuse_value(at, key, node, "a text in quotes");
    if (!fallback && text->get().empty()) refuse_value(at, key, node, "a text that is not empty");
    return text->get();
}

double number_of(const at_t *at, const char *key, double least, double most, double fallback)
{
    const toml::node *node = find(at, key, std::isnan(fallback));
    if (!node) return fallback;
    double x = node->is_integer()          ? (double)node->as_integer()->get()
               : node->is_floating_point() ? node->as_floating_point()->get()
                                           : NAN;
    if (!(x >= least && x <= most))
        refuse_value(at, key, node, "a number from " + number_text(least) + " to " + number_text(most));
    return x;
}

int whole_of(const at_t *at, const char *key, int least, int most, int fallback)
{
    const toml::node *node = find(at, key, fallback < 0);
    if (!node) return fallback;
    const toml::value<int64_t> *x = node->as_integer();
    if (!x || x->get() < least || x->get() > most)
        refuse_value(at, key, node, format("a whole number from %d to %d", least, most));
    return (int)x->get();
}

bool flag_of(const at_t *at, const char *key, bool fallback)
{
    const toml::node *node = find(at, key, false);
    if (!node) return fallback;
    if (!node->is_boolean()) refuse_value(at, key, node, "true or false, without quotes");
    return node->as_boolean()->get();
}

int choice_of(const at_t *at, const char *key, const names_t &names, const char *fallback)
{
    std::string text = text_of(at, key, fallback);
    names_t::const_iterator found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        refuse(at, at->table->get(key),
               std::string(key) + " = \"" + text.substr(0, 60) + "\", which is not known" + known_hint(text, names));
    return (int)(found - names.begin());
}

// TOML's whole numbers end at 2^63 - 1; larger seeds are written as texts.
uint64_t seed_of(const at_t *at, const char *key, uint64_t fallback)
{
    const toml::node *node = find(at, key, false);
    if (!node) return fallback;
    std::string digits = node->is_string() ? node->as_string()->get() : shown(node);
    errno = 0;
    uint64_t seed = strtoull(digits.c_str(), NULL, 10);
    bool whole = !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
    if (node->is_floating_point() || !whole || errno)
        refuse_value(at, key, node, "a whole number from 0 to 18446744073709551615 (in quotes above 2^63 - 1)");
    return seed;
}

size_t mib_of(const at_t *at, const char *key, double least, size_t fallback)
{
    return (size_t)(number_of(at, key, least, 1 << 20, (double)fallback / (1 << 20)) * (1 << 20));
}

at_t table_of(const at_t *at, const char *key)
{
    static const toml::table empty;
    const toml::node *node = find(at, key, false);
    if (node && !node->is_table()) refuse_value(at, key, node, format("a table, [%s]", key));
    return {node ? node->as_table() : &empty, at->path, format("[%s] ", key)};
}

std::vector<at_t> tables_of(const at_t *at, const char *key)
{
    std::vector<at_t> list;
    const toml::node *node = find(at, key, false);
    if (!node) return list;
    const toml::array *array = node->as_array();
    if (!array) refuse_value(at, key, node, format("a list of tables: [[%s]] with two brackets", key));
    for (const toml::node &one : *array) {
        if (!one.is_table()) refuse_value(at, key, &one, "a table, { ... }");
        list.push_back({one.as_table(), at->path, at->name.empty() ? format("[[%s]] ", key) : format("%s ", key)});
    }
    return list;
}
