// [given] report_profile.cpp: the files of bin/lab profile as figures and tables.
#include "report.h"

#include <algorithm>
#include <cmath>

static double seconds_of(const std::vector<kernel_t> &kernels)
{
    double all = 0;
    for (const kernel_t &k : kernels) all += std::isfinite(k.seconds) ? k.seconds : 0;
    return all;
}

static std::string origin_text(const profile_t *p, const std::string &file)
{
    return std::string(p->model.empty() ? " Times are measured" : " Times are modelled, not measured") + ". From " +
           file + ".";
}

static std::string device_text(const profile_t *p)
{
    return clean_text(p->program, 60) + (p->model.empty() ? " on " : " on a model of ") + clean_text(p->device, 120);
}

static std::string program_text(const profile_t *p)
{
    return device_text(p) + (p->options.empty() ? "" : " (" + clean_text(p->options, 160) + ")");
}

// The CPU trainer's passes: nothing counts them, and nothing is launched.
static bool is_cpu(const profile_t *p) { return p->program == "the CPU trainer"; }

static void kernels_table(section_t *s, const profile_t *p, const std::string &file)
{
    double all = seconds_of(p->kernels);
    bool counted = std::any_of(p->kernels.begin(), p->kernels.end(),
                               [](const kernel_t &k) { return std::isfinite(k.sectors_per_request); });
    std::vector<std::vector<std::string>> cells = {{"kernel", "in", "where", "launches", "bytes moved",
                                                    "share of the time", "sectors a request", "of the bytes used",
                                                    "passes over the least"}};
    for (const kernel_t &k : p->kernels)
        cells.push_back({clean_text(k.name, 60), clean_text(k.pass, 40), file_of(k.file), number3(k.launches),
                         number3(k.bytes), std::isfinite(k.seconds) ? percent_text(k.seconds, all) : "–",
                         number3(k.sectors_per_request),
                         std::isfinite(k.efficiency) ? percent_text(k.efficiency, 1) : "–", number3(k.conflicts)});
    drop_empty_columns(&cells);
    std::string what = counted
                           ? " Counted: bytes between kernel and global memory, sectors of 32 bytes that a request of "
                             "a warp needs, the part of their bytes that is used, passes through shared memory over "
                             "the least possible (bank conflicts)."
                       : is_cpu(p) ? " Bytes: of one batch, each array of a pass read and written once."
                                   : "";
    add_table(s, (is_cpu(p) ? "Passes of " : "Kernels of ") + program_text(p) + "." + what + origin_text(p, file),
              cells);
}

// Where operations are known of passes, not of kernels.
static void passes_table(section_t *s, const profile_t *p, const std::string &file)
{
    if (p->passes.empty()) return;
    double all = seconds_of(p->passes);
    std::vector<std::vector<std::string>> cells = {
        {"pass", "launches", "operations", "bytes moved", "operations a byte", "share of the time"}};
    for (const kernel_t &k : p->passes)
        cells.push_back({clean_text(k.name, 60), number3(k.launches), number3(k.flops), number3(k.bytes),
                         number3(k.flops / k.bytes), std::isfinite(k.seconds) ? percent_text(k.seconds, all) : "–"});
    add_table(s, "Passes of " + program_text(p) + ": all their kernels together." + origin_text(p, file), cells);
}

static void copies_table(section_t *s, const profile_t *p, const std::string &file)
{
    if (!(p->copies_to_device > 0) && !(p->copies_to_host > 0)) return;
    add_table(s, "Copies between host and device, of the whole run. Counted. From " + file + ".",
              {{"direction", "copies", "bytes"},
               {"to the device", number3(p->copies_to_device), number3(p->to_device)},
               {"to the host", number3(p->copies_to_host), number3(p->to_host)}});
}

