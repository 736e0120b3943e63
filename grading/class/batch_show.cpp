// [given] batch_show.cpp: what is seen of a batch: a row a submission, a bar with the time left, a summary.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "batch_parts.h"
#include "text.h"
#include "utils.h"

// ---- texts ------------------------------------------------------------------------------------------------

static bool begins_character(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

size_t columns_of(const std::string &text) { return std::count_if(text.begin(), text.end(), begins_character); }

std::string cut_to(const std::string &text, size_t columns)
{
    if (columns_of(text) <= columns) return text;
    size_t at = 0, n = 0;
    for (; at < text.size(); at++)
        if (begins_character(text[at]) && ++n + 3 > columns) break;
    return text.substr(0, at) + std::string("...").substr(0, columns);
}

static std::string padded(const std::string &text, size_t columns)
{
    size_t n = columns_of(text);
    return n < columns ? text + std::string(columns - n, ' ') : cut_to(text, columns);
}

static std::string points_text(double points) { return number_text(std::round(points * 100) / 100); }

// "45 s", "3 min 20 s": for waiting, hundredths are of no use.
static std::string about(double seconds) { return seconds < 60 ? format("%.0f s", seconds) : duration_text(seconds); }

std::string wrapped(const std::string &text, size_t columns, size_t indent)
{
    std::string all, line;
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find(' ', at), text.size());
        std::string word = text.substr(at, end - at);
        if (!line.empty() && columns_of(line) + 1 + columns_of(word) > columns) {
            all += line + "\n";
            line = std::string(indent, ' ') + word;
        } else line += (at > 0 ? " " : "") + word;
        at = end + 1;
    }
    return all + line + "\n";
}

// Not written costs nothing there.
static bool is_bonus_part(const record_t *r, int part)
{
    for (const part_t &p : r->parts)
        if (p.number == part) return p.bonus;
    return false;
}

std::string worst_reason(const record_t *r)
{
    if (r->verdict == NOT_HANDED_IN) return verdict_text(r->verdict);
    if (r->verdict != GRADED) return std::string(verdict_text(r->verdict)) + ": " + printable(first_line(r->why));
    const item_t *worst = NULL, *skipped = NULL;
    size_t n = 0;
    for (const item_t &i : r->items) {
        if (i.outcome == "skipped" && !skipped && !is_bonus_part(r, i.part)) skipped = &i;
        if (i.outcome == "passed" || i.outcome == "skipped") continue;
        n++;
        if (!worst || i.of - i.points > worst->of - worst->points) worst = &i;
    }
    if (!worst) worst = skipped;
    if (!worst) return "";
    return (n > 1 ? format("%zu fail: ", n) : "") + worst->group + ": " + printable(first_line(worst->why));
}

// ---- rows and bar ------------------------------------------------------------------------------------------

size_t screen_width(void)
{
    winsize window = {};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 20 ? window.ws_col : 80;
}

screen_t screen_make(bool quiet, int jobs, const std::vector<submission_t> *submissions)
{
    screen_t s = {quiet, isatty(STDOUT_FILENO) == 1, false, submissions->size(), 0, 0, 2, jobs, clock_now(), 0, 0, 0};
    for (const submission_t &one : *submissions) s.id_width = std::max(s.id_width, columns_of(one.id));
    s.id_width = std::min<size_t>(s.id_width, 24);
    return s;
}

void screen_clear(screen_t *screen)
{
    if (screen->terminal && screen->drawn > 0) printf("\r\033[K");
    screen->drawn = 0;
}

void screen_row(screen_t *screen, const record_t *r, double seconds, const std::string &remark)
{
    if (screen->quiet) return;
    int digits = (int)std::to_string(screen->n).size();
    std::string points = r->verdict == UNGRADED ? "-" : points_text(r->points) + "/" + points_text(r->of);
    std::string reason = remark.empty() || r->verdict != UNGRADED ? worst_reason(r) : printable(first_line(r->why));
    if (!remark.empty()) reason = remark + (reason.empty() ? "" : ": ") + reason;
    if (!r->signals.empty()) reason = "(!) " + reason;
    std::string row = format("%*zu/%zu  %s  %9s %8s  ", digits, screen->done, screen->n,
                             padded(r->id, screen->id_width).c_str(), points.c_str(),
                             format("%.0f s", seconds).c_str());
    row = (row + reason).substr(0, 2000);
    screen_clear(screen);
    if (!screen->titled)
        printf("%*s  %s  %9s %8s  %s\n", 2 * digits + 1, "", padded("id", screen->id_width).c_str(), "points", "time",
               "what costs most; (!): to look at");
    screen->titled = true;
    size_t last = row.find_last_not_of(' ') + 1;
    printf("%s\n", (screen->terminal ? cut_to(row, screen_width() - 1) : row).substr(0, last).c_str());
    fflush(stdout);
}

