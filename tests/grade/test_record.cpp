// tests/grade/test_record.cpp: what is known of a submission is written and read without loss, and nothing else is read.
#include <cmath>
#include <cstring>
#include <regex>

#include <nlohmann/json.hpp>

#include "../../grading/class/record.h"
#include "../../grading/class/sha256.h"
#include "../../grading/class/utf8.h"
#include "../helpers.h"

typedef nlohmann::ordered_json json_t;

static const std::string RAW = std::string("caf\xe9 \xff\xfe \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \0 end", 25);
static const std::string SIGNS =
    "quote \" backslash \\ tab \t return \r line\nand \x01, \x7f, \u00e9 \u20ac \U0001f600";

static item_t full_item(void)
{
    item_t c = {};
    c.part = 3;
    c.group = "forward pass";
    c.name = "one output";
    c.what = "7-1 sigmoid; cost log";
    c.outcome = "failed";
    c.why = "A[1]: 3 of 6 numbers are wrong";
    c.points = 1.0 / 3;
    c.of = 0.1;
    c.used = INFINITY;
    c.seconds = 1e-300;
    c.hidden = true;
    c.mistake = "no bias";
    c.mistake_text = "the bias is not added";
    c.note = SIGNS;
    c.printed = RAW;
    c.page = "docs/en/3_forward.md";
    c.sentences = {"one", "", RAW};
    c.blame = {"A[1](2,3): last written at train.cu:12"};
    c.arrays.push_back({"A[1]",
                        2,
                        3,
                        3,
                        1e9,
                        {0, 4, SIZE_MAX},
                        {NAN, -0.0, 5e-324},
                        {-INFINITY, 1.7976931348623157e308, 0.1},
                        {1e-7, 2e-7, 0.30000000000000004}});
    c.arrays.push_back({"loss", 1, 1, 0, 0, {}, {}, {}, {}});
    c.findings.push_back({"memcheck", "out of bounds", "train.cu", "i < n?", 12, {"11: a", ">12: b[i] = 0;"}});
    return c;
}

static record_t full(void)
{
    record_t r = record_make();
    r.id = "garcia";
    r.student = "s 123";
    r.name = "Ana Garc\u00eda";
    r.email = "a@example.org";
    r.source = "garcia.zip";
    r.note = "second submission";
    r.verdict = NOT_BUILT;
    r.why = "train.cu:3: expected ;";
    r.remarks = {"Windows line ends converted", RAW};
    r.points = 72.5;
    r.of = 90;
    r.parts.push_back({3, "forward pass", 12.5, 20, "", false, "", false});
    r.parts.push_back({9, "report", 0, 10, "not marked yet", true, "well \"argued\"", true});
    r.items = {full_item(), full_item()};
    r.speeds.push_back({"forward_pass", true, 12.5, 10, 1.25, 1.2, NAN, "us", {1, 2.5}, {3}, 1.5, 2, "a note"});
    r.signals.push_back({"forbidden call", "starts another program", "src/nn.cu", 17});
    r.lint.push_back({"lint", "t", "src/nn.cu", "h", 0, {}});
    r.build_log = RAW + SIGNS;
    r.files.push_back({"src/train.cu", sha256("x"), 312});
    r.seed_public = 2024;
    r.seed_secret = UINT64_MAX - 1;
    r.rubric = "grading/class/rubric.toml";
    r.rubric_sha256 = sha256("");
    r.kit = "311f3e7";
    r.compiler = "g++ 12";
    r.device = "emulated GPU";
    r.real = "float";
    r.machine = "Linux";
    r.date = "2026-02-28T13:05:07";
    r.commands = {"nvcc -c", "g++ -o"};
    r.emulated = true;
    r.no_sandbox = true;
    r.build_s = 12.25;
    r.run_s = 0.1;
    r.memory = (size_t)3 << 32;
    return r;
}

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

TEST_CASE("record: written and read, everything is as it was, to the last bit")
{
    record_t was = full();
    std::string text = record_write(&was);
    record_t is = record_read(text, "r.json");
    CHECK(record_write(&is) == text);
    CHECK(is.verdict == NOT_BUILT);
    CHECK(is.seed_secret == UINT64_MAX - 1);
    CHECK(is.memory == was.memory);
    CHECK(is.build_log == was.build_log);
    CHECK(is.remarks == was.remarks);
    CHECK(is.no_sandbox);
    REQUIRE(is.parts.size() == 2);
    CHECK(is.parts[1].bonus);
    CHECK(is.parts[1].by_hand);
    CHECK(!is.parts[0].bonus);
    REQUIRE(is.items.size() == 2);
    const item_t *c = &is.items[1];
    CHECK(c->printed == RAW);
    CHECK(c->note == SIGNS);
    CHECK(c->used == INFINITY);
    CHECK(same_bits(c->points, 1.0 / 3));
    CHECK(c->sentences[2] == RAW);
    REQUIRE(c->arrays.size() == 2);
    CHECK(c->arrays[0].at[2] == SIZE_MAX);
    CHECK(std::isnan(c->arrays[0].want[0]));
    CHECK(std::signbit(c->arrays[0].want[1]));
    CHECK(same_bits(c->arrays[0].want[2], 5e-324));
    CHECK(c->arrays[0].got[0] == -INFINITY);
    CHECK(same_bits(c->arrays[0].got[1], 1.7976931348623157e308));
    CHECK(c->arrays[1].at.empty());
    CHECK(c->findings[0].source[1] == ">12: b[i] = 0;");
    CHECK(std::isnan(is.speeds[0].high));
}

