// [given] mistakes.cpp: the table of known mistakes, and the search for the one that gives the same numbers.
#include "mistakes.h"

#include <cmath>
#include <limits>

#include "judge.h"

// The first that fits is named: the more special ones stand first. To add one: a word in wrong_passes.h, what it does
// in wrong_passes.cpp, and a line here.
const mistake_t mistakes[] = {
    {CALL_LOAD_BATCH, ROW_I, "row i instead of rows[i]", "row i of the data set is copied instead of row rows[i]"},
    {CALL_LOAD_BATCH, ROWS_NOT_COPIED, "t->rows not set",
     "rows is not copied to t->rows: loss and back_prop look there for the row weights"},
    {CALL_LOAD_BATCH, FIRST_BLOCK_ONLY, "first block only",
     "only as many elements are copied as one block has threads: is the grid large enough, does the index use "
     "blockIdx?"},
    {CALL_LOAD_BATCH, LAST_ROW_MISSING, "last row missing",
     "the last row of the batch is not copied: < b, not < b - 1"},
    {CALL_LOAD_BATCH, LAST_COLUMN_MISSING, "last column missing", "the last column is not copied: < n, not < n - 1"},

    {CALL_FORWARD_PASS, NO_BIAS, "no bias", "the bias is not added"},
    {CALL_FORWARD_PASS, NO_ACTIVATION, "no activation",
     "the activation function is not applied: these are the z, not f(z)"},
    {CALL_FORWARD_PASS, W_TRANSPOSED, "W transposed",
     "W is read as if it were transposed: W is (n, k), its element (j, p) lies at j * k + p, with k the neurons below"},
    {CALL_FORWARD_PASS, SOFTMAX_NOT_NORMALISED, "softmax not normalised",
     "the powers of softmax are not divided by their sum over the row"},
    {CALL_FORWARD_PASS, LAST_TERM_MISSING, "last input missing",
     "the sum leaves out the last neuron of the layer below"},
    {CALL_FORWARD_PASS, FIRST_TERM_ONLY, "first input only", "the sum has only the first neuron of the layer below"},
    {CALL_FORWARD_PASS, FIRST_BLOCK_ONLY, "first block only",
     "only as many elements are computed as one block has threads: is the grid large enough, does the index use "
     "blockIdx?"},
    {CALL_FORWARD_PASS, LAST_ROW_MISSING, "last row missing",
     "the last row of the batch is not computed: < b, not < b - 1; is the grid rounded up?"},
    {CALL_FORWARD_PASS, LAST_COLUMN_MISSING, "last column missing",
     "the last neuron is not computed: < n, not < n - 1; is the grid rounded up?"},

    {CALL_LOSS, OVERWRITTEN, "loss overwritten", "*loss is set to this batch's cost instead of being added to"},
    {CALL_LOSS, FIRST_TERM_ONLY, "loss of one row", "only the first row's cost is added"},
    {CALL_LOSS, LAST_TERM_MISSING, "last row missing", "the cost of the last row is missing"},
    {CALL_LOSS, DIVIDED_BY_B, "divided by b",
     "the sum is divided by b: *loss is the sum over rows, the mean is made later"},
    {CALL_LOSS, NO_ROW_WEIGHTS, "no row weights", "the row weights are left out"},
    {CALL_LOSS, WEIGHTS_BY_I, "row_weight[i]",
     "row_weight[i] is used instead of row_weight[rows[i]]: i is the place in the batch, rows[i] the row of the data "
     "set"},
    {CALL_LOSS, NO_HALF, "no 1/2", "the squared error has a factor 1/2: loss_value (nn_aux.h) does it"},
    {CALL_LOSS, FIRST_HALF_ONLY, "half of the logarithmic cost",
     "the logarithmic cost of sigmoid outputs has a second half, (1 - y) ln(1 - a): loss_value (nn_aux.h) does it"},
    {CALL_LOSS, FIRST_BLOCK_ONLY, "first block only", "only as many elements are added as one block has threads"},
    {CALL_LOSS, LAST_COLUMN_MISSING, "last column missing", "the cost of the last output is missing"},

    {CALL_BACK_PROP, SIGN_TURNED, "y - a instead of a - y",
     "the sign of the error is turned: dZ is a - y, not y - a (update subtracts)"},
    {CALL_BACK_PROP, SLOPE_WITH_LOG, "slope with the logarithmic cost",
     "with the logarithmic cost dZ of the last layer is a - y alone: the slope cancels"},
    {CALL_BACK_PROP, NO_OUTPUT_SLOPE, "no slope in the last layer",
     "dZ of the last layer lacks the slope f'(z): act_slope (nn_aux.h)"},
    {CALL_BACK_PROP, SOFTMAX_SLOPE_OF_SIGMOID, "softmax as sigmoid",
     "the slope of softmax is not a (1 - a) alone: every output depends on every z (output_error_row in train.cpp)"},
    {CALL_BACK_PROP, NO_SLOPE, "slope forgotten",
     "dZ of the lower layers lacks the slope f'(z): act_slope (nn_aux.h), with the activation of that layer"},
    {CALL_BACK_PROP, W_TRANSPOSED, "W transposed",
     "W is read as if it were transposed: the error moves along the columns, element (j, p) lies at j * k + p"},
    {CALL_BACK_PROP, NO_ROW_WEIGHTS, "no row weights", "the row weights are left out"},
    {CALL_BACK_PROP, WEIGHTS_BY_I, "row_weight[i]",
     "row_weight[i] is used instead of row_weight[rows[i]]: i is the place in the batch, rows[i] the row of the data "
     "set"},
    {CALL_BACK_PROP, DIVIDED_BY_B, "divided by b", "dZ is divided by b already: update does that"},
    {CALL_BACK_PROP, LAST_TERM_MISSING, "last neuron missing", "the sum leaves out the last neuron of the layer above"},
    {CALL_BACK_PROP, FIRST_TERM_ONLY, "first neuron only", "the sum has only the first neuron of the layer above"},
    {CALL_BACK_PROP, FIRST_BLOCK_ONLY, "first block only",
     "only as many elements are computed as one block has threads: is the grid large enough, does the index use "
     "blockIdx?"},
    {CALL_BACK_PROP, LAST_ROW_MISSING, "last row missing",
     "the last row of the batch is not computed: < b, not < b - 1; is the grid rounded up?"},
    {CALL_BACK_PROP, LAST_COLUMN_MISSING, "last column missing",
     "the last neuron is not computed: < n, not < n - 1; is the grid rounded up?"},

    {CALL_GRADIENTS, DIVIDED_BY_B, "divided by b",
     "the gradient is divided by b already: it is the sum over the rows, update divides"},
    {CALL_GRADIENTS, ADDED_TO_OLD, "added to the last batch's",
     "the gradient is added to what the last batch has left there: it has to begin at 0 each time"},
    {CALL_GRADIENTS, FIRST_TERM_ONLY, "first row only", "only the first row of the batch is taken"},
    {CALL_GRADIENTS, LAST_TERM_MISSING, "last row of the batch missing",
     "the last row of the batch is left out of the sum"},
    {CALL_GRADIENTS, W_TRANSPOSED, "dW transposed",
     "dW is stored transposed: it is (n, k) like W, element (j, p) lies at j * k + p"},
    {CALL_GRADIENTS, FIRST_BLOCK_ONLY, "first block only",
     "only as many elements are computed as one block has threads: is the grid large enough, does the index use "
     "blockIdx?"},
    {CALL_GRADIENTS, LAST_ROW_MISSING, "last row missing",
     "the last row of dW is not computed: is the grid rounded up?"},
    {CALL_GRADIENTS, LAST_COLUMN_MISSING, "last column missing",
     "the last column is not computed: is the grid rounded up?"},

    {CALL_UPDATE, ADDS, "update adds", "the step is added; it has to be subtracted: cost falls against the gradient"},
    {CALL_UPDATE, NOT_DIVIDED_BY_B, "not divided by b",
     "the gradient is not divided by b: it is a sum over the rows of the batch"},
    {CALL_UPDATE, DIVIDED_BY_LARGEST, "divided by B",
     "the gradient is divided by B, the rows of the largest batch: the last batch may be shorter, it has b rows"},
    {CALL_UPDATE, MOMENTUM_SIGN, "momentum sign",
     "the old velocity is subtracted: velocity = momentum * velocity + grads / b"},
    {CALL_UPDATE, NO_MOMENTUM, "no momentum",
     "the old velocity is left out: velocity = momentum * velocity + grads / b"},
    {CALL_UPDATE, VELOCITY_NOT_KEPT, "velocity not kept", "the new velocity is not stored"},
    {CALL_UPDATE, FIRST_BLOCK_ONLY, "first block only",
     "only as many parameters are updated as one block has threads: is the grid large enough, does the index use "
     "blockIdx?"},
    {CALL_UPDATE, LAST_COLUMN_MISSING, "last parameter missing", "the last parameter is not updated: < n, not < n - 1"},

    {CALL_SCORE, GREATER_ONLY,
     "> instead of >=", "an output that equals the threshold is class 1: >=, as in predicted_class (test.h)"},
    {CALL_SCORE, THRESHOLD_HALF, "threshold ignored", "0.5 is used instead of the threshold that was given"},
    {CALL_SCORE, CONFUSION_TRANSPOSED, "confusion transposed",
     "rows and columns are exchanged: the row is the true class, the column the predicted one"},
    {CALL_SCORE, LAST_OF_EQUALS, "last of equals",
     "of several greatest outputs the first one counts: > when comparing, as in predicted_class (test.h)"},
    {CALL_SCORE, OVERWRITTEN, "tally overwritten", "the tally of the batches before is lost: add to it"},
    {CALL_SCORE, LAST_TERM_MISSING, "last row missing", "the last row of the batch is not counted"},
    {CALL_SCORE, FIRST_TERM_ONLY, "first row only", "only the first row of the batch is counted"},
    {CALL_SCORE, FIRST_BLOCK_ONLY, "first block only", "only as many rows are counted as one block has threads"},
    {CALL_SCORE, WEIGHTS_BY_I, "row weights in the counts", "row weights do not count here"},
};
const size_t n_mistakes = sizeof mistakes / sizeof mistakes[0];

