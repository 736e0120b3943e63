// tests/grade/test_exports_files.cpp: JUnit against its strict schema, the gradebook against a strict reader.
#include <cmath>
#include <filesystem>
#include <regex>

#include "exports_records.h"

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
    for (const record_t &r : export_records()) {
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
    record_t r = export_record();
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
    record_t r = export_record();
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
    rubric_t rub = export_rubric();
    std::vector<record_t> all = export_records();
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
