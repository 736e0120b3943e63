// [given] graph.h: what graph.cpp does for api_graph.cpp. Functions take the lock, except where they say so.
#pragma once
#include "stream.h"

namespace emu
{

struct target_t {  // where the next node goes
    cudaGraphNode_t *node;
    cudaGraph_t graph;
    const cudaGraphNode_t *after;
    size_t count;
};
node_t *find_node(cudaGraphNode_t handle);  // null: no such node; lock held
cudaError_t find_nodes(const graph_t *g, const cudaGraphNode_t *handles, size_t n, std::vector<node_t *> *found);
std::shared_ptr<graph_t> copy_graph(const graph_t &g);  // lock held
cudaError_t add_operation(const target_t &p, operation_t &op, cudaGraphNodeType kind);
cudaError_t add_kernel(const target_t &p, const cudaKernelNodeParams *k, site_t site);
cudaError_t add_copy(const target_t &p, site_t site, const std::function<cudaError_t(cudaStream_t)> &copy);
cudaError_t add_memset(const target_t &p, const cudaMemsetParams *m, site_t site);
cudaError_t add_host(const target_t &p, const cudaHostNodeParams *h, site_t site);
cudaError_t add_event(const target_t &p, cudaEvent_t event, type_t type, site_t site);
cudaError_t add_child(const target_t &p, cudaGraph_t child, site_t site);
cudaError_t set_kernel(cudaGraphNode_t node, const cudaKernelNodeParams *k, site_t site);
cudaError_t set_kernel(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams *k, site_t site);
cudaError_t instantiate(const graph_t &g, std::shared_ptr<exec_t> *exec);  // lock held
cudaError_t update(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo *info);
cudaError_t launch_graph(cudaGraphExec_t exec, cudaStream_t stream, site_t site);
}  // namespace emu