// What the roofline says of a kernel: how long memory and arithmetic would take alone, and how long it takes.
static std::string limit_text(const profile_t *p, const kernel_t *k)
{
    double memory = k->bytes / p->peak_bytes, arithmetic = k->flops / p->peak_flops,
           roof = std::max(memory, arithmetic);
    if (!std::isfinite(memory) || !std::isfinite(arithmetic) || !(roof > 0)) return "";
    double times = k->seconds / roof;
    std::string limit = memory > arithmetic ? "memory" : "arithmetic";
    if (times < 0.9 && memory > arithmetic) return "; that is less than the main memory would take, so a cache helps";
    if (times < 0.9) return "; that is less than its arithmetic would take at the peak, so the peak is set too low";
    if (times < 2) return "; " + limit + " is its limit: it takes " + number3(times) + " times as long as that alone";
    return "; that is " + number3(times) + " times as long as " + limit +
           " alone would take, so something else is its limit" +
           (is_cpu(p) ? "" : ", launches or waiting for instance");
}

static void profile_finding(lab_report_t *r, section_t *s, const profile_t *p)
{
    const std::vector<kernel_t> &kernels = p->passes.empty() ? p->kernels : p->passes;
    const kernel_t *largest = NULL;
    double all = seconds_of(kernels);
    for (const kernel_t &k : kernels)
        if (std::isfinite(k.seconds) && (!largest || k.seconds > largest->seconds)) largest = &k;
    if (!largest || all <= 0) return;
    std::string text = (is_cpu(p) ? "T" + device_text(p).substr(1) : device_text(p)) + ": " +
                       clean_text(largest->name, 60) + " takes " + percent_text(largest->seconds, all) +
                       (p->model.empty() ? " of the measured time" : " of the modelled time (nothing was measured)");
    add_finding(r, s, text + limit_text(p, largest) + ".");
}

static void one_profile(lab_report_t *r, section_t *s, const profile_t *p, const std::string &file,
                        const std::string &id)
{
    profile_finding(r, s, p);
    std::string origin = clean_text(profile_origin(p), 1200);
    origin[0] = (char)toupper((unsigned char)origin[0]);
    if (origin.back() != '.') origin += '.';
    if (!p->model.empty()) add_text(s, "Times of " + device_text(p) + ". " + origin);
    add_figure(s, "shares-" + id,
               std::string(is_cpu(p) ? "Share of each pass in the time of all"
                                     : "Share of each kernel in the time of all kernels") +
                   ", of " + program_text(p) + "." + origin_text(p, file),
               {profile_shares(p)});
    add_figure(s, "timeline-" + id,
               "Timeline of " + program_text(p) + ", a row a stream: kernels and copies of a few steps." +
                   origin_text(p, file),
               {profile_timeline(p)});
    kernels_table(s, p, file);
    passes_table(s, p, file);
    copies_table(s, p, file);
}

void report_profiles(lab_report_t *r, const std::vector<profile_t> *all, const std::vector<std::string> *paths)
{
    section_t *s = report_section(r, "kernels", "Where the time of a step goes");
    add_question(
        s, "How is the work of each kernel divided into blocks and threads, and why so? Which array does it read along "
           "rows, which along columns?");
    if (all->empty()) add_missing(s, "No kernel was looked at yet", "make profile");
    std::string from;
    for (size_t i = 0; i < all->size(); i++) {
        const profile_t *p = &(*all)[i];
        from += std::string(i ? "; " : "") + clean_text(p->device, 80) + ", roof " +
                (p->peak_from.empty() ? "not known" : clean_text(p->peak_from, 80)) + ", points " +
                (p->model.empty() ? "measured" : "modelled, not measured");
    }
    add_figure(
        s, "roofline",
        "Roofline: operations a second against operations for a byte of global memory, both logarithmic. A point is a "
        "kernel, or a pass with all its kernels; above the slope its data came from a cache. " +
            from + ".",
        {profile_roofline(all)});
    for (size_t i = 0; i < all->size(); i++) one_profile(r, s, &(*all)[i], file_of((*paths)[i]), std::to_string(i + 1));
    add_question(
        s,
        "Which kernel dominates, and why: launches, memory or arithmetic? What did you change, and what did it bring?");
    add_question(s, "Which copies can you do without, and which could go on while a kernel runs?");
}