// Is `got` what the mistake gives, though not what is right? Both within rounding.
struct match_t {
    size_t unlike_mistake, unlike_right;
};

static void match(match_t *m, double got, double mistaken, double right, double allowed)
{
    double eps = std::numeric_limits<real_t>::epsilon();
    double room = 4 * allowed + 64 * eps * (std::fabs(mistaken) + std::fabs(right));
    if (!bits_finite(got) || !bits_finite(mistaken)) {
        m->unlike_mistake += bits_finite(got) != bits_finite(mistaken);
        m->unlike_right++;
        return;
    }
    m->unlike_mistake += std::fabs(got - mistaken) > room;
    m->unlike_right += std::fabs(mistaken - right) > room;
}

// What costs are added to: it may be so large that the room for rounding must not be measured by it.
static double loss_before(const job_t *job)
{
    std::string arena = job->arena;
    train_t t = job_state(job, &arena[0]);
    return *t.loss;
}

enum fit_t { CHANGES_NOTHING, OTHER_NUMBERS, SAME_NUMBERS };

// Dies of: numbers that are not finite, from which the rest of a pass cannot be computed.
static fit_t compare_mistake(const job_t *job, const reply_t *reply, int group, wrong_t wrong)
{
    match_t m = {0, 0};
    wrong_state_t s = wrong_pass(job, wrong);
    reply_t mistaken = *reply;
    mistaken.arena = s.arena;
    mistaken.confusion = s.confusion;
    mistaken.sums = s.sums;
    // `want` of a pass follows the arrays before it: what is right is computed from the inputs alone.
    wrong_state_t right = wrong_pass(job, NOTHING_WRONG);
    reply_t correct = mistaken;
    correct.arena = right.arena;
    correct.confusion = right.confusion;
    correct.sums = right.sums;
    double start = job->call == CALL_LOSS ? loss_before(job) : 0;
    std::vector<judged_t> a = judge_all(job, reply), b = judge_all(job, &mistaken), c = judge_all(job, &correct);
    for (size_t k = 0; k < a.size(); k++)
        for (size_t i = 0; belongs(group, a[k].name) && i < a[k].got.size() && i < b[k].got.size(); i++)
            match(&m, a[k].got[i] - start, b[k].got[i] - start, c[k].got[i] - start, c[k].allowed[i]);
    return m.unlike_right == 0 ? CHANGES_NOTHING : m.unlike_mistake == 0 ? SAME_NUMBERS : OTHER_NUMBERS;
}

