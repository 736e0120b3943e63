// tests/grade/test_exports.cpp: each format against its rules, as its readers understand them, with hostile text.
#include <cmath>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "../../grading/class/exports.h"
#include "../../grading/class/exports_parts.h"
#include "../helpers.h"

typedef nlohmann::json json_t;

// ---- records ----------------------------------------------------------------------------------------------

// What is known of hidden cases alone: no format may show it.
static const char *const SECRET = "SECRET-31-33-65";

static const std::string &hostile(void)
{
    static const std::string text = std::string(
                                        "]]>\"}]}<script>alert('x')</script>&amp;\x1b[31m\r\n\t\b:a:1:\x7f\n:b\\:") +
                                    std::string("\0NUL", 4) + "\xff\xfe\xc0\xaf\xed\xa0\x80" + "\xe2\x80\xae" +
                                    "\xef\xbf\xbf" + "\xf0\x9f\x98\x80 \xc3\xb1: 12:30 x:" + "\xe6\x97";
    return text;
}

static item_t item(int part, const char *group, const char *name, const char *outcome, double points, double of)
{
    item_t x = {};
    x.part = part, x.group = group, x.name = name, x.outcome = outcome, x.points = points, x.of = of;
    x.used = -1;
    x.seconds = 0.25;
    x.what = "4-3 sigmoid";
    if (x.outcome != "passed") x.why = "A[1]: 6 of 6 elements are wrong";
    return x;
}

static item_t hidden(int part, const char *group, const char *outcome, double points, double of)
{
    item_t x = item(part, group, SECRET, outcome, points, of);
    x.hidden = true;
    x.what = "odd sizes";
    x.why = x.mistake = x.mistake_text = x.note = x.printed = SECRET;
    x.sentences = x.blame = {SECRET};
    x.findings = {{"memcheck", SECRET, SECRET, SECRET, 3, {SECRET}}};
    x.arrays = {{SECRET, 1, 1, 1, 2.5, {0}, {1}, {2}, {3}}};
    return x;
}

static rubric_t rubric(void)
{
    rubric_t r = {};
    r.sha256 = "abc";
    auto part = [](int number, const char *title, double points, std::vector<rubric_group_t> groups) {
        rubric_part_t p = {};
        p.number = number, p.title = title, p.points = points, p.groups = groups;
        return p;
    };
    r.parts.push_back(part(2, "update", 10, {{GROUP_UPDATE, 10, 1, VISIBLE}}));
    r.parts.push_back(
        part(3, "batch: and forward pass", 20, {{GROUP_BATCH, 5, 1, VISIBLE}, {GROUP_FORWARD, 15, 1, VISIBLE}}));
    r.parts.push_back(part(7, "make it fast", 10, {}));
    r.parts.push_back(part(8, "two GPUs", 10, {}));
    r.parts.back().by_hand = r.parts.back().bonus = true;
    r.parts.push_back(part(9, "report", 5, {}));
    r.parts.back().by_hand = true;
    r.speed.part = 7;
    return r;
}

static record_t graded(void)
{
    record_t r = record_make();
    r.id = "s12", r.student = "s12", r.name = "Ada", r.email = "a@b.c", r.verdict = GRADED;
    r.parts = {{2, "update", 10, 10, "", false, ""},
               {3, "batch: and forward pass", 5 + 10, 20, "", false, ""},
               {7, "make it fast", 0, 0, "there is no GPU here", false, ""},
               {8, "two GPUs", 0, 0, "a person has to mark it", true, ""},
               {9, "report", 4.5, 5, "", true, "good; the second figure lacks units"}};
    for (int k = 0; k < 3; k++)
        r.items.push_back(item(2, "update", k ? "momentum" : "plain", "passed", 10.0 / 3, 10.0 / 3));
    r.items.push_back(item(3, "batch", "first rows", "passed", 5, 5));
    r.items.push_back(item(3, "forward pass", "one layer", "passed", 5, 5));
    r.items.push_back(item(3, "forward pass", "one output", "failed", 0, 5));
    r.items.push_back(hidden(3, "forward pass", "passed", 5, 5));
    r.items.push_back(item(0, "all parts together", "a whole training", "skipped", 0, 0));
    r.speeds = {{"forward pass", true, 120, 100, 1.2, 1.2, 1.2, "sectors", {}, {}, 0, 0, ""}};
    r.points = 29.5, r.of = 35;
    r.date = "2026-02-28T13:05:07", r.machine = "node1", r.device = "emulator", r.kit = "abc1234";
    r.build_s = 3, r.run_s = 12;
    r.emulated = true;
    return r;
}

