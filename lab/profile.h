// [given] profile.h: where the time of a step goes, as the JSON file of bin/lab profile keeps it and bin/lab report draws it.
#ifndef NN_LAB_PROFILE_H
#define NN_LAB_PROFILE_H

#include <string>
#include <vector>

// One kernel, all of its launches. NAN: not known.
struct kernel_t {
    std::string name, file;                             // short name; where it stands, "nn.cu:120"
    double launches, bytes;                             // bytes: moved between kernel and global memory
    double flops;                                       // of all launches
    double seconds;                                     // measured; of the model on the emulator
    double sectors_per_request, efficiency, conflicts;  // counters; conflicts: passes over the least possible
    std::string pass;                                   // of a step, that launched it: "forward_pass"; "": not known
};

// One thing that a stream, or an engine that copies, was busy with.
struct span_t {
    std::string kind, name;  // kind: "kernel", "to device", "to host", "on device", "set"
    int device, stream;
    double start, end, bytes;  // [s] from the first one on
};

struct profile_t {
    std::string program, options, device;
    std::string model;  // how the times were made: "" measured, or the words that say which model they come from
    double peak_flops, peak_bytes;  // of the device, a second; the roof
    std::string peak_from;          // "measured", "data sheet of ...", ...
    std::vector<kernel_t> kernels;
    std::vector<kernel_t> passes;  // all kernels of a pass together: where `flops` are known of passes only
    std::vector<span_t> spans;     // of a few steps
    double seconds;  // of all operations that were looked at, from the first one's start to the last one's end
    double copying, copying_aside;  // of them a copy over the bus was under way; and a kernel at the same time
    double to_device, to_host;      // bytes of the whole run
    double copies_to_device, copies_to_host;  // calls
};

// "modelled, not measured: ..." or "measured on ...": belongs under every picture and table of it.
std::string profile_origin(const profile_t *p);

std::string profile_json(const profile_t *p);
profile_t profile_read(const std::string &path);  // dies of: no file, not of this format

// Pictures as SVG text, drawn without gnuplot; the caller says in words what they show. "" where nothing is known.
std::string profile_roofline(const std::vector<profile_t> *all);
std::string profile_shares(const profile_t *p);    // of the kernels' time
std::string profile_timeline(const profile_t *p);  // a row a stream

#endif
