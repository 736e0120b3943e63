// [given] cluster_jobs.cpp: looks after the tasks on the cluster: what became of each, which are lost, what is to be submitted.
#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "cluster_parts.h"
#include "utils.h"

static const char *const FORGOTTEN = "the cluster does not know it";
constexpr int MOST_TRIES = 3;
constexpr double PATIENCE = 1800;             // with a cluster that does not answer [s]
constexpr double GRACE = 4, GRACE_DONE = 90;  // until a file from another machine must be seen here [s]
constexpr double POLL_FIRST = 1, POLL_LATER = 5, TRY_AGAIN = 20;

// ---- what is said -----------------------------------------------------------------------------------------

void say(class_jobs_t *s, const std::string &text)
{
    if (s->what.batch->quiet) return;
    screen_clear(&s->screen);
    printf("%s\n", text.c_str());
    fflush(stdout);
}

static void say_once(class_jobs_t *s, const std::string &text)
{
    if (s->told.insert(text).second) say(s, text);
}

const submission_t *submission_of(const class_jobs_t *s, const watched_t *w) { return &s->plan.tasks[w->task]; }

bool is_out(const watched_t *w) { return !w->done && !w->left && w->array >= 0; }

std::string jobs_text(const class_jobs_t *s)
{
    std::set<long> jobs;
    std::string text;
    for (const watched_t &w : s->all)
        if (is_out(&w) && s->plan.arrays[w.array].job > 0) jobs.insert(s->plan.arrays[w.array].job);
    for (long job : jobs) text += format(" %ld", job);
    return text;
}

std::string done_path(const class_jobs_t *s, const watched_t *w)
{
    return format("%s/done/%d", s->plan.folder.c_str(), w->task);
}

void settle(class_jobs_t *s, watched_t *w, const record_t *r)
{
    w->done = true;
    s->records.push_back(*r);
    s->screen.done++;
}

// ---- lost tasks ---------------------------------------------------------------------------------------------

// The record of what could not be graded, made here.
static void give_up(class_jobs_t *s, watched_t *w, const std::string &why)
{
    std::string temporary = temporary_root(s->what.batch->out);
    order_t order = {submission_of(s, w), true, why, temporary + "/0"};
    child_t child = child_begin(&s->what, &order);
    while (child_hears(&child)) usleep(10000);
    told_t told = child_end(&child);
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);
    if (told.news == NO_ROOM) die("%s", told.why.c_str());
    settle(s, w, &told.record);
    screen_row(&s->screen, &told.record, 0, told.news == NOT_KEPT ? "the mark from before stays" : "");
}

static void lose(class_jobs_t *s, watched_t *w)
{
    std::string log = plan_log(&s->plan, w->array, w->index), id = submission_of(s, w)->id;
    std::string last = log.substr(log.rfind('\n') == std::string::npos ? 0 : log.rfind('\n') + 1);
    if (w->state == "FAILED" && !s->any_done && ++s->failures >= MOST_TRIES) {
        std::vector<std::string> words = {"scancel"};
        for (const watched_t &other : s->all)
            if (is_out(&other)) words.push_back(std::to_string(s->plan.arrays[other.array].job));
        client_run(words, 30);
        for (watched_t &other : s->all) other.left = true;
        die("the first %d tasks failed: the others are cancelled. The last one said:\n%s\nhint: %s/log", s->failures,
            log.empty() ? "nothing: perhaps the nodes do not see this folder" : log.c_str(), s->plan.folder.c_str());
    }
    w->ended = 0;
    if (w->tries < MOST_TRIES) {
        w->array = -1;
        say(s,
            id + ": the cluster lost it (" + w->state + (last.empty() ? "" : ": " + last) + "); it is submitted again");
        return;
    }
    give_up(s, w,
            format("the cluster ended it %d times, %s%s%s%s", w->tries, w->state.c_str(), last.empty() ? "" : ": ",
                   last.c_str(), w->state == "TIMEOUT" ? "\nhint: --minutes gives it more time" : ""));
}

static int count_in(const class_jobs_t *s, int array, const char *state)
{
    return std::count_if(s->all.begin(), s->all.end(),
                         [&](const watched_t &w) { return is_out(&w) && w.array == array && w.state == state; });
}

// One cancelled task was an accident, or an administrator's doing; several are a wish.
static bool leave(class_jobs_t *s, watched_t *w)
{
    int array = w->array;
    if (w->state != "CANCELLED" || count_in(s, array, "CANCELLED") < 2) return false;
    for (watched_t &other : s->all)
        if (is_out(&other) && other.array == array && other.state == "CANCELLED") other.left = true;
    say(s, format("job %ld was cancelled", s->plan.arrays[array].job));
    return true;
}

void look_for_lost(class_jobs_t *s)
{
    double now = clock_now();
    for (watched_t &w : s->all) {
        if (!is_out(&w) || w.ended == 0) continue;
        if (now - w.ended < (w.state == "COMPLETED" ? GRACE_DONE : GRACE)) continue;
        // The rest of a cancelled array takes some time to end.
        if (w.state == "CANCELLED" && count_in(s, w.array, "COMPLETING") && now - w.ended < 120) continue;
        if (!leave(s, &w)) lose(s, &w);
    }
}

// ---- the queue ------------------------------------------------------------------------------------------------

static watched_t *find(class_jobs_t *s, int array, int index)
{
    for (watched_t &w : s->all)
        if (is_out(&w) && w.array == array && w.index == index) return &w;
    return NULL;
}