TEST_CASE("record: every field of record.h is in the file, under its name")
{
    record_t r = full();
    std::string text = record_write(&r), header = file_read("grading/class/record.h");
    std::regex member("^    [a-z_0-9:<>]+ ([a-z_0-9]+(, [a-z_0-9]+)*)( = false)?;");
    int found = 0;
    std::istringstream in(header);
    for (std::string line; std::getline(in, line);) {
        std::smatch m;
        if (!std::regex_search(line, m, member)) continue;
        std::istringstream names(std::regex_replace(m[1].str(), std::regex(","), ""));
        for (std::string name; names >> name; found++) CHECK_MESSAGE(contains(text, "\"" + name + "\":"), name);
    }
    CHECK(found > 90);
}

TEST_CASE("record: an empty one is one, too")
{
    record_t r = record_make();
    CHECK(r.verdict == GRADED);
    CHECK(r.of == 0);
    std::string text = record_write(&r);
    record_t again = record_read(text, "r.json");
    CHECK(record_write(&again) == text);
    CHECK(contains(text, "\"format\": 1,"));
}

TEST_CASE("record: numbers of all sizes are read as they were written")
{
    record_t r = record_make();
    rng_t rng = rng_make(3, 1);
    shown_t a = {"A", 1, 1, 0, 0, {}, {}, {}, {}};
    for (int k = 0; k < 2000; k++) {
        uint64_t bits[3] = {rng_next(&rng), rng_next(&rng), rng_next(&rng)};
        double x[3];
        memcpy(x, bits, sizeof x);
        for (double &v : x) v = std::isnan(v) ? k : v;
        a.at.push_back((size_t)bits[0] >> (k % 64));
        a.want.push_back(x[0]);
        a.got.push_back(x[1]);
        a.allowed.push_back(x[2]);
    }
    r.items.resize(1);
    r.items[0].arrays.push_back(a);
    record_t is = record_read(record_write(&r), "r.json");
    const shown_t *b = &is.items[0].arrays[0];
    CHECK(b->at == a.at);
    CHECK(memcmp(b->want.data(), a.want.data(), 2000 * sizeof(double)) == 0);
    CHECK(memcmp(b->got.data(), a.got.data(), 2000 * sizeof(double)) == 0);
    CHECK(memcmp(b->allowed.data(), a.allowed.data(), 2000 * sizeof(double)) == 0);
}

static std::string refused(const std::string &text)
{
    return death_of([&] { record_read(text, "out/s1/record.json"); });
}

TEST_CASE("record: what is no record is refused with its path, and where it is wrong")
{
    record_t r = full();
    std::string good = record_write(&r);
    CHECK(contains(refused(""), "1: out/s1/record.json: not JSON, or cut off (0 bytes)"));
    CHECK(contains(refused("[]"), "out/s1/record.json: the file: array, expected an object"));
    CHECK(contains(refused("{}"), "out/s1/record.json: format: missing"));
    CHECK(contains(refused("{\"format\": 2}"), "format: 2, expected 1"));
    CHECK(contains(refused(good.substr(0, good.size() / 2)), "not JSON, or cut off"));
    CHECK(contains(refused(good + "}"), "not JSON"));
    CHECK(contains(refused(std::string(100000, '[')), "not JSON"));
    auto with = [&](const char *pointer, const json_t &value) {
        json_t j = json_t::parse(good);
        j[json_t::json_pointer(pointer)] = value;
        return refused(j.dump());
    };
    CHECK(
        contains(with("/items/1/arrays/0/wrong", -1), "items[1].arrays[0].wrong: number, expected a whole number, 0 "));
    CHECK(contains(with("/items/1/part", 5000000000), "items[1].part: number, expected a whole number"));
    CHECK(contains(with("/items/0/points", "1"), "items[0].points: string, expected a number"));
    CHECK(contains(with("/items/0/printed", {{"bytes", "\u20ac"}}), "items[0].printed: a character above 255"));
    CHECK(
        contains(with("/items/0/arrays/0/want", json_t::array()), "items[0].arrays[0].at: lists of different lengths"));
    CHECK(contains(with("/verdict", "fine"), "verdict: \"fine\", expected one of the verdicts"));
    CHECK(contains(with("/parts/0", 3), "parts[0]: number, expected an object"));
    CHECK(contains(with("/parts/0/colour", 3), "parts[0].colour: not a field of a record"));
    CHECK(contains(with("/seed_secret", 1.5), "seed_secret: number, expected a whole number"));
    CHECK(contains(with("/points", json_t()), "points: null, expected a number"));
}

