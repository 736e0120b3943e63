// [given] batch.cpp: grades all submissions of a class: which one is next, what is running, how it ends.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <filesystem>

#include <poll.h>
#include <unistd.h>

#include "batch_parts.h"
#include "utils.h"

struct batch_state_t {
    what_t what;
    const std::vector<submission_t> *submissions;
    std::deque<size_t> first, again;   // still to begin: all, and those that could not be graded
    std::vector<int> tries;            // by submission
    std::vector<std::string> crashed;  // by submission: how its process ended, twice
    std::vector<record_t> records;     // of those that are done
    std::vector<child_t> children;
    std::vector<std::string> folders;  // for temporary files: one for each that can run at once
    std::string not_written;
    screen_t screen;
    double pages_at;  // when the class's pages were written last
};

// ---- signals: asked for at the end of each wait --------------------------------------------------------------

static volatile sig_atomic_t asked_to_stop = 0;

static void on_signal(int signal)
{
    if (asked_to_stop) _exit(128 + signal);
    asked_to_stop = signal;
}

static const int HANDLED[N_HANDLED] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

handlers_t signals_take(void (*on_stop)(int))
{
    handlers_t h;
    struct sigaction action = {};
    for (int k = 0; k < N_HANDLED; k++) {
        action.sa_handler = HANDLED[k] == SIGPIPE ? SIG_IGN : on_stop;
        sigaction(HANDLED[k], &action, &h.was[k]);
    }
    return h;
}

void signals_give_back(const handlers_t *h)
{
    for (int k = 0; k < N_HANDLED; k++) sigaction(HANDLED[k], &h->was[k], NULL);
}

// ---- one submission ----------------------------------------------------------------------------------------------

static bool is_running(const batch_state_t *s, const std::string &folder)
{
    for (const child_t &c : s->children)
        if (c.temporary == folder) return true;
    return false;
}

static void begin_one(batch_state_t *s)
{
    std::deque<size_t> *from = s->first.empty() ? &s->again : &s->first;
    size_t which = from->front();
    from->pop_front();
    order_t order = {&(*s->submissions)[which], ++s->tries[which] > 1, s->crashed[which], ""};
    for (const std::string &folder : s->folders)
        if (!is_running(s, folder)) order.temporary = folder;
    child_t child = child_begin(&s->what, &order);
    child.which = which;
    s->children.push_back(child);
}

static void settle(batch_state_t *s, const record_t *r)
{
    s->records.push_back(*r);
    s->screen.done++;
}

static void take_crash(batch_state_t *s, const child_t *child, const std::string &why)
{
    size_t which = child->which;
    record_t r = record_make();
    r.id = (*s->submissions)[which].id;
    r.verdict = UNGRADED;
    r.why = why;
    bool over = s->tries[which] == 3;  // not even the record of it could be made
    if (s->tries[which] == 2) s->crashed[which] = why;
    if (over) settle(s, &r);
    else s->again.push_back(which);
    screen_row(&s->screen, &r, clock_now() - child->begun, over ? "" : "once more at the end");
}

static void take(batch_state_t *s, const child_t *child, const told_t *told)
{
    double seconds = clock_now() - child->begun;
    const record_t *r = &told->record;
    std::string remark;
    if (told->news == NO_ROOM) {
        s->not_written = told->why;
        return;
    }
    if (told->news == NOT_KEPT && s->tries[child->which] == 1) {
        s->again.push_back(child->which);
        screen_row(&s->screen, r, seconds, "once more at the end");
        return;
    }
    settle(s, r);
    if (told->news == KEPT) {
        s->screen.kept++;
        return;
    }
    s->screen.graded++;
    s->screen.busy += seconds;
    screen_row(&s->screen, r, seconds, told->news == NOT_KEPT ? "not graded, the mark from before stays" : "");
}

static void end_one(batch_state_t *s, size_t k)
{
    child_t child = s->children[k];
    s->children.erase(s->children.begin() + k);
    try {
        told_t told = child_end(&child);
        take(s, &child, &told);
    } catch (const std::exception &e) {
        take_crash(s, &child, e.what());
    }
}

static void end_stopped(batch_state_t *s, size_t k)
{
    child_t child = s->children[k];
    s->children.erase(s->children.begin() + k);
    try {
        told_t told = child_end(&child);
        if (told.news == NEW || told.news == KEPT) take(s, &child, &told);
    } catch (const std::exception &) {
        // It was stopped: the next run begins it anew.
    }
}

// ---- all of them ---------------------------------------------------------------------------------------------------

