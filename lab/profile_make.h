// [given] profile_make.h: from operations to a profile: FLOPs of the passes, time of each kernel, overlap, a few steps.
#ifndef NN_LAB_PROFILE_MAKE_H
#define NN_LAB_PROFILE_MAKE_H

#include "nn.h"
#include "profile_trace.h"

// What was trained: all steps of the run together.
struct trained_t {
    shape_t shape;
    double rows, steps;  // rows that went through the network; updates
};

// FLOPs of a pass over all of it: forward 2w a row, back-propagation 2 (w - w of the first layer), gradients 2w, update
// 2 a parameter and step (without momentum), for w weights; NAN of other passes, whose arithmetic is next to nothing.
double pass_flops(const trained_t *t, const std::string &pass);

// kernels (with counters) get pass, FLOPs and seconds of the model; passes, spans and what is known of copies are made.
void profile_model(profile_t *p, const gpu_t *g, std::vector<asked_t> *all, const trained_t *t);

void profile_overlap(profile_t *p);              // seconds, copying, copying_aside: of all spans
void profile_few_steps(profile_t *p, int most);  // keeps spans from the middle of the run, at most so many

// Trainer and peaks of this machine's CPU, one thread, measured; batches of b rows.
profile_t profile_cpu(const shape_t *s, int b);

#endif