// Seconds until all are done, going by those that are; < 0: not known yet.
static double time_left(const screen_t *screen, size_t running)
{
    if (screen->graded == 0) return -1;
    double each = screen->busy / screen->graded;
    size_t left = screen->n - screen->done;
    // Those that run are half done, on the average.
    return each * ((double)left - 0.5 * std::min(running, left)) / std::max(1, screen->jobs);
}

void screen_bar(screen_t *screen, const std::vector<std::string> *running)
{
    double now = clock_now();
    if (screen->quiet || !screen->terminal || now - screen->drawn < 0.2) return;
    const size_t bar = 20, filled = screen->n ? bar * screen->done / screen->n : bar;
    double left = time_left(screen, running->size());
    std::string line = "[" + std::string(filled, '#') + std::string(bar - filled, '.') + "]" +
                       format(" %zu/%zu  %s left  now:", screen->done, screen->n, left < 0 ? "?" : about(left).c_str());
    for (const std::string &id : *running) line += " " + id;
    printf("\r\033[K%s", cut_to(line, screen_width() - 1).c_str());
    fflush(stdout);
    screen->drawn = now;
}

// ---- summary ------------------------------------------------------------------------------------------------

static std::string counts_text(const std::vector<record_t> *all)
{
    std::string text;
    for (int v = GRADED; v <= UNGRADED; v++) {
        size_t n = std::count_if(all->begin(), all->end(), [v](const record_t &r) { return r.verdict == v; });
        if (n) text += (text.empty() ? "" : ", ") + format("%zu %s", n, verdict_text(v));
    }
    return text;
}

static std::string points_line(const std::vector<record_t> *all)
{
    std::vector<double> points;
    double of = 0;
    for (const record_t &r : *all)
        if (r.verdict != UNGRADED && r.verdict != NOT_HANDED_IN) {
            points.push_back(r.points);
            of = std::max(of, r.of);
        }
    if (points.empty()) return "";
    std::sort(points.begin(), points.end());
    size_t n = points.size();
    double median = 0.5 * (points[(n - 1) / 2] + points[n / 2]);
    return format("points: lowest %s, median %s, highest %s of %s\n", points_text(points[0]).c_str(),
                  points_text(median).c_str(), points_text(points[n - 1]).c_str(), points_text(of).c_str());
}

void screen_summary(const screen_t *screen, const std::string &out, const std::vector<record_t> *all)
{
    if (screen->quiet) return;
    size_t to_review = 0;
    for (const record_t &r : *all) to_review += !r.signals.empty();
    std::string text = format("%zu submission%s in %s: ", all->size(), all->size() == 1 ? "" : "s",
                              about(clock_now() - screen->begun).c_str()) +
                       counts_text(all);
    if (screen->kept) text += format("; %zu had their marks before", screen->kept);
    printf("%s%s%s", screen->titled ? "\n" : "", wrapped(text, screen_width(), 2).c_str(), points_line(all).c_str());
    if (to_review) printf("to look at: %zu, marked (!)\n", to_review);
    size_t n = 0;
    for (const record_t &r : *all)
        if (r.verdict == UNGRADED && ++n <= 10)
            printf("%s", wrapped("to be graded again: " + r.id + ": " + printable(first_line(r.why)), screen_width(), 2)
                             .c_str());
    if (n > 10) printf("to be graded again: %zu more\n", n - 10);
    printf("marks:    %s/gradebook.csv\n", out.c_str());
    printf("class:    %s/index.html\n", out.c_str());
    if (all->size() == 1) printf("feedback: %s/feedback.html\n", student_folder(out, (*all)[0].id).c_str());
    else printf("feedback: %s/students/ID/feedback.html\n", out.c_str());
    fflush(stdout);
}
