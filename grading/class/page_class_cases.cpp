// [given] page_class_cases.cpp: where the class had trouble: hardest cases, common mistakes, timings, what to review.
#include <algorithm>
#include <map>
#include <set>

#include "page_parts.h"
#include "utils.h"

constexpr size_t MOST_CASES = 15, MOST_MISTAKES = 15, MOST_SLOW = 10, MOST_OF_A_KIND = 100;

// ---- hardest cases -------------------------------------------------------------------------------------------------

struct case_sum_t {
    const item_t *item;
    size_t passed, bad, skipped;
    std::map<std::string, size_t> mistakes;
};

static std::vector<case_sum_t> sum_cases(const class_view_t *v)
{
    std::vector<case_sum_t> sums;
    std::map<std::string, size_t> index;
    for (const record_t *r : v->all) {
        if (r->verdict != GRADED) continue;
        for (const item_t &x : r->items) {
            std::string key = format("%d%d", x.hidden, x.part) + "\n" + x.group + "\n" + x.name;
            auto at = index.emplace(key, sums.size());
            if (at.second) sums.push_back({&x, 0, 0, 0, {}});
            case_sum_t *s = &sums[at.first->second];
            s->passed += is_passed(&x);
            s->bad += is_bad(&x);
            s->skipped += is_skipped(&x);
            if (!x.mistake.empty()) s->mistakes[x.mistake]++;
        }
    }
    return sums;
}

static std::string most_common(const std::map<std::string, size_t> *mistakes)
{
    const std::pair<const std::string, size_t> *most = NULL;
    for (const auto &m : *mistakes)
        if (!most || m.second > most->second) most = &m;
    return most ? html(most->first, 60) + format(" (%zu)", most->second) : "";
}

static bool is_harder(const case_sum_t &a, const case_sum_t &b)
{
    return (double)a.passed * (b.passed + b.bad) < (double)b.passed * (a.passed + a.bad);
}

std::string hardest_cases(const class_view_t *v)
{
    std::vector<case_sum_t> sums = sum_cases(v);
    sums.erase(std::remove_if(sums.begin(), sums.end(), [](const case_sum_t &s) { return s.bad == 0; }), sums.end());
    std::stable_sort(sums.begin(), sums.end(), is_harder);
    if (sums.empty()) return "";
    std::string rows;
    for (size_t i = 0; i < sums.size() && i < MOST_CASES; i++) {
        const case_sum_t *s = &sums[i];
        const item_t *x = s->item;
        std::string part = x->part ? format("%d&#160; ", x->part) : "";
        rows += "<tr><th scope=\"row\">" + part + html(x->group, 60) + ": " + html(x->name, 80) +
                (x->hidden ? " <span class=\"dim\">hidden</span>" : "") + "</th><td class=\"wide-only\">" +
                plot_share(s->passed, s->passed + s->bad) + "</td><td class=\"n\">" +
                percent(s->passed, s->passed + s->bad) + format("</td><td class=\"n\">%zu</td>", s->passed + s->bad) +
                format("<td class=\"n wide-only\">%zu</td><td class=\"wide-only\">", s->skipped) +
                most_common(&s->mistakes) + "</td></tr>\n";
    }
    std::string more = sums.size() > MOST_CASES
                           ? format(", the first %zu of %zu that anybody fails", MOST_CASES, sums.size())
                           : "";
    return "<section id=\"cases\">\n<h2>Hardest cases <small>least often passed" + more +
           "</small></h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">part and "
           "case</th><th "
           "scope=\"col\" class=\"share wide-only\"><span class=\"hidden\">share that passed</span></th><th "
           "scope=\"col\" "
           "class=\"n\">passed</th><th scope=\"col\" class=\"n\">tried</th><th scope=\"col\" class=\"n wide-only\">not "
           "tried</th><th scope=\"col\" class=\"wide-only\">most common mistake</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n</section>\n";
}

// ---- common mistakes -------------------------------------------------------------------------------------------------

struct trouble_t {
    std::string where, name, text;
    std::set<const record_t *> who;
};

static void add(std::map<std::string, trouble_t> *all, const std::string &where, const std::string &name,
                const std::string &text, const record_t *r)
{
    trouble_t *t = &(*all)[where + "\n" + name];
    if (t->who.empty()) t->where = where, t->name = name, t->text = text;
    t->who.insert(r);
}

static std::map<std::string, trouble_t> troubles(const class_view_t *v)
{
    std::map<std::string, trouble_t> all;
    for (const record_t *r : v->all)
        for (const item_t &x : r->items) {
            std::string where = x.part ? format("%d ", x.part) + x.group : x.group;
            if (!x.mistake.empty()) add(&all, where, x.mistake, x.mistake_text, r);
            for (const found_t &f : x.findings) add(&all, where, f.tool, "found by the sanitizer", r);
            if (x.outcome == "crashed") add(&all, where, "crash", "the program was ended by a signal", r);
            if (x.outcome == "timed out") add(&all, where, "time limit", "a loop or a kernel that does not end", r);
        }
    return all;
}

