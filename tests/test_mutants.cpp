// tests/test_mutants.cpp: the checks find every one of the mistakes in tests/mutants/, and say so in these words.
//
// MUTANT='name name' build/.../nn_tests --no-skip -tc='mutants: all*' tries these.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "helpers.h"
#include "mutants.h"

using nlohmann::json;

static const std::string FOLDER = "build/mutants";

// What was said of a mutant.
struct verdict_t {
    bool caught;
    std::string message;  // one line, for the table; if not caught: all that was said instead
    std::string diagnosis;
};

static std::string first_line(const std::string &text) { return text.substr(0, text.find('\n')); }

// The line of `text` that contains `phrase`.
static std::string line_with(const std::string &text, const std::string &phrase)
{
    size_t at = text.find(phrase), before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    return first_line(text.substr(before == std::string::npos ? 0 : before + 1));
}

static mutant_t read_mutant(const std::string &name)
{
    return mutant_parse(name, file_read("tests/mutants/" + name + ".mutant"), "solutions");
}

// ---- building: only the changed file is compiled; the rest is the solution's ------------------------------------------

struct commands_t {
    std::string compile, link;  // of the solution's worker
};

static commands_t commands(void)
{
    ended_t e = shell(
        "env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory CUDA=emu REAL=float IMPL=solutions print-worker");
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    size_t end = e.out.find_last_not_of('\n') + 1, second = e.out.rfind('\n', end - 1) + 1;
    size_t first = second < 2 ? 0 : e.out.rfind('\n', second - 2) + 1;
    return {e.out.substr(first, second - 1 - first), e.out.substr(second, end - second)};
}

static void replace(std::string *text, const std::string &from, const std::string &to)
{
    size_t at = text->find(from);
    if (at == std::string::npos) die("%s: not in the command that links: %s", from.c_str(), text->c_str());
    text->replace(at, from.size(), to);
}

// The mutant's worker in its folder. Returns what the compiler said, or "" if all is well.
static std::string build(const mutant_t *m, const commands_t *c)
{
    std::string folder = FOLDER + "/" + m->name, link = c->link;
    std::filesystem::create_directories(folder);
    for (const auto &[file, text] : m->files) {
        std::string source = folder + "/" + file, object = folder + "/" + file.substr(0, file.size() - 3) + ".o";
        file_write(source, text);
        ended_t e = shell(c->compile + " -c " + source + " -o " + object);
        if (e.status != 0) return e.out + e.err;
        replace(&link, "build/float-emu/solutions/" + file.substr(0, file.size() - 3) + ".o", object);
    }
    ended_t e = shell(link + " -o " + folder + "/worker");
    return e.status == 0 ? "" : e.out + e.err;
}

// ---- trying -----------------------------------------------------------------------------------------------------------

// The lint asks NVIDIA's compiler or clang; without either these mistakes are not seen before there is a GPU.
static verdict_t judge_lint(const mutant_t *m, const commands_t *c)
{
    std::string said;
    for (const auto &[file, text] : m->files)
        said += shell(c->compile + " --lint -c " + FOLDER + "/" + m->name + "/" + file + " -o " + FOLDER + "/" +
                      m->name + "/lint.o 2>&1")
                    .out;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);)
        if (contains(line, m->phrase)) return {true, line, ""};
    return {contains(said, ": note: "), "lint said: " + said, ""};  // "note: no lint: ..."
}

// The record of `make check` for the part of the mutant.
static verdict_t judge_record(const mutant_t *m, const json &record)
{
    std::string all, diagnosis;
    std::vector<std::string> found;
    for (const json &r : record["results"]) {
        std::string outcome = r["outcome"], why = r["why"];
        if (r["mistake"] != "" && diagnosis.empty()) diagnosis = r["mistake"];
        std::string said = why;
        for (const json &s : r["sentences"]) said += "\n" + std::string(s);
        bool failed = outcome == "failed" || outcome == "crashed" || outcome == "timed out";
        if (failed) all += std::string(r["case"]) + ": " + said + "\n";
        if (m->caught == "check" && failed && contains(said, m->phrase)) found.push_back(line_with(said, m->phrase));
        for (const json &f : r["findings"]) {
            std::string text = std::string(f["title"]) + " " + std::string(f["where"]);
            all += std::string(f["tool"]) + ": " + text + "\n";
            if (m->caught == f["tool"] && contains(text, m->phrase)) found.push_back(text);
        }
    }
    if (found.empty()) return {false, all.empty() ? "nothing was found" : all, diagnosis};
    return {true, found[0], diagnosis};
}

static verdict_t attempt(const mutant_t *m, const commands_t *c)
{
    std::string worker = FOLDER + "/" + m->name + "/worker", record = FOLDER + "/" + m->name + "/check.json";
    std::string refused = build(m, c);
    if (m->caught == "compile") return judge_lint(m, c);
    if (!refused.empty()) return {false, "it does not compile: " + refused, ""};
    std::filesystem::remove(record);
    std::string part = m->part ? format("--part %d", m->part) : "--case trains";
    ended_t e = shell("build/float/check --worker " + worker + " --json " + record + " " + part);
    std::filesystem::remove(worker);  // 10 MB each
    if (!exists(record)) return {false, "check wrote no record: " + e.err, ""};
    return judge_record(m, json::parse(file_read(record)));
}

