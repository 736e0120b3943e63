// [given] report_speedup.cpp: the file of bin/lab speedup as tables and sentences: over the plain CPU program and over the best.
#include "report.h"

#include <algorithm>
#include <cmath>
#include <sstream>

// ---- one timing --------------------------------------------------------------------------------------

bool is_timed(const timing_t *t) { return !t->emulated && t->failed.empty() && t->median > 0; }

std::string way_title(const timing_t *t)
{
    std::string way = clean_text(t->way, 40), where = t->emulated ? ", emulated" : "";
    if (way == "plain") return "CPU, plain";
    if (t->device == "cpu") return "CPU, " + counted_text(t->threads, "thread", "threads");
    std::string gpus = t->gpus > 1 ? format(", %d GPUs", t->gpus) : "";
    return (way.rfind("reference", 0) == 0 ? "CUDA, reference" : "CUDA") + gpus + where;
}

std::string ratio_text(const ratio_t &r)
{
    if (!std::isfinite(r.value)) return "–";
    if (!std::isfinite(r.low) || !std::isfinite(r.high)) return number3(r.value);
    return number3(r.value) + " [" + number3(r.low) + ", " + number3(r.high) + "]";
}

static std::string time_cell(const timing_t *t)
{
    if (!t->failed.empty()) return "failed: " + clean_text(t->failed, 80);
    if (t->emulated) return "emulated: no time";
    if (!is_timed(t)) return "–";
    if (!std::isfinite(t->low) || !std::isfinite(t->high)) return seconds_text(t->median);
    double unit = t->median < 0.9995e-3 ? 1e-6 : t->median < 0.9995 ? 1e-3 : 1;
    return number3(t->median / unit) + " [" + number3(t->low / unit) + ", " + number3(t->high / unit) + "]" +
           (unit == 1      ? " s"
            : unit == 1e-3 ? " ms"
                           : " µs");
}

static ratio_t ratio_over(const timing_t *slow, const timing_t *fast)
{
    if (!slow || !is_timed(slow) || !is_timed(fast)) return {NAN, NAN, NAN};
    if (slow == fast) return {1, NAN, NAN};
    return timing_ratio(slow, fast);
}

// ---- tables ------------------------------------------------------------------------------------------

static std::string sweep_title(const std::string &sweep)
{
    return sweep == "batch"     ? "by batch size"
           : sweep == "hidden"  ? "by width of the hidden layers"
           : sweep == "threads" ? "by threads"
           : sweep == "rows"    ? "by rows of the data"
                                : clean_text(sweep, 40);
}

// Of one thing that a setting consists of: whether all timings have the same, and the cell of a timing.
struct table_column_t {
    const char *title;
    std::string (*cell)(const timing_t *t);
    bool is_same;
};

static std::vector<table_column_t> columns_of(const std::vector<const timing_t *> &of)
{
    std::vector<table_column_t> columns = {
        {"rows", [](const timing_t *t) { return number3(t->rows); }, true},
        {"batch", [](const timing_t *t) { return number3(t->batch); }, true},
        {"layers", [](const timing_t *t) { return clean_text(t->layers, 60); }, true}};
    for (table_column_t &c : columns)
        for (const timing_t *t : of) c.is_same &= c.cell(t) == c.cell(of[0]);
    return columns;
}

static std::string repeats_text(const std::vector<const timing_t *> &of)
{
    size_t least = SIZE_MAX, most = 0;
    for (const timing_t *t : of)
        if (is_timed(t)) least = std::min(least, t->runs.size()), most = std::max(most, t->runs.size());
    if (most == 0) return "";
    return least == most ? format("n = %zu runs", most) : format("n = %zu to %zu runs", least, most);
}

static std::vector<const timing_t *> timings_of(const speedup_t *s, const std::string &sweep)
{
    std::vector<const timing_t *> of;
    for (const timing_t &t : s->timings)
        if (t.sweep == sweep) of.push_back(&t);
    return of;
}

static std::vector<std::string> speedup_row(const speedup_t *s, const timing_t *t,
                                            const std::vector<table_column_t> &columns)
{
    std::vector<std::string> row;
    for (const table_column_t &c : columns)
        if (!c.is_same) row.push_back(c.cell(t));
    for (const std::string &cell :
         {way_title(t), time_cell(t), ratio_text(ratio_over(timing_find(&s->timings, t, "plain"), t)),
          ratio_text(ratio_over(timing_best_cpu(&s->timings, t), t)), number3(t->value)})
        row.push_back(cell);
    return row;
}

