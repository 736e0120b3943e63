// [given] judge.cpp: judges one reply: a pass by its arrays, the transfers by what lies on the GPU, a run by its end.
#include "judge.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "run.h"

constexpr uint64_t MOST_TO_HOST = 64;  // by one pass: a few sums, no arrays [bytes]

// ---- train_alloc_cuda, train_free_cuda ------------------------------------------------------------------------------

static void judge_alloc(const job_t *j, const reply_t *reply, result_t *r)
{
    auto say = [&](bool wrong, const std::string &text) {
        if (wrong) r->sentences.push_back(text);
    };
    say(reply->B != j->B, format("t.B is %d, expected %d", reply->B, j->B));
    say(reply->N != j->N, format("t.N is %d, expected %d: the rows of the data set", reply->N, j->N));
    say(!reply->same_shape, "t.s is not the shape that was given");
    say(!j->momentum && reply->has_velocity, "t.velocity is not NULL, though there is no momentum");
    say(j->momentum && !reply->has_velocity, "t.velocity is NULL, though there is momentum");
    say(j->row_weight.empty() && reply->has_row_weight, "t.row_weight is not NULL, though none were given");
    say(!j->row_weight.empty() && !reply->has_row_weight, "t.row_weight is NULL, though row weights were given");
    say(!reply->laid_out, "the arrays do not lie in t.arena as train_lay_out puts them");
    r->judged.push_back(judge("X", j->N, j->s.n[0], doubles(j->X), doubles(reply->X), {}));
    r->judged.push_back(judge("Y", j->N, j->s.n[j->s.L], doubles(j->Y), doubles(reply->Y), {}));
    if (!j->row_weight.empty() && reply->has_row_weight)
        r->judged.push_back(judge("row_weight", 1, j->N, doubles(j->row_weight), doubles(reply->row_weight), {}));
    std::string arena = reply->arena;
    if (arena.size() != job_arena_size(j)) {
        r->sentences.push_back("the arena has a wrong size");
        return;
    }
    train_t t = job_state(j, &arena[0]);
    auto numbers = [&](const real_t *p) { return std::vector<double>(p, p + t.s.n_params); };
    std::vector<double> zeros(t.s.n_params, 0);
    int n = (int)t.s.n_params;
    r->judged.push_back(judge("params", 1, n, doubles(j->params), numbers(t.params), {}));
    r->judged.push_back(judge("grads", 1, n, zeros, numbers(t.grads), {}));
    if (t.velocity) r->judged.push_back(judge("velocity", 1, n, zeros, numbers(t.velocity), {}));
    r->judged.push_back(judge("loss", 1, 1, {0}, {*t.loss}, {}));
}

static void judge_leak(const reply_t *reply, result_t *r)
{
    if (reply->emulated && reply->leaked > 0)  // on a real GPU other programs take and give back memory, too
        r->sentences.push_back(format("%llu bytes %s", (unsigned long long)reply->leaked, NOT_GIVEN_BACK));
}

// ---- whole runs -----------------------------------------------------------------------------------------------------

static nn_t network_of(const job_t *j, const std::vector<real_t> &params)
{
    nn_t nn = {};
    nn.s = j->s;
    nn.params = params;
    nn.task = j->task;
    nn.threshold = j->threshold;
    return nn;
}

// The same run on the CPU.
static nn_t train_here(const job_t *j, run_t *run)
{
    static const device_t scorer = {"cpu", NULL, nn_test, NULL};
    ds_t ds = job_data(j);
    nn_t nn = network_of(j, j->params);
    run->device = &scorer;
    run->epochs = j->epochs;
    run->batch = j->B;
    run->learning_rate = j->learning_rate;
    run->decay = j->decay;
    run->momentum = j->mu;
    run->class_weight = j->class_weight;
    run->target = NAN;
    run->quiet = true;
    run->at.velocity = j->velocity;
    run->at.batch = j->batches_done;
    run->at.shuffle_state = j->shuffle_state;
    run->at.loss_sum = j->loss_sum;
    nn_train(&nn, &ds, j->validate ? &ds : NULL, run);
    return nn;
}

static std::string call_text(const std::vector<int> &calls, size_t k)
{
    return k + 1 < calls.size() ? format("passes.%s with b = %d", call_name(calls[k]), calls[k + 1]) : "the end";
}

