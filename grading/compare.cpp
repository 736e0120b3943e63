// [given] compare.cpp: compares what came back with the reference, array by array.
#include "compare.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "cases.h"
#include "reference.h"

bool bits_finite(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits >> 52 & 0x7ff) != 0x7ff;
}

double sum_tolerance(size_t k, double magnitude)
{
    return (4 + std::sqrt((double)k)) * std::numeric_limits<real_t>::epsilon() * magnitude;
}

std::vector<double> doubles(const std::vector<real_t> &v) { return std::vector<double>(v.begin(), v.end()); }

double allowed_part(double want, double got, double allowed)
{
    if (!bits_finite(want) || !bits_finite(allowed)) throw std::logic_error("the reference is not finite");
    if (!bits_finite(got)) return FAR_OFF;
    double error = got > want ? got - want : want - got;
    if (error == 0) return 0;
    return allowed > 0 && error / allowed < FAR_OFF ? error / allowed : FAR_OFF;
}

judged_t judge(const std::string &name, int rows, int cols, const std::vector<double> &want,
               const std::vector<double> &got, const std::vector<double> &allowed)
{
    judged_t j = {name, rows, cols, 0, 0, want, got, allowed, {}, 0, 0};
    j.allowed.resize(want.size(), allowed.empty() ? 0 : allowed[0]);
    j.got.resize(want.size(), std::numeric_limits<double>::quiet_NaN());
    for (size_t i = 0; i < want.size(); i++) {
        double part = allowed_part(want[i], j.got[i], j.allowed[i]);
        if (part > 1) j.wrong++;
        if (part > j.used) j.used = part;
    }
    if (got.size() != want.size()) j.wrong++, j.used = FAR_OFF;
    return j;
}

std::string place_text(const judged_t *j, size_t i)
{
    if (j->want.size() == 1) return j->name;
    if (j->rows == 1) return format("%s(%zu)", j->name.c_str(), i);
    return format("%s(%zu,%zu)", j->name.c_str(), i / j->cols, i % j->cols);
}

// ---- arrays of the arena -----------------------------------------------------------------------------------------

std::vector<tensor_t> tensors_of(const job_t *job)
{
    std::vector<tensor_t> list;
    // Addresses are asked for with an arena that is not there: only differences are used.
    std::vector<char> arena(job_arena_size(job));
    train_t t = job_state(job, arena.data());
    auto add = [&](const std::string &name, const void *p, int rows, int cols, char kind) {
        list.push_back({name, (size_t)((const char *)p - arena.data()), rows, cols, kind});
    };
    int L = t.s.L;
    for (int l = 1; l <= L; l++) {
        add(format("W[%d]", l), W(&t, l), t.s.n[l], t.s.n[l - 1], 'r');
        add(format("bias[%d]", l), bias(&t, l), 1, t.s.n[l], 'r');
    }
    for (int l = 1; l <= L; l++) {
        add(format("dW[%d]", l), dW(&t, l), t.s.n[l], t.s.n[l - 1], 'r');
        add(format("dbias[%d]", l), dbias(&t, l), 1, t.s.n[l], 'r');
    }
    if (t.velocity) add("velocity", t.velocity, 1, (int)t.s.n_params, 'r');
    for (int l = 0; l <= L; l++) add(format("A[%d]", l), A(&t, l), t.B, t.s.n[l], 'r');
    for (int l = 1; l <= L; l++) add(format("dZ[%d]", l), dZ(&t, l), t.B, t.s.n[l], 'r');
    add("targets", t.targets, t.B, t.s.n[L], 'r');
    add("rows", t.rows, 1, t.B, 'i');
    add("loss", t.loss, 1, 1, 'd');
    return list;
}

static size_t size_of(char kind) { return kind == 'r' ? sizeof(real_t) : kind == 'i' ? sizeof(int) : sizeof(double); }

static double element(const std::string &arena, const tensor_t *t, size_t i)
{
    const char *p = arena.data() + t->at + i * size_of(t->kind);
    real_t r;
    int n;
    double d;
    if (t->kind == 'r') return memcpy(&r, p, sizeof r), r;
    if (t->kind == 'i') return memcpy(&n, p, sizeof n), n;
    return memcpy(&d, p, sizeof d), d;
}

// ---- a pass --------------------------------------------------------------------------------------------------------

static std::vector<double> times(std::vector<double> v, double factor)
{
    for (double &x : v) x *= factor;
    return v;
}

static std::vector<judged_t> judge_arrays(const job_t *job, const reply_t *reply, bool all, double tolerance)
{
    std::vector<judged_t> list;
    if (job->call == CALL_SCORE) {
        std::vector<expected_t> e = expect_score(job);
        std::vector<double> counts(reply->confusion.begin(), reply->confusion.end());
        if (job->K > 0) list.push_back(judge("confusion", job->K, job->K, e[0].value, counts, e[0].allowed));
        list.push_back(judge("sums", 1, 3, e[1].value, reply->sums, times(e[1].allowed, tolerance)));
        return list;
    }
    std::vector<tensor_t> tensors = tensors_of(job);
    bool broken = false;  // what is made from a wrong array cannot be judged
    for (const expected_t &e : expect_pass(job, reply->arena)) {
        if (broken && e.from_earlier && !all) continue;
        const tensor_t *t = &tensors[0];
        while (t->name != e.name) t++;
        std::vector<double> got, before;
        for (size_t i = 0; i < e.value.size(); i++) {
            got.push_back(element(reply->arena, t, i));
            before.push_back(element(job->arena, t, i));
        }
        judged_t j = judge(e.name, e.rows, e.cols, e.value, got, times(e.allowed, tolerance));
        j.at = t->at;
        j.size = size_of(t->kind);
        j.before = before;
        broken = broken || j.wrong > 0;
        list.push_back(j);
    }
    return list;
}

