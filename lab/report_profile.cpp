// [given] report_profile.cpp: the files of bin/lab profile as figures and tables.
#include "report.h"

#include <algorithm>
#include <cmath>

static void kernels_table(section_t *s, const profile_t *p, const std::string &file)
{
    double all = 0;
    for (const kernel_t &k : p->kernels) all += std::isfinite(k.seconds) ? k.seconds : 0;
    std::vector<std::vector<std::string>> cells = {{"kernel", "where", "launches", "bytes", "operations",
                                                    "operations a byte", "share of the time", "sectors a request",
                                                    "bytes used", "conflicts"}};
    for (const kernel_t &k : p->kernels)
        cells.push_back({clean_text(k.name, 60), file_of(k.file), number3(k.launches), number3(k.bytes),
                         number3(k.flops), number3(k.flops / k.bytes),
                         std::isfinite(k.seconds) ? percent_text(k.seconds, all) : "–", number3(k.sectors_per_request),
                         std::isfinite(k.efficiency) ? percent_text(k.efficiency, 1) : "–", number3(k.conflicts)});
    std::string times = p->model.empty() ? "Times are measured." : "Shares of time: " + clean_text(p->model) + ".";
    add_table(s,
              "Kernels of " + clean_text(p->program, 60) + " " + clean_text(p->options, 160) + " on " +
                  clean_text(p->device, 120) + ". " + times +
                  " Conflicts: passes through shared memory over the least "
                  "possible. From " +
                  file + ".",
              cells);
}

static void one_profile(report_t *r, section_t *s, const profile_t *p, const std::string &file, const std::string &id)
{
    std::string what = clean_text(p->program, 60) + " on " + clean_text(p->device, 120);
    std::string times = p->model.empty() ? " Times are measured." : " No measured times: " + clean_text(p->model) + ".";
    add_figure(s, "kernels-" + id,
               "Share of each kernel in the time of all kernels, of " + what + "." + times + " From " + file + ".",
               {profile_shares(p)});
    add_figure(s, "timeline-" + id,
               "Timeline of " + what + ", a row a stream: kernels and copies of a few steps." + times + " From " +
                   file + ".",
               {profile_timeline(p)});
    kernels_table(s, p, file);
    add_table(s, "Copies between host and device, of the whole run. From " + file + ".",
              {{"direction", "copies", "bytes"},
               {"to the device", number3(p->copies_to_device), number3(p->to_device)},
               {"to the host", number3(p->copies_to_host), number3(p->to_host)}});
    const kernel_t *largest = NULL;
    double all = 0;
    for (const kernel_t &k : p->kernels) {
        if (!std::isfinite(k.seconds)) continue;
        all += k.seconds;
        if (!largest || k.seconds > largest->seconds) largest = &k;
    }
    if (!largest || all <= 0) return;
    double balance = p->peak_flops / p->peak_bytes, intensity = largest->flops / largest->bytes;
    std::string text = what + ": " + clean_text(largest->name, 60) + " takes " + percent_text(largest->seconds, all) +
                       " of the time of all kernels";
    if (!p->model.empty()) text += " by the model (" + clean_text(p->model) + "; nothing was measured)";
    if (std::isfinite(balance) && std::isfinite(intensity))
        text += "; it does " + number3(intensity) + " operations for a byte, and below " + number3(balance) +
                " memory is the limit, not arithmetic";
    add_finding(r, s, text + ".");
}

void report_profiles(report_t *r, const std::vector<profile_t> *all, const std::vector<std::string> *paths)
{
    section_t *s = report_section(r, "kernels", "Where the time of a step goes");
    add_question(
        s, "How is the work of each kernel divided into blocks and threads, and why so? Which array does it read along "
           "rows, which along columns?");
    if (all->empty()) {
        add_missing(s, "No kernel was looked at yet", "make profile");
    } else {
        std::string from;
        for (const profile_t &p : *all)
            if (!p.peak_from.empty() && from.find(p.peak_from) == std::string::npos)
                from += (from.empty() ? "" : "; ") + p.peak_from;
        bool measured = std::all_of(all->begin(), all->end(), [](const profile_t &p) { return p.model.empty(); });
        add_figure(s, "roofline",
                   std::string("Roofline: operations a second against operations for a byte of global memory, both "
                               "logarithmic; a point a kernel. The roof is what the device can do at most (") +
                       clean_text(from) + ")." +
                       (measured ? ""
                                 : " Where kernels were emulated their height is no measurement: see the caption of "
                                   "the shares."),
                   {profile_roofline(all)});
        for (size_t i = 0; i < all->size(); i++)
            one_profile(r, s, &(*all)[i], file_of((*paths)[i]), std::to_string(i + 1));
    }
    add_question(
        s,
        "Which kernel dominates, and why: launches, memory or arithmetic? What did you change, and what did it bring?");
    add_question(s, "Which copies can you do without, and which could go on while a kernel runs?");
}
