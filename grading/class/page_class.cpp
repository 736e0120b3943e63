// [given] page_class.cpp: the class at a glance, for its instructor: marks, parts, what to look at, every submission.
#include <algorithm>

#include "page_parts.h"
#include "utils.h"

static const int VERDICTS[] = {GRADED, NOT_BUILT, REFUSED, NOT_HANDED_IN, UNGRADED};
static const char *const verdict_words[] = {"graded", "not handed in", "refused", "did not compile", "to grade again"};

static size_t count(const class_view_t *v, int verdict)
{
    return std::count_if(v->all.begin(), v->all.end(), [&](const record_t *r) { return r->verdict == verdict; });
}

static bool has_marks(const record_t *r)
{
    return r->verdict == GRADED || r->verdict == NOT_BUILT || r->verdict == REFUSED;
}

std::string student_link(const class_view_t *v, const record_t *r, const std::string &text)
{
    return "<a href=\"" + html(v->folder_of + url_path(r->id), 2000) + "/feedback.html\"><bdi>" + html(text, 60) +
           "</bdi></a>";
}

// ---- head ------------------------------------------------------------------------------------------------------------

static std::string head(const class_view_t *v)
{
    std::string date;
    bool no_sandbox = false;
    for (const record_t *r : v->all) {
        date = std::max(date, r->date);
        no_sandbox = no_sandbox || r->no_sandbox;
    }
    std::string out = "<header>\n<p class=\"eyebrow\">" + html(v->rubric->title, 200) + "</p>\n<h1>" +
                      counted(v->all.size(), "submission", "submissions") + "</h1>\n<p class=\"dim\">" +
                      (date.empty() ? "" : "Last graded " + html(date.substr(0, 10), 20) + ". ") +
                      "This page holds personal data (names, marks): for instructors only.</p>\n<ul class=\"tiles\">\n";
    for (int verdict : VERDICTS) {
        size_t n = count(v, verdict);
        if (n > 0 || verdict == GRADED)
            out += format("<li><b>%zu</b><span>%s</span></li>\n", n, verdict_words[verdict]);
    }
    out += "</ul>\n";
    if (no_sandbox)
        out += "<div class=\"box near\"><p><b>Some were graded without a sandbox.</b> Such marks are for a trial "
               "only.</p></div>\n";
    return out + "</header>\n";
}

static std::string grade_again(const class_view_t *v)
{
    std::string rows;
    for (const record_t *r : v->all)
        if (r->verdict == UNGRADED) rows += "<li>" + student_link(v, r, r->id) + ": " + html(r->why, 300) + "</li>\n";
    if (rows.empty()) return "";
    return "<section class=\"box near\">\n<h2>To be graded again</h2>\n<p>The grading machine failed here, not the "
           "submission. Start <code>bin/grade</code> again with the same options: these are graded, the others "
           "stay as they are.</p>\n<ul>\n" +
           rows + "</ul>\n</section>\n";
}

// ---- marks -----------------------------------------------------------------------------------------------------------

static std::string distribution(const class_view_t *v)
{
    std::vector<double> points;
    double of = 0, sum = 0;
    size_t full = 0;
    for (const record_t *r : v->all) {
        of = std::max(of, r->of);
        if (!has_marks(r)) continue;
        points.push_back(r->points);
        sum += r->points;
        full += r->of > 0 && r->points > r->of - 1e-9;
    }
    if (points.empty()) return "";
    std::sort(points.begin(), points.end());
    size_t none = count(v, NOT_BUILT) + count(v, REFUSED);
    std::string who = counted(points.size(), "submission", "submissions");
    if (none > 0) who += format(", %zu of them not built or refused", none);
    return "<section id=\"points\">\n<h2>Distribution of points <small>of " + points_text(of) +
           "</small></h2>\n<figure>\n" + plot_histogram(points, of) + "<figcaption>" + who +
           ". Shaded: the middle half, " + points_text(quantile(points, 0.25)) + " to " +
           points_text(quantile(points, 0.75)) + ". Mean " + points_text(sum / points.size()) + ", lowest " +
           points_text(points.front()) + ", highest " + points_text(points.back()) + ", full marks " +
           format("%zu.", full) + "</figcaption>\n</figure>\n</section>\n";
}

struct part_sum_t {
    int number;
    std::string title;
    size_t n, full, none;
    double points, of;
    bool by_hand;
};

static std::vector<part_sum_t> sum_parts(const class_view_t *v)
{
    std::vector<part_sum_t> sums;
    for (const record_t *r : v->all) {
        if (r->verdict != GRADED) continue;
        for (const part_t &p : r->parts) {
            auto same = [&](const part_sum_t &s) { return s.number == p.number; };
            auto s = std::find_if(sums.begin(), sums.end(), same);
            if (s == sums.end()) s = sums.insert(s, {p.number, p.title, 0, 0, 0, 0, 0, p.by_hand});
            if (!p.left_out.empty() || !(p.of > 0)) continue;
            s->n++;
            s->points += p.points;
            s->of += p.of;
            s->full += p.points > p.of - 1e-9;
            s->none += p.points <= 0;
        }
    }
    std::sort(sums.begin(), sums.end(), [](const part_sum_t &a, const part_sum_t &b) { return a.number < b.number; });
    return sums;
}