static void judge_calls(const job_t *j, const reply_t *reply, result_t *r)
{
    std::vector<int> want;
    for (int e = 0; e < j->epochs; e++)
        for (int first = e == 0 ? j->batches_done * j->B : 0; first < j->N; first += j->B)
            for (int pass = CALL_LOAD_BATCH; pass < CALL_SCORE; pass++)
                want.insert(want.end(), {pass, std::min(j->B, j->N - first)});
    size_t k = 0, n = std::min(want.size(), reply->calls.size());
    while (k + 1 < n && want[k] == reply->calls[k] && want[k + 1] == reply->calls[k + 1]) k += 2;
    if (k >= want.size() && k >= reply->calls.size()) return;
    r->sentences.push_back(format("call %zu was %s, expected %s (batches of %d, %d rows, from batch %d on)", k / 2 + 1,
                                  call_text(reply->calls, k).c_str(), call_text(want, k).c_str(), j->B, j->N,
                                  j->batches_done));
}

// Rounding grows with the steps: what one step allows to a sum of b products, times the steps.
static std::vector<double> run_tolerance(const job_t *j, const std::vector<double> &v, double more)
{
    double greatest = 0, steps = (double)j->epochs * ((j->N + j->B - 1) / j->B);
    for (double x : v) greatest = std::max(greatest, std::fabs(x));
    return {more * steps * sum_tolerance(j->B, greatest)};
}

judged_t judge_training(const job_t *j, const std::vector<real_t> &params)
{
    run_t run = {};
    std::vector<double> want = doubles(train_here(j, &run).params);
    return judge("nn->params", 1, (int)want.size(), want, doubles(params), run_tolerance(j, want, 1));
}

static void judge_train(const job_t *j, const reply_t *reply, double tolerance, result_t *r)
{
    run_t run = {};
    nn_t nn = train_here(j, &run);
    (j->call == CALL_TRAIN_GPUS ? judge_gpus : judge_calls)(j, reply, r);
    std::vector<double> want = doubles(nn.params), v = doubles(run.at.velocity);
    r->judged.push_back(
        judge("nn->params", 1, (int)want.size(), want, doubles(reply->params), run_tolerance(j, want, tolerance)));
    if (!v.empty())
        r->judged.push_back(
            judge("run->at.velocity", 1, (int)v.size(), v, doubles(reply->velocity), run_tolerance(j, v, tolerance)));
    r->judged.push_back(judge("run->at.last_loss", 1, 1, {run.at.last_loss}, {reply->last_loss},
                              run_tolerance(j, {run.at.last_loss}, tolerance)));
    if (j->validate)
        r->judged.push_back(judge("run->valid.loss after the last epoch", 1, 1, {run.valid.loss}, {reply->valid_loss},
                                  run_tolerance(j, {run.valid.loss}, tolerance)));
    if (reply->epochs_done != run.at.epoch)
        r->sentences.push_back(format("%d epochs were trained, expected %ld: does run_epoch_end come after each?",
                                      reply->epochs_done, run.at.epoch));
    judge_leak(reply, r);
}

static metrics_t test_here(const job_t *j, const std::vector<real_t> &params, const ds_t *ds,
                           std::vector<real_t> *outputs)
{
    nn_t nn = network_of(j, params);
    return nn_test(&nn, ds, outputs);
}

static std::vector<double> counts_of(const std::vector<unsigned long long> &v)
{
    return std::vector<double>(v.begin(), v.end());
}

static void judge_test(const job_t *j, const reply_t *reply, double tolerance, result_t *r)
{
    ds_t ds = job_data(j);
    std::vector<real_t> outputs;
    metrics_t m = test_here(j, j->params, &ds, &outputs);
    int rows = 0;
    for (size_t k = 0; k + 1 < reply->calls.size(); k += 2)
        if (reply->calls[k] == CALL_SCORE) rows += reply->calls[k + 1];
    if (rows != j->N) r->sentences.push_back(format("passes.score saw %d rows, expected N = %d", rows, j->N));
    if (m.score.K > 0)
        r->judged.push_back(
            judge("confusion", m.score.K, m.score.K, counts_of(m.score.confusion), counts_of(reply->confusion), {}));
    std::vector<double> sums(m.score.sums, m.score.sums + 3), allowed;
    for (double s : sums) allowed.push_back(tolerance * sum_tolerance(j->N, s));
    r->judged.push_back(judge("sums", 1, 3, sums, reply->sums, allowed));
    if (j->want_outputs) {
        std::vector<double> want = doubles(outputs);
        r->judged.push_back(
            judge("outputs", j->N, j->s.n[j->s.L], want, doubles(reply->outputs), {tolerance * sum_tolerance(1, 1)}));
    }
    judge_leak(reply, r);
}

// ---- all parts together ---------------------------------------------------------------------------------------------