static fit_t fit(const failing_t *x, wrong_t wrong)
{
    try {
        return compare_mistake(&x->r->c->job, x->reply, x->r->group, wrong);
    } catch (const std::logic_error &) {
        return OTHER_NUMBERS;
    }
}

// Some counts are missing, none is in a wrong place: additions were lost.
static bool counts_lost(const result_t *r)
{
    bool lost = false;
    for (const judged_t &j : r->judged)
        for (size_t i = 0; i < j.want.size(); i++) {
            if (!bits_finite(j.got[i]) || j.got[i] > j.want[i] + j.allowed[i]) return false;
            lost = lost || j.got[i] < j.want[i] - j.allowed[i];
        }
    return lost;
}

static void set(result_t *r, const char *name, const char *text)
{
    r->mistake = name;
    r->mistake_text = text;
}

static bool races(const result_t *r)
{
    for (const finding_t &f : r->findings)
        if (f.tool == "racecheck") return true;
    return false;
}

static void name_transfer_mistake(const reply_t *reply, result_t *r)
{
    const case_t *c = r->c;
    for (const judged_t &j : r->judged) {
        if (j.wrong == 0) continue;
        if (c->job.call == CALL_ALLOC && (j.name == "grads" || j.name == "velocity" || j.name == "loss"))
            set(r, "not cleared",
                "what was there before is still there: cudaMalloc does not clear memory, cudaMemset does");
        if (j.name == "nn->params" && reply->params == c->job.params)
            set(r, "parameters not brought back",
                "nn->params is as it was before: copy the parameters back before run_epoch_end");
        if (j.name == "run->at.velocity" && reply->velocity == c->job.velocity)
            set(r, "velocity not brought back",
                "run->at.velocity is as it was before: copy it back before run_epoch_end");
        return;
    }
}