static void make_hostile(record_t *r)
{
    const std::string &h = hostile(), formula = "=cmd|'/c calc'!A1," + h;
    r->id = r->student = r->name = formula;
    r->email = "@SUM(A1)";
    r->source = r->note = r->why = r->device = r->machine = r->kit = r->compiler = r->rubric = h;
    r->remarks = {h, h};
    r->build_log = h + std::string(3 << 20, 'x') + h;
    r->lint = {{h, h, h, h, 3, {h, h}}};
    r->signals = {{h, h, h, 1}};
    for (part_t &p : r->parts) p.title += h, p.comment = h, p.left_out += p.left_out.empty() ? "" : h;
    for (speed_t &s : r->speeds) s.name = s.unit = s.note = h;
    for (item_t &x : r->items) {
        if (x.hidden) continue;
        x.name += h;
        x.what = x.why = x.mistake = x.mistake_text = x.note = x.page = h;
        x.printed = std::string(5 << 20, '\n') + h + std::string(1 << 20, ':');
        x.sentences = x.blame = std::vector<std::string>(5000, h);
        x.findings = std::vector<found_t>(20, {h, h, h, h, 3, {h, h}});
    }
}

static std::vector<record_t> all_kinds(void)
{
    std::vector<record_t> all;
    for (int verdict : {GRADED, NOT_HANDED_IN, REFUSED, NOT_BUILT, UNGRADED})
        for (int kind = 0; kind < 3; kind++) {
            record_t r = graded();
            r.verdict = (verdict_t)verdict;
            if (verdict != GRADED) {
                r.points = 0, r.items.clear(), r.speeds.clear();
                for (part_t &p : r.parts) p.points = 0;
                r.why = "the reason";
                r.build_log = "src/nn.cu:12:3: error: expected ';'\n";
            }
            r.no_sandbox = kind == 1;
            if (kind == 2) make_hostile(&r);
            all.push_back(r);
        }
    return all;
}

static bool has_control(const std::string &text)
{
    for (char c : text)
        if (((unsigned char)c < 32 && c != '\n' && c != '\t') || c == 127) return true;
    return contains(text, "\xe2\x80\xae") || contains(text, "\xef\xbf\xbf");
}

// ---- Gradescope ----------------------------------------------------------------------------------------------

static void check_keys(const json_t &object, const std::set<std::string> &allowed)
{
    for (auto it = object.begin(); it != object.end(); ++it) {
        CAPTURE(it.key());
        CHECK(allowed.count(it.key()) == 1);
    }
}

static bool is_word(const json_t &object, const char *key, const std::set<std::string> &allowed)
{
    return !object.contains(key) || (object[key].is_string() && allowed.count(object[key].get<std::string>()) == 1);
}

static const std::set<std::string> VISIBILITIES = {"visible", "hidden", "after_due_date", "after_published"};
static const std::set<std::string> FORMATS = {"text", "html", "simple_format", "md", "ansi"};

static double check_gradescope_test(const json_t &test)
{
    check_keys(test, {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
                      "tags", "visibility", "extra_data"});
    CHECK(is_word(test, "status", {"passed", "failed"}));
    CHECK(is_word(test, "visibility", VISIBILITIES));
    for (const char *key : {"output_format", "name_format"}) CHECK(is_word(test, key, FORMATS));
    for (const char *key : {"name", "number", "output"}) {
        REQUIRE(test[key].is_string());
        CHECK(!has_control(test[key].get<std::string>()));
    }
    CHECK(std::regex_match(test["number"].get<std::string>(), std::regex("[0-9]+(\\.[0-9]+)*")));
    CHECK(test["name"].get<std::string>() != "");
    if (!test.contains("score")) return 0;
    REQUIRE(test["score"].is_number());
    REQUIRE(test["max_score"].is_number());
    CHECK(test["score"].get<double>() <= test["max_score"].get<double>());
    return test["score"].get<double>();
}

