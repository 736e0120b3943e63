// tests/grade/test_pages.cpp: the pages of a student and of a class: what they say, what they keep, what they withstand.
//
// PAGES=folder build/float/grade_tests --no-skip -tc='pages: written*' leaves them there, to be looked at.
#include <cstdlib>

#include "../../grading/class/page_parts.h"
#include "../helpers.h"
#include "page_records.h"

static std::string page_of(const record_t &r)
{
    rubric_t rubric = example_rubric();
    return feedback_page(&r, &rubric);
}

static std::string page_of(const std::vector<record_t> &all)
{
    rubric_t rubric = example_rubric();
    return class_page(&all, &rubric, "students/");
}

static size_t count_of(const std::string &text, const std::string &part)
{
    size_t n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) n++;
    return n;
}

static std::vector<std::pair<std::string, std::string>> every_page(void)
{
    std::vector<record_t> all = example_class(200);
    all.push_back(example_hostile());
    rubric_t rubric = example_rubric();
    rubric.title = "<b>\"Spring\" & 'term'</b>";
    record_t nameless = {}, hostile = example_hostile(), hostile_log = example_hostile();
    hostile_log.verdict = NOT_BUILT;
    return {{"full", page_of(example_full())},
            {"partial", page_of(example_partial())},
            {"not_built", page_of(example_not_built())},
            {"refused", page_of(example_other(REFUSED, "The archive holds a link, which is not accepted."))},
            {"not_handed_in", page_of(example_other(NOT_HANDED_IN, ""))},
            {"ungraded", page_of(example_other(UNGRADED, "The disk of the grading machine is full."))},
            {"hostile", feedback_page(&hostile, &rubric)},
            {"hostile_log", feedback_page(&hostile_log, &rubric)},
            {"empty", page_of(nameless)},
            {"class", page_of(all)},
            {"class_empty", page_of(std::vector<record_t>())},
            {"class_nameless", page_of(std::vector<record_t>(3, nameless))}};
}

TEST_CASE("pages: each is well-formed XML, and HTML that needs nothing else")
{
    folder_t f;
    for (const auto &p : every_page()) {
        CAPTURE(p.first);
        CHECK_FALSE(contains(p.second, "<script"));
        CHECK_FALSE(contains(p.second, "http:"));
        CHECK_FALSE(contains(p.second, "https:"));
        CHECK_FALSE(contains(p.second, "url("));
        CHECK_FALSE(contains(p.second, "@import"));
        CHECK(contains(p.second, "default-src 'none'"));
        CHECK(p.second.size() < 400000);
        f.write(p.first + ".html", p.second);
    }
    if (shell("xmllint --version").status != 0) {
        MESSAGE("not checked by xmllint: there is none here");
        return;
    }
    ended_t e = shell("cd '" + f.path + "' && xmllint --noout *.html");
    CAPTURE(e.err.substr(0, 2000));
    CHECK(e.status == 0);
}

TEST_CASE("pages: written to a folder, to be looked at" * doctest::skip())
{
    const char *folder = getenv("PAGES");
    if (!folder) return;
    for (const auto &p : every_page()) file_write(std::string(folder) + "/" + p.first + ".html", p.second);
}

// ---- safe text -------------------------------------------------------------------------------------------------------

