// [given] api_graph.cpp: the functions of the CUDA runtime API for graphs.
#include "graph.h"
#include "memory.h"
#include <algorithm>
#include <cstdio>

namespace emu
{

typedef std::lock_guard<std::mutex> locked_t;

static cudaError_t create(cudaGraph_t *graph)
{
    locked_t l(queue.lock);
    auto g = std::make_shared<graph_t>();
    name_graph(g);
    *graph = g->handle;
    return *graph ? cudaSuccess : cudaErrorMemoryAllocation;
}

static cudaError_t copy(cudaGraph_t *clone, cudaGraph_t graph)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    if (!g) return cudaErrorInvalidValue;
    g = copy_graph(*g);
    name_graph(g);
    *clone = g->handle;
    return cudaSuccess;
}

static cudaError_t destroy(cudaGraph_t graph)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    if (!g) return cudaErrorInvalidValue;
    forget_graph(g);
    return cudaSuccess;
}

static cudaError_t add_empty(const target_t &p, site_t site)
{
    operation_t op = {};
    op.what = "cudaGraphAddEmptyNode";
    op.site = site;
    return add_operation(p, op, cudaGraphNodeTypeEmpty);
}

static cudaError_t get_kernel(cudaGraphNode_t node, cudaKernelNodeParams *k)
{
    locked_t l(queue.lock);
    node_t *n = find_node(node);
    if (!n || n->kind != cudaGraphNodeTypeKernel || !k) return cudaErrorInvalidValue;
    if (!n->params.func) return cudaErrorNotSupported;  // captured: its arguments are not known one by one
    *k = n->params;
    return cudaSuccess;
}

static cudaError_t add_dependencies(cudaGraph_t graph, const cudaGraphNode_t *from, const cudaGraphNode_t *to, size_t n)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    std::vector<node_t *> a, b;
    if (cudaError_t e = find_nodes(g.get(), from, n, &a)) return e;
    if (cudaError_t e = find_nodes(g.get(), to, n, &b)) return e;
    for (size_t i = 0; i < n; i++)
        if (a[i] == b[i] || std::count(b[i]->after.begin(), b[i]->after.end(), a[i])) return cudaErrorInvalidValue;
    for (size_t i = 0; i < n; i++) b[i]->after.push_back(a[i]);
    return cudaSuccess;
}

static cudaError_t type_of(cudaGraphNode_t node, cudaGraphNodeType *type)
{
    locked_t l(queue.lock);
    node_t *n = find_node(node);
    if (!n || !type) return cudaErrorInvalidValue;
    *type = n->kind;
    return cudaSuccess;
}

// The usual form of a list: without a place to put it only the number is told.
static cudaError_t list(cudaGraph_t graph, cudaGraphNode_t *to, size_t *count, bool roots)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    if (!g || !count) return cudaErrorInvalidValue;
    size_t i = 0;
    for (auto &n : g->nodes) {
        if (roots && !n->after.empty()) continue;
        if (to && i < *count) to[i] = n->handle;
        i++;
    }
    for (size_t k = i; to && k < *count; k++) to[k] = nullptr;
    *count = to ? std::min(i, *count) : i;
    return cudaSuccess;
}

static cudaError_t edges(cudaGraph_t graph, cudaGraphNode_t *from, cudaGraphNode_t *to, size_t *count)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    if (!g || !count || !from != !to) return cudaErrorInvalidValue;
    size_t i = 0;
    for (auto &n : g->nodes)
        for (node_t *before : n->after) {
            if (to && i < *count) from[i] = before->handle, to[i] = n->handle;
            i++;
        }
    *count = to ? std::min(i, *count) : i;
    return cudaSuccess;
}

static cudaError_t destroy_node(cudaGraphNode_t node)
{
    locked_t l(queue.lock);
    node_t *n = find_node(node);
    if (!n) return cudaErrorInvalidValue;
    graph_t *g = n->graph;
    for (auto &other : g->nodes)
        other->after.erase(std::remove(other->after.begin(), other->after.end(), n), other->after.end());
    queue.nodes.remove(node);
    g->nodes.erase(std::find_if(g->nodes.begin(), g->nodes.end(), [=](auto &x) { return x.get() == n; }));
    return cudaSuccess;
}