static json_t check_gradescope(const std::string &text)
{
    json_t json = json_t::parse(text);  // throws of what is not UTF-8
    check_keys(json, {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format",
                      "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"});
    for (const char *key : {"visibility", "stdout_visibility"}) CHECK(is_word(json, key, VISIBILITIES));
    for (const char *key : {"output_format", "test_output_format", "test_name_format"}) {
        CHECK(is_word(json, key, FORMATS));
        CHECK(json[key] == "text");  // what a student wrote is never read as HTML or Markdown
    }
    CHECK(json["execution_time"].is_number());
    CHECK(!has_control(json["output"].get<std::string>()));
    CHECK(text.size() < (1 << 20));
    if (!json.contains("score")) return json;
    REQUIRE(json["score"].is_number());
    double sum = 0;
    std::set<std::string> numbers;
    for (const json_t &test : json["tests"]) {
        sum += check_gradescope_test(test);
        CHECK(numbers.insert(test["number"].get<std::string>()).second);
    }
    CHECK(json["score"].get<double>() == doctest::Approx(sum).epsilon(1e-3));
    return json;
}

TEST_CASE("exports: Gradescope's rules hold for every kind of record")
{
    rubric_t rub = rubric();
    for (const record_t &r : all_kinds()) {
        CAPTURE(r.verdict);
        CAPTURE(r.name.substr(0, 5));
        json_t json = check_gradescope(gradescope_json(&r, &rub));
        CHECK(json.contains("score") == (r.verdict != UNGRADED));
        CHECK(contains(json["output"].get<std::string>(), "WITHOUT SANDBOX") == r.no_sandbox);
        CHECK(json["extra_data"]["no_sandbox"] == r.no_sandbox);
    }
}

TEST_CASE("exports: Gradescope gets no mark, and no test either, of what could not be graded")
{
    record_t r = graded();
    rubric_t rub = rubric();
    r.verdict = UNGRADED;
    json_t json = check_gradescope(gradescope_json(&r, &rub));
    CHECK(!json.contains("score"));
    CHECK(!json.contains("tests"));
    CHECK(contains(json["output"].get<std::string>(), "graded again"));
}

TEST_CASE("exports: Gradescope shows a test for each group, with the rubric's visibility")
{
    record_t r = graded();
    rubric_t rub = rubric();
    json_t json = check_gradescope(gradescope_json(&r, &rub));
    CHECK(json["score"] == 29.5);
    std::map<std::string, json_t> tests;
    for (const json_t &t : json["tests"]) tests[t["number"]] = t;
    CHECK(tests["2.1"]["name"] == "update");
    CHECK(tests["2.1"]["score"] == 10.0);
    CHECK(tests["3.2"]["name"] == "forward pass");
    CHECK(tests["3.2"]["status"] == "failed");
    CHECK(contains(tests["3.2"]["output"], "failed: one output (4-3 sigmoid)\n    A[1]: 6 of 6 elements are wrong\n"));
    CHECK(contains(tests["3.2"]["output"], "passed: hidden case (odd sizes)\n"));
    CHECK(!tests["7.1"].contains("score"));  // for information
    CHECK(tests["9.1"]["score"] == 4.5);
    CHECK(tests["0.1"]["visibility"] == "hidden");  // the rubric does not know this group
    CHECK(contains(json["output"], "part 3, batch: and forward pass: 15 of 20\n"));
    CHECK(contains(json["output"], "part 7, make it fast: there is no GPU here\n"));
    rub.parts[1].groups[1].visibility = AFTER_DUE_DATE;
    json = check_gradescope(gradescope_json(&r, &rub));
    CHECK(json["tests"][2]["visibility"] == "after_due_date");
    CHECK(!contains(json["output"], "part 3"));  // its points would tell
}

TEST_CASE("exports: of a hidden case its category is shown, and nothing else")
{
    record_t r = graded();
    rubric_t rub = rubric();
    r.seed_secret = 987654321987654321u;
    for (const char *outcome : {"passed", "failed", "crashed", "timed out"}) {
        r.items[6].outcome = outcome;
        for (const std::string &text : {gradescope_json(&r, &rub), autolab_lines(&r, &rub), junit_xml(&r)}) {
            CHECK(contains(text, "odd sizes"));
            CHECK(!contains(text, SECRET));
            CHECK(!contains(text, "987654321987654321"));
        }
    }
}

