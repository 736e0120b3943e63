// tests/test_report_files.cpp: the files of bin/lab report: what a student has written stays; what there is without gnuplot and browser.
#include "helpers.h"

#include "../lab/report.h"

static ended_t report(const folder_t *f, const std::string &arguments)
{
    return shell("cd " + f->path + " && $LAB report --no-pdf " + arguments);
}

static std::string log_of(int epochs)
{
    std::string text = "epoch,seconds,learning_rate,train_cost,train_f1,valid_cost,valid_f1\n";
    for (int i = 1; i <= epochs; i++) text += format("%d,%g,0.5,%g,,,\n", i, 0.25 * i, 1.0 / i);
    return text;
}

TEST_CASE("report: what a student has written is kept")
{
    folder_t f;
    f.write("a.log.csv", log_of(2));
    std::string run = "--log a.log.csv --out o";
    REQUIRE(report(&f, run).status == 0);
    std::string made = bytes(&f, "o/report.md");
    CHECK(is_untouched(made));
    REQUIRE(report(&f, run + " --title Other").status == 0);  // nobody's work: written anew
    CHECK(contains(bytes(&f, "o/report.md"), "# Other"));
    CHECK_FALSE(exists(f.file("o/report.new.md")));

    std::string mine = bytes(&f, "o/report.md") + "my words\n";
    f.write("o/report.md", mine);
    ended_t e = report(&f, run + " --title Third");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "kept    o/report.md"));
    CHECK(bytes(&f, "o/report.md") == mine);
    CHECK(contains(bytes(&f, "o/report.new.md"), "# Third"));
    f.write("o/report.new.md", "also mine\n");
    REQUIRE(report(&f, run).status == 0);
    CHECK(bytes(&f, "o/report.new.md") == "also mine\n");
    CHECK(is_untouched(bytes(&f, "o/report.new2.md")));

    REQUIRE(report(&f, run + " --force").status == 0);
    CHECK(is_untouched(bytes(&f, "o/report.md")));
    CHECK(bytes(&f, "o/report.old.md") == mine);
    f.write("o/report.md", "second text\n");
    REQUIRE(report(&f, run + " --force").status == 0);
    CHECK(bytes(&f, "o/report.old.md") == mine);
    CHECK(bytes(&f, "o/report.old2.md") == "second text\n");
}

TEST_CASE("report: without gnuplot and without a browser there is a page all the same")
{
    folder_t f;
    f.write("a.log.csv", log_of(4));
    ended_t e = shell("cd " + f.path + " && PATH=/nowhere $LAB report --log a.log.csv --out o");
    CHECK_MESSAGE(e.status == 0, e.err);
    CHECK(contains(e.out, "gnuplot is not installed"));
    CHECK(contains(e.out, "none of chromium-headless-shell, chromium, google-chrome, weasyprint is installed"));
    CHECK(contains(bytes(&f, "o/report.html"), "a: after 4 epochs"));
    CHECK_FALSE(exists(f.file("o/report.pdf")));
    CHECK_FALSE(contains(bytes(&f, "o/report.md"), "!["));
}

TEST_CASE("report: a PDF that is none is not kept")
{
    folder_t f;
    f.write("a.log.csv", log_of(2));
    f.write("chromium", "#!/bin/sh\nexit 0\n");
    f.write("weasyprint", "#!/bin/sh\necho '%PDF-1.7' >\"$2\"\n");
    shell("chmod +x " + f.file("chromium"));
    ended_t e = shell("cd " + f.path + " && PATH=" + f.path + " $LAB report --log a.log.csv --out o");
    CHECK(contains(e.out, "not made: chromium failed"));
    CHECK_FALSE(exists(f.file("o/report.pdf")));
    shell("chmod +x " + f.file("weasyprint"));
    e = shell("cd " + f.path + " && PATH=" + f.path + " $LAB report --log a.log.csv --out 'o o'");
    CHECK(contains(e.out, "by weasyprint"));
    CHECK(bytes(&f, "o o/report.pdf") == "%PDF-1.7\n");
}
