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
    std::string text = clean_text(profile_origin(p));
    while (!text.empty() && text.back() == '.') text.pop_back();
    text[0] = (char)toupper((unsigned char)text[0]);
    return " " + text + ". From " + file + ".";
}

static std::string program_text(const profile_t *p)
{
    return clean_text(p->program, 60) + (p->options.empty() ? "" : " " CODE + clean_text(p->options, 160) + END) +
           " on " + clean_text(p->device, 120);
}

static void kernels_table(section_t *s, const profile_t *p, const std::string &file)
{
    double all = seconds_of(p->kernels);
    std::vector<std::vector<std::string>> cells = {{"kernel", "in", "where", "launches", "bytes moved",
                                                    "share of the time", "sectors a request", "of the bytes used",
                                                    "passes over the least"}};
    for (const kernel_t &k : p->kernels)
        cells.push_back({clean_text(k.name, 60), clean_text(k.pass, 40), file_of(k.file), number3(k.launches),
                         number3(k.bytes), std::isfinite(k.seconds) ? percent_text(k.seconds, all) : "–",
                         number3(k.sectors_per_request),
                         std::isfinite(k.efficiency) ? percent_text(k.efficiency, 1) : "–", number3(k.conflicts)});
    add_table(s,
              "Kernels of " + program_text(p) +
                  ". Counted: bytes between kernel and global memory, sectors of 32 bytes that a request of a warp "
                  "needs, the "
                  "part of their bytes that is used, passes through shared memory over the least possible (bank "
                  "conflicts). Share of the time:" +
                  origin_text(p, file),
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
    add_table(
        s, "Passes of " + program_text(p) + ": all their kernels together. Share of the time:" + origin_text(p, file),
        cells);
}

static void copies_table(section_t *s, const profile_t *p, const std::string &file)
{
    if (!std::isfinite(p->to_device) && !std::isfinite(p->to_host)) return;
    add_table(s, "Copies between host and device, of the whole run. Counted. From " + file + ".",
              {{"direction", "copies", "bytes"},
               {"to the device", number3(p->copies_to_device), number3(p->to_device)},
               {"to the host", number3(p->copies_to_host), number3(p->to_host)}});
}

static void profile_finding(report_t *r, section_t *s, const profile_t *p)
{
    const std::vector<kernel_t> &kernels = p->passes.empty() ? p->kernels : p->passes;
    const kernel_t *largest = NULL;
    double all = seconds_of(kernels);
    for (const kernel_t &k : kernels)
        if (std::isfinite(k.seconds) && (!largest || k.seconds > largest->seconds)) largest = &k;
    if (!largest || all <= 0) return;
    double balance = p->peak_flops / p->peak_bytes, intensity = largest->flops / largest->bytes;
    std::string text = clean_text(p->program, 60) + " on " + clean_text(p->device, 120) + ": " +
                       clean_text(largest->name, 60) + " takes " + percent_text(largest->seconds, all) +
                       " of the time of all " + (p->passes.empty() ? "kernels" : "passes");
    if (!p->model.empty()) text += " (modelled, not measured)";
    if (std::isfinite(balance) && std::isfinite(intensity))
        text += "; it does " + number3(intensity) + " operations for a byte, and " +
                (intensity < balance ? "below " : "above ") + number3(balance) +
                (intensity < balance ? " memory is the limit there, not arithmetic" : " arithmetic is the limit there");
    add_finding(r, s, text + ".");
}

static void one_profile(report_t *r, section_t *s, const profile_t *p, const std::string &file, const std::string &id)
{
    profile_finding(r, s, p);
    add_figure(s, "shares-" + id,
               "Share of each kernel in the time of all kernels, of " + program_text(p) + "." + origin_text(p, file),
               {profile_shares(p)});
    add_figure(s, "timeline-" + id,
               "Timeline of " + program_text(p) + ", a row a stream: kernels and copies of a few steps." +
                   origin_text(p, file),
               {profile_timeline(p)});
    kernels_table(s, p, file);
    passes_table(s, p, file);
    copies_table(s, p, file);
}

void report_profiles(report_t *r, const std::vector<profile_t> *all, const std::vector<std::string> *paths)
{
    section_t *s = report_section(r, "kernels", "Where the time of a step goes");
    add_question(
        s, "How is the work of each kernel divided into blocks and threads, and why so? Which array does it read along "
           "rows, which along columns?");
    if (all->empty()) add_missing(s, "No kernel was looked at yet", "make profile");
    std::string from;
    for (size_t i = 0; i < all->size(); i++) {
        const profile_t *p = &(*all)[i];
        from += std::string(i ? "; " : "") + clean_text(p->device, 80) + ", roof " + clean_text(p->peak_from, 80) +
                ", points " + (p->model.empty() ? "measured" : "modelled, not measured");
    }
    add_figure(
        s, "roofline",
        "Roofline: operations a second against operations for a byte of global memory, both logarithmic. A point is a "
        "kernel, or a pass with all its kernels. " +
            from + ".",
        {profile_roofline(all)});
    for (size_t i = 0; i < all->size(); i++) one_profile(r, s, &(*all)[i], file_of((*paths)[i]), std::to_string(i + 1));
    add_question(
        s,
        "Which kernel dominates, and why: launches, memory or arithmetic? What did you change, and what did it bring?");
    add_question(s, "Which copies can you do without, and which could go on while a kernel runs?");
}
