// tests/grade/test_appeal.cpp: appeal bundles, ours and forged ones.
#include <cstdlib>

#include "../../grading/class/appeal.h"
#include "../../grading/class/sha256.h"
#include "../helpers.h"

static const std::vector<intake_file_t> FILES = {{"src/nn.cu", "// nn\n"}, {"src/train.cu", ""}, {"src/test.cu", "x"}};

static record_t record(void)
{
    record_t r = record_make();
    r.id = "s12", r.student = "\u00d1and\u00fa";
    r.verdict = GRADED;
    r.seed_secret = 1234567890123u;
    for (const intake_file_t &f : FILES) r.files.push_back({f.name, sha256(f.text), 1});
    r.parts = {{3, "forward pass", 5, 10, "", false, ""}};
    for (const char *name : {"one layer", "one output"}) {
        item_t x = {};
        x.part = 3, x.group = "forward pass", x.name = name, x.outcome = "passed", x.points = x.of = 5, x.used = -1;
        r.items.push_back(x);
    }
    r.items[1].outcome = "failed", r.items[1].points = 0;
    r.points = 5, r.of = 10;
    return r;
}

TEST_CASE("appeal: a bundle comes back as it was, and has the same bytes each time")
{
    folder_t f;
    record_t r = record();
    std::string bytes = appeal_bundle(&r, &FILES);
    CHECK(bytes == appeal_bundle(&r, &FILES));
    appeal_t a = appeal_read(f.write("a.tar.gz", bytes));
    CHECK(record_write(&a.record) == record_write(&r));
    REQUIRE(a.files.size() == FILES.size());
    for (size_t k = 0; k < FILES.size(); k++) {
        CHECK(a.files[k].name == FILES[k].name);
        CHECK(a.files[k].text == FILES[k].text);
    }
}

TEST_CASE("appeal: tar unpacks it, and its text tells the line to type")
{
    folder_t f;
    record_t r = record();
    f.write("a.tar.gz", appeal_bundle(&r, &FILES));
    ended_t e = shell("cd " + f.path + " && tar -xzf a.tar.gz && cat README.txt && ls files/src && tar -tvzf a.tar.gz");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "\n    bin/grade --replay appeal.tar.gz\n"));
    CHECK(contains(e.out, "secret 1234567890123\n"));
    CHECK(contains(e.out, "nn.cu\ntest.cu\ntrain.cu\n"));
    CHECK(contains(e.out, "1970-01-01"));
}

// The message that reading the bundle dies with, made by a command of the shell in a folder with the good one unpacked.
static std::string refusal(const std::string &command)
{
    folder_t f;
    record_t r = record();
    f.write("good.tar.gz", appeal_bundle(&r, &FILES));
    ended_t e = shell("cd " + f.path + " && tar -xzf good.tar.gz && " + command);
    CHECK(e.err == "");
    REQUIRE(e.status == 0);
    return death_of([&] { appeal_read(f.file("bad.tar.gz")); });
}