// Every value of the file, one after another: taken away, or of another kind.
TEST_CASE("record: no field may be missing, or of another type")
{
    record_t r = full();
    r.items.resize(1);
    json_t whole = json_t::parse(record_write(&r));
    json_t flat = whole.flatten();
    const json_t wrong[] = {json_t(), json_t::object(), json_t::array({1}), true, -7, 1e300, "word"};
    int refusals = 0;
    for (json_t::iterator at = flat.begin(); at != flat.end(); ++at) {
        json_t::json_pointer pointer(at.key()), parent = pointer.parent_pointer();
        CAPTURE(at.key());
        json_t j = whole;
        if (j[parent].is_object()) {
            j[parent].erase(pointer.back());
            CHECK(contains(refused(j.dump()), "out/s1/record.json: "));
        }
        for (const json_t &value : wrong) {
            j = whole;
            j[pointer] = value;
            std::string death = refused(j.dump());
            refusals += !death.empty();
            if (value.is_null() || value.is_object()) CHECK(contains(death, "out/s1/record.json: "));
        }
    }
    CHECK(refusals > 600);
}

TEST_CASE("record: damaged at random, it is read or refused with its path, and nothing worse")
{
    record_t r = full();
    std::string whole = record_write(&r);
    rng_t rng = rng_make(6, 1);
    int read = 0;
    for (int k = 0; k < 4000; k++) {
        std::string text = whole;
        for (uint32_t n = 1 + rng_below(&rng, 4); n > 0 && !text.empty(); n--) {
            size_t at = rng_below(&rng, (uint32_t)text.size()), some = rng_below(&rng, 60);
            switch (rng_below(&rng, 5)) {
            case 0: text[at] = (char)rng_below(&rng, 256); break;
            case 1: text[at] = (char)(text[at] ^ 1 << rng_below(&rng, 8)); break;
            case 2: text.erase(at, some); break;
            case 3: text.insert(at, text.substr(rng_below(&rng, (uint32_t)text.size()), some)); break;
            default:
                if (some < 20) text.resize(at);
            }
        }
        std::string death = refused(text);
        read += death.empty();
        if (!death.empty()) CHECK(death.compare(0, 21, "1: out/s1/record.json") == 0);
    }
    CHECK(read > 100);
    CHECK(read < 3900);
}

TEST_CASE("record: verdicts have words")
{
    CHECK(verdict_text(GRADED) == std::string("graded"));
    CHECK(verdict_text(NOT_HANDED_IN) == std::string("not handed in"));
    CHECK(verdict_text(REFUSED) == std::string("refused"));
    CHECK(verdict_text(NOT_BUILT) == std::string("does not compile"));
    CHECK(verdict_text(UNGRADED) == std::string("to be graded again"));
}

TEST_CASE("record: the sum leaves out what does not count; a bonus is added to the points alone")
{
    record_t r = record_make();
    r.parts.push_back({1, "a", 10, 15, "", false, "", false});
    r.parts.push_back({7, "fast", 3, 10, "no GPU", false, "", false});
    r.parts.push_back({8, "bonus", 6, 10, "", true, "", true});
    r.parts.push_back({9, "report", 4.5, 5, "", true, "", false});
    r.points = r.of = 999;
    record_sum(&r);
    CHECK(r.points == 20.5);
    CHECK(r.of == 20);
    r.parts[2].left_out = "not marked yet";
    record_sum(&r);
    CHECK(r.points == 14.5);
    CHECK(r.of == 20);
}

TEST_CASE("sha256: the values of its specification")
{
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("utf8: overlong forms, halves of pairs, cut characters and too large ones are none")
{
    CHECK(utf8_valid("\u00e9\u20ac\U0001f600 \x7f"));
    CHECK(utf8_valid(std::string("a\0b", 3)));
    for (const char *bad : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x28\xa1", "\xff"})
        CHECK(!utf8_valid(bad));
    for (uint32_t c = 1; c < 0x800; c++) {
        uint32_t code = 0;
        std::string text = utf8_text(c);
        CHECK(utf8_next(text, 0, &code) == text.size());
        CHECK(code == c);
    }
}
