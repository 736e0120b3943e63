// [given] cluster.cpp: grades a class on a SLURM cluster: takes up what an earlier call has begun, waits for the records, ends.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <unistd.h>

#include "cluster_parts.h"
#include "utils.h"

// ---- signals --------------------------------------------------------------------------------------------

static volatile sig_atomic_t asked_to_stop = 0;
static void on_signal(int signal) { asked_to_stop = signal; }
bool was_stopped(void) { return asked_to_stop != 0; }

// ---- records ----------------------------------------------------------------------------------------------

// Listing the folder makes a network file system look anew.
static void take_records(class_jobs_t *s)
{
    std::set<std::string> there;
    std::error_code error;
    for (const auto &e : std::filesystem::directory_iterator(s->plan.folder + "/done", error))
        there.insert(e.path().filename().string());
    for (watched_t &w : s->all) {
        record_t r = record_make();
        if (!is_out(&w) || !there.count(std::to_string(w.task))) continue;
        if (!record_there(s->what.batch->out, submission_of(s, &w)->id, &r)) continue;
        double seconds = atof(file_read(done_path(s, &w)).c_str());
        settle(s, &w, &r);
        s->any_done = true;
        s->screen.graded++;
        s->screen.busy += seconds;
        screen_row(&s->screen, &r, seconds, w.tries > 1 ? format("attempt %d", w.tries) : "");
    }
}

// ---- the beginning -------------------------------------------------------------------------------------------

static void watch_all(class_jobs_t *s, const std::vector<submission_t> *submissions)
{
    const batch_t *batch = s->what.batch;
    for (const submission_t &one : *submissions) {
        watched_t w = {plan_task(&s->plan, &one), -1, 0, 0, 0, "", "", false, false};
        record_t r = record_make();
        if (record_fits(batch->out, s->what.rubric, s->what.how, &one) && record_there(batch->out, one.id, &r)) {
            settle(s, &w, &r);
            s->screen.kept++;
        }
        s->all.push_back(w);
    }
}

// Tasks that an earlier call has submitted and that are still queued or running are waited for.
static void find_jobs(class_jobs_t *s)
{
    std::vector<queued_t> queue;
    while (!asked_to_stop && !ask(s, &queue)) sleep(1);
    size_t found = 0;
    for (size_t k = 0; k < s->plan.arrays.size(); k++) {
        array_t *a = &s->plan.arrays[k];
        bool lives = false;
        for (const queued_t &q : queue) {
            if (q.array != (int)k || has_ended(q.state) || q.index < 0 || q.index >= (int)a->tasks.size()) continue;
            lives = true;
            a->job = q.job;
            for (watched_t &w : s->all)
                if (!w.done && w.task == a->tasks[q.index]) {
                    w.array = (int)k;
                    w.index = q.index;
                    w.tries = 1;
                    found++;
                }
        }
        if (!lives && !asked_to_stop) a->tasks.clear();
    }
    if (found) say(s, format("%zu of them are with the cluster already: job%s", found, jobs_text(s).c_str()));
}

static class_jobs_t state_make(const what_t *what, const cluster_t *cluster,
                               const std::vector<submission_t> *submissions)
{
    class_jobs_t s = {*what, cluster, plan_open(what->batch->out), {}, {}, {}, 0, 0, 0, 0, 0, clock_now(), {}, false};
    s.screen = screen_make(what->batch->quiet, 1, submissions);
    return s;
}

// ---- all of it -----------------------------------------------------------------------------------------------

static bool is_over(const class_jobs_t *s)
{
    return std::all_of(s->all.begin(), s->all.end(), [](const watched_t &w) { return w.done || w.left; });
}

static void show_bar(class_jobs_t *s)
{
    std::vector<std::string> running;
    for (const watched_t &w : s->all)
        if (is_out(&w) && w.state == "RUNNING") running.push_back(submission_of(s, &w)->id);
    s->screen.jobs = std::max(1, (int)running.size());
    screen_bar(&s->screen, &running);
}

static void run_all(class_jobs_t *s)
{
    double pages_at = clock_now() + 60;
    if (is_over(s)) return;
    if (!s->plan.arrays.empty()) find_jobs(s);
    plan_write_tasks(&s->plan, &s->what);
    plan_write_jobs(&s->plan);
    s->largest = largest_array();
    while (!asked_to_stop) {
        look_at_queue(s);
        take_records(s);
        look_for_lost(s);
        if (is_over(s)) return;
        submit_all(s);
        show_bar(s);
        usleep(250000);
        if (clock_now() < pages_at) continue;
        class_write_apart(&s->what);
        pages_at = clock_now() + 120;
    }
}

static int finish(class_jobs_t *s)
{
    const batch_t *batch = s->what.batch;
    size_t n = s->all.size(), done = s->records.size();
    screen_clear(&s->screen);
    class_write_apart(&s->what);
    std::string again = batch->again_all ? ", without --again," : "", jobs = jobs_text(s);
    if (asked_to_stop)
        throw nn_error_t(128 + asked_to_stop,
                         format("stopped: %zu of %zu are done%s\nhint: the same command%s collects what was graded "
                                "meanwhile, and goes on",
                                done, n,
                                jobs.empty() ? "" : ("; the others go on (to end them: scancel" + jobs + ")").c_str(),
                                again.c_str()));
    if (done < n)
        die("%zu of %zu are done; the other tasks were cancelled\nhint: the same command%s submits them again", done, n,
            again.c_str());
    std::sort(s->records.begin(), s->records.end(), [](const record_t &a, const record_t &b) { return a.id < b.id; });
    screen_summary(&s->screen, batch->out, &s->records);
    return (int)std::count_if(s->records.begin(), s->records.end(),
                              [](const record_t &r) { return r.verdict == UNGRADED; });
}

int cluster_run(const cluster_t *cluster, const batch_t *batch, const kit_t *kit, const rubric_t *rubric,
                const grading_t *how, const std::vector<submission_t> *submissions)
{
    what_t what = {batch, kit, rubric, how};
    class_jobs_t s = state_make(&what, cluster, submissions);
    watch_all(&s, submissions);
    asked_to_stop = 0;
    handlers_t handlers = signals_take(on_signal);
    int ungraded = 0;
    try {
        run_all(&s);
        ungraded = finish(&s);
    } catch (...) {
        screen_clear(&s.screen);
        signals_give_back(&handlers);
        throw;
    }
    signals_give_back(&handlers);
    return ungraded;
}
