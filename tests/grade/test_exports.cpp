// tests/grade/test_exports.cpp: Gradescope's and Autolab's rules, as their readers understand them, with hostile text.
#include <map>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "exports_records.h"

typedef nlohmann::json json_t;

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
    rubric_t rub = export_rubric();
    for (const record_t &r : export_records()) {
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
    record_t r = export_record();
    rubric_t rub = export_rubric();
    r.verdict = UNGRADED;
    json_t json = check_gradescope(gradescope_json(&r, &rub));
    CHECK(!json.contains("score"));
    CHECK(!json.contains("tests"));
    CHECK(contains(json["output"].get<std::string>(), "graded again"));
}

TEST_CASE("exports: Gradescope shows a test for each group, with the rubric's visibility")
{
    record_t r = export_record();
    rubric_t rub = export_rubric();
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
    CHECK(!tests["0.1"].contains("score"));  // the rubric does not know this group
    CHECK(contains(json["output"], "part 3, batch: and forward pass: 15 of 20\n"));
    CHECK(contains(json["output"], "part 7, make it fast: there is no GPU here\n"));
    rub.parts[1].groups[1].visibility = AFTER_DUE_DATE;
    json = check_gradescope(gradescope_json(&r, &rub));
    CHECK(json["tests"][2]["visibility"] == "after_due_date");
    CHECK(!contains(json["output"], "part 3"));  // its points would tell
}

TEST_CASE("exports: of a hidden case its category is shown, and nothing else")
{
    record_t r = export_record();
    rubric_t rub = export_rubric();
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
    size_t middle = text.rfind('\n', text.size() - 2), begin = text.rfind('\n', middle - 1) + 1;  // npos + 1 is 0
    std::string first = text.substr(begin, middle - begin), last = text.substr(middle + 1, text.size() - middle - 2);
    for (size_t at = 0; at < begin; at = text.find('\n', at) + 1) CHECK(text.substr(at, 2) == "- ");
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
    rubric_t rub = export_rubric();
    for (const record_t &r : export_records()) {
        CAPTURE(r.verdict);
        json_t scores = check_autolab(autolab_lines(&r, &rub));
        // An empty list is an error there: nobody gets a zero by it.
        CHECK(scores.empty() == (r.verdict == UNGRADED));
        CHECK(contains(autolab_lines(&r, &rub), "WITHOUT SANDBOX") == r.no_sandbox);
    }
}

TEST_CASE("exports: Autolab's problems have the names of the rubric, and are those that were marked")
{
    record_t r = export_record();
    rubric_t rub = export_rubric();
    json_t scores = check_autolab(autolab_lines(&r, &rub));
    CHECK(scores == json_t({{"2 update", 10.0}, {"3 batch : and forward pass", 15.0}, {"9 report", 4.5}}));
    r.verdict = NOT_BUILT;
    r.parts.clear();
    scores = check_autolab(autolab_lines(&r, &rub));
    CHECK(scores == json_t({{"2 update", 0.0}, {"3 batch : and forward pass", 0.0}, {"7 make it fast", 0.0}}));
    rub.parts[1].groups[1].visibility = HIDDEN;
    CHECK(!contains(autolab_lines(&r, &rub), "one output"));
}
