// [given] profile_model.h: when the operations of a trace would run on a GPU: a model, whose words profile_t.model has.
#ifndef NN_LAB_PROFILE_MODEL_H
#define NN_LAB_PROFILE_MODEL_H

#include <string>
#include <vector>

#include "profile.h"

// One operation, as the host asked for it; in the order of the calls. Times [s], sizes [bytes].
struct asked_t {
    std::string op;         // "kernel", "copy", "set", "record", "wait", "host", "graph", "synchronize", "other"
    std::string name, at;   // kernel or API function; where it was called
    std::string pass;       // "forward_pass", ...; "": called outside of the passes
    int device, stream;     // stream 0: the default stream; -1: all of the device
    bool blocking;          // the stream and the default stream wait for each other
    std::string direction;  // of a copy: "to device", "to host", "on device"
    bool pageable, waits;   // host memory that is not pinned; the host waits for it
    double bytes, blocks;   // copied, set, or moved by a kernel; of the grid. NAN: not known
    double flops;
    long wait_for;            // index of the record that is waited for; -1
    long graph;               // index of the launch of which this is a node; -1
    std::vector<long> after;  // of a node: the nodes before it
};

struct gpu_t {
    const char *name, *source;
    double bandwidth, flops;       // of its memory [bytes/s]; of the arithmetic [FLOP/s]
    double bus, bus_pageable;      // to and from pinned memory of the host, and other memory [bytes/s]
    double multiprocessors;        // a kernel with fewer blocks has its share of bandwidth and arithmetic only
    double call, mark;             // what a call costs the host; what an event or a wait costs it [s]
    double launch;                 // from a call to the earliest start on the device [s]
    double kernel, node, copying;  // the least time of a kernel, of one that is a node of a graph, of a copy [s]
};
gpu_t gpu_a4000(void);
std::string gpu_words(const gpu_t *g);  // the model, in words

double asked_seconds(const gpu_t *g, const asked_t *a);  // alone on the device; 0 where it takes no time

// Start and end of each operation on the device, or of the host's wait; as many as there are operations.
struct lapse_t {
    double start, end;
};
std::vector<lapse_t> model_run(const gpu_t *g, const std::vector<asked_t> *all);

#endif
