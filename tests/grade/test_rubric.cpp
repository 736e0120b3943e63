// tests/grade/test_rubric.cpp: what is graded, and for how much; every mistake in it is told with its line.
#include <cstdio>
#include <map>

#include "../../grading/class/intake.h"
#include "../../grading/class/rubric.h"
#include "../../grading/class/sha256.h"
#include "../helpers.h"

static const char *const SHIPPED = "grading/class/rubric.toml";
static const char *const OTHER = "tests/grade/first_kernels.toml";

static std::string replaced(std::string text, const std::string &old, const std::string &with)
{
    size_t at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), with);
}

// What the rubric `text`, beside a manifest, is refused with; "" if it is read. The folder's name is taken out.
static std::string refused(const std::string &text)
{
    folder_t f;
    f.write("files", "src/train.cu\n");
    std::string path = f.write("r.toml", text);
    std::string death = death_of([&] { rubric_read(path); });
    for (size_t at; (at = death.find(f.path + "/")) != std::string::npos;) death.erase(at, f.path.size() + 1);
    return death;
}

// A small rubric, line by line.
static const std::string SMALL = "title = \"Small\"\n"
                                 "manifest = \"files\"\n"
                                 "[[part]]\n"
                                 "number = 2\n"
                                 "title = \"update\"\n"
                                 "points = 10\n"
                                 "group = [{ name = \"update\", points = 10 }]\n"
                                 "[[case]]\n"
                                 "group = \"update\"\n"
                                 "name = \"new\"\n"
                                 "category = \"odd sizes\"\n"
                                 "sizes = \"7-5-3\"\n"
                                 "activations = \"tanh,softmax\"\n"
                                 "loss = \"log\"\n"
                                 "rows = 12\n"
                                 "max_batch = 9\n"
                                 "batch = 5\n";

static std::string refused(const std::string &old, const std::string &with)
{
    return refused(replaced(SMALL, old, with));
}

TEST_CASE("rubric: the one of the kit gives the points that the engine and the handout promise")
{
    rubric_t r = rubric_read(SHIPPED);
    CHECK(rubric_points(&r) == 100);
    CHECK(r.sha256 == sha256(file_read(SHIPPED)));
    CHECK(r.seed_public == VISIBLE_SEED);
    CHECK(!r.secret_given);
    CHECK(r.libraries.empty());
    CHECK(!r.speed.emulated_counts);
    std::map<int, const rubric_part_t *> parts;
    std::map<int, double> points;
    for (const rubric_part_t &p : r.parts) {
        parts[p.number] = &p;
        for (const rubric_group_t &g : p.groups) {
            points[g.group] = g.points;
            CHECK(groups[g.group].part == p.number);
            CHECK(p.page == std::string("docs/en/") + groups[g.group].page + ".md");
            CHECK(g.tolerance == 1);
            CHECK(g.visibility == VISIBLE);
        }
        CAPTURE(p.page);
        CHECK(exists(p.page));
    }
    for (int g = 0; g < N_GROUPS; g++)
        if (g != GROUP_ALL) CHECK(points[g] == groups[g].points);
    for (int part = 1; part <= LAST_PART; part++) {
        REQUIRE(parts.count(part) == 1);
        CHECK(parts[part]->points == PART_POINTS[part]);
    }
    CHECK(r.speed.part == 7);
    CHECK(parts[8]->bonus);
    CHECK(parts[9]->by_hand);
    CHECK(manifest_read(r.manifest).size() == manifest_read("grading/student_files").size());
}

TEST_CASE("rubric: the titles and points of the students' README are those of the kit's rubric")
{
    rubric_t r = rubric_read(SHIPPED);
    std::string readme = file_read("grading/README.students.md");
    for (const rubric_part_t &p : r.parts) {
        if (p.number > LAST_PART) continue;
        std::string row = format("| %d %s", p.number, p.title.c_str());
        size_t at = readme.find(row);
        CAPTURE(row);
        REQUIRE(at != std::string::npos);
        std::string line = readme.substr(at, readme.find('\n', at) - at);
        CHECK(contains(line, format("| %g |", p.points)));
        CHECK(contains(line, p.page));
    }
}