TEST_CASE("appeal: forged bundles are refused, and nothing is written")
{
    const char *const commands[][2] = {
        {"echo hello >bad.tar.gz", "not a .tar.gz"},
        {": >bad.tar.gz", ""},
        {"head -c 300 good.tar.gz >bad.tar.gz", ""},
        {"head -c 300 good.tar.gz >bad.tar.gz; tail -c +320 good.tar.gz >>bad.tar.gz", ""},
        {"mkdir bad.tar.gz", ""},
        {"mkfifo bad.tar.gz", "not a file"},
        {"ln -s /dev/zero bad.tar.gz", ""},
        {"tar -czf bad.tar.gz README.txt files/src/*", "no record.json"},
        {"echo '{}' >record.json; tar -czf bad.tar.gz record.json files/src/*", "record.json"},
        {"tar -czf bad.tar.gz record.json files/src/nn.cu", "not those that its record names"},
        {"echo more >>files/src/nn.cu; tar -czf bad.tar.gz record.json files/src/*", "not those that its record names"},
        {"touch files/src/x.cu; tar -czf bad.tar.gz record.json files/src/*", "not those that its record names"},
        {"tar -czf bad.tar.gz record.json files", "not a plain file"},
        {"rm files/src/nn.cu; ln -s /etc/passwd files/src/nn.cu; tar -czf bad.tar.gz record.json files/src/*",
         "not a plain file"},
        {"tar -czf bad.tar.gz -P --transform 's|files/src/nn.cu|files/../../evil|' record.json files/src/*",
         "not expected"},
        {"tar -czf bad.tar.gz -P --transform 's|files/src/nn.cu|/tmp/evil|' record.json files/src/*", "not expected"},
        {"tar -czf bad.tar.gz -P --transform 's|files/src/nn.cu|files//tmp/evil|' record.json files/src/*",
         "not expected"},
        {"tar -czf bad.tar.gz record.json files/src/* files/src/nn.cu --hard-dereference", "twice"},
        {"tar -czf bad.tar.gz record.json record.json files/src/*", "record.json"},
        {"for k in $(seq 120); do : >files/src/f$k; done; tar -czf bad.tar.gz record.json files/src/*",
         "more than 100"},
        {"head -c 3000000 /dev/zero >files/src/nn.cu; tar -czf bad.tar.gz record.json files/src/*", "too large"},
        {"head -c 90000000 /dev/zero >record.json; tar -czf bad.tar.gz record.json files/src/*", "too large"},
        {"head -c 40000000 /dev/zero >bad.tar.gz", "at most 32 MB"},
    };
    for (const auto &c : commands) {
        std::string command = c[0], said = refusal(command);
        CAPTURE(command);
        CAPTURE(said);
        CHECK(said.substr(0, 3) == "1: ");
        CHECK(contains(said, "bad.tar.gz"));
        CHECK(contains(said, c[1]));
    }
    CHECK(!exists("/tmp/evil"));
}

TEST_CASE("appeal: bytes changed anywhere never do more than be refused")
{
    folder_t f;
    record_t r = record();
    std::string good = appeal_bundle(&r, &FILES);
    size_t refused = 0, tried = 0;
    for (size_t k = 0; k < good.size(); k += 3, tried++) {
        std::string bad = good;
        bad[k] = (char)(bad[k] ^ (1 << (k % 8)));
        refused += death_of([&] {
                       for (const intake_file_t &x : appeal_read(f.write("a.tar.gz", bad)).files)
                           for (const intake_file_t &y : FILES) CHECK((x.name != y.name || x.text == y.text));
                   }) != "";
    }
    CHECK(refused > tried / 2);
}

TEST_CASE("appeal: what differs between two records is told, outcome by outcome")
{
    record_t was = record(), is = record();
    CHECK(appeal_compare(&was, &is).empty());
    is.items[0].seconds = 5;
    is.items[0].used = 0.5;
    is.date = "2027-01-01T00:00:00";
    is.parts[0].points += 1e-12;
    CHECK(appeal_compare(&was, &is).empty());
    is.items[1].outcome = "passed", is.items[1].points = 5;
    is.parts[0].points = is.points = 10;
    std::vector<std::string> found = appeal_compare(&was, &is);
    REQUIRE(found.size() == 3);
    CHECK(found[0] == "part 3, forward pass, one output: was failed (0), is passed (5)");
    CHECK(found[1] == "part 3: was 5 of 10, is 10 of 10");
    CHECK(found[2] == "in all: was 5.0000 of 10.0000, is 10.0000 of 10.0000");
    is = record();
    is.items.pop_back();
    CHECK(appeal_compare(&was, &is).size() == 1);
    CHECK(appeal_compare(&is, &was).size() == 1);
    is = record();
    is.verdict = UNGRADED;
    CHECK(appeal_compare(&was, &is)[0] == "was graded, is to be graded again");
    was.items[1].name = was.items[0].name;
    is = was;
    std::swap(is.items[0], is.items[1]);
    CHECK(appeal_compare(&was, &is).size() == 2);
}