static void speedup_table(section_t *section, const speedup_t *s, const std::string &sweep, const std::string &file)
{
    std::vector<const timing_t *> of = timings_of(s, sweep);
    if (of.empty()) return;
    std::vector<table_column_t> columns = columns_of(of);
    std::vector<std::string> head;
    std::string common;
    for (const table_column_t &c : columns)
        if (!c.is_same) head.push_back(c.title);
        else common += std::string(c.title) + " " + c.cell(of[0]) + ", ";
    for (const char *title : {"program", "time of an epoch", "times as fast as the plain CPU program",
                              "times as fast as the best CPU program"})
        head.push_back(title);
    head.push_back(of[0]->metric.empty() ? "metric" : metric_title(of[0]->metric));
    std::vector<std::vector<std::string>> cells = {head};
    bool emulated = false;
    for (const timing_t *t : of) {
        emulated |= t->emulated;
        cells.push_back(speedup_row(s, t, columns));
    }
    drop_empty_columns(&cells);
    std::string repeats = repeats_text(of);
    add_table(
        section,
        "Time of an epoch " + sweep_title(sweep) + ": " + common +
            (repeats.empty() ? "nothing timed" : "median of " + repeats) +
            ", in brackets its 95 % confidence interval. The plain CPU program uses one thread and simple loops; the "
            "best "
            "is the fastest of the other CPU programs in the same setting. Above 1 is faster; an interval that holds "
            "1 shows no difference." +
            (emulated ? " Emulated: kernels ran on the CPU, which gives no time and no speed-up." : "") + " From " +
            file + ".",
        cells);
}

static void counters_table(section_t *section, const speedup_t *s, const std::string &file)
{
    std::vector<std::vector<std::string>> cells = {
        {"rows", "batch", "layers", "program", "launches a step", "sectors a step", "bytes copied an epoch"}};
    for (const timing_t &t : s->timings)
        if (std::isfinite(t.kernels_per_step) || std::isfinite(t.sectors_per_step) ||
            std::isfinite(t.copied_per_epoch)) {
            std::vector<std::string> row = {number3(t.rows),
                                            number3(t.batch),
                                            clean_text(t.layers, 60),
                                            way_title(&t),
                                            number3(t.kernels_per_step),
                                            number3(t.sectors_per_step),
                                            number3(t.copied_per_epoch)};
            if (std::find(cells.begin(), cells.end(), row) == cells.end()) cells.push_back(row);
        }
    if (cells.size() == 1) return;
    add_table(
        section,
        "What the emulator counted: kernel launches and sectors (of 32 bytes, read or written in global memory) of a "
        "training step, bytes copied between host and device in an epoch. These are counts, exact and the same "
        "on every machine; they are no time. From " +
            file + ".",
        cells);
}

// Of the largest setting: loading, copies, kernels, and all of it.
static void parts_table(section_t *section, const speedup_t *s, const std::string &file)
{
    const timing_t *largest = NULL;
    for (const timing_t &t : s->timings)
        if (is_timed(&t) && std::isfinite(t.total) && t.sweep != "threads" &&
            (!largest || t.rows > largest->rows || (t.rows == largest->rows && t.batch > largest->batch)))
            largest = &t;
    if (!largest) return;
    std::vector<std::vector<std::string>> cells = {
        {"program", "reading the data", "copies", "kernels", "rest", "whole run"}};
    for (const timing_t &t : s->timings) {
        if (!is_timed(&t) || t.sweep != largest->sweep || t.rows != largest->rows || t.batch != largest->batch ||
            t.layers != largest->layers || !std::isfinite(t.total))
            continue;
        double rest = t.total;
        for (double part : {t.loading, t.transfer, t.kernels}) rest -= std::isfinite(part) ? part : 0;
        cells.push_back({way_title(&t), seconds_text(t.loading), seconds_text(t.transfer), seconds_text(t.kernels),
                         seconds_text(std::max(0.0, rest)), seconds_text(t.total)});
    }
    add_table(section,
              "Where the time of a whole run goes: " + counted_text(largest->rows, "row", "rows") +
                  format(", batch %d, layers ", largest->batch) + clean_text(largest->layers, 60) +
                  ". Medians of all runs. Speed-up above is of the epoch alone; to count reading and copying too, "
                  "compare the "
                  "last column. From " +
                  file + ".",
              cells);
}

// ---- sentences ---------------------------------------------------------------------------------------