TEST_CASE("rubric: another assignment on the same engine")
{
    rubric_t r = rubric_read(OTHER);
    CHECK(r.title == "First kernels");
    CHECK(r.manifest == "tests/grade/first_kernels.files");
    CHECK(r.real == "double");
    CHECK(r.libraries == std::vector<std::string>{"cublas", "curand"});
    CHECK(r.seed_public == 7);
    CHECK(r.secret_given);
    CHECK(r.seed_secret == UINT64_MAX);
    CHECK(!r.vary_sizes);
    CHECK(r.build_s == 60);
    CHECK(r.case_s == 2.5);
    CHECK(r.memory == (size_t)512 << 20);
    CHECK(r.output == (size_t)1 << 18);
    CHECK(r.processes == 16);
    REQUIRE(r.parts.size() == 4);
    CHECK(rubric_points(&r) == 60);
    CHECK(r.parts[0].groups[0].group == GROUP_UPDATE);
    CHECK(r.parts[0].groups[0].tolerance == 2.5);
    CHECK(r.parts[0].groups[0].visibility == AFTER_DUE_DATE);
    CHECK(r.parts[1].groups[0].visibility == HIDDEN);
    CHECK(r.parts[1].groups[1].points == 2.5);
    CHECK(r.parts[2].by_hand);
    CHECK(r.parts[3].bonus);
    CHECK(r.speed.part == 0);
    REQUIRE(r.cases.size() == 2);
    const spec_case_t *c = &r.cases[0];
    CHECK(c->group == "update");
    CHECK(c->category == "sizes beside a block");
    CHECK(c->sizes == "16-15-1");
    CHECK(c->acts == "leaky_relu:0.1,linear");
    CHECK(c->loss == "mae");
    CHECK(c->N == 7);
    CHECK(c->B == 6);
    CHECK(c->b == 5);
    CHECK(c->block == 32);
    CHECK(c->epochs == 1);
    CHECK(c->momentum);
    CHECK(c->sanitized);
    CHECK(!c->weights);
    CHECK(c->line == 51);
    CHECK(r.cases[1].B == 8);
    CHECK(r.cases[1].epochs == 5);
    REQUIRE(r.rules.size() == 1);
    CHECK(r.rules[0].pattern == "cuda[A-Z][a-z]+Async");
}

TEST_CASE("rubric: what is left out has the values of the kit's rubric")
{
    REQUIRE(refused(SMALL) == "");
    folder_t f;
    f.write("files", "src/train.cu\n");
    rubric_t a = rubric_read(f.write("r.toml", SMALL)), b = rubric_read(SHIPPED);
    CHECK(a.real == b.real);
    CHECK(a.seed_public == b.seed_public);
    CHECK(a.secret_given == b.secret_given);
    CHECK(a.vary_sizes == b.vary_sizes);
    CHECK(a.build_s == b.build_s);
    CHECK(a.case_s == b.case_s);
    CHECK(a.total_s == b.total_s);
    CHECK(a.build_memory == b.build_memory);
    CHECK(a.memory == b.memory);
    CHECK(a.output == b.output);
    CHECK(a.disk == b.disk);
    CHECK(a.processes == b.processes);
    CHECK(a.speed.full_at == b.speed.full_at);
    CHECK(a.speed.zero_at == b.speed.zero_at);
    CHECK(a.speed.repetitions == b.speed.repetitions);
    CHECK(a.speed.emulated_counts == b.speed.emulated_counts);
}

struct mistake_case_t {
    const char *old, *with, *message;  // of the small rubric; how the message begins, behind the file's name
};

static void check_refused(const std::vector<mistake_case_t> &list)
{
    for (const mistake_case_t &m : list) {
        CAPTURE(m.with);
        std::string death = refused(m.old, m.with);
        CAPTURE(death);
        CHECK(death.compare(0, 9, "1: r.toml") == 0);
        CHECK(contains(death, std::string("r.toml:") + m.message));
    }
}

