// [given] profile_trace.h: what the emulator's ncu writes, and NVIDIA's nsys, as operations and kernels.
#ifndef NN_LAB_PROFILE_TRACE_H
#define NN_LAB_PROFILE_TRACE_H

#include "profile_model.h"

// `ncu --trace FILE` of the emulator. left_out: operations that the file lacks. Dies of: no file, not of this format.
std::vector<asked_t> trace_read(const std::string &path, double *left_out);

// `ncu --json FILE` of the emulator: kernels with their counters, copies. Seconds and FLOPs stay NAN.
void counters_into(profile_t *p, const std::string &path);

// `nsys stats --report cuda_gpu_trace --format csv` of a GPU: what was measured. Dies of: no file, not of this format.
profile_t nsys_read(const std::string &path);

std::string short_name(const std::string &kernel);  // "void ns::scale<float>(float *, int)" is "scale"

#endif