static void hear_all(batch_state_t *s, int wait_ms)
{
    std::vector<struct pollfd> fds;
    for (const child_t &c : s->children) fds.push_back({c.fd, POLLIN, 0});
    if (poll(fds.data(), fds.size(), wait_ms) < 0 && errno != EINTR) die("poll: %s", strerror(errno));
    const rubric_t *rubric = s->what.rubric;
    double most = rubric->build_s + 3 * rubric->total_s + 600;  // the limits in the sandbox are what ends it, by far
    for (size_t k = s->children.size(); k-- > 0;) {
        child_t *c = &s->children[k];
        bool ended = fds[k].revents != 0 && !child_hears(c);
        if (!ended && clock_now() - c->begun > most) ended = c->too_long = true;
        if (c->too_long) child_stop(c, SIGKILL);
        if (ended) end_one(s, k);
    }
}

static void stop_all(batch_state_t *s)
{
    for (child_t &c : s->children) child_stop(&c, SIGTERM);
    // Those that write a student's files finish them.
    for (double begun = clock_now(); !s->children.empty() && clock_now() - begun < 5;) {
        std::vector<struct pollfd> fds;
        for (const child_t &c : s->children) fds.push_back({c.fd, POLLIN, 0});
        poll(fds.data(), fds.size(), 100);
        for (size_t k = s->children.size(); k-- > 0;)
            if (fds[k].revents != 0 && !child_hears(&s->children[k])) end_stopped(s, k);
    }
    for (child_t &c : s->children) child_stop(&c, SIGKILL);
    while (!s->children.empty()) end_stopped(s, 0);
}

static void write_pages(batch_state_t *s, bool last)
{
    double begun = clock_now();
    if (!last && begun < s->pages_at) return;
    try {
        class_write_apart(&s->what);
    } catch (const std::exception &e) {
        if (last) throw;
        screen_clear(&s->screen);
        warn("%s", e.what());  // grading goes on; at the end it is an error
    }
    s->pages_at = clock_now() + std::max(60.0, 20 * (clock_now() - begun));
}

static void show_bar(batch_state_t *s)
{
    std::vector<std::string> running;
    for (const child_t &c : s->children) running.push_back((*s->submissions)[c.which].id);
    screen_bar(&s->screen, &running);
}

static void run_all(batch_state_t *s)
{
    size_t jobs = (size_t)std::max(1, s->what.batch->jobs);
    while (!asked_to_stop && s->not_written.empty()) {
        while (s->children.size() < jobs && !(s->first.empty() && s->again.empty())) {
            // What is tried again may need the machine for itself.
            if (s->first.empty() && !s->children.empty()) break;
            begin_one(s);
        }
        if (s->children.empty()) break;
        show_bar(s);
        hear_all(s, 250);
        write_pages(s, false);
    }
}

static batch_state_t state_make(const what_t *what, const std::vector<submission_t> *submissions)
{
    size_t n = submissions->size();
    batch_state_t s = {*what, submissions, {}, {}, std::vector<int>(n), std::vector<std::string>(n), {}, {},
                       {},    "",          {}, 0};
    for (size_t k = 0; k < n; k++) s.first.push_back(k);
    s.screen = screen_make(what->batch->quiet, what->batch->jobs, submissions);
    s.pages_at = clock_now() + 60;
    return s;
}

// The end of it, however that came.
static int finish(batch_state_t *s)
{
    const batch_t *batch = s->what.batch;
    size_t n = s->submissions->size(), done = s->records.size();
    screen_clear(&s->screen);
    if (!s->not_written.empty())
        die("%s\nhint: %zu of %zu are done; make room, and the same command goes on", s->not_written.c_str(), done, n);
    write_pages(s, true);
    if (asked_to_stop)
        throw nn_error_t(128 + asked_to_stop,
                         format("stopped: %zu of %zu are done\nhint: the same command%s goes on with the rest", done, n,
                                batch->again_all ? ", without --again," : ""));
    std::sort(s->records.begin(), s->records.end(), [](const record_t &a, const record_t &b) { return a.id < b.id; });
    screen_summary(&s->screen, batch->out, &s->records);
    return (int)std::count_if(s->records.begin(), s->records.end(),
                              [](const record_t &r) { return r.verdict == UNGRADED; });
}

int batch_run(const batch_t *batch, const kit_t *kit, const rubric_t *rubric, const grading_t *how,
              const std::vector<submission_t> *submissions)
{
    what_t what = {batch, kit, rubric, how};
    batch_state_t s = state_make(&what, submissions);
    folder_make(batch->out + "/students");
    std::string root = temporary_root(batch->out), problem;
    for (int k = 0; k < std::max(1, batch->jobs); k++) s.folders.push_back(format("%s/%d", root.c_str(), k));
    asked_to_stop = 0;
    handlers_t handlers = signals_take(on_signal);
    int ungraded = 0;
    try {
        run_all(&s);
        stop_all(&s);
        ungraded = finish(&s);
    } catch (...) {
        stop_all(&s);
        signals_give_back(&handlers);
        std::error_code ignored;
        std::filesystem::remove_all(root, ignored);
        throw;
    }
    signals_give_back(&handlers);
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
    return ungraded;
}
