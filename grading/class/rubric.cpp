// [given] rubric.cpp: reads rubric.toml; nothing in it is overlooked, and every complaint names its line.
#include "rubric.h"

#include <cmath>
#include <filesystem>

#include <regex.h>

#include "intake.h"
#include "rubric_toml.h"
#include "sha256.h"
#include "utils.h"

constexpr double MOST_POINTS = 10000;  // of a part

static const names_t visibilities = {"visible", "hidden", "after_due_date", "after_published"};

const char *visibility_text(int visibility) { return visibilities[visibility].c_str(); }

// ---- parts -----------------------------------------------------------------------------------------------------

static void read_group(rubric_t *r, rubric_part_t *part, const at_t *at)
{
    keys_check(at, {"name", "points", "tolerance", "visibility"});
    names_t names;
    for (const group_t &g : groups) names.push_back(g.title);
    rubric_group_t group = {};
    group.group = choice_of(at, "name", names, NULL);
    group.points = number_of(at, "points", 0, MOST_POINTS, NAN);
    group.tolerance = number_of(at, "tolerance", 0.01, 1000, 1);
    group.visibility = (visibility_t)choice_of(at, "visibility", visibilities, "visible");
    int belongs = groups[group.group].part;
    if (belongs != 0 && belongs != part->number)
        refuse(at, at->table,
               format("\"%s\" belongs to part %d, as in the handout and the stubs, found in part %d",
                      groups[group.group].title, belongs, part->number));
    for (const rubric_part_t &p : r->parts)
        for (const rubric_group_t &g : p.groups)
            if (g.group == group.group) refuse(at, at->table, format("a second \"%s\"", groups[g.group].title));
    for (const rubric_group_t &g : part->groups)
        if (g.group == group.group) refuse(at, at->table, format("a second \"%s\"", groups[g.group].title));
    part->groups.push_back(group);
}

static void check_kind(const rubric_t *r, const rubric_part_t *part, const at_t *at)
{
    double sum = 0;
    for (const rubric_group_t &g : part->groups) sum += g.points;
    int kinds = !part->groups.empty() + part->by_hand + (r->speed.part == part->number);
    if (kinds != 1)
        refuse(at, at->table,
               format("number %d: %s, expected one of: groups of cases, by_hand = true, part = %d in [speed]",
                      part->number, kinds == 0 ? "nothing gives its points" : "its points come from two sides",
                      part->number));
    if (!part->groups.empty() && std::fabs(sum - part->points) > 1e-9)
        refuse(at, at->table,
               format("number %d: its groups have %s points together, expected the part's %s", part->number,
                      number_text(sum).c_str(), number_text(part->points).c_str()));
}

static void read_part(rubric_t *r, const at_t *at)
{
    keys_check(at, {"number", "title", "page", "points", "by_hand", "bonus", "group"});
    rubric_part_t part = {};
    part.number = whole_of(at, "number", 1, 99, -1);
    part.title = text_of(at, "title", NULL);
    part.page = text_of(at, "page", "");
    part.points = number_of(at, "points", 0, MOST_POINTS, NAN);
    part.by_hand = flag_of(at, "by_hand", false);
    part.bonus = flag_of(at, "bonus", false);
    for (const rubric_part_t &p : r->parts)
        if (p.number == part.number) refuse(at, at->table, format("number = %d: a second one", part.number));
    for (const at_t &group : tables_of(at, "group")) read_group(r, &part, &group);
    r->parts.push_back(part);
}

static void read_speed(rubric_t *r, const at_t *at)
{
    keys_check(at, {"part", "full_at", "zero_at", "emulated_counts", "repetitions"});
    r->speed.part = at->table->empty() ? 0 : whole_of(at, "part", 1, 99, -1);
    r->speed.full_at = number_of(at, "full_at", 0.001, 1000, 1.25);
    r->speed.zero_at = number_of(at, "zero_at", 0.001, 1000, 8);
    r->speed.emulated_counts = flag_of(at, "emulated_counts", false);
    r->speed.repetitions = whole_of(at, "repetitions", 3, 10000, 40);
    if (r->speed.zero_at <= r->speed.full_at)
        refuse(at, at->table,
               format("zero_at = %s, expected more than full_at = %s: more time gives fewer points",
                      number_text(r->speed.zero_at).c_str(), number_text(r->speed.full_at).c_str()));
}