std::vector<judged_t> judge_pass(const job_t *job, const reply_t *reply, double tolerance)
{
    return judge_arrays(job, reply, false, tolerance);
}

std::vector<judged_t> judge_all(const job_t *job, const reply_t *reply) { return judge_arrays(job, reply, true, 1); }

// ---- what must not change -------------------------------------------------------------------------------------------

// How many elements of the array this pass writes, from its beginning on.
static size_t written_of(const job_t *job, const tensor_t *t)
{
    size_t all = (size_t)t->rows * t->cols, part = (size_t)job->b * t->cols;
    auto is = [&](const char *name) { return t->name.compare(0, strlen(name), name) == 0; };
    switch (job->call) {
    case CALL_LOAD_BATCH: return is("A[0]") || is("targets") ? part : is("rows") ? (size_t)job->b : 0;
    case CALL_FORWARD_PASS: return is("A[") && !is("A[0]") ? part : 0;
    case CALL_LOSS: return is("loss") ? all : 0;
    case CALL_BACK_PROP: return is("dZ[") ? part : 0;
    case CALL_GRADIENTS: return is("dW[") || is("dbias[") ? all : 0;
    case CALL_UPDATE: return is("W[") || is("bias[") || is("velocity") ? all : 0;
    default: return 0;
    }
}

static std::string place(const tensor_t *t, size_t i)
{
    if (t->rows == 1) return format("%s(%zu)", t->name.c_str(), i);
    return format("%s(%zu,%zu)", t->name.c_str(), i / t->cols, i % t->cols);
}

template <typename T> static void compare_copy(std::vector<std::string> *said, const char *name,
                                               const std::vector<T> &was, const std::vector<T> &is)
{
    for (size_t i = 0; i < was.size(); i++)
        if (i >= is.size() || memcmp(&was[i], &is[i], sizeof(T)) != 0) {
            said->push_back(format("%s[%zu] was changed: it is input, to be read only", name, i));
            return;
        }
}

// Between one array and the next there may be some bytes that belong to neither.
static std::string behind_an_end(const job_t *job, const reply_t *reply, const std::vector<char> &known)
{
    std::vector<tensor_t> tensors = tensors_of(job);
    std::set<std::pair<size_t, size_t>> places;  // array, how many numbers behind its end
    for (size_t i = 0; i < known.size(); i++) {
        if (known[i] || job->arena[i] == reply->arena[i]) continue;
        size_t nearest = 0, end = 0;
        for (size_t k = 0; k < tensors.size(); k++) {
            size_t to = tensors[k].at + (size_t)tensors[k].rows * tensors[k].cols * size_of(tensors[k].kind);
            if (to <= i && to >= end) nearest = k, end = to;
        }
        places.insert({nearest, (i - end) / size_of(tensors[nearest].kind)});
    }
    if (places.empty()) return "";
    const tensor_t *t = &tensors[places.begin()->first];
    size_t here = 0;
    for (const auto &p : places) here += p.first == places.begin()->first;
    std::string text = format("%zu number%s behind the end of %s (%d, %d) %s written: an index runs past it", here,
                              here > 1 ? "s" : "", t->name.c_str(), t->rows, t->cols, here > 1 ? "were" : "was");
    return text + (places.size() > here ? format("; and %zu behind other arrays", places.size() - here) : "");
}

std::vector<std::string> judge_untouched(const job_t *job, const reply_t *reply)
{
    std::vector<std::string> said;
    std::vector<char> known(job->arena.size(), 0);  // bytes that belong to an array
    for (const tensor_t &t : tensors_of(job)) {
        size_t size = size_of(t.kind), all = (size_t)t.rows * t.cols, from = written_of(job, &t), changed = 0,
               first = 0;
        memset(&known[t.at], 1, all * size);
        for (size_t i = from; i < all; i++) {
            if (memcmp(&job->arena[t.at + i * size], &reply->arena[t.at + i * size], size) == 0) continue;
            if (changed++ == 0) first = i;
        }
        if (changed == 0) continue;
        std::string where = place(&t, first) + (changed > 1 ? format(" and %zu more", changed - 1) : "");
        if (from > 0)
            said.push_back(
                format("%s changed, but the batch has only b = %d rows (B = %d): the rows after it stay as they are",
                       where.c_str(), job->b, job->B));
        else said.push_back(format("%s changed, which %s has no business with", where.c_str(), call_name(job->call)));
    }
    std::string past = behind_an_end(job, reply, known);
    if (!past.empty()) said.push_back(past);
    compare_copy(&said, "X", job->X, reply->X);
    compare_copy(&said, "Y", job->Y, reply->Y);
    compare_copy(&said, "row_weight", job->row_weight, reply->row_weight);
    compare_copy(&said, "rows", job->rows, reply->rows);
    return said;
}
