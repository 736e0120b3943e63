// [given] worker.h: what the files of the worker know of each other.
#ifndef NN_GRADING_WORKER_H
#define NN_GRADING_WORKER_H

#include "cuda_utils.cuh"
#include "job.h"

template <typename T> static T *to_device(const T *host, size_t n)
{
    T *dev = (T *)cuda_alloc(n * sizeof(T), "a check");
    if (n) CUDA_CHECK(cudaMemcpy(dev, host, n * sizeof(T), cudaMemcpyHostToDevice));
    return dev;
}

template <typename T> static void to_host(T *host, const T *dev, size_t n)
{
    if (n) CUDA_CHECK(cudaMemcpy(host, dev, n * sizeof(T), cudaMemcpyDeviceToHost));
}

template <typename T> static void bring(std::vector<T> *host, const T *dev, size_t n)
{
    host->resize(n);
    to_host(host->data(), dev, n);
}

// worker_runs.cu: alloc, train, test. The calls through `passes` are noted, and done by the CPU where the job says so.
void worker_run(const job_t *job, reply_t *reply);

#endif
