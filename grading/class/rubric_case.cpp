// [given] rubric_case.cpp: can a case of the rubric be made? Asked before anything is built.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

#include "rubric.h"
#include "text.h"

constexpr double MOST_NUMBERS = 2e7;  // of a case: they travel through files

static shape_t shape_of(const spec_case_t *c)
{
    std::vector<int> sizes;
    std::vector<act_t> acts;
    for (const std::string &word : split(c->sizes, '-')) {
        bool number = !word.empty() && word.size() < 8 && word.find_first_not_of("0123456789") == std::string::npos;
        if (!number) die("sizes = \"%s\", expected whole numbers with - between: \"7-5-3\"", c->sizes.c_str());
        sizes.push_back(atoi(word.c_str()));
    }
    for (const std::string &word : split(c->acts, ',')) acts.push_back(act_parse("activations", word));
    if (acts.size() + 1 != sizes.size())
        die("activations = \"%s\", expected one for each layer behind the inputs: %zu", c->acts.c_str(),
            sizes.size() - 1);
    return shape_make(sizes, acts, loss_parse("loss", c->loss));
}

// Group and name of every case of the engine.
static std::set<std::string> engine_names(void)
{
    std::set<std::string> names;
    for (const case_t &c : make_cases(VISIBLE_SEED))
        for (int g : c.groups) names.insert(std::string(groups[g].title) + "\n" + c.name);
    return names;
}

static int group_of(const spec_case_t *c)
{
    for (int g = 0; g < N_GROUPS; g++)
        if (c->group == groups[g].title) return g;
    die("group = \"%s\", which is not known", c->group.c_str());
}

static void check_run(const spec_case_t *c, int group)
{
    bool trains = group == GROUP_TRAIN || group == GROUP_ALL;
    bool whole = trains || group == GROUP_ALLOC || group == GROUP_FREE || group == GROUP_TEST;
    if (!trains && c->epochs != 1) die("epochs = %d: only nn_train_cuda and all parts together have epochs", c->epochs);
    if (whole && c->B != c->b) die("max_batch = %d, expected none, or batch = %d: a whole run", c->B, c->b);
    if ((trains || group == GROUP_TEST) && c->weights) die("row_weights: \"%s\" has none", c->group.c_str());
}

void case_check(const spec_case_t *c)
{
    static const std::set<std::string> taken = engine_names();
    int group = group_of(c);
    shape_t s = {};
    try {
        s = shape_of(c);
    } catch (const nn_error_t &e) {  // the parsers of bin/nn speak of its options
        std::string text = e.what();
        if (text.compare(0, 9, "--layers:") == 0) text.replace(0, 8, "sizes");
        if (text.compare(0, 13, "--activation:") == 0) text.replace(0, 12, "activations");
        if (text.compare(0, 7, "--loss:") == 0) text.replace(0, 6, "loss");
        die("%s", text.c_str());
    }
    if (c->b > c->B) die("batch = %d, expected no more than max_batch = %d", c->b, c->B);
    if (c->B > c->N) die("%s = %d, expected no more than rows = %d", c->B == c->b ? "batch" : "max_batch", c->B, c->N);
    if (c->block & (c->block - 1)) die("block = %d, expected a power of 2 from 32 to 1024", c->block);
    check_run(c, group);
    double numbers = (double)c->N * (s.n[0] + s.n[s.L]) + 2.0 * c->B * (double)s.n_acts + 3.0 * (double)s.n_params;
    if (numbers > MOST_NUMBERS) die("its arrays have %.3g numbers, expected at most %.3g", numbers, MOST_NUMBERS);
    act_kind_t out = s.f[s.L].kind;
    if (group == GROUP_ALL && out != ACT_SIGMOID && out != ACT_SOFTMAX)
        die("activations: \"%s\" learns classes: the last must be sigmoid or softmax", c->group.c_str());
    if (taken.count(c->group + "\n" + c->name))
        die("name = \"%s\": a case of the engine has this name in \"%s\"", c->name.c_str(), c->group.c_str());
}
