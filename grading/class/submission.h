// [given] submission.h: grades one submission: takes its files, builds them and runs the cases in the sandbox.
#ifndef NN_SUBMISSION_H
#define NN_SUBMISSION_H

#include "intake.h"
#include "record.h"
#include "rubric.h"
#include "sandbox.h"

struct stub_t {
    std::string name, object;  // "src/gpus.cu", path of what it compiles to: linked where the student has none
};

// What is the same for all submissions: this tree, built once, with the objects that every worker is linked with.
struct kit_t {
    std::string root;  // absolute path of this tree
    std::string nvcc;  // emu/bin/nvcc or NVIDIA's
    bool emulated;
    std::string compile, link;  // lines as `make print-worker` gives them
    std::string commit, compiler;
    std::string reference;  // worker of the reference solution; empty: there is none here
    sandbox_t sandbox;      // limits of the rubric; no_sandbox as asked for
    // the same, taken apart
    std::string trusted;  // worker without any student's code: does this machine work?
    std::string compile_flags, link_flags, libraries;
    std::vector<std::string> objects;  // paths
    std::vector<stub_t> stubs;
    std::vector<intake_file_t> headers;
    std::string machine, device;
};
// Builds what is missing (make), then kit_start.
kit_t kit_make(const std::string &root, const rubric_t *rubric, bool no_sandbox);
// The same in two steps, where one machine builds and others grade. kit_start sets machine and device, and dies of: no
// CUDA, no sandbox here and none asked to be left out.
kit_t kit_build(const std::string &root, const rubric_t *rubric, bool no_sandbox);
void kit_start(kit_t *kit, const rubric_t *rubric);

struct grading_t {         // what the caller may choose
    uint64_t seed_secret;  // the same for all of a class
    bool public_only;      // the public cases alone: the points of `make check`
    bool time_it;          // part "make it fast" too
};

// Never dies of what was handed in; what goes wrong on this machine gives a record with UNGRADED. Several may run at
// once, from several threads. Nothing of it is left behind but the record.
record_t grade_one(const kit_t *kit, const rubric_t *rubric, const submission_t *submission, const grading_t *how);

#endif
