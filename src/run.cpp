// [given] run.cpp: what happens between epochs: log, progress line, checkpoints, and when to stop.
#include "run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>

#include <csignal>
#include <sys/ioctl.h>
#include <unistd.h>

#include "build_info.h"

// ---- signals: the handler only notes; the loop looks after every batch --------------------------------

static volatile sig_atomic_t signal_seen = 0;

static void note_signal(int number) { signal_seen = number; }

static const int WATCHED[] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction before[3];

static void watch_signals(void)
{
    struct sigaction action = {};
    action.sa_handler = note_signal;
    for (int i = 0; i < 3; i++) {
        // The second Ctrl-C ends the program at once. A cluster tells every process of a job to end, and the job's script passes it
        // on: a second SIGTERM is no second wish.
        action.sa_flags = SA_RESTART | (WATCHED[i] == SIGINT ? SA_RESETHAND : 0);
        sigaction(WATCHED[i], NULL, &before[i]);
        bool nohup = WATCHED[i] == SIGHUP && before[i].sa_handler == SIG_IGN;
        if (!nohup) sigaction(WATCHED[i], &action, NULL);
    }
}

// Who was told to end still writes the model: only Ctrl-C cuts that short.
static void unwatch_signals(void)
{
    for (int i = 0; i < 3; i++)
        if (signal_seen == 0 || WATCHED[i] == SIGINT) sigaction(WATCHED[i], &before[i], NULL);
}

int run_signal(void) { return signal_seen; }

// ---- log -----------------------------------------------------------------------------------------

std::string machine_text(void)
{
    std::string cpu = "unknown", line;
    std::ifstream info("/proc/cpuinfo");
    while (std::getline(info, line))
        if (line.compare(0, 10, "model name") == 0) {
            cpu = line.substr(line.find(':') + 2);
            break;
        }
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    std::string text = format("# machine: %s, %s, %u cores\n# compiler: %s %s\n# numbers: %s\n# commit: %s\n", host,
                              cpu.c_str(), std::thread::hardware_concurrency(), BUILD_COMPILER, BUILD_FLAGS, REAL_NAME,
                              BUILD_COMMIT);
    const char *notes = getenv("NN_NOTES");  // of the batch job: see scripts/job.sh
    std::istringstream lines(notes ? notes : "");
    while (std::getline(lines, line)) text += "# " + line + "\n";
    return text;
}

static std::string log_columns(const char *metric)
{
    return format("epoch,seconds,learning_rate,train_cost,train_%s,valid_cost,valid_%s\n", metric, metric);
}

static std::string log_number(bool known, double x) { return known ? number_text(x) : ""; }

static std::string log_row(const run_t *run, double rate)
{
    const metrics_t *v = &run->valid, *t = &run->train;
    return format("%ld,%.6f,", run->at.epoch, run->at.seconds) + number_text(rate) + "," +
           number_text(run->at.last_loss) + "," + log_number(t->N, t->value) + "," + log_number(v->N, v->loss) + "," +
           log_number(v->N, v->value) + "\n";
}

// The log of an interrupted run without the epochs that will be done again.
static std::string log_to_continue(const run_t *run)
{
    std::ifstream old(run->log);
    std::string kept, line;
    while (std::getline(old, line)) {
        bool is_row = !line.empty() && isdigit((unsigned char)line[0]);
        if (!is_row || atol(line.c_str()) <= run->at.epoch) kept += line + "\n";
    }
    return kept;
}

static void log_begin(run_t *run)
{
    if (run->log.empty()) return;
    bool going_on = run->at.epoch > 0 || run->at.batch > 0;
    std::string text = going_on ? log_to_continue(run) : "";
    if (text.empty()) text = run->log_header + log_columns(run->metric_name);
    file_write(run->log, text);
    run->log_file = fopen(run->log.c_str(), "a");
    if (!run->log_file) die("%s: cannot be written: %s", run->log.c_str(), strerror(errno));
}

static void log_epoch(run_t *run, double rate)
{
    if (!run->log_file) return;
    std::string row = log_row(run, rate);
    if (fputs(row.c_str(), run->log_file) >= 0 && fflush(run->log_file) == 0) return;
    warn("%s: not written: %s; training goes on without log", run->log.c_str(), strerror(errno));
    fclose(run->log_file);
    run->log_file = NULL;
}

