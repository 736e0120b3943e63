// [given] comm_gpus.cu: the sum of one vector over several GPUs that one host thread drives.
#include "parallel/comm.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "cuda_utils.cuh"

#ifdef NN_NCCL
#include <nccl.h>
#endif

enum comm_way_t { WAY_NCCL, WAY_PEER, WAY_HOST };

struct state_t {
    comm_way_t way;
    real_t *parts[COMM_MAX];        // on GPU g: part g of the other workers' vectors (k - 1, most elements of a part)
    real_t *host[COMM_MAX];         // pinned: what worker g shows to the others (n); only WAY_HOST
    cudaEvent_t arrived[COMM_MAX];  // GPU g has come to the meeting
#ifdef NN_NCCL
    ncclComm_t nccl[COMM_MAX];
#endif
};

// ---- which way -----------------------------------------------------------------------------------

static bool all_are_peers(int k)
{
    for (int g = 0; g < k; g++)
        for (int h = 0; h < k; h++) {
            int can = 1;
            if (h != g) CUDA_CHECK(cudaDeviceCanAccessPeer(&can, g, h));
            if (!can) return false;
        }
    return true;
}

static comm_way_t choose_way(int k)
{
#ifdef NN_NCCL
    bool nccl = true;
#else
    bool nccl = false;
#endif
    const char *text = getenv("NN_GPU_SUM");
    std::string asked = text ? text : "";
    if (asked == "" && nccl) return WAY_NCCL;
    if (asked == "") return all_are_peers(k) ? WAY_PEER : WAY_HOST;
    if (asked == "host") return WAY_HOST;
    if (asked == "nccl") {
        if (nccl) return WAY_NCCL;
        die_usage("NN_GPU_SUM=nccl: this program was built without NCCL\nhint: unset it, or build where nccl.h is found");
    }
    if (asked != "peer") die_usage("NN_GPU_SUM: '%s' is not known, expected one of: nccl, peer, host", text);
    if (!all_are_peers(k)) die_usage("NN_GPU_SUM=peer: these GPUs cannot copy to each other\nhint: NN_GPU_SUM=host");
    return WAY_PEER;
}

std::string comm_gpus_way(int k)
{
    static const char *const text[] = {"NCCL", "copies between the GPUs", "copies through the host"};
    return text[choose_way(k)];
}

// ---- memory --------------------------------------------------------------------------------------

// Part g of the k parts of n elements begins here.
static size_t part_begin(size_t n, int g, int k) { return n / k * g + std::min<size_t>(g, n % k); }

static void set_peers(int k, bool on)
{
    for (int g = 0; g < k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        for (int h = 0; h < k; h++) {
            if (h == g) continue;
            cudaError_t e = on ? cudaDeviceEnablePeerAccess(h, 0) : cudaDeviceDisablePeerAccess(h);
            if (e == cudaErrorPeerAccessAlreadyEnabled || e == cudaErrorPeerAccessNotEnabled) cudaGetLastError();
            else CUDA_CHECK(e);
        }
    }
}

#ifdef NN_NCCL
static void nccl_check(ncclResult_t e, const char *call)
{
    if (e != ncclSuccess)
        die("%s: %s\nhint: NCCL_DEBUG=WARN says more; NN_GPU_SUM=host does without NCCL", call, ncclGetErrorString(e));
}
#define NCCL_CHECK(call) nccl_check(call, #call)
#endif

static void *pinned(size_t bytes)
{
    void *p = NULL;
    cudaError_t e = cudaHostAlloc(&p, std::max<size_t>(bytes, 1), cudaHostAllocPortable);
    if (e == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        die("out of pinned memory on the host: %zu bytes for the gradients of one GPU\nhint: smaller --layers, or "
            "fewer --gpus", bytes);
    }
    CUDA_CHECK(e);
    return p;
}

comm_t comm_gpus(int k, size_t n)
{
    if (k < 1 || k > COMM_MAX) die_usage("--gpus: %d, expected 1 to %d", k, COMM_MAX);
    state_t *s = new state_t();
    s->way = choose_way(k);
    if (s->way == WAY_PEER) set_peers(k, true);
#ifdef NN_NCCL
    int gpus[COMM_MAX];
    for (int g = 0; g < k; g++) gpus[g] = g;
    if (s->way == WAY_NCCL) NCCL_CHECK(ncclCommInitAll(s->nccl, k, gpus));
#endif
    for (int g = 0; g < k && s->way != WAY_NCCL; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        CUDA_CHECK(cudaEventCreateWithFlags(&s->arrived[g], cudaEventDisableTiming));
        s->parts[g] = (real_t *)cuda_alloc((k - 1) * (n / k + 1) * sizeof(real_t), "the other GPUs' gradients");
        if (s->way == WAY_HOST) s->host[g] = (real_t *)pinned(n * sizeof(real_t));
    }
    CUDA_CHECK(cudaSetDevice(0));
    return {k, n, s};
}