TEST_CASE("pages: markup, invalid UTF-8, control characters and what turns text become harmless and visible")
{
    CHECK(html("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(html("Kovačević 张伟 😀 \tx") == "Kovačević 张伟 😀 \tx");
    CHECK(html(std::string("a\0b\x1b[0m\x7f", 8)) == "a␀b␛[0m␡");
    CHECK(html("\xff\xc3(\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80") == "�"
                                                                   "�("
                                                                   "���"
                                                                   "��"
                                                                   "����");
    CHECK(html("end\xe2\x82") == "end��");
    CHECK(html("\xef\xbf\xbe\xef\xbf\xbf") == "������");  // no characters of XML
    CHECK(html("if (a\xe2\x80\xae b\xe2\x81\xa9) \xe2\x80\x8b") == "if (a[U+202E] b[U+2069]) [U+200B]");
    CHECK(html("\xc2\x85") == "[U+0085]");
    CHECK(html("می\xe2\x80\x8cخواهم") == "می\xe2\x80\x8cخواهم");  // a joiner is a part of the word
    std::string tower = "a";
    for (int i = 0; i < 1000; i++) tower += "\xcc\x81";
    CHECK(html(tower, 10000).size() == 1 + 2 * 4);
}

TEST_CASE("pages: long text is cut in the middle, between characters")
{
    CHECK(html(std::string(400, 'x')) == std::string(400, 'x'));
    CHECK(html(std::string(1000, 'x'), 30) ==
          std::string(20, 'x') + " [... 970 bytes left out ...] " + std::string(10, 'x'));
    std::string umlauts;
    for (int i = 0; i < 1000; i++) umlauts += "ü";
    for (size_t most = 20; most < 30; most++) CHECK_FALSE(contains(html(umlauts, most), "�"));
    CHECK(html_block("a\r\nb\n\n<c>", 10) == "a\nb\n\n&lt;c&gt;\n");
    CHECK(html_block("1\n2\n3\n4\n5\n6\n", 3) == "1\n2\n[... 3 lines left out ...]\n6\n");
    CHECK(html_block("", 3) == "");
}

TEST_CASE("pages: random bytes never leave markup or a character that XML forbids")
{
    rng_t rng = rng_make(5, 1);
    for (int n = 0; n < 20000; n++) {
        std::string bytes;
        for (uint32_t k = rng_below(&rng, 12); k > 0; k--)
            bytes += (char)(rng_below(&rng, 2) ? 0xc0 + rng_below(&rng, 64) : rng_below(&rng, 256));
        std::string safe = html(bytes);
        if (html_block(safe, 5) == html_block(safe, 5) &&
            safe.find_first_of("<>\"'\0\x01\x1b\x7f") == std::string::npos && !contains(safe, "\xef\xbf\xbe") &&
            !contains(safe, "\xed\xa0"))
            continue;
        FAIL("left in: " << safe);
    }
}

TEST_CASE("pages: a hostile record leaves nothing but text")
{
    record_t r = example_hostile();
    for (verdict_t verdict : {GRADED, NOT_BUILT, REFUSED, UNGRADED}) {
        r.verdict = verdict;
        std::string page = page_of(r), of_class = page_of(std::vector<record_t>{r});
        for (const std::string &text : {page, of_class}) {
            CHECK_FALSE(contains(text, "<img"));
            CHECK_FALSE(contains(text, "onerror=\""));
            CHECK_FALSE(contains(text, "\xe2\x80\xae"));
            CHECK_FALSE(contains(text, "\x1b"));
            CHECK(count_of(text, "</style>") == 1);
            CHECK(text.size() < 300000);
        }
        CHECK(contains(of_class, "href=\"students/s%3C%22%26%3E/feedback.html\""));
    }
}

// ---- the student's page ----------------------------------------------------------------------------------------------

TEST_CASE("pages: a hidden case is known by its category alone")
{
    record_t r = example_partial();
    for (item_t &x : r.items) {
        if (!x.hidden) continue;
        x.outcome = "failed", x.what = "odd sizes", x.name = "SECRET", x.why = "SECRET", x.printed = "SECRET";
        x.note = x.mistake = x.mistake_text = "SECRET", x.sentences = x.blame = {"SECRET"};
        x.arrays = {{"SECRET", 1, 1, 1, 9, {0}, {777.25}, {778.5}, {1e-6}}};
        x.findings = {{"SECRET", "SECRET", "SECRET", "SECRET", 3, {"SECRET"}}};
    }
    for (item_t &x : r.items)
        if (!x.hidden) x.outcome = "passed";
    std::string page = page_of(r);
    CHECK_FALSE(contains(page, "SECRET"));
    CHECK_FALSE(contains(page, "777.25"));
    CHECK(contains(page, "A hidden case: odd sizes"));
    CHECK(contains(page, "Start here: part 3, forward pass"));
    CHECK(contains(page, "--seed 2025"));
}

TEST_CASE("pages: the student's page keeps the secret seed and the signals to itself")
{
    record_t r = example_partial();
    std::string page = page_of(r);
    CHECK_FALSE(contains(page, std::to_string(r.seed_secret)));
    CHECK_FALSE(contains(page, "forbidden call"));
    CHECK_FALSE(contains(page, "public numbers only"));
    CHECK(contains(page, std::to_string(r.seed_public)));
}

TEST_CASE("pages: they begin with what helps most")
{
    std::string page = page_of(example_partial());
    CHECK(contains(page, "Start here: part 2, update"));
    CHECK(contains(page, "make check PART=2"));
    CHECK(contains(page, "docs/en/2_update.md"));
    CHECK(page.find("Start here") < page.find("<h2>Points by part"));
    CHECK(contains(page_of(example_full()), "All checked cases pass"));
    record_t r = example_full();
    for (item_t &x : r.items)
        if (x.part == 4) x.outcome = "skipped", x.why = "part 4 is not written yet", x.points = 0;
    CHECK(contains(page_of(r), "Start here: part 4, back propagation"));
    CHECK(contains(page_of(r), "part 4 is not written yet"));
}

TEST_CASE("pages: a small array is a matrix with signs, a large one the first wrong numbers")
{
    std::string page = page_of(example_partial());
    CHECK(contains(page, "<b>A[1]</b> (4 × 5): 19 of 20 wrong"));
    CHECK(contains(page, ">≈</b><span class=\"hidden\">less than 1 % off: </span> -0.98857<small>"));
    CHECK(contains(page, ">✓</b><span class=\"hidden\">right: </span> 0.9979<small>"));
    CHECK(contains(page, ">✗</b><span class=\"hidden\">wrong: </span> nan<small>"));
    CHECK(contains(page, "dZ[1](0,2)"));
    CHECK(contains(page, "dZ[1](1,3)"));
    CHECK(contains(page, "... and 594 more"));
    CHECK(contains(page, "dbias[1](5)"));
    CHECK(contains(page, "Before the call these elements held"));
    CHECK(contains(page, "Wrong numbers also in A[2] (12)"));
    CHECK(contains(page, "last written at src/train.cu:79"));
    CHECK(contains(page, "It looks like this:</b> the bias is not added"));
}

TEST_CASE("pages: a finding shows the student's lines with the one in question marked")
{
    std::string page = page_of(example_partial());
    CHECK(contains(page, "<span class=\"here\">▶ 290      params[i] -= step * grads[i];</span>"));
    CHECK(contains(page, "  289      size_t i ="));
    CHECK(contains(page, "<b>What to do:</b> compare the index"));
    CHECK(contains(page, "<span class=\"here\">▶ 141      a[i] = std::max"));
}

TEST_CASE("pages: counts are never called a time")
{
    std::string page = page_of(example_partial()), timed = page_of(example_full());
    CHECK(contains(page, "not times"));
    CHECK(contains(page, "1.81×"));
    CHECK(contains(page, "yours 60450 sectors</small><small>reference 33314"));
    CHECK(contains(page, "not right yet: not counted"));
    CHECK_FALSE(contains(page, "µs"));
    CHECK_FALSE(contains(page, "full points"));  // these counts give no points
    CHECK(contains(timed, "yours 412 µs</small><small>reference 331"));
    CHECK(contains(timed, "Up to 1.5×: full points; from 4×: none."));
}

TEST_CASE("pages: the compiler's first error stands out, in the words of three compilers")
{
    record_t r = example_not_built();
    std::string page = page_of(r);
    CHECK(contains(page, "<code>src/train.cu:79:65</code>"));
    CHECK(contains(page, "<p class=\"say\">‘bais’ was not declared in this scope; did you mean ‘bias’?</p>"));
    CHECK(contains(page, "<span class=\"here\">   79 |     if (i &lt; b"));
    CHECK(contains(page, "is it spelled as where it is defined"));
    r.build_log =
        "src/train.cu(79): error: identifier \"bais\" is undefined\n      z + bais[j]\n          ^\n\n1 error\n";
    CHECK(contains(page_of(r), "<code>src/train.cu(79)</code>"));
    CHECK(contains(page_of(r), "<p class=\"say\">identifier &quot;bais&quot; is undefined</p>"));
    r.build_log =
        "/usr/bin/ld: train.o: in function `forward_pass':\ntrain.cu:(.text+0x1): undefined reference to `act(int)'\n";
    CHECK(contains(page_of(r), "The linker looks for this function"));
    r.build_log = "Killed";
    CHECK(contains(page_of(r), "Killed"));
    r.build_log = "";
    CHECK(contains(page_of(r), "it does not compile"));
}

TEST_CASE("pages: a submission that was not run says why, and whose fault it is")
{
    CHECK(contains(page_of(example_other(UNGRADED, "disk full")), "not your fault and costs no points"));
    CHECK_FALSE(contains(page_of(example_other(UNGRADED, "disk full")), "<b>0</b>"));
    CHECK(contains(page_of(example_other(REFUSED, "It holds a link.")), "It holds a link."));
    CHECK(contains(page_of(example_other(NOT_HANDED_IN, "")), "Nothing has been handed in"));
    record_t r = example_full();
    CHECK_FALSE(contains(page_of(r), "without a sandbox"));
    r.no_sandbox = true;
    CHECK(contains(page_of(r), "Graded without a sandbox"));
    CHECK(contains(page_of(std::vector<record_t>{r}), "without a sandbox"));
}

TEST_CASE("pages: the command to try a case at home can be typed as it stands")
{
    CHECK(check_command(3, "one output", 2024) ==
          "<code>make check PART=3 CHECK=&quot;--case &#39;one output&#39;&quot;</code>");
    CHECK(check_command(0, "", 2024) == "<code>make check</code>");
    CHECK(check_command(2, "", 7) == "<code>make check PART=2 CHECK=&quot;--seed 7&quot;</code>");
    CHECK(check_command(2, "'; rm -rf ~; '", 2024) == "<code>make check PART=2</code>");
    CHECK(check_command(2, "$(reboot)", 2024) == "<code>make check PART=2</code>");
}

// ---- the class -------------------------------------------------------------------------------------------------------

TEST_CASE("pages: quartiles are those of the sorted list")
{
    CHECK(quantile({}, 0.5) == 0);
    CHECK(quantile({3}, 0.25) == 3);
    CHECK(quantile({1, 2, 3, 4}, 0.5) == 2.5);
    CHECK(quantile({0, 10, 20, 30, 40}, 0.75) == 30);
    CHECK(points_text(4.5) == "4.5");
    CHECK(points_text(90) == "90");
    CHECK(points_text(4.96) == "5");
    CHECK(points_text(-0.01) == "0");
    CHECK(points_text(0.449999) == "0.4");
}

TEST_CASE("pages: the class page tells verdicts, marks, trouble and what to review")
{
    std::vector<record_t> all = {example_partial(), example_full(), example_not_built(),
                                 example_other(UNGRADED, "no space left on device")};
    std::string page = page_of(all);
    CHECK(contains(page, "<b>2</b><span>graded</span>"));
    CHECK(contains(page, "<b>1</b><span>did not compile</span>"));
    CHECK(contains(page, "personal data"));
    CHECK(contains(page, "To be graded again"));
    CHECK(contains(page, "no space left on device"));
    CHECK(contains(page, "3 submissions, 1 of them not built or refused"));
    CHECK(contains(page, "loss overwritten"));
    CHECK(contains(page, "passes public numbers only"));
    CHECK(contains(page, "<code>src/test.cu:61</code>"));
    CHECK(contains(page, "href=\"students/s1077/feedback.html\""));
    CHECK(page.find(">s1042</bdi>", page.find("<h2>All")) < page.find(">s1077</bdi>", page.find("<h2>All")));
    CHECK(contains(page, "memcheck"));
    CHECK(contains(page, "time limit"));
}

TEST_CASE("pages: a class of 500 takes less than a second")
{
    std::vector<record_t> all = example_class(500);
    double start = clock_now();
    std::string page = page_of(all);
    double seconds = clock_now() - start;
    MESSAGE("class page of 500: " << seconds << " s, " << page.size() / 1000 << " kB");
    CHECK(count_of(page, "/feedback.html") >= 500);
    CHECK(seconds < 1);
}