// ---- progress: one line that is drawn again on a terminal, a few plain lines elsewhere ---------------------

static std::string epoch_text(const run_t *run)
{
    std::string text = format("cost %.5g", run->at.last_loss);
    if (run->train.N) text += format("  train %s %.4f", run->metric_name, run->train.value);
    if (run->valid.N) text += format("  valid cost %.5g  %s %.4f", run->valid.loss, run->metric_name, run->valid.value);
    return text;
}

static void draw_line(run_t *run, double epochs_done, double seconds)
{
    char bar[21];
    int filled = (int)(20 * epochs_done / run->epochs);
    for (int i = 0; i < 20; i++) bar[i] = i < filled ? '#' : '.';
    bar[20] = 0;
    double left = epochs_done > 0 ? seconds / epochs_done * (run->epochs - epochs_done) : 0;
    std::string known = run->at.epoch > 0 ? "  " + epoch_text(run) : "";
    std::string line = format("[%s] epoch %ld/%ld  left %s%s", bar, std::min(run->at.epoch + 1, run->epochs),
                              run->epochs, epochs_done > 0 ? duration_text(left).c_str() : "?", known.c_str());
    winsize window = {};
    bool known_width = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 10;
    int width = known_width ? window.ws_col - 1 : 79;  // a line that wraps could not be drawn over
    fprintf(stderr, "\r\033[K%.*s", width, line.c_str());
    run->shown_at = clock_now();
}

static void show_batch(run_t *run, int n)
{
    if (!run->on_terminal) return;
    double now = clock_now();
    if (now - run->shown_at < 0.1) return;
    draw_line(run, run->at.epoch + (double)run->at.batch * run->batch / n, run->at.seconds + now - run->epoch_started);
}

static void show_epoch(run_t *run)
{
    bool last = run->stop != STOP_NOT;
    if (run->quiet) return;
    if (run->on_terminal && !run->verbose && !last) return;
    long every = run->verbose || run->epochs <= 20 ? 1 : (run->epochs + 19) / 20;
    if (run->at.epoch % every != 0 && run->at.epoch != 1 && !last) return;
    if (run->on_terminal) fprintf(stderr, "\r\033[K");
    fprintf(stderr, "epoch %ld/%ld  %s  %s\n", run->at.epoch, run->epochs, epoch_text(run).c_str(),
            duration_text(run->at.seconds).c_str());
}

// ---- the loop ------------------------------------------------------------------------------------

static bool out_of_patience(const run_t *run)
{
    return run->patience > 0 && run->at.best_epoch > 0 && run->at.epoch - run->at.best_epoch >= run->patience;
}

static bool has_diverged(double loss, const nn_t *nn)
{
    bool finite = std::isfinite(loss);
    for (real_t p : nn->params) finite &= std::isfinite(p);
    return !finite;
}

static stop_t why_stop(const run_t *run)
{
    if (run->at.epoch > 0 && run->at.last_value >= run->target) return STOP_TARGET;
    if (run->at.epoch >= run->epochs) return STOP_EPOCHS;
    if (out_of_patience(run)) return STOP_PATIENCE;
    return run_signal() != 0 ? STOP_INTERRUPTED : STOP_NOT;
}

void run_begin(run_t *run)
{
    signal_seen = 0;
    watch_signals();
    run->on_terminal = !run->quiet && isatty(STDERR_FILENO);
    log_begin(run);
    run->stop = why_stop(run);  // a run that is taken up may have nothing left to do
}

bool run_epoch_begin(run_t *run, int *rows, int n)
{
    if (run->stop != STOP_NOT) {
        if (run->log_file) fclose(run->log_file);
        run->log_file = NULL;
        unwatch_signals();
        return false;
    }
    run->trained_now = true;
    rng_t rng = {run->at.shuffle_state};
    std::iota(rows, rows + n, 0);  // from the same start every time: an epoch depends on the random state alone
    rng_shuffle(&rng, rows, n);
    run->next_shuffle_state = rng.state;
    if (run->at.batch == 0) run->at.loss_sum = 0;
    run->epoch_started = clock_now();
    return true;
}

int run_next_batch(run_t *run, int n)
{
    long first = (long)run->at.batch * run->batch;
    if (first >= n || run_signal() != 0) return -1;
    show_batch(run, n);
    run->at.batch++;
    return (int)first;
}