static void read_parts(rubric_t *r, const at_t *root)
{
    at_t speed = table_of(root, "speed");
    read_speed(r, &speed);
    std::vector<at_t> parts = tables_of(root, "part");
    for (const at_t &part : parts) read_part(r, &part);
    bool found = r->speed.part == 0;
    for (const rubric_part_t &p : r->parts) found = found || p.number == r->speed.part;
    if (!found) refuse(&speed, speed.table, format("part = %d: there is no such part", r->speed.part));
    for (size_t k = 0; k < parts.size(); k++) check_kind(r, &r->parts[k], &parts[k]);
    if (r->parts.empty()) refuse(root, root->table, "there is no [[part]], expected one or more");
    if (rubric_points(r) <= 0) refuse(root, root->table, "no part has points that can be reached");
}

// ---- the rest ----------------------------------------------------------------------------------------------------

static void read_limits(rubric_t *r, const at_t *at)
{
    keys_check(at, {"build_seconds", "build_memory_mib", "case_seconds", "total_seconds", "memory_mib", "output_mib",
                    "disk_mib", "processes"});
    const size_t mib = 1 << 20;
    r->build_s = number_of(at, "build_seconds", 1, 86400, 180);
    r->case_s = number_of(at, "case_seconds", 0.1, 86400, 20);
    r->total_s = number_of(at, "total_seconds", 1, 864000, 900);
    r->build_memory = mib_of(at, "build_memory_mib", 256, 3072 * mib);
    r->memory = mib_of(at, "memory_mib", 64, 2048 * mib);
    r->output = mib_of(at, "output_mib", 0.01, mib);
    r->disk = mib_of(at, "disk_mib", 1, 64 * mib);
    r->processes = whole_of(at, "processes", 8, 10000, 64);
    if (r->total_s < r->case_s)
        refuse(at, at->table,
               format("total_seconds = %s, expected no less than case_seconds = %s", number_text(r->total_s).c_str(),
                      number_text(r->case_s).c_str()));
}

static void read_case(rubric_t *r, const at_t *at)
{
    keys_check(at, {"group", "name", "category", "sizes", "activations", "loss", "rows", "max_batch", "batch", "block",
                    "epochs", "row_weights", "momentum", "sanitized"});
    const int most = 1000000;
    names_t names;
    for (const group_t &g : groups) names.push_back(g.title);
    spec_case_t c = {};
    c.group = names[choice_of(at, "group", names, NULL)];
    c.name = text_of(at, "name", NULL);
    c.category = text_of(at, "category", NULL);
    c.sizes = text_of(at, "sizes", NULL);
    c.acts = text_of(at, "activations", NULL);
    c.loss = text_of(at, "loss", NULL);
    c.N = whole_of(at, "rows", 1, most, -1);
    c.b = whole_of(at, "batch", 1, most, c.group == groups[GROUP_TEST].title ? 1 : -1);
    c.B = whole_of(at, "max_batch", 1, most, c.b);
    c.block = whole_of(at, "block", 32, 1024, 256);
    c.epochs = whole_of(at, "epochs", 1, 1000, 1);
    c.weights = flag_of(at, "row_weights", false);
    c.momentum = flag_of(at, "momentum", false);
    c.sanitized = flag_of(at, "sanitized", false);
    c.line = (int)at->table->source().begin.line;
    for (const spec_case_t &other : r->cases)
        if (other.group == c.group && other.name == c.name)
            refuse(at, at->table, "a second \"" + c.name + "\" of " + c.group);
    bool given = false;
    for (const rubric_part_t &p : r->parts)
        for (const rubric_group_t &g : p.groups) given = given || groups[g.group].title == c.group;
    if (!given) refuse(at, at->table, "its group \"" + c.group + "\" is in no part");
    try {
        case_check(&c);
    } catch (const nn_error_t &e) {
        refuse(at, at->table, e.what());
    }
    r->cases.push_back(c);
}