void comm_free(comm_t *comm)
{
    state_t *s = (state_t *)comm->state;
    for (int g = 0; g < comm->k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
#ifdef NN_NCCL
        if (s->nccl[g]) NCCL_CHECK(ncclCommDestroy(s->nccl[g]));
#endif
        CUDA_CHECK(cudaFree(s->parts[g]));
        CUDA_CHECK(cudaFreeHost(s->host[g]));
        if (s->arrived[g]) CUDA_CHECK(cudaEventDestroy(s->arrived[g]));
    }
    if (s->way == WAY_PEER) set_peers(comm->k, false);
    CUDA_CHECK(cudaSetDevice(0));
    delete s;
    *comm = {};
}

// ---- the sum -------------------------------------------------------------------------------------

// One thread adds up one element over all workers, in their order; `own` is worker g's, parts (k - 1, n) the others'.
__global__ void add_workers(real_t *own /* (n) */, const real_t *parts, size_t n, int g, int k)
{
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i >= n) return;
    real_t sum = 0;
    for (int h = 0; h < k; h++) sum += h == g ? own[i] : parts[(h < g ? h : h - 1) * n + i];
    own[i] = sum;
}

// No GPU goes on before all have come here.
static void meet(const comm_t *comm)
{
    const state_t *s = (const state_t *)comm->state;
    for (int g = 0; g < comm->k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        CUDA_CHECK(cudaEventRecord(s->arrived[g]));
    }
    for (int g = 0; g < comm->k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        for (int h = 0; h < comm->k; h++)
            if (h != g) CUDA_CHECK(cudaStreamWaitEvent(NULL, s->arrived[h], 0));
    }
}

// Elements first .. first+n-1 of worker g's vector become what the others can fetch.
static void show(const state_t *s, int g, const real_t *vector, size_t first, size_t n)
{
    if (s->way == WAY_HOST)
        CUDA_CHECK(cudaMemcpyAsync(s->host[g] + first, vector + first, n * sizeof(real_t), cudaMemcpyDeviceToHost));
}

// GPU g gets elements first .. first+n-1 of worker h's vector.
static void fetch(const state_t *s, int g, real_t *dst, int h, const real_t *vector, size_t first, size_t n)
{
    if (s->way == WAY_HOST)
        CUDA_CHECK(cudaMemcpyAsync(dst, s->host[h] + first, n * sizeof(real_t), cudaMemcpyHostToDevice));
    else CUDA_CHECK(cudaMemcpyPeerAsync(dst, g, vector + first, h, n * sizeof(real_t)));
}

static void sum_in_parts(comm_t *comm, real_t *const vectors[], size_t n)
{
    const state_t *s = (const state_t *)comm->state;
    int k = comm->k;
    for (int g = 0; g < k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        show(s, g, vectors[g], 0, n);
    }
    meet(comm);
    for (int g = 0; g < k; g++) {  // GPU g adds up part g
        size_t first = part_begin(n, g, k), n_part = part_begin(n, g + 1, k) - first;
        if (n_part == 0) continue;
        CUDA_CHECK(cudaSetDevice(g));
        for (int h = 0; h < k; h++)
            if (h != g) fetch(s, g, s->parts[g] + (h < g ? h : h - 1) * n_part, h, vectors[h], first, n_part);
        add_workers<<<cuda_blocks(n_part, 256), 256>>>(vectors[g] + first, s->parts[g], n_part, g, k);
        LAUNCH_CHECK("add_workers");
        show(s, g, vectors[g], first, n_part);
    }
    meet(comm);
    for (int g = 0; g < k; g++) {  // and gets the other parts
        CUDA_CHECK(cudaSetDevice(g));
        for (int h = 0; h < k; h++) {
            size_t first = part_begin(n, h, k), n_part = part_begin(n, h + 1, k) - first;
            if (h != g && n_part > 0) fetch(s, g, vectors[g] + first, h, vectors[h], first, n_part);
        }
    }
    meet(comm);  // before anybody writes what another is still fetching
}

void comm_sum(comm_t *comm, real_t *const vectors[], size_t n)
{
    const state_t *s = (const state_t *)comm->state;
    if (n > comm->n) die("comm_sum: %zu elements, expected at most %zu", n, comm->n);
    if (s->way != WAY_NCCL) sum_in_parts(comm, vectors, n);
#ifdef NN_NCCL
    if (s->way == WAY_NCCL) {
        ncclDataType_t type = sizeof(real_t) == sizeof(float) ? ncclFloat : ncclDouble;
        NCCL_CHECK(ncclGroupStart());
        for (int g = 0; g < comm->k; g++)
            NCCL_CHECK(ncclAllReduce(vectors[g], vectors[g], n, type, ncclSum, s->nccl[g], NULL));
        NCCL_CHECK(ncclGroupEnd());
    }
#endif
    CUDA_CHECK(cudaSetDevice(0));
}