TEST_CASE("rubric: keys and names that are not known, with the one that was meant")
{
    check_refused(
        {{"title = \"Small\"", "titel = \"Small\"", "1: 'titel' is not known\nhint: did you mean title?"},
         {"[[part]]", "[limits]\nmemory = 5\n[[part]]", "4: [limits] 'memory' is not known\nhint: "},
         {"[[part]]", "[limits]\nmemory_mb = 500\n[[part]]",
          "4: [limits] 'memory_mb' is not known\n"
          "hint: did you mean memory_mib?"},
         {"points = 10\n", "points = 10\nbonnus = true\n",
          "7: [[part]] 'bonnus' is not known\n"
          "hint: did you mean bonus?"},
         {"name = \"update\", points", "name = \"updates\", points",
          "7: group name = \"updates\", which is "
          "not known\nhint: did you mean update?"},
         {"points = 10 }", "points = 10, visibility = \"after due date\" }",
          "7: group visibility = \"after due "
          "date\", which is not known\nhint: did you mean after_due_date?"},
         {"group = \"update\"\n", "group = \"Updat\"\n",
          "9: [[case]] group = \"Updat\", which is not known\n"
          "hint: did you mean update?"},
         {"title = \"Small\"", "title = \"Small\"\nreal = \"half\"", "2: real = \"half\", which is not known"}});
    CHECK(contains(refused("batch = 5", "qwertyuiop = 5"), "hint: Known here: group, name,"));
    CHECK(contains(refused("name = \"update\", points", "name = \"x\", points"), "forward pass, back propagation"));
}

TEST_CASE("rubric: values of the wrong kind or size")
{
    check_refused(
        {{"title = \"Small\"\n", "title = 5\n", "1: title = 5, expected a text in quotes"},
         {"title = \"Small\"\n", "title = \"\"\n", "1: title = \"\", expected a text that is not empty"},
         {"title = \"Small\"\n", "", "1: there is no title, expected one"},
         {"points = 10\n", "points = \"10\"\n", "6: [[part]] points = \"10\", expected a number from 0 to 10000"},
         {"points = 10\n", "points = -1\n", "6: [[part]] points = -1, expected a number from 0"},
         {"points = 10\n", "points = nan\n", "6: [[part]] points = nan, expected a number"},
         {"points = 10\n", "points = inf\n", "6: [[part]] points = inf, expected a number"},
         {"number = 2", "number = 2.0", "4: [[part]] number = 2, expected a whole number from 1 to 99"},
         {"number = 2", "number = 0", "4: [[part]] number = 0, expected a whole number from 1 to 99"},
         {"points = 10\n", "points = 10\nby_hand = \"true\"\n",
          "7: [[part]] by_hand = \"true\", expected true or false"},
         {"points = 10 }", "points = 10, tolerance = 0 }", "7: group tolerance = 0, expected a number from 0.01"},
         {"[[part]]", "limits = 3\n[[part]]", "3: limits = 3, expected a table, [limits]"},
         {"[[part]]", "[part]", "3: part = a table, expected a list of tables: [[part]] with two brackets"},
         {"group = [{", "group = [3, {", "7: [[part]] group = 3, expected a table, { ... }"},
         {"[[part]]", "[limits]\ncase_seconds = -1\n[[part]]", "4: [limits] case_seconds = -1, expected a number"},
         {"[[part]]", "[limits]\nmemory_mib = 1\n[[part]]", "4: [limits] memory_mib = 1, expected a number from 64"},
         {"[[part]]", "[limits]\nprocesses = 1e3\n[[part]]", "4: [limits] processes = 1000, expected a whole number"},
         {"[[part]]", "[limits]\ntotal_seconds = 5\n[[part]]",
          "3: [limits] total_seconds = 5, expected no less than "
          "case_seconds = 20"},
         {"[[part]]", "[seeds]\npublic = -1\n[[part]]", "4: [seeds] public = -1, expected a whole number"},
         {"[[part]]", "[seeds]\nsecret = \"18446744073709551616\"\n[[part]]", "4: [seeds] secret = \"1844"},
         {"[[part]]", "[seeds]\nsecret = 1.5\n[[part]]", "4: [seeds] secret = 1.5, expected a whole number"},
         {"[[part]]", "[seeds]\nsecret = 2024\n[[part]]", "4: [seeds] secret: the public seed, expected another"},
         {"[[part]]", "libraries = \"cublas\"\n[[part]]", "3: libraries = \"cublas\", expected a list"},
         {"[[part]]", "libraries = [\"-lcublas\"]\n[[part]]", "3: libraries = \"-lcublas\", expected the name"},
         {"[[part]]", "title = \"again\"\n[[part]]", "3: "},
         {"title = \"Small\"", "title = Small", "1: "},
         {"[[part]]", "[=]\n[[part]]", "3: a sign that nothing can begin with here\nhint: this is not TOML"},
         {"[[part]]", "libraries = [\n\"cublas\"]\n[ .x]\n[[part]]", "5: a sign that nothing can begin with here"}});
}