static void read_rule(rubric_t *r, const at_t *at)
{
    keys_check(at, {"pattern", "text", "strings"});
    rubric_rule_t rule = {text_of(at, "pattern", NULL), text_of(at, "text", NULL), flag_of(at, "strings", false)};
    const toml::node *node = at->table->get("pattern");
    regex_t compiled;
    int error = regcomp(&compiled, rule.pattern.c_str(), REG_EXTENDED | REG_NOSUB);
    char why[200];
    if (error) {
        regerror(error, &compiled, why, sizeof why);
        refuse_value(at, "pattern", node, std::string("an extended regular expression, as of grep -E: ") + why);
    }
    bool always = regexec(&compiled, "", 0, NULL, 0) == 0;
    regfree(&compiled);
    if (always) refuse_value(at, "pattern", node, "one that does not match an empty line");
    r->rules.push_back(rule);
}

static void read_libraries(rubric_t *r, const at_t *root)
{
    const toml::node *node = find(root, "libraries", false);
    if (!node) return;
    if (!node->is_array()) refuse_value(root, "libraries", node, "a list: [\"cublas\"]");
    for (const toml::node &one : *node->as_array()) {
        std::string name = one.is_string() ? one.as_string()->get() : "";
        bool word = !name.empty();
        for (char c : name) word = word && (isalnum((unsigned char)c) || c == '_');
        if (!word) refuse_value(root, "libraries", &one, "the name of a library, as behind -l: \"cublas\"");
        r->libraries.push_back(name);
    }
}

static void read_manifest(rubric_t *r, const at_t *root)
{
    std::filesystem::path name = text_of(root, "manifest", NULL), here = r->path;
    r->manifest = (here.parent_path() / name).lexically_normal().string();
    try {
        manifest_read(r->manifest);
    } catch (const nn_error_t &e) {
        refuse(root, root->table->get("manifest"), std::string("manifest: ") + e.what());
    }
}

rubric_t rubric_read(const std::string &path)
{
    rubric_t r = {};
    r.path = path;
    std::string text = file_read(path);
    r.sha256 = sha256(text);
    toml::table file = toml_parse(path, text);
    at_t root = {&file, path, ""};
    keys_check(&root, {"title", "manifest", "real", "libraries", "seeds", "limits", "part", "speed", "case", "rule"});
    r.title = text_of(&root, "title", NULL);
    r.real = choice_of(&root, "real", {"float", "double"}, "float") == 0 ? "float" : "double";
    read_manifest(&r, &root);
    read_libraries(&r, &root);
    at_t seeds = table_of(&root, "seeds"), limits = table_of(&root, "limits");
    keys_check(&seeds, {"public", "secret", "vary_sizes"});
    r.seed_public = seed_of(&seeds, "public", VISIBLE_SEED);
    r.secret_given = seeds.table->contains("secret");
    r.seed_secret = seed_of(&seeds, "secret", 0);
    r.vary_sizes = flag_of(&seeds, "vary_sizes", true);
    if (r.secret_given && r.seed_secret == r.seed_public)
        refuse(&seeds, seeds.table->get("secret"), "secret: the public seed, expected another number");
    read_limits(&r, &limits);
    read_parts(&r, &root);
    for (const at_t &one : tables_of(&root, "case")) read_case(&r, &one);
    for (const at_t &one : tables_of(&root, "rule")) read_rule(&r, &one);
    return r;
}

double rubric_points(const rubric_t *r)
{
    double sum = 0;
    for (const rubric_part_t &p : r->parts)
        if (!p.bonus) sum += p.points;
    return sum;
}