static std::string verdict(const ratio_t &r)
{
    if (!std::isfinite(r.low) || !std::isfinite(r.high))
        return number3(r.value) + " times as fast (too few runs for an interval) as";
    if (r.low > 1)
        return number3(r.value) + " times as fast (95 % interval " + number3(r.low) + " to " + number3(r.high) + ") as";
    if (r.high < 1)
        return number3(1 / r.value) + " times as slow (95 % interval " + number3(1 / r.high) + " to " +
               number3(1 / r.low) + ") as";
    return "not told apart in speed (" + number3(r.value) + ", 95 % interval " + number3(r.low) + " to " +
           number3(r.high) + ") from";
}

static std::string setting_text(const timing_t *t)
{
    return counted_text(t->rows, "row", "rows") + format(", batch %d, layers ", t->batch) + clean_text(t->layers, 60);
}

// Of one way: where it gains most and least over the best CPU program.
static void way_finding(lab_report_t *r, section_t *section, const speedup_t *s, const std::string &way)
{
    const timing_t *most = NULL, *least = NULL;
    ratio_t high = {-INFINITY, 0, 0}, low = {INFINITY, 0, 0};
    for (const timing_t &t : s->timings) {
        if (t.way != way) continue;
        ratio_t over = ratio_over(timing_best_cpu(&s->timings, &t), &t);
        if (!std::isfinite(over.value)) continue;
        if (over.value > high.value) high = over, most = &t;
        if (over.value < low.value) low = over, least = &t;
    }
    if (!most) return;
    ratio_t plain = ratio_over(timing_find(&s->timings, most, "plain"), most);
    std::string text = way_title(most) + ": an epoch is " + verdict(high) + " the best CPU program with " +
                       setting_text(most);
    if (std::isfinite(plain.value)) text += ", and " + verdict(plain) + " the plain one";
    if (least != most) text += ". With " + setting_text(least) + " it is " + verdict(low) + " the best CPU program";
    add_finding(r, section, text + ".");
}

static void thread_finding(lab_report_t *r, section_t *section, const speedup_t *s)
{
    const timing_t *best = NULL;
    ratio_t gain = {-INFINITY, 0, 0};
    for (const timing_t &t : s->timings) {
        if (t.sweep != "threads" || t.device != "cpu" || t.threads < 2) continue;
        ratio_t over = ratio_over(timing_find(&s->timings, &t, "cpu"), &t);
        if (std::isfinite(over.value) && over.value > gain.value) gain = over, best = &t;
    }
    if (best)
        add_finding(r, section,
                    "CPU with " + setting_text(best) + format(": %d threads are ", best->threads) + verdict(gain) +
                        format(" one thread; ideal would be %d times.", best->threads));
}

static void device_findings(lab_report_t *r, section_t *section, const speedup_t *s)
{
    std::vector<std::string> ways;
    for (const timing_t &t : s->timings)
        if (t.device != "cpu" && std::find(ways.begin(), ways.end(), t.way) == ways.end()) ways.push_back(t.way);
    for (const std::string &way : ways) way_finding(r, section, s, way);
    thread_finding(r, section, s);
    if (s->emulated)
        add_finding(r, section,
                    "The CUDA programs ran on the emulator: what it counted is here, but there is no time of theirs "
                    "and no speed-up over the CPU. Both need a GPU.");
}

void report_speedup(lab_report_t *r, const speedup_t *s, const std::string &path)
{
    section_t *section = report_section(r, "speedup", "Speed-up");
    add_question(section,
                 "What do the two programs have in common, and what not: data, order of rows, precision, number of "
                 "epochs, result? What is in the time and what is not?");
    if (!s) {
        add_missing(section, "Nothing was timed yet", "make speedup");
        add_question(section, "Over which CPU program would you give the speed-up, and why over two of them?");
        return;
    }
    std::string file = file_of(path);
    add_text(section, "Data: " + clean_text(s->data) + ". Numbers: " + clean_text(s->real, 20) + ".");
    for (const std::string &note : s->notes) add_text(section, clean_text(note));
    device_findings(r, section, s);
    std::vector<std::string> sweeps = {"rows", "batch", "hidden", "threads"};
    for (const timing_t &t : s->timings)
        if (std::find(sweeps.begin(), sweeps.end(), t.sweep) == sweeps.end()) sweeps.push_back(t.sweep);
    report_sweeps(section, s);
    for (const std::string &sweep : sweeps) speedup_table(section, s, sweep, file);
    parts_table(section, s, file);
    counters_table(section, s, file);
    add_question(section,
                 "From which batch size, number of rows or width on is the GPU faster than the best CPU program? What "
                 "limits it below that, and what above?");
    add_question(section,
                 "How much faster can it become at most, by what part of the work cannot run in parallel? (Amdahl, "
                 "1967)");
}