static cudaError_t print(cudaGraph_t graph, const char *path)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    FILE *f = g && path ? fopen(path, "w") : nullptr;
    if (!f) return g && path ? cudaErrorOperatingSystem : cudaErrorInvalidValue;
    fprintf(f, "digraph cuda_graph {\n    node [shape=box];\n");
    for (size_t i = 0; i < g->nodes.size(); i++) {
        const node_t &n = *g->nodes[i];
        std::string name = n.op.type == LAUNCH ? kernel_name(n.op.launch.kernel) : n.op.what;
        fprintf(f, "    n%zu [label=\"%s\"];\n", i, name.c_str());
        for (node_t *before : n.after)
            for (size_t k = 0; k < g->nodes.size(); k++)
                if (g->nodes[k].get() == before) fprintf(f, "    n%zu -> n%zu;\n", k, i);
    }
    fprintf(f, "}\n");
    return fclose(f) ? cudaErrorOperatingSystem : cudaSuccess;
}

static cudaError_t make_exec(cudaGraphExec_t *exec, cudaGraph_t graph)
{
    locked_t l(queue.lock);
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    std::shared_ptr<exec_t> x;
    if (!g || !exec) return cudaErrorInvalidValue;
    if (cudaError_t e = instantiate(*g, &x)) return e;
    *exec = x->handle = (cudaGraphExec_t)queue.execs.add(x);
    return *exec ? cudaSuccess : cudaErrorMemoryAllocation;
}

static cudaError_t destroy_exec(cudaGraphExec_t exec)
{
    locked_t l(queue.lock);
    return queue.execs.remove(exec) ? cudaSuccess : cudaErrorInvalidValue;  // a pending launch keeps it
}

static cudaError_t upload(cudaGraphExec_t exec, cudaStream_t stream)
{
    if (cudaError_t e = check_stream(stream)) return e;
    locked_t l(queue.lock);
    return queue.execs.find(exec) ? cudaSuccess : cudaErrorInvalidValue;
}
}  // namespace emu

using namespace emu;

cudaError_t cudaGraphCreate(cudaGraph_t *graph, unsigned flags)
{
    EMU_ENTER("cudaGraphCreate");
    return result(graph && !flags ? create(graph) : cudaErrorInvalidValue, "cudaGraphCreate", EMU_SITE);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    EMU_ENTER("cudaGraphDestroy");
    return result(destroy(graph), "cudaGraphDestroy", EMU_SITE);
}

cudaError_t cudaGraphClone(cudaGraph_t *clone, cudaGraph_t graph)
{
    EMU_ENTER("cudaGraphClone");
    return result(clone ? copy(clone, graph) : cudaErrorInvalidValue, "cudaGraphClone", EMU_SITE);
}

cudaError_t cudaGraphAddKernelNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaKernelNodeParams *k)
{
    EMU_ENTER("cudaGraphAddKernelNode");
    return result(add_kernel({node, graph, after, n}, k, EMU_SITE), "cudaGraphAddKernelNode", EMU_SITE);
}

cudaError_t cudaGraphAddMemcpyNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaMemcpy3DParms *c)
{
    EMU_ENTER("cudaGraphAddMemcpyNode");
    return result(
        !c ? cudaErrorInvalidValue
           : add_copy({node, graph, after, n}, EMU_SITE, [=](cudaStream_t s) { return cudaMemcpy3DAsync(c, s); }),
        "cudaGraphAddMemcpyNode", EMU_SITE);
}

cudaError_t cudaGraphAddMemcpyNode1D(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                     void *dst, const void *src, size_t bytes, cudaMemcpyKind kind)
{
    EMU_ENTER("cudaGraphAddMemcpyNode1D");
    const copy_t c = {(char *)dst, (const char *)src,          bytes,   0, bytes, 0, bytes, 1, 1, -1,
                      kind,        "cudaGraphAddMemcpyNode1D", EMU_SITE};
    return result(add_copy({node, graph, after, n}, EMU_SITE, [=](cudaStream_t s) { return submit_copy(c, true, s); }),
                  "cudaGraphAddMemcpyNode1D", EMU_SITE);
}

cudaError_t cudaGraphAddMemsetNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaMemsetParams *m)
{
    EMU_ENTER("cudaGraphAddMemsetNode");
    return result(add_memset({node, graph, after, n}, m, EMU_SITE), "cudaGraphAddMemsetNode", EMU_SITE);
}

cudaError_t cudaGraphAddHostNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                 const cudaHostNodeParams *h)
{
    EMU_ENTER("cudaGraphAddHostNode");
    return result(add_host({node, graph, after, n}, h, EMU_SITE), "cudaGraphAddHostNode", EMU_SITE);
}

cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                       cudaGraph_t child)
{
    EMU_ENTER("cudaGraphAddChildGraphNode");
    return result(add_child({node, graph, after, n}, child, EMU_SITE), "cudaGraphAddChildGraphNode", EMU_SITE);
}

cudaError_t cudaGraphAddEmptyNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n)
{
    EMU_ENTER("cudaGraphAddEmptyNode");
    return result(add_empty({node, graph, after, n}, EMU_SITE), "cudaGraphAddEmptyNode", EMU_SITE);
}

cudaError_t cudaGraphAddEventRecordNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after,
                                        size_t n, cudaEvent_t event)
{
    EMU_ENTER("cudaGraphAddEventRecordNode");
    return result(add_event({node, graph, after, n}, event, RECORD, EMU_SITE), "cudaGraphAddEventRecordNode", EMU_SITE);
}

cudaError_t cudaGraphAddEventWaitNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                      cudaEvent_t event)
{
    EMU_ENTER("cudaGraphAddEventWaitNode");
    return result(add_event({node, graph, after, n}, event, MARK, EMU_SITE), "cudaGraphAddEventWaitNode", EMU_SITE);
}

cudaError_t cudaGraphKernelNodeGetParams(cudaGraphNode_t node, cudaKernelNodeParams *k)
{
    EMU_ENTER("cudaGraphKernelNodeGetParams");
    return result(get_kernel(node, k), "cudaGraphKernelNodeGetParams", EMU_SITE);
}

cudaError_t cudaGraphKernelNodeSetParams(cudaGraphNode_t node, const cudaKernelNodeParams *k)
{
    EMU_ENTER("cudaGraphKernelNodeSetParams");
    return result(set_kernel(node, k, EMU_SITE), "cudaGraphKernelNodeSetParams", EMU_SITE);
}

cudaError_t cudaGraphAddDependencies(cudaGraph_t graph, const cudaGraphNode_t *from, const cudaGraphNode_t *to,
                                     size_t n)
{
    EMU_ENTER("cudaGraphAddDependencies");
    return result(add_dependencies(graph, from, to, n), "cudaGraphAddDependencies", EMU_SITE);
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType *type)
{
    EMU_ENTER("cudaGraphNodeGetType");
    return result(type_of(node, type), "cudaGraphNodeGetType", EMU_SITE);
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *n)
{
    EMU_ENTER("cudaGraphGetNodes");
    return result(list(graph, nodes, n, false), "cudaGraphGetNodes", EMU_SITE);
}

cudaError_t cudaGraphGetRootNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *n)
{
    EMU_ENTER("cudaGraphGetRootNodes");
    return result(list(graph, nodes, n, true), "cudaGraphGetRootNodes", EMU_SITE);
}

cudaError_t cudaGraphGetEdges(cudaGraph_t graph, cudaGraphNode_t *from, cudaGraphNode_t *to, size_t *n)
{
    EMU_ENTER("cudaGraphGetEdges");
    return result(edges(graph, from, to, n), "cudaGraphGetEdges", EMU_SITE);
}

cudaError_t cudaGraphDestroyNode(cudaGraphNode_t node)
{
    EMU_ENTER("cudaGraphDestroyNode");
    return result(destroy_node(node), "cudaGraphDestroyNode", EMU_SITE);
}

cudaError_t cudaGraphDebugDotPrint(cudaGraph_t graph, const char *path, unsigned)
{
    EMU_ENTER("cudaGraphDebugDotPrint");
    return result(print(graph, path), "cudaGraphDebugDotPrint", EMU_SITE);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
    EMU_ENTER("cudaGraphInstantiate");
    return result(make_exec(exec, graph), "cudaGraphInstantiate", EMU_SITE);
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
    EMU_ENTER("cudaGraphInstantiateWithFlags");
    return result(make_exec(exec, graph), "cudaGraphInstantiateWithFlags", EMU_SITE);
}

cudaError_t cudaGraphExecKernelNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams *k)
{
    EMU_ENTER("cudaGraphExecKernelNodeSetParams");
    return result(set_kernel(exec, node, k, EMU_SITE), "cudaGraphExecKernelNodeSetParams", EMU_SITE);
}

cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo *info)
{
    EMU_ENTER("cudaGraphExecUpdate");
    return result(update(exec, graph, info), "cudaGraphExecUpdate", EMU_SITE);
}

cudaError_t cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t stream)
{
    EMU_ENTER("cudaGraphUpload");
    return result(upload(exec, stream), "cudaGraphUpload", EMU_SITE);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream)
{
    EMU_ENTER("cudaGraphLaunch");
    return result(launch_graph(exec, stream, EMU_SITE), "cudaGraphLaunch", EMU_SITE);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec)
{
    EMU_ENTER("cudaGraphExecDestroy");
    return result(destroy_exec(exec), "cudaGraphExecDestroy", EMU_SITE);
}