// Rows whose class hangs on the last digits, so that GPU and CPU may count them differently.
static int undecided_rows(const std::vector<real_t> &a, int n, double threshold)
{
    int count = 0;
    double near = 1000 * std::numeric_limits<real_t>::epsilon();
    for (size_t i = 0; i + n <= a.size(); i += n) {
        std::vector<real_t> row(a.begin() + i, a.begin() + i + n);
        std::sort(row.begin(), row.end());
        count += std::fabs(n == 1 ? row[0] - threshold : row[n - 1] - row[n - 2]) < near;
    }
    return count;
}

static std::string metrics_text(const metrics_t *m)
{
    if (m->n_out > 1) return format("accuracy %.4f, macro F1 %.4f", m->accuracy, m->macro_f1);
    const class_metrics_t *c = &m->classes[1];
    return format("TP %ld FP %ld FN %ld TN %ld, precision %.4f, recall %.4f, F1 %.4f", c->TP, c->FP, c->FN, c->TN,
                  c->precision, c->recall, c->f1);
}

static double tolerance_of(const check_t *check, int group)
{
    return check->weights.empty() ? 1 : check->weights[group].tolerance;
}

// Own passes train; the counts are then made again here, from the parameters that came back, and the student's
// nn_test_cuda must find the same.
static void judge_together(const check_t *check, const case_t *c, const reply_t *reply, result_t *r)
{
    const job_t *j = &c->job;
    run_t run = {};
    nn_t nn = train_here(j, &run);
    std::vector<double> want = doubles(nn.params);
    r->judged.push_back(judge("nn->params", 1, (int)want.size(), want, doubles(reply->params),
                              run_tolerance(j, want, tolerance_of(check, GROUP_ALL))));
    if (reply->params.size() != want.size() || r->judged.back().wrong) return;
    std::vector<real_t> outputs;
    metrics_t m = test_here(j, reply->params, &c->test, &outputs), cpu = test_here(j, nn.params, &c->test, NULL);
    r->note = metrics_text(&m) + format("; CPU %.4f", cpu.value);

    job_t test = *j;
    test.call = CALL_TEST;
    test.params = reply->params;
    test.X = c->test.X;
    test.Y = c->test.Y;
    test.N = c->test.N;
    worked_t w = work(&check->worker, &test);
    if (w.ending != ENDED || w.reply.status != RETURNED) {
        if (w.ending == ENDED && w.reply.status == NOT_WRITTEN) {
            r->outcome = SKIPPED;
            r->why = w.reply.text.substr(0, w.reply.text.find('\n'));
            return;
        }
        r->sentences.push_back("nn_test_cuda with the trained network: " +
                               (w.ending == ENDED ? w.reply.text : w.problem));
        return;
    }
    double open = undecided_rows(outputs, test.s.n[test.s.L], j->threshold);
    r->judged.push_back(
        judge("confusion", m.score.K, m.score.K, counts_of(m.score.confusion), counts_of(w.reply.confusion), {open}));
}

bool belongs(int group, const std::string &array)
{
    bool biases = array.compare(0, 5, "dbias") == 0;
    return group == GROUP_WEIGHTS ? !biases : group == GROUP_BIASES ? biases : true;
}

void judge_reply(const check_t *check, const case_t *c, int group, const reply_t *reply, result_t *r)
{
    const job_t *j = &c->job;
    double tolerance = tolerance_of(check, group);
    if (group == GROUP_ALL) return judge_together(check, c, reply, r);
    if (group == GROUP_ALLOC) return judge_alloc(j, reply, r);
    if (group == GROUP_FREE) {
        result_t alloc = {};
        judge_alloc(j, reply, &alloc);
        for (const judged_t &x : alloc.judged)
            if (x.wrong) alloc.sentences.push_back(x.name);
        if (alloc.sentences.empty()) return judge_leak(reply, r);
        r->outcome = SKIPPED;  // what was not taken need not be given back
        r->why = "train_alloc_cuda is wrong";
        return;
    }
    if (j->call == CALL_TRAIN || j->call == CALL_TRAIN_GPUS) return judge_train(j, reply, tolerance, r);
    if (j->call == CALL_TEST) return judge_test(j, reply, tolerance, r);
    if (reply->arena.size() != j->arena.size()) {
        r->sentences.push_back("the state came back with another size");
        return;
    }
    r->sentences = judge_untouched(j, reply);
    if (reply->launches == 0) {
        r->no_kernel = true;
        r->sentences.insert(r->sentences.begin(),
                            format("no kernel was launched: %s is to be done on the GPU", call_name(j->call)));
    }
    if (reply->to_host > MOST_TO_HOST)
        r->suspect = format("%s copied %llu bytes to the host: is the host computing?", call_name(j->call),
                            (unsigned long long)reply->to_host);
    for (const judged_t &x : judge_pass(j, reply, tolerance))
        if (belongs(group, x.name)) r->judged.push_back(x);
}