// ---- Autolab ------------------------------------------------------------------------------------------------

static void check_strings(const json_t &json)
{
    if (json.is_string()) {
        CHECK(!has_control(json.get<std::string>()));
        CHECK(!contains(json.get<std::string>(), "\n"));
    }
    for (auto it = json.begin(); json.is_structured() && it != json.end(); ++it) check_strings(*it);
}

// What its reader does before it parses a line: words in front of a colon are put in quotes.
static json_t autolab_parse(const std::string &line)
{
    return json_t::parse(std::regex_replace(line, std::regex("([A-Za-z0-9_]+):"), "\"$1\":"));
}

static json_t check_autolab(const std::string &text)
{
    REQUIRE(!text.empty());
    CHECK(text.back() == '\n');
    size_t middle = text.find('\n');
    std::string first = text.substr(0, middle), last = text.substr(middle + 1, text.size() - middle - 2);
    CHECK(!contains(last, "\n"));
    CHECK(first.size() < (1 << 17));
    json_t semantic = autolab_parse(first), scores = autolab_parse(last);
    CHECK(semantic == json_t::parse(first));
    CHECK(scores == json_t::parse(last));
    check_strings(semantic);
    CHECK(semantic["_presentation"] == "semantic");
    CHECK(semantic.size() == 2 + semantic["stages"].size());
    for (const json_t &stage : semantic["stages"]) {
        REQUIRE(semantic[stage.get<std::string>()].is_object());
        for (const json_t &test : semantic[stage.get<std::string>()]) {
            check_keys(test, {"passed", "hint"});
            CHECK(test["passed"].is_boolean());
        }
    }
    check_keys(scores, {"scores", "scoreboard"});
    for (const json_t &score : scores["scores"]) CHECK(score.is_number());
    return scores["scores"];
}

TEST_CASE("exports: Autolab's rules hold for every kind of record")
{
    rubric_t rub = rubric();
    for (const record_t &r : all_kinds()) {
        CAPTURE(r.verdict);
        json_t scores = check_autolab(autolab_lines(&r, &rub));
        // An empty list is an error there: nobody gets a zero by it.
        CHECK(scores.empty() == (r.verdict == UNGRADED));
        CHECK(contains(autolab_lines(&r, &rub), "WITHOUT SANDBOX") == r.no_sandbox);
    }
}

TEST_CASE("exports: Autolab's problems have the names of the rubric, and are those that were marked")
{
    record_t r = graded();
    rubric_t rub = rubric();
    json_t scores = check_autolab(autolab_lines(&r, &rub));
    CHECK(scores == json_t({{"2 update", 10.0}, {"3 batch : and forward pass", 15.0}, {"9 report", 4.5}}));
    r.verdict = NOT_BUILT;
    r.parts.clear();
    scores = check_autolab(autolab_lines(&r, &rub));
    CHECK(scores == json_t({{"2 update", 0.0}, {"3 batch : and forward pass", 0.0}, {"7 make it fast", 0.0}}));
    rub.parts[1].groups[1].visibility = HIDDEN;
    CHECK(!contains(autolab_lines(&r, &rub), "one output"));
}

// ---- JUnit ---------------------------------------------------------------------------------------------------

static int count(const std::string &text, const std::string &part)
{
    int n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) n++;
    return n;
}

static int attribute(const std::string &tag, const std::string &name)
{
    size_t at = tag.find(" " + name + "=\"");
    return at == std::string::npos ? -1 : atoi(&tag[at + name.size() + 3]);
}

