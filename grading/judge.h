// [given] judge.h: judges one reply.
#ifndef NN_GRADING_JUDGE_H
#define NN_GRADING_JUDGE_H

#include "engine.h"

constexpr const char *NOT_GIVEN_BACK = "of GPU memory were not given back";

// Fills in r->judged and r->sentences, of this group alone; sets r->outcome to SKIPPED if something else blocks it.
void judge_reply(const check_t *check, const case_t *c, int group, const reply_t *reply, result_t *r);

// nn_train_gpus: every GPU had its share of every batch, and all kept the same parameters.
void judge_gpus(const job_t *j, const reply_t *reply, result_t *r);

// The parameters that a training has given, against those of the same training on the CPU.
judged_t judge_training(const job_t *j, const std::vector<real_t> &params);

// Weights and biases of part 5 are groups of their own.
bool belongs(int group, const std::string &array);

// Runs the case again with the sanitizer's four tools: findings, and who last wrote the first wrong numbers.
void sanitize(const check_t *check, result_t *r);
void read_findings(const std::string &report, std::vector<finding_t> *findings);  // of a report that nobody vouches for

#endif