static void name_pass_mistakes(const std::vector<failing_t> &cases)
{
    std::vector<fit_t> fits(cases.size());
    for (size_t k = 0; k < n_mistakes; k++) {
        if (mistakes[k].call != cases[0].r->c->job.call) continue;
        size_t same = 0, other = 0;
        for (size_t i = 0; i < cases.size(); i++) {
            fits[i] = fit(&cases[i], mistakes[k].wrong);
            same += fits[i] == SAME_NUMBERS;
            other += fits[i] == OTHER_NUMBERS;
        }
        for (size_t i = 0; i < cases.size() && same >= other; i++)
            if (fits[i] == SAME_NUMBERS && cases[i].r->mistake.empty())
                set(cases[i].r, mistakes[k].name, mistakes[k].text);
    }
}

// Many threads add to one number.
static bool adds_up(const result_t *r) { return r->c->job.call == CALL_SCORE || r->c->job.call == CALL_LOSS; }

void name_mistakes(const std::vector<failing_t> &cases)
{
    std::vector<failing_t> passes;
    for (const failing_t &x : cases) {
        const job_t *job = &x.r->c->job;
        if (job->call > CALL_SCORE) name_transfer_mistake(x.reply, x.r);
        else if (!x.r->judged.empty() && x.reply->arena.size() == job->arena.size()) passes.push_back(x);
    }
    if (!passes.empty()) name_pass_mistakes(passes);
    for (const failing_t &x : passes)
        if (x.r->mistake.empty() && adds_up(x.r) && (counts_lost(x.r) || races(x.r)))
            set(x.r, "not atomic",
                "many threads add to one number at the same time, and `+=` loses additions (on a GPU other ones each "
                "time): "
                "atomicAdd, or one thread alone");
}