static std::vector<verdict_t> attempt_all(const std::vector<mutant_t> &mutants)
{
    commands_t c = commands();
    std::vector<verdict_t> verdicts(mutants.size());
    std::atomic<size_t> next(0);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
        threads.emplace_back([&] {
            for (size_t k; (k = next++) < mutants.size();) try {
                    verdicts[k] = attempt(&mutants[k], &c);
                } catch (const std::exception &e) {
                    verdicts[k] = {false, e.what(), ""};
                }
        });
    for (std::thread &t : threads) t.join();
    return verdicts;
}

static std::vector<verdict_t> check_caught(const std::vector<mutant_t> &mutants)
{
    std::vector<verdict_t> verdicts = attempt_all(mutants);
    for (size_t i = 0; i < mutants.size(); i++) {
        const mutant_t &m = mutants[i];
        std::string expected = m.caught + ", " + m.phrase;
        CAPTURE(m.name);
        CAPTURE(m.mistake);
        CAPTURE(expected);
        CAPTURE(verdicts[i].message);
        CHECK(verdicts[i].caught);
        if (!m.diagnosis.empty() && verdicts[i].caught) CHECK(verdicts[i].diagnosis == m.diagnosis);
    }
    return verdicts;
}

// ---- the table ----------------------------------------------------------------------------------------------------------

// The place of the file is the same for all: it says nothing.
static std::string cell(std::string text)
{
    for (size_t at; (at = text.find(FOLDER)) != std::string::npos;)
        text.erase(at, text.find('/', at + FOLDER.size() + 1) + 1 - at);
    for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
    return text;
}

static std::string table_text(const std::vector<mutant_t> &mutants, const std::vector<verdict_t> &verdicts)
{
    std::string text = format(
        "# Mistakes, and what is said of them\n\n"
        "Each of the %zu files in tests/mutants/ is the solution with one mistake. `SLOW=1 make test` "
        "builds them all, checks them on the emulator and writes this table.\n\n",
        mutants.size());
    for (int part = 0; part <= 8; part++) {
        std::string rows;
        for (size_t i = 0; i < mutants.size(); i++)
            if (mutants[i].part == part)
                rows += format("| %s | %s | %s | %s |\n", mutants[i].name.c_str(), cell(mutants[i].mistake).c_str(),
                               mutants[i].caught.c_str(), cell(first_line(verdicts[i].message)).c_str());
        if (!rows.empty())
            text += (part ? format("## Part %d", part) : std::string("## All parts together")) +
                    "\n\n| mutant | mistake | caught by | message |\n|---|---|---|---|\n" + rows + "\n";
    }
    return text.substr(0, text.size() - 1);
}

// ---- tests -----------------------------------------------------------------------------------------------------------------

// Once is enough: with float, where there is CUDA.
static bool here(void)
{
    std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    return contains(program, "/float-emu/") || contains(program, "/float-real/");
}

TEST_CASE("mutants: a file that is not one is refused")
{
    folder_t f;
    f.write("a.cu", "one\ntwo\ntwo\nthree\n");
    std::string head = "mistake: m\npart: 1\ncaught: check, x\n";
    auto refusal = [&](const std::string &text) { return death_of([&] { mutant_parse("a", text, f.path); }); };
    CHECK(mutant_parse("a", head + "file: a.cu\n two\n-three\n+four\n+five\n", f.path).files["a.cu"] ==
          "one\ntwo\ntwo\nfour\nfive\n");
    CHECK(mutant_parse("a", head + "file: a.cu\n-one\n@@\n-three\n", f.path).files["a.cu"] == "two\ntwo\n");
    CHECK(contains(refusal(head + "file: a.cu\n-two\n"), "more than one place"));
    CHECK(contains(refusal(head + "file: a.cu\n-thre\n"), "no place"));
    CHECK(contains(refusal(head + "file: a.cu\n one\n"), "nothing changes"));
    CHECK(contains(refusal(head + "file: b.cu\n-one\n"), "b.cu"));
    CHECK(contains(refusal("part: 1\nfile: a.cu\n-one\n"), "is missing"));
    CHECK(contains(refusal(head + "colour: red\n"), "unknown line"));
    CHECK(contains(refusal(head + "file: a.cu\n-one\nnonsense\n"), "not a line of a mutant"));
}

TEST_CASE("mutants: a sample is caught" * doctest::skip(SLOW_IN_DOUBLE))
{
    if (!here()) return;
    std::vector<mutant_t> sample;
    for (const char *name : {"order_copied_once", "update_no_guard", "update_cpu_pass", "forward_second_barrier",
                             "softmax_of_batch", "back_slope_forgotten", "bias_race", "counts_transposed"})
        sample.push_back(read_mutant(name));
    check_caught(sample);
}

TEST_CASE("mutants: all are caught" * doctest::skip())
{
    if (!here()) return;
    const char *one = getenv("MUTANT");
    std::vector<mutant_t> all;
    for (const std::string &name : mutant_names("tests/mutants"))
        if (!one || contains(" " + std::string(one) + " ", " " + name + " ")) all.push_back(read_mutant(name));
    CHECK((one || all.size() >= 40));
    std::vector<verdict_t> verdicts = check_caught(all);
    if (!one) file_write("lab/results/mutants.md", table_text(all, verdicts));
}
