// tests/lab/test_report_files.cpp: the files of bin/lab report, with and without gnuplot and browser; what it says of logs and profiles.
#include "../helpers.h"

#include <cmath>
#include <filesystem>

#include "../../lab/report.h"

static ended_t report(const folder_t *f, const std::string &arguments)
{
    return shell("cd " + f->path + " && $LAB report --no-pdf " + arguments);
}

static const std::string HEADER = "epoch,seconds,learning_rate,train_cost,train_f1,valid_cost,valid_f1\n";

static std::string log_of(int epochs)
{
    std::string text = HEADER;
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

// One epoch more or less, up or down, is no trend.
TEST_CASE("report: what a log says of too many and too few epochs is of its curve, not of its last row")
{
    auto log = [](int epochs, double train_falls, double valid_falls, bool zigzag) {
        std::string text = HEADER;
        for (int i = 1; i <= epochs; i++)
            text += format("%d,%d,0.5,%g,,%g,0.5\n", i, i, std::pow(train_falls, i),
                           std::pow(valid_falls, i) * (zigzag && i % 2 == 0 ? 1.2 : 1));
        return text;
    };
    folder_t f;
    f.write("still.log.csv", log(100, 0.98, 0.98, true));
    f.write("flat.log.csv", log(100, 0.98, 1, true));
    f.write("rate.log.csv", log(100, 1.01, 1.01, false));
    f.write("short.log.csv", log(2, 0.5, 1.5, false));
    REQUIRE(report(&f, "--log still.log.csv flat.log.csv rate.log.csv short.log.csv").status == 0);
    std::string text = bytes(&f, "runs/report/report.md");
    auto of = [&](const std::string &name) {
        size_t at = text.find("**Measured.** " + name);
        return text.substr(at, text.find('\n', at) - at);
    };
    CHECK(contains(of("still"), "where F1 is 0.500. The cost of the validation rows fell by another 18 % over the last "
                                "10 epochs: more epochs may help."));
    CHECK(contains(of("flat"), "where F1 is 0.500."));
    CHECK_FALSE(contains(of("flat"), "epochs may help"));
    CHECK_FALSE(contains(of("flat"), "risen"));
    CHECK(contains(of("rate"), "so has that of the training rows: the learning rate may be too high."));
    CHECK_FALSE(contains(of("short"), "risen"));
}

TEST_CASE("report: costs that no logarithm has, costs without end")
{
    folder_t f;
    std::string zeros = HEADER, large = HEADER;
    for (int i = 1; i <= 4; i++) zeros += format("%d,%d,0.5,0,1,0,1\n", i, i);
    for (int i = 1; i <= 4; i++) large += format("%d,%d,0.5,3e%d,1,,\n", i, i, 9 * i);
    f.write("zeros.log.csv", zeros);
    f.write("more.log.csv", zeros);
    ended_t e = report(&f, "--log zeros.log.csv more.log.csv");
    CHECK_MESSAGE(e.status == 0, e.err);
    CHECK_FALSE(contains(bytes(&f, "runs/report/report.md"), "(logarithmic)"));
    f.write("large.log.csv", large);
    CHECK(report(&f, "--log large.log.csv").status == 0);
    CHECK(contains(bytes(&f, "runs/report/report.md"), "the cost is 3e+36 on the training rows (3,000,000,000 after"));
}

// Nothing of a GPU's is said of the processor, and no cache of a kernel that arithmetic limits.
TEST_CASE("report: what limits a pass of the processor, and a kernel")
{
    profile_t cpu = {}, gpu = {};
    cpu.program = "the CPU trainer", cpu.device = "one thread", cpu.peak_from = "measured";
    cpu.peak_flops = cpu.peak_bytes = gpu.peak_flops = gpu.peak_bytes = 1e9;
    cpu.kernels = {{"forward_pass", "train.cpp", 1, 1000, 5000, 1e-3, NAN, NAN, NAN, "forward_pass"}};
    gpu.program = "bin/nn", gpu.device = "a GPU";
    gpu.kernels = {{"k", "nn.cu:1", 1, 1000, 5000, 1e-6, 4, 1, 1, "forward_pass"}};
    gpu.to_device = 8, gpu.copies_to_device = 1;
    auto made = [](const profile_t &p) {
        lab_report_t r = {"", "", "", {}, {}};
        std::vector<profile_t> all = {p};
        std::vector<std::string> paths = {"p.json"};
        report_profiles(&r, &all, &paths);
        return report_markdown(&r);
    };
    std::string text = made(cpu);
    CHECK(contains(text, "200 times as long as arithmetic alone would take, so something else is its limit.\n"));
    CHECK(contains(text, "**Table 1.** Passes of the CPU trainer on one thread. Bytes: of one batch, each array"));
    for (const char *bad : {"sectors", "bank conflicts", "Copies", "launches or waiting"})
        CHECK_MESSAGE(!contains(text, bad), bad);
    text = made(gpu);
    CHECK(contains(text, "less than its arithmetic would take at the peak, so the peak is set too low"));
    CHECK(contains(text, "roof not known, points measured"));
    CHECK(contains(text, "sectors of 32 bytes"));
    CHECK(contains(text, "| to the device | 1 | 8 |"));
}

TEST_CASE("report: numbers stand to the right, words to the left; a table that is long may go on on the next page")
{
    lab_report_t r = {"", "", "", {}, {}};
    section_t *s = report_section(&r, "machine", "Machine");
    add_table(s, "words", {{"what", "is"}, {"machine", "2 cores"}, {"date", "2026-11-21 21:07 UTC"}, {"n", "3"}});
    add_table(s, "numbers", {{"run", "time"}, {"a", "1.2 [1.1, 1.3] ms"}, {"b", "3e-05"}, {"c", "no time"}});
    std::string page = report_html(&r);
    CHECK(contains(page, "<td class=\"short\">2 cores</td>"));
    CHECK(contains(page, "<td class=\"num\">1.2 [1.1, 1.3] ms</td>"));
    CHECK(contains(page, "<td class=\"no short\">no time</td>"));
    CHECK_FALSE(contains(page, "<figure class=\"table long\">"));
    add_table(s, "long", std::vector<std::vector<std::string>>(20, {"a", "b"}));
    CHECK(contains(report_html(&r), "<figure class=\"table long\">"));
}

TEST_CASE("report: searches for options")
{
    folder_t f;
    std::filesystem::create_directories(f.file("runs/sweep/rates"));
    std::string table =
        "|     | learning_rate | layers | validation cost, mean (range) | validation F1 | epoch kept | runs |\n"
        "|-----|---------------|--------|-------------------------------|---------------|------------|------|\n"
        "| 1   | 0.3           | 3,4,1  | 0.058334 (0.05 .. 0.06)       | 0.9615        | 7          | 3 4  |\n";
    for (int k = 2; k < 12; k++) table += format("| %d | 0.1 | 3,<%d>,1 | 0.1 (0.1 .. 0.1) | 0.9 | 3 | 1 2 |\n", k, k);
    f.write("runs/sweep/rates/table.md", table + "| 12 | 100 | 3,4,1 | diverged | | | 5 6 |\n");
    f.write("runs/sweep/rates/sweep.svg", svg_begin(100, 50, "a map") + svg_label(10, 10, "the map") + svg_end());
    std::filesystem::create_directories(f.file("runs/sweep/empty"));
    f.write("runs/sweep/empty/table.md", "nothing\n");
    ended_t e = report(&f, "");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "runs/sweep/empty/table.md: no table of settings\nhint: "));
    std::string page = file_read(f.file("runs/report/report.html")), text = file_read(f.file("runs/report/report.md"));
    CHECK(contains(page, "rates: of 12 settings learning_rate 0.3, layers 3,4,1 did best: validation cost 0.058334 "
                         "(0.05 .. 0.06), validation F1 0.9615."));
    CHECK(contains(page, "The best 10 of 12 settings of rates."));
    CHECK(contains(page, "3,&lt;10&gt;,1"));
    CHECK(!contains(page, "3,&lt;11&gt;,1"));
    CHECK(contains(page, "the map"));
    CHECK(contains(text, "Does the best lie at an edge of it?"));
    CHECK(exists(f.file("runs/report/figures/search1.svg")));
    CHECK(report(&f, "--sweep runs/sweep/empty").status == 1);
    CHECK(report(&f, "--sweep runs/sweep/rates").status == 0);

    table.resize(table.find("| 1   |"));  // nothing but what diverged
    f.write("runs/sweep/rates/table.md", table + "| 1 | 100 | 3,4,1 | diverged | | | 5 6 |\n");
    CHECK(report(&f, "--sweep runs/sweep/rates").status == 0);
    CHECK(!contains(file_read(f.file("runs/report/report.html")), "did best"));
}

// Two structures of one name in one program are one to the linker: it takes the destructor of either for both.
TEST_CASE("a name stands for one structure in the files of a program")
{
    if (!exists("lab/report.h")) return;
    for (const char *files :
         {"grading/* tests/*", "lab/* tests/lab/*", "grading/class/* grading/* tests/grade/* tests/mutants.cpp"}) {
        ended_t e = shell(
            std::string("cat src/*.* src/parallel/* ") + files +
            " 2>/dev/null | sed -nE 's/^(static )?(struct|enum|union) ([a-z0-9_]+) +[{].*/\\3/p' | sort | "
            "uniq -c | sort -rn");
        CHECK(contains(e.out, " 1 ds_t\n"));
        CHECK(contains(e.out.substr(0, e.out.find('\n')), " 1 "));  // the most frequent
    }
}