TEST_CASE("rubric: parts whose points do not add up, or come from nowhere or twice")
{
    const std::string more = "[[part]]\nnumber = 3\ntitle = \"t\"\npoints = 5\n";
    check_refused(
        {{"points = 10 }", "points = 9.5 }",
          "3: [[part]] number 2: its groups have 9.5 points together, expected the "
          "part's 10"},
         {"number = 2", "number = 4",
          "7: group \"update\" belongs to part 2, as in the handout and the stubs, found in "
          "part 4"},
         {"points = 10 }", "points = 5 }, { name = \"update\", points = 5 }", "7: group a second \"update\""},
         {"points = 10\n", "points = 10\nby_hand = true\n", "3: [[part]] number 2: its points come from two sides"},
         {"[[case]]", "[speed]\npart = 2\n[[case]]", "3: [[part]] number 2: its points come from two sides"},
         {"group = [{ name = \"update\", points = 10 }]\n", "", "3: [[part]] number 2: nothing gives its points"},
         {"[[case]]", "[speed]\npart = 7\n[[case]]", "8: [speed] part = 7: there is no such part"},
         {"[[case]]", "[speed]\nfull_at = 2\n[[case]]", "8: [speed] there is no part, expected one"},
         {"[[case]]", "[[part]]\nnumber = 2\ntitle = \"t\"\npoints = 5\nby_hand = true\n[[case]]",
          "8: [[part]] number = "
          "2: a second one"},
         {"points = 10\n", "points = 10\nbonus = true\n", "1: no part has points that can be reached"}});
    check_refused({{"[[case]]",
                    "[[part]]\nnumber = 7\ntitle = \"t\"\npoints = 5\n[speed]\npart = 7\nfull_at = 3\nzero_at = 3\n"
                    "[[case]]",
                    "12: [speed] zero_at = 3, expected more than full_at = 3"}});
    CHECK(contains(refused("title = \"x\"\nmanifest = \"files\"\n"), "r.toml:1: there is no [[part]], expected"));
    CHECK(contains(refused(SMALL + more), "r.toml:18: [[part]] number 3: nothing gives its points"));
}

TEST_CASE("rubric: cases that cannot be made")
{
    check_refused(
        {{"7-5-3", "7-5-0", "8: [[case]] sizes: size 0, expected 1 or more"},
         {"7-5-3", "7-x-3", "8: [[case]] sizes = \"7-x-3\", expected whole numbers"},
         {"7-5-3", "7--3", "8: [[case]] sizes = \"7--3\", expected whole numbers"},
         {"7-5-3", "7,5,3", "8: [[case]] sizes = \"7,5,3\", expected whole numbers"},
         {"7-5-3", "7-5-3-2",
          "8: [[case]] activations = \"tanh,softmax\", expected one for each layer behind the inputs: 3"},
         {"7-5-3", "7-5-1", "8: [[case]] activations: softmax over a single output"},
         {"7-5-3", "9999-9999-3", "8: [[case]] its arrays have 3.01e+08 numbers, expected at most 2e+07"},
         {"tanh,softmax", "tanh,softmux", "8: [[case]] activations: 'softmux' is not known, expected one of: sigmoid"},
         {"tanh,softmax", "softmax,softmax", "8: [[case]] activations: softmax in layer 1: it can only be the last"},
         {"tanh,softmax", "tanh,linear", "8: [[case]] loss: log needs outputs between 0 and 1"},
         {"loss = \"log\"", "loss = \"lug\"", "8: [[case]] loss: 'lug' is not known, expected one of: "},
         {"batch = 5", "batch = 10", "8: [[case]] batch = 10, expected no more than max_batch = 9"},
         {"rows = 12", "rows = 8", "8: [[case]] max_batch = 9, expected no more than rows = 8"},
         {"rows = 12", "rows = 0", "15: [[case]] rows = 0, expected a whole number from 1"},
         {"batch = 5", "batch = 5\nblock = 48", "8: [[case]] block = 48, expected a power of 2 from 32 to 1024"},
         {"batch = 5", "batch = 5\nblock = 2048", "18: [[case]] block = 2048, expected a whole number from 32 to 1024"},
         {"batch = 5", "batch = 5\nepochs = 2", "8: [[case]] epochs = 2: only nn_train_cuda and all parts together"},
         {"name = \"new\"", "name = \"momentum\"",
          "8: [[case]] name = \"momentum\": a case of the engine has this name"},
         {"category = \"odd sizes\"\n", "", "8: [[case]] there is no category, expected one"},
         {"group = \"update\"\n", "group = \"cost\"\n", "8: [[case]] its group \"cost\" is in no part"},
         {"[[case]]", SMALL.substr(SMALL.find("[[case]]")).append("[[case]]").c_str(),
          "18: [[case]] a second \"new\" of update"}});
    std::string all = replaced(SMALL, "name = \"update\", points", "name = \"all parts together\", points");
    all = replaced(all, "group = \"update\"\n", "group = \"all parts together\"\n");
    CHECK(contains(refused(all), "max_batch = 9, expected none, or batch = 5: a whole run"));
    all = replaced(all, "max_batch = 9\n", "");
    CHECK(refused(all) == "");
    CHECK(contains(refused(all + "row_weights = true\n"), "row_weights: \"all parts together\" has none"));
    all = replaced(replaced(all, "softmax", "linear"), "\"log\"", "\"mse\"");
    CHECK(contains(refused(all), "\"all parts together\" learns classes"));
}