// Elements closed in order, no stray characters, sums of each suite.
static void check_xml(const std::string &xml)
{
    std::vector<std::string> open;
    std::string suite;
    int tests = 0, failures = 0, errors = 0, id = 0;
    CHECK(!has_control(xml));
    CHECK(!contains(xml, "]]>"));
    for (size_t at = xml.find("?>") + 2; (at = xml.find('<', at)) != std::string::npos; at++) {
        size_t end = xml.find('>', at);
        REQUIRE(end != std::string::npos);
        std::string tag = xml.substr(at + 1, end - at - 1), name = tag.substr(0, tag.find_first_of(" /", 1));
        CHECK(!contains(tag, "<"));
        if (tag[0] == '/') {
            REQUIRE(!open.empty());
            CHECK("/" + open.back() == name);
            open.pop_back();
        } else if (tag.back() != '/') open.push_back(name);
        tests += name == "testcase", failures += name == "failure", errors += name == "error";
        if (name == "testsuite") suite = tag;
        if (name != "/testsuite") continue;
        CHECK(attribute(suite, "tests") == tests);
        CHECK(attribute(suite, "failures") == failures);
        CHECK(attribute(suite, "errors") == errors);
        CHECK(attribute(suite, "id") == id++);
        tests = failures = errors = 0;
    }
    CHECK(open.empty());
    CHECK(id > 0);
    for (size_t at = xml.find('&'); at != std::string::npos; at = xml.find('&', at + 1))
        CHECK(std::regex_search(xml.begin() + at, xml.begin() + std::min(at + 7, xml.size()),
                                std::regex("^&(amp|lt|gt|quot);")));
}

TEST_CASE("exports: JUnit files follow the strict schema")
{
    folder_t f;
    bool xmllint = shell("xmllint --version").status == 0;
    if (!xmllint) MESSAGE("without xmllint (package libxml2-utils) the schema is not looked at");
    std::string names;
    for (const record_t &r : all_kinds()) {
        std::string xml = junit_xml(&r);
        check_xml(xml);
        CHECK(xml.size() < (1 << 20));
        names += " " + f.write(std::to_string(names.size()) + ".xml", xml);
    }
    if (!xmllint) return;
    ended_t e = shell("xmllint --noout --schema " + std::filesystem::absolute("tests/grade/junit.xsd").string() +
                      names);
    CHECK(e.status == 0);
    if (e.status != 0) CHECK(e.err == "");
}

TEST_CASE("exports: the schema refuses what it should")
{
    if (shell("xmllint --version").status != 0) {
        MESSAGE("skipped: needs xmllint (package libxml2-utils)");
        return;
    }
    folder_t f;
    record_t r = graded();
    const std::string good = junit_xml(&r);
    auto valid = [&](const std::string &xml) {
        return shell("xmllint --noout --schema " + std::filesystem::absolute("tests/grade/junit.xsd").string() + " " +
                     f.write("x.xml", xml))
                   .status == 0;
    };
    CHECK(valid(good));
    const char *const wrong[][2] = {{" timestamp=\"2026-02-28T13:05:07\"", " timestamp=\"2026-02-28T13:05:07Z\""},
                                    {" hostname=\"node1\"", ""},
                                    {"<system-err></system-err>", ""},
                                    {" id=\"1\"", " id=\"0\""},
                                    {" type=\"failed\"", ""},
                                    {"<failure", "<skipped"}};
    for (const auto &w : wrong) {
        size_t at = good.find(w[0]);
        CAPTURE(w[0]);
        REQUIRE(at != std::string::npos);
        CHECK(!valid(std::string(good).replace(at, std::string(w[0]).size(), w[1])));
    }
}

TEST_CASE("exports: in JUnit a student's mistake is a failure, a machine's an error")
{
    record_t r = graded();
    CHECK(count(junit_xml(&r), "<failure ") == 2);
    CHECK(count(junit_xml(&r), "<error ") == 0);
    CHECK(count(junit_xml(&r), "<testsuite ") == 3);
    r.verdict = NOT_BUILT;
    r.build_log = "expected ';'";
    CHECK(count(junit_xml(&r), "<failure ") == 1);
    CHECK(contains(junit_xml(&r), "expected ';'"));
    r.verdict = UNGRADED;
    CHECK(count(junit_xml(&r), "<error ") == 1);
    CHECK(count(junit_xml(&r), "<failure ") == 0);
    CHECK(!contains(junit_xml(&r), "name=\"points\""));
}

// ---- CSV ------------------------------------------------------------------------------------------------------

