// [given] report.cpp: bin/lab report: one page, its PDF and a text to start from, of what lies in a folder or is named.
#include "report.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lab.h"
#include "plot.h"
#include "text.h"

namespace fs = std::filesystem;

static struct {
    std::string runs = "runs", out = "runs/report", speedup, title = "Training a neural network on CPU and GPU", author;
    std::vector<std::string> logs, jsons, models, datasets, profiles, searches;
    bool force = false, no_pdf = false;
} o;

// ---- what there is -----------------------------------------------------------------------------------

static std::string lower(std::string s)
{
    for (char &c : s) c = (char)tolower((unsigned char)c);
    return s;
}

// datasets/NAME_test.csv for runs/NAME.model and runs/NAME_more.model, whatever the letters' case; "": there is none.
static std::string dataset_of(const std::string &model)
{
    if (!fs::is_directory("datasets")) return "";
    std::string name = lower(fs::path(model).stem().string());
    while (!name.empty()) {
        for (const auto &entry : fs::directory_iterator("datasets"))
            if (lower(entry.path().filename().string()) == name + "_test.csv") return entry.path().string();
        size_t end = name.find_last_of("_-.");
        name.resize(end == std::string::npos ? 0 : end);
    }
    return "";
}

static std::string format_of(const std::string &path)
{
    nlohmann::json j = nlohmann::json::parse(file_read(path), NULL, false);
    return j.is_object() && j.contains("format") && j["format"].is_string() ? j["format"].get<std::string>() : "";
}

static void look_at(const std::string &path)
{
    if (ends_with(path, ".log.csv")) o.logs.push_back(path);
    else if (ends_with(path, ".model") && !dataset_of(path).empty()) {
        o.models.push_back(path);
        o.datasets.push_back(dataset_of(path));
    } else if (ends_with(path, ".json")) {
        std::string format = format_of(path);
        if (format.rfind("nn speedup", 0) == 0) {
            if (o.speedup.empty() || ends_with(path, "/speedup.json")) o.speedup = path;
        } else if (format.rfind("nn-profile", 0) == 0) o.profiles.push_back(path);
        else if (tested_is_json(path)) o.jsons.push_back(path);
    }
}

// A file that was named must be right; one that was found only warns.
template <typename F> static void take(bool is_named, F read)
{
    try {
        read();
    } catch (const nn_error_t &e) {
        if (is_named) throw;
        warn("%s\n         it is left out", e.what());
    }
}

// All that is known to be of the kit, in order of names; scores of a model that is tested here again are left out.
static void look_around(void)
{
    std::vector<std::string> files;
    std::error_code none;  // of a link that leads nowhere
    if (fs::is_directory(o.runs))
        for (const auto &entry : fs::directory_iterator(o.runs))
            if (entry.is_regular_file(none)) files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    for (const std::string &path : files) take(false, [&] { look_at(path); });
    if (fs::is_directory(o.runs + "/sweep", none))
        for (const auto &entry : fs::directory_iterator(o.runs + "/sweep"))
            if (fs::exists(entry.path() / "table.md", none)) o.searches.push_back(entry.path().string());
    std::sort(o.searches.begin(), o.searches.end());
    auto is_tested = [](const std::string &json) {
        std::string model = json.substr(0, json.size() - 5) + ".model";
        return std::find(o.models.begin(), o.models.end(), model) != o.models.end();
    };
    o.jsons.erase(std::remove_if(o.jsons.begin(), o.jsons.end(), is_tested), o.jsons.end());
}

struct found_files_t {
    std::vector<log_t> logs;
    std::vector<tested_t> tested;
    std::vector<profile_t> profiles;
    std::vector<std::string> profile_paths;
    std::vector<search_t> searches;
    speedup_t speedup;
    bool has_speedup;
};

static void gather(found_files_t *f)
{
    if (o.models.size() != o.datasets.size())
        die_usage(
            "--model and --dataset: %zu and %zu files, expected as many of one as of the other\nhint: --model a.model "
            "--dataset a_test.csv --model b.model --dataset b_test.csv",
            o.models.size(), o.datasets.size());
    bool named = !(o.logs.empty() && o.jsons.empty() && o.models.empty() && o.speedup.empty() && o.profiles.empty() &&
                   o.searches.empty());
    if (!named) look_around();
    for (const std::string &path : o.logs) take(named, [&] { f->logs.push_back(log_read(path)); });
    for (size_t i = 0; i < o.models.size(); i++)
        take(named, [&] { f->tested.push_back(tested_make(o.models[i], o.datasets[i])); });
    for (const std::string &path : o.jsons) take(named, [&] { f->tested.push_back(tested_read(path)); });
    for (const std::string &path : o.profiles)
        take(named, [&] {
            f->profiles.push_back(profile_read(path));
            f->profile_paths.push_back(path);
        });
    for (const std::string &folder : o.searches) take(named, [&] { f->searches.push_back(search_read(folder)); });
    f->has_speedup = false;
    if (!o.speedup.empty())
        take(named, [&] {
            f->speedup = speedup_read(o.speedup);
            f->has_speedup = true;
        });
}

// ---- the report --------------------------------------------------------------------------------------

static std::string today(void)
{
    time_t now = time(NULL);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%d", localtime(&now));
    return text;
}

// Findings stand in the order in which they were made, sections as a reader wants them.
static int place_of(const section_t &s)
{
    static const char *const order[] = {"task",    "training", "search",  "test",
                                        "speedup", "kernels",  "machine", "discussion"};
    return (int)(std::find(std::begin(order), std::end(order), s.id) - order);
}