std::string common_mistakes(const class_view_t *v)
{
    std::map<std::string, trouble_t> all = troubles(v);
    std::vector<const trouble_t *> list;
    for (const auto &t : all) list.push_back(&t.second);
    std::stable_sort(list.begin(), list.end(),
                     [](const trouble_t *a, const trouble_t *b) { return a->who.size() > b->who.size(); });
    if (list.empty()) return "";
    std::string rows;
    for (size_t i = 0; i < list.size() && i < MOST_MISTAKES; i++)
        rows += "<tr><th scope=\"row\">" + html(list[i]->name, 60) + "</th><td>" + html(list[i]->where, 60) +
                format("</td><td class=\"n\">%zu</td><td class=\"wide-only\">", list[i]->who.size()) +
                html(list[i]->text, 200) + "</td></tr>\n";
    return "<section id=\"mistakes\">\n<h2>Common mistakes</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
           "<thead><tr><th scope=\"col\">mistake</th><th scope=\"col\">part</th><th scope=\"col\" class=\"n\">students"
           "</th><th scope=\"col\" class=\"wide-only\">what it is</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n</section>\n";
}

// ---- timings ---------------------------------------------------------------------------------------------------------

std::string timings(const class_view_t *v)
{
    std::vector<const record_t *> list;
    std::vector<double> seconds;
    double sum = 0;
    for (const record_t *r : v->all)
        if (r->build_s + r->run_s > 0) {
            list.push_back(r);
            seconds.push_back(r->build_s + r->run_s);
            sum += seconds.back();
        }
    if (list.empty()) return "";
    std::sort(seconds.begin(), seconds.end());
    std::stable_sort(list.begin(), list.end(), [](const record_t *a, const record_t *b) {
        return a->build_s + a->run_s > b->build_s + b->run_s;
    });
    std::string rows;
    for (size_t i = 0; i < list.size() && i < MOST_SLOW; i++)
        rows += "<tr><th scope=\"row\">" + student_link(v, list[i], list[i]->id) + "</th>" +
                format("<td class=\"n\">%.1f s</td><td class=\"n\">%.1f s</td><td class=\"n\">%.0f MB</td></tr>\n",
                       list[i]->build_s, list[i]->run_s, list[i]->memory / 1e6);
    return "<section id=\"timings\">\n<h2>Timings <small>the slowest</small></h2>\n<p>All together " +
           duration_text(sum) + " of grading; half of the submissions took less than " +
           duration_text(quantile(seconds, 0.5)) + ", nine of ten less than " + duration_text(quantile(seconds, 0.9)) +
           ".</p>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"narrow\">\n<thead><tr><th "
           "scope=\"col\">id</th><th scope=\"col\" "
           "class=\"n\">building</th><th scope=\"col\" class=\"n\">running</th><th scope=\"col\" class=\"n\">most "
           "memory</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n</section>\n";
}

// ---- what a person should look at ----------------------------------------------------------------------------------------

std::string review_list(const class_view_t *v)
{
    std::map<std::string, std::vector<std::string>> kinds;
    std::set<const record_t *> who;
    for (const record_t *r : v->all)
        for (const signal_t &s : r->signals) {
            std::string kind = s.kind.compare(0, 13, "identical to ") == 0 ? "identical files" : s.kind;
            std::string where = s.file.empty() ? "" : s.line > 0 ? format("%s:%d", s.file.c_str(), s.line) : s.file;
            kinds[kind].push_back("<li class=\"wrap\">" + student_link(v, r, r->id) + ": " +
                                  (kind == s.kind ? "" : html(s.kind, 100) + "; ") + html(s.text, 400) +
                                  (where.empty() ? "" : " <code>" + html(where, 200) + "</code>") + "</li>\n");
            who.insert(r);
        }
    if (kinds.empty()) return "";
    std::string out = "<section id=\"review\">\n<h2>To be reviewed <small>" +
                      counted(who.size(), "submission", "submissions") +
                      "</small></h2>\n<p>Signals, no verdicts: none of them has changed a point. Look at the "
                      "evidence, then decide.</p>\n";
    for (const auto &k : kinds) {
        out += "<h3>" + html(k.first, 100) + format(" <small>%zu</small></h3>\n<ul>\n", k.second.size());
        for (size_t i = 0; i < k.second.size() && i < MOST_OF_A_KIND; i++) out += k.second[i];
        if (k.second.size() > MOST_OF_A_KIND)
            out += format("<li>... and %zu more</li>\n", k.second.size() - MOST_OF_A_KIND);
        out += "</ul>\n";
    }
    return out + "</section>\n";
}