static std::string parts(const class_view_t *v)
{
    std::string rows;
    for (const part_sum_t &s : sum_parts(v)) {
        rows += format("<tr><th scope=\"row\">%d&#160; ", s.number) + html(s.title, 100) + "</th>";
        if (s.n == 0) {
            rows += "<td colspan=\"5\" class=\"dim\">left out, or not marked yet</td></tr>\n";
            continue;
        }
        rows += "<td class=\"wide-only\">" + plot_share(s.points, s.of) + "</td><td class=\"n\">" +
                points_text(s.points / s.n) + " of " + points_text(s.of / s.n) + "</td><td class=\"n\">" +
                percent(s.full, s.n) + "</td><td class=\"n wide-only\">" + percent(s.none, s.n) + "</td>" +
                format("<td class=\"n wide-only\">%zu</td></tr>\n", s.n);
    }
    if (rows.empty()) return "";
    return "<section id=\"parts\">\n<h2>Parts <small>of what was built and run</small></h2>\n<div class=\"scroll\" "
           "tabindex=\"0\">"
           "<table>\n<thead><tr><th scope=\"col\">part</th><th scope=\"col\" class=\"share wide-only\"><span "
           "class=\"hidden\">share of the points</span></th><th scope=\"col\" class=\"n\">mean</th><th scope=\"col\" "
           "class=\"n\">full marks</th><th scope=\"col\" class=\"n wide-only\">nothing</th><th scope=\"col\" class=\"n "
           "wide-only\">marked</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n</section>\n";
}

// ---- every submission --------------------------------------------------------------------------------------------------

static std::string points_in(const record_t *r, int number)
{
    for (const part_t &p : r->parts)
        if (p.number == number) return p.left_out.empty() ? points_text(p.points) : "\xe2\x80\x93";
    return "";
}

static std::string row(const class_view_t *v, const record_t *r, const std::vector<part_sum_t> *columns)
{
    std::string out = "<tr><th scope=\"row\">" + student_link(v, r, r->id) + "</th><td><bdi>" + html(r->name, 60) +
                      "</bdi></td>";
    bool marks = has_marks(r);
    out += "<td class=\"n\"><b>" + (marks ? points_text(r->points) : "\xe2\x80\x93") + "</b></td><td>" +
           (marks ? plot_share(r->points, r->of) : "") + "</td>";
    for (const part_sum_t &c : *columns)
        out += "<td class=\"n\">" + (r->verdict == GRADED ? points_in(r, c.number) : "") + "</td>";
    std::string verdict = verdict_words[r->verdict];
    out += "<td class=\"nowrap" + std::string(r->verdict == GRADED ? " dim" : "") + "\">" + verdict + "</td>";
    out += "<td class=\"n\">" + (r->signals.empty() ? "" : format("%zu", r->signals.size())) + "</td>";
    return out + "<td>" + html(r->note, 100) + "</td></tr>\n";
}

static std::string everybody(const class_view_t *v)
{
    std::vector<part_sum_t> columns = sum_parts(v);
    std::string out =
        "<section id=\"all\">\n<h2>All submissions</h2>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"all\">\n"
        "<thead><tr><th scope=\"col\">id</th><th scope=\"col\">name</th><th scope=\"col\" class=\"n\">"
        "points</th><td></td>";
    for (const part_sum_t &c : columns)
        out += format("<th scope=\"col\" class=\"n\"><abbr title=\"part %d: ", c.number) + html(c.title, 100) +
               format("\">%d</abbr></th>", c.number);
    out += "<th scope=\"col\">state</th><th scope=\"col\" class=\"n\">review</th><th scope=\"col\">remark</th></tr>"
           "</thead>\n<tbody>\n";
    for (const record_t *r : v->all) out += row(v, r, &columns);
    return out + "</tbody></table></div>\n</section>\n";
}

static std::string contents(const std::string &sections)
{
    static const char *const places[][2] = {{"points", "Points"},         {"parts", "Parts"},
                                            {"cases", "Hardest cases"},   {"mistakes", "Common mistakes"},
                                            {"review", "To be reviewed"}, {"timings", "Timings"},
                                            {"all", "All submissions"}};
    std::string out = "<nav aria-label=\"on this page\">";
    for (const auto &p : places)
        if (sections.find(format("<section id=\"%s\">", p[0])) != std::string::npos)
            out += format("<a href=\"#%s\">%s</a> ", p[0], p[1]);
    return out + "</nav>\n";
}

std::string class_page(const std::vector<record_t> *all, const rubric_t *rubric, const std::string &folder_of)
{
    class_view_t v = {{}, rubric, folder_of};
    for (const record_t &r : *all) v.all.push_back(&r);
    std::stable_sort(v.all.begin(), v.all.end(), [](const record_t *a, const record_t *b) { return a->id < b->id; });
    std::string sections = distribution(&v) + parts(&v) + hardest_cases(&v) + common_mistakes(&v) + review_list(&v) +
                           timings(&v) + everybody(&v);
    return page_begin("Class: " + rubric->title, "class") + head(&v) + grade_again(&v) + contents(sections) + sections +
           page_end();
}
