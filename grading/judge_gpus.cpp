// [given] judge_gpus.cpp: part 8: which GPU was given which rows of which batch, from the notes of a run.
#include <algorithm>

#include "judge.h"

struct call_noted_t {
    int pass, b;
};

// The calls of GPU g, in order.
static std::vector<call_noted_t> calls_of(const reply_t *reply, int g)
{
    std::vector<call_noted_t> list;
    for (size_t k = 0; k < reply->devices.size() && 2 * k + 1 < reply->calls.size(); k++)
        if (reply->devices[k] == g) list.push_back({reply->calls[2 * k], reply->calls[2 * k + 1]});
    return list;
}

static std::string call_text(const std::vector<call_noted_t> &calls, size_t k)
{
    return k < calls.size() ? format("passes.%s with b = %d", call_name(calls[k].pass), calls[k].b) : "the end";
}

// One batch of b rows on one GPU: the passes on its share, which may be empty, then the update. Returns what is wrong.
static std::string judge_share(const job_t *j, const std::vector<call_noted_t> &calls, size_t *at, int b, int *share)
{
    int most = (j->B + j->gpus - 1) / j->gpus;
    *share = *at < calls.size() && calls[*at].pass == CALL_LOAD_BATCH ? calls[*at].b : 0;
    if (*share > most)
        return format("was given %d of the %d rows, expected a share: at most %d of %d", *share, b, most, j->B);
    for (int pass = CALL_LOAD_BATCH; pass<CALL_UPDATE && * share> 0; pass++, ++*at)
        if (*at >= calls.size() || calls[*at].pass != pass || calls[*at].b != *share)
            return "called " + call_text(calls, *at) +
                   format(", expected passes.%s with b = %d", call_name(pass), *share);
    if (*at >= calls.size() || calls[*at].pass != CALL_UPDATE)
        return "called " + call_text(calls, *at) + ", expected passes.update: each GPU updates its own parameters";
    if (calls[*at].b != b)
        return format("called passes.update with b = %d, expected %d: the rows of the whole batch, not of a share",
                      calls[*at].b, b);
    ++*at;
    return "";
}

static std::string judge_batches(const job_t *j, const reply_t *reply)
{
    std::vector<std::vector<call_noted_t>> calls;
    std::vector<size_t> at(j->gpus);
    int number = 0;
    for (int g = 0; g < j->gpus; g++) {
        calls.push_back(calls_of(reply, g));
        if (calls[g].empty()) return format("GPU %d was given nothing to do", g);
    }
    for (int e = 0; e < j->epochs; e++)
        for (int first = e == 0 ? j->batches_done * j->B : 0; first < j->N; first += j->B) {
            int b = std::min(j->B, j->N - first), rows = 0;
            number++;
            for (int g = 0; g < j->gpus; g++) {
                int share = 0;
                std::string wrong = judge_share(j, calls[g], &at[g], b, &share);
                if (!wrong.empty()) return format("step %d: GPU %d %s", number, g, wrong.c_str());
                rows += share;
            }
            if (rows != b) return format("step %d: the GPUs were given %d rows together, expected %d", number, rows, b);
        }
    for (int g = 0; g < j->gpus; g++)
        if (at[g] < calls[g].size())
            return format("GPU %d called %s after the last step", g, call_text(calls[g], at[g]).c_str());
    return "";
}

void judge_gpus(const job_t *j, const reply_t *reply, result_t *r)
{
    std::string wrong = judge_batches(j, reply);
    if (!wrong.empty())
        r->sentences.push_back(wrong +
                               format(" (batches of %d, %d rows, from batch %d on)", j->B, j->N, j->batches_done));
    if (reply->apart > 0)
        r->sentences.push_back(format("after step %d the GPUs have different parameters: all begin with the same "
                                      "parameters and velocity, and subtract the same sum over the same b",
                                      reply->apart));
}