// RFC 4180 without mercy: rows of equal length, quotes only around a whole cell.
static std::vector<std::vector<std::string>> read_csv(const std::string &text)
{
    std::vector<std::vector<std::string>> rows(1);
    for (size_t at = 0; at < text.size();) {
        std::string value;
        if (text[at] == '"') {
            for (at++;; at++) {
                REQUIRE(at + 1 < text.size());
                if (text[at] == '"' && text[at + 1] != '"') break;
                if (text[at] == '"') at++;
                value += text[at];
            }
            at++;
        } else
            for (; at < text.size() && text[at] != ',' && text[at] != '\n'; at++) {
                CHECK(text[at] != '"');
                value += text[at];
            }
        rows.back().push_back(value);
        REQUIRE(at < text.size());
        REQUIRE((text[at] == ',' || text[at] == '\n'));
        if (text[at++] == '\n' && at < text.size()) rows.emplace_back();
    }
    for (const std::vector<std::string> &row : rows) CHECK(row.size() == rows[0].size());
    return rows;
}

TEST_CASE("exports: the gradebook is a table that no spreadsheet runs")
{
    rubric_t rub = rubric();
    std::vector<record_t> all = all_kinds();
    std::string csv = gradebook_csv(&all, &rub);
    std::vector<std::vector<std::string>> rows = read_csv(csv);
    REQUIRE(rows.size() == 2 + all.size());
    CHECK(!has_control(csv));
    for (const std::vector<std::string> &row : rows)
        for (const std::string &value : row) {
            CHECK((value.empty() || std::string("=+-@\t\r").find(value[0]) == std::string::npos));
            CHECK(!contains(value, "\n"));
        }
    CHECK(rows[0] == std::vector<std::string>{"id", "student", "name", "email", "status", "total", "of", "2 update",
                                              "3 batch: and forward pass", "7 make it fast", "8 two GPUs", "9 report",
                                              "to review", "graded", "notes"});
    CHECK(rows[1] == std::vector<std::string>{"points possible", "", "", "", "", "45", "45", "10", "20", "10", "10",
                                              "5", "", "", ""});
    CHECK(rows[2] == std::vector<std::string>{"s12", "s12", "Ada", "a@b.c", "graded", "29.5", "35", "10", "15", "", "",
                                              "4.5", "", "2026-02-28T13:05:07", ""});
    for (size_t k = 0; k < all.size(); k++) {
        CHECK(rows[k + 2][4] == verdict_text(all[k].verdict));
        CHECK(rows[k + 2][5].empty() == (all[k].verdict == UNGRADED));  // nothing is not zero
        if (all[k].no_sandbox) CHECK(contains(rows[k + 2].back(), "WITHOUT SANDBOX"));
    }
    CHECK(rows[4][2].substr(0, 6) == "'=cmd|");
    std::vector<record_t> none;
    CHECK(read_csv(gradebook_csv(&none, &rub)).size() == 2);
}

// ---- text ---------------------------------------------------------------------------------------------------------

TEST_CASE("exports: text from anywhere becomes harmless, and stays readable")
{
    CHECK(text_shown("a\r\nb\tc\x1b[0m", 100) == "a\nb\tc?[0m");
    CHECK(text_shown("\xc3\xb1 \xe6\x97\xa5 \xf0\x9f\x98\x80", 100) == "\xc3\xb1 \xe6\x97\xa5 \xf0\x9f\x98\x80");
    CHECK(text_shown("\xe6\x97", 100) == "??");
    CHECK(text_shown("a\xe2\x80\xae"
                     "b\xef\xbf\xbf"
                     "c\xed\xa0\x80",
                     100) == "a?b?c???");
    CHECK(text_shown(std::string("a\0b", 3), 100) == "a?b");
    CHECK(line_shown("  a \n\n b\t", 100) == "a b");
    std::string cut = text_shown(std::string(5000, 'a') + std::string(5000, 'z'), 1000);
    CHECK(cut.size() < 1100);
    CHECK(cut.front() == 'a');
    CHECK(cut.back() == 'z');
    CHECK(rounded(5.0 / 3) == 1.6667);
    CHECK(std::signbit(rounded(-1e-9)) == false);
    CHECK(contains(death_of([] { rounded(NAN); }), "expected a number"));
}