double run_learning_rate(const run_t *run)
{
    return decay_rate(run->decay, run->learning_rate, run->at.epoch, run->epochs);
}

static void save_checkpoint(const run_t *run, const nn_t *nn)
{
    if (run->checkpoint.empty()) return;
    try {
        checkpoint_save(nn, &run->at, run->checkpoint);
    } catch (const nn_error_t &e) {  // hours of training are worth more than one checkpoint
        warn("%s\n         training goes on without this checkpoint", e.what());
    }
}

static void keep_best(run_t *run, const nn_t *nn)
{
    if (run->patience == 0 || !(run->at.best_epoch == 0 || run->valid.loss < run->at.best_loss)) return;
    run->at.best = nn->params;
    run->at.best_epoch = run->at.epoch;
    run->at.best_loss = run->valid.loss;
}

void run_epoch_end(run_t *run, const nn_t *nn, const ds_t *train, const ds_t *valid)
{
    double rate = run_learning_rate(run);
    run->at.seconds += clock_now() - run->epoch_started;
    if ((long)run->at.batch * run->batch < train->N) {  // stopped on the way
        if (run->at.batch > 0) run->at.last_loss = run->at.loss_sum / ((double)run->at.batch * run->batch);
        run->stop = has_diverged(run->at.loss_sum, nn) ? STOP_DIVERGED : STOP_INTERRUPTED;
        if (run->on_terminal) fputc('\n', stderr);
        if (run->stop == STOP_INTERRUPTED) save_checkpoint(run, nn);
        return;
    }
    run->at.last_loss = run->at.loss_sum / train->N;
    run->at.epoch++;
    run->at.batch = 0;
    run->at.shuffle_state = run->next_shuffle_state;
    if (valid) run->valid = run->device->test(nn, valid, NULL);
    if (run->train_metric) run->train = run->device->test(nn, train, NULL);
    if (run->valid.N && !std::isfinite(run->valid.loss)) run->at.last_loss = run->valid.loss;  // has diverged too
    run->at.last_value = run->valid.N ? run->valid.value : run->train.N ? run->train.value : NOT_MEASURED;
    run->stop = has_diverged(run->at.last_loss, nn) ? STOP_DIVERGED : STOP_NOT;
    if (run->stop == STOP_NOT) keep_best(run, nn);
    if (run->stop == STOP_NOT) run->stop = why_stop(run);
    log_epoch(run, rate);
    show_epoch(run);
    if (run->stop == STOP_DIVERGED) return;
    bool due = run->checkpoint_every > 0 && run->at.epoch % run->checkpoint_every == 0;
    bool stale = run->stop != STOP_NOT && access(run->checkpoint.c_str(), F_OK) == 0;  // would send --resume back
    if (due || stale || run->stop == STOP_INTERRUPTED) save_checkpoint(run, nn);
}

std::vector<real_t> run_row_weights(const run_t *run, const ds_t *train)
{
    std::vector<real_t> weight;
    if (run->class_weight.empty()) return weight;
    for (int i = 0; i < train->N; i++) weight.push_back((real_t)run->class_weight[ds_class(train, i)]);
    return weight;
}

bool run_keeps_best(const run_t *run)
{
    return !run->at.best.empty() && (run->stop == STOP_PATIENCE || run->stop == STOP_EPOCHS);
}

std::string run_stop_text(const run_t *run)
{
    std::string time = duration_text(run->at.seconds), text;
    std::string when = format("after epoch %ld (%s of training)", run->at.epoch, time.c_str());
    switch (run->stop) {
    case STOP_PATIENCE:
        text = "stopped " + when + format(": validation cost has not fallen for %d epochs", run->patience);
        break;
    case STOP_TARGET: text = "stopped " + when + format(": %s reached %g", run->metric_name, run->target); break;
    case STOP_INTERRUPTED:
        text = "interrupted " + when + (run->at.batch ? format(" and %d batches", run->at.batch) : "");
        break;
    default:
        if (run->at.epoch == 0) return "not trained: the network as training begins";
        text = run->trained_now ? format("trained %ld epochs in %s", run->at.epoch, time.c_str())
                                : format("nothing left to do: %ld epochs were done before", run->at.epoch);
    }
    if (run_keeps_best(run)) text += format("; kept epoch %ld, cost %.6g", run->at.best_epoch, run->at.best_loss);
    return text;
}