static void see(class_jobs_t *s, watched_t *w, const std::string &state, const std::string &reason)
{
    static const std::set<std::string> usual = {"None",       "Priority",  "Resources", "JobArrayTaskLimit",
                                                "Dependency", "BeginTime", "Prolog"};
    if (w->state != state) s->changed_at = clock_now();
    w->state = state;
    w->reason = reason;
    if (!has_ended(state) && state != FORGOTTEN) w->ended = 0;
    else if (w->ended == 0) w->ended = clock_now();
    if (state == "PENDING" && !usual.count(reason))
        say_once(s, "some tasks are waiting; the cluster's reason: " + reason +
                        (reason == "PartitionTimeLimit" ? " (hint: fewer --minutes)" : ""));
}

// sbatch was called, but its answer did not come: either the array is there, or it has to be submitted again.
static void find_number(class_jobs_t *s, int array, const std::vector<queued_t> *queue)
{
    for (const queued_t &q : *queue)
        if (q.array == array) s->plan.arrays[array].job = q.job;
    if (s->plan.arrays[array].job == 0) {
        s->plan.arrays[array].tasks.clear();
        for (watched_t &w : s->all)
            if (is_out(&w) && w.array == array) {
                w.array = -1;
                w.tries--;
            }
    }
    plan_write_jobs(&s->plan);
}

bool ask(class_jobs_t *s, std::vector<queued_t> *queue)
{
    std::string problem;
    bool answers = queue_read(&s->plan, queue, &problem);
    double now = clock_now();
    s->ask_at = now + (now - s->changed_at < 20 ? POLL_FIRST : POLL_LATER);
    if (answers) {
        if (s->silent_since > 0) say(s, "the cluster answers again");
        s->silent_since = 0;
        return true;
    }
    if (s->silent_since == 0) {
        s->silent_since = now;
        say(s, "the cluster does not answer: " + problem + "\nwaiting for it");
    }
    s->ask_at = now + POLL_LATER;
    if (now - s->silent_since > PATIENCE)
        die("the cluster has not answered for %s: %s\nhint: the same command, later, collects what is graded and goes "
            "on",
            duration_text(PATIENCE).c_str(), problem.c_str());
    return false;
}

void look_at_queue(class_jobs_t *s)
{
    std::vector<queued_t> queue;
    if (clock_now() < s->ask_at || !ask(s, &queue)) return;
    for (size_t k = 0; k < s->plan.arrays.size(); k++)
        if (s->plan.arrays[k].job == 0 && !s->plan.arrays[k].tasks.empty()) find_number(s, (int)k, &queue);
    std::set<const watched_t *> seen;
    for (const queued_t &q : queue)
        if (watched_t *w = find(s, q.array, q.index)) {
            see(s, w, q.state, q.reason);
            seen.insert(w);
        }
    for (watched_t &w : s->all)  // of a task that is cancelled while it waits nothing may be left
        if (is_out(&w) && !seen.count(&w))
            see(s, &w, has_ended(w.state) ? w.state : w.state == "PENDING" ? "CANCELLED" : FORGOTTEN, "");
}

// ---- submitting --------------------------------------------------------------------------------------------------

static long last_job(const class_jobs_t *s)
{
    long job = 0;
    for (const watched_t &w : s->all)
        if (is_out(&w)) job = std::max(job, s->plan.arrays[w.array].job);
    return job;
}

static void take_back(class_jobs_t *s, int array)
{
    s->plan.arrays[array].tasks.clear();
    for (watched_t &w : s->all)
        if (w.array == array && !w.done) {
            w.array = -1;
            w.tries--;
        }
    plan_write_jobs(&s->plan);
}

static void submit_array(class_jobs_t *s, const std::vector<watched_t *> *some)
{
    int array = (int)s->plan.arrays.size();
    std::string what = format("%zu submission%s", some->size(), some->size() == 1 ? "" : "s");
    long after = s->cluster->most_at_once > 0 ? last_job(s) : 0;
    s->plan.arrays.push_back({0, {}});
    for (watched_t *w : *some) {
        unlink(done_path(s, w).c_str());
        w->array = array;
        w->index = (int)s->plan.arrays[array].tasks.size();
        w->state = "submitted";
        w->ended = 0;
        w->tries++;
        s->plan.arrays[array].tasks.push_back(w->task);
    }
    plan_write_jobs(&s->plan);  // before sbatch: who is killed now finds the job by its name
    std::vector<std::string> words = submit_words(s->cluster, &s->what, &s->plan, array, after);
    submitted_t r = submit(words);
    s->ask_at = s->changed_at = clock_now();
    if (r.job > 0) {
        s->plan.arrays[array].job = r.job;
        plan_write_jobs(&s->plan);
        say(s, what + format(": job %ld", r.job));
        return;
    }
    if (!r.later) {
        take_back(s, array);
        std::string line;
        for (const std::string &word : words) line += (line.empty() ? "" : " ") + word;
        die("the cluster refuses the job: %s\nhint: the line was: %s", r.problem.c_str(), line.c_str());
    }
    s->submit_at = clock_now() + TRY_AGAIN;
    say_once(s, what + " could not be submitted yet: " + r.problem + "\nwaiting");
    // Whether it got through nevertheless the next look at the queue will show (find_number).
    if (r.full && some->size() > 1) s->largest = std::max(1, (int)some->size() / 2);
}

void submit_all(class_jobs_t *s)
{
    if (clock_now() < s->submit_at || s->silent_since > 0) return;
    std::vector<watched_t *> some;
    for (watched_t &w : s->all) {
        if (w.done || w.left || w.array >= 0) continue;
        some.push_back(&w);
        if ((int)some.size() < s->largest) continue;
        submit_array(s, &some);
        some.clear();
        if (clock_now() < s->submit_at || was_stopped()) return;
    }
    if (!some.empty()) submit_array(s, &some);
}