TEST_CASE("rubric: rules that are no regular expressions, and files that are not there")
{
    CHECK(contains(refused(SMALL + "[[rule]]\npattern = 'a('\ntext = \"t\"\n"),
                   "r.toml:19: [[rule]] pattern = \"a(\", expected an extended regular expression, as of grep -E: "));
    CHECK(contains(refused(SMALL + "[[rule]]\npattern = 'a*'\ntext = \"t\"\n"), "does not match an empty line"));
    CHECK(contains(refused(SMALL + "[[rule]]\npattern = 'a'\n"), "r.toml:18: [[rule]] there is no text, expected one"));
    CHECK(contains(refused("\"files\"", "\"nowhere\""), "r.toml:2: manifest: nowhere: No such file"));
    CHECK(contains(death_of([] { rubric_read("/nowhere/rubric.toml"); }), "1: /nowhere/rubric.toml: "));
    folder_t f;
    CHECK(contains(death_of([&] { rubric_read(f.path); }), f.path));
}

TEST_CASE("rubric: damaged at random, it is read or refused with a line, and nothing worse")
{
    folder_t f;
    f.write("files", "src/train.cu\n");
    std::string whole = replaced(file_read(SHIPPED), "\"../student_files\"", "\"files\"");
    const std::string pieces[] = {
        "[",    "]",   "\"", "'''",        "= ", "\n",   "-",          "99999999999999999999", "nan",
        "\xff", "\0x", "{",  "1979-05-27", ".",  "true", "[[part]]\n", "group = [{}]\n",       "#"};
    rng_t rng = rng_make(5, 1);
    int read = 0;
    for (int k = 0; k < 3000; k++) {
        std::string text = k % 2 ? SMALL : whole;
        for (uint32_t n = 1 + rng_below(&rng, 3); n > 0 && !text.empty(); n--) {
            size_t at = rng_below(&rng, (uint32_t)text.size()), some = rng_below(&rng, 30);
            switch (rng_below(&rng, 5)) {
            case 0: text[at] = (char)rng_below(&rng, 256); break;
            case 1: text.erase(at, some); break;
            case 2: text.insert(at, pieces[rng_below(&rng, std::size(pieces))]); break;
            case 3: text.insert(at, text.substr(rng_below(&rng, (uint32_t)text.size()), some)); break;
            default:
                if (some == 0) text.resize(at);
            }
        }
        remove(f.file("r.toml").c_str());  // some file systems wait for the disk where a file is written over
        std::string path = f.write("r.toml", text);
        std::string death = death_of([&] { rubric_read(path); });
        read += death.empty();
        if (death.empty()) continue;
        bool told = death.compare(0, path.size() + 4, "1: " + path + ":") == 0 && isdigit(death[path.size() + 4]);
        CAPTURE(text);
        CHECK_MESSAGE(told, death);
    }
    CHECK(read > 300);  // comments, mostly
    CHECK(read < 2500);
}