static lab_report_t put_together(const found_files_t *f)
{
    lab_report_t r = {clean_text(o.title), clean_text(o.author), today(), {}, {}};
    r.sections.reserve(8);
    const speedup_t *speedup = f->has_speedup ? &f->speedup : NULL;
    section_t *task = report_section(&r, "task", "Task and strategy");
    add_question(task, "What is to be computed, on which data, and what has to come out of it?");
    add_question(task,
                 "Which parts of the CPU program take the time, and which of them can run in parallel: over rows, "
                 "neurons, weights? Which cannot?");
    add_question(task, "Which arrays live on the device, for how long, and why?");
    if (!plot_is_there()) add_missing(task, "gnuplot is not installed, so there are no plots", "make deps");
    report_speedup(&r, speedup, o.speedup);
    report_profiles(&r, &f->profiles, &f->profile_paths);
    report_tested(&r, &f->tested);
    report_searches(&r, &f->searches);
    report_logs(&r, &f->logs);
    report_machine(&r, &f->logs, speedup);
    section_t *end = report_section(&r, "discussion", "Discussion");
    add_question(end,
                 "What did you expect and not find? Which result would you not rely on, and which measurement would "
                 "settle it?");
    add_question(end, "How do you know that the program on the GPU computes the same as the one on the CPU?");
    std::stable_sort(r.sections.begin(), r.sections.end(),
                     [](const section_t &a, const section_t &b) { return place_of(a) < place_of(b); });
    return r;
}

// ---- files -------------------------------------------------------------------------------------------

static void write_figures(const lab_report_t *r)
{
    fs::path folder = fs::path(o.out) / "figures";
    for (const section_t &s : r->sections)
        for (const block_t &b : s.blocks) {
            if (b.kind != BLOCK_FIGURE) continue;
            fs::create_directories(folder);
            std::vector<std::string> files = figure_files(&b);
            for (size_t i = 0; i < files.size(); i++)
                file_write((folder / files[i]).string(), "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" +
                                                             figure_svg(b.panels[i], "p", b.text) + "\n");
        }
}

// report.NAME.md, report.NAME2.md ...: the first that is nobody's work.
static std::string free_name(const char *name)
{
    for (int n = 1;; n++) {
        std::string path = (fs::path(o.out) / (format("report.%s", name) + (n > 1 ? std::to_string(n) : "") + ".md"))
                               .string();
        if (!fs::exists(path) || is_untouched(file_read(path))) return path;
    }
}

// What a student has written is never lost.
static std::string write_text(const std::string &text)
{
    std::string path = (fs::path(o.out) / "report.md").string();
    bool edited = fs::exists(path) && !is_untouched(file_read(path));
    if (edited && o.force) {
        std::string old = free_name("old");
        fs::rename(path, old);
        printf("kept    %s, which was report.md\n", old.c_str());
    } else if (edited) {
        printf("kept    %s: somebody has written into it; its figures are those of now, its tables are not\n",
               path.c_str());
        path = free_name("new");
    }
    file_write(path, text);
    return path;
}

static void write_pdf(const std::string &html)
{
    std::string pdf = (fs::path(o.out) / "report.pdf").string(), said;
    if (o.no_pdf) return;
    bool done = report_pdf(html, pdf, &said);
    printf("PDF     %s%s\n", done ? (pdf + " ").c_str() : "", said.c_str());
    if (!done && fs::exists(pdf)) printf("        %s is of an earlier report\n", pdf.c_str());
}

static int report_run(void)
{
    found_files_t f;
    gather(&f);
    lab_report_t r = put_together(&f);
    std::error_code failed;
    fs::create_directories(o.out, failed);
    if (failed)
        die("%s: no folder can be made there: %s\nhint: --out another one", o.out.c_str(), failed.message().c_str());
    write_figures(&r);
    std::string html = (fs::path(o.out) / "report.html").string();
    file_write(html, report_html(&r));
    printf("page    %s\n", html.c_str());
    printf("text    %s\n", write_text(report_markdown(&r)).c_str());
    write_pdf(html);
    for (const section_t &s : r.sections)
        for (const block_t &b : s.blocks) {
            std::string text = b.text;
            for (char &c : text)
                if (c == CODE[0] || c == END[0]) c = '`';
            if (b.kind == BLOCK_MISSING) printf("missing %s\n", text.c_str());
        }
    return 0;
}

const command_t report_command = {
    "report",
    "one page, and a text to start from, of logs and measurements",
    {
        {"--runs", &o.runs, "folder in which files are looked for if none is named"},
        {"--out", &o.out, "folder for report.html, report.pdf, report.md, figures/"},
        {"--log", &o.logs, "logs of bin/nn --train --log"},
        {"--json", &o.jsons, "scores of bin/nn --test --json"},
        {"--model", &o.models, "models, each with its --dataset"},
        {"--dataset", &o.datasets, "rows that the model has not seen"},
        {"--speedup", &o.speedup, "file of bin/lab speedup"},
        {"--profile", &o.profiles, "files of bin/lab profile"},
        {"--sweep", &o.searches, "folders of bin/lab sweep"},
        {"--title", &o.title, ""},
        {"--author", &o.author, ""},
        {"--force", &o.force, "write report.md anew though it was edited; the old one becomes report.old.md"},
        {"--no-pdf", &o.no_pdf, "no report.pdf"},
    },
    report_run};
