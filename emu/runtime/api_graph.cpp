// [given] api_graph.cpp: the functions of the CUDA runtime API for graphs.
#include "graph.h"
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

static cudaError_t add_empty(const place_t &p, site_t site)
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
    cudaError_t e;
    if (!injected("cudaGraphCreate", &e)) e = graph && !flags ? create(graph) : cudaErrorInvalidValue;
    return result(e, "cudaGraphCreate", EMU_SITE);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    cudaError_t e;
    if (!injected("cudaGraphDestroy", &e)) e = destroy(graph);
    return result(e, "cudaGraphDestroy", EMU_SITE);
}

cudaError_t cudaGraphClone(cudaGraph_t *clone, cudaGraph_t graph)
{
    cudaError_t e;
    if (!injected("cudaGraphClone", &e)) e = clone ? copy(clone, graph) : cudaErrorInvalidValue;
    return result(e, "cudaGraphClone", EMU_SITE);
}

cudaError_t cudaGraphAddKernelNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaKernelNodeParams *k)
{
    cudaError_t e;
    if (!injected("cudaGraphAddKernelNode", &e)) e = add_kernel({node, graph, after, n}, k, EMU_SITE);
    return result(e, "cudaGraphAddKernelNode", EMU_SITE);
}

cudaError_t cudaGraphAddMemcpyNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaMemcpy3DParms *c)
{
    cudaError_t e;
    if (!injected("cudaGraphAddMemcpyNode", &e))
        e = !c ? cudaErrorInvalidValue
               : add_copy({node, graph, after, n}, EMU_SITE, [=](cudaStream_t s) { return cudaMemcpy3DAsync(c, s); });
    return result(e, "cudaGraphAddMemcpyNode", EMU_SITE);
}

cudaError_t cudaGraphAddMemcpyNode1D(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                     void *dst, const void *src, size_t bytes, cudaMemcpyKind kind)
{
    cudaError_t e;
    if (!injected("cudaGraphAddMemcpyNode1D", &e))
        e = add_copy({node, graph, after, n}, EMU_SITE,
                     [=](cudaStream_t s) { return cudaMemcpyAsync(dst, src, bytes, kind, s); });
    return result(e, "cudaGraphAddMemcpyNode1D", EMU_SITE);
}

cudaError_t cudaGraphAddMemsetNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                   const cudaMemsetParams *m)
{
    cudaError_t e;
    if (!injected("cudaGraphAddMemsetNode", &e)) e = add_memset({node, graph, after, n}, m, EMU_SITE);
    return result(e, "cudaGraphAddMemsetNode", EMU_SITE);
}

cudaError_t cudaGraphAddHostNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                 const cudaHostNodeParams *h)
{
    cudaError_t e;
    if (!injected("cudaGraphAddHostNode", &e)) e = add_host({node, graph, after, n}, h, EMU_SITE);
    return result(e, "cudaGraphAddHostNode", EMU_SITE);
}

cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                       cudaGraph_t child)
{
    cudaError_t e;
    if (!injected("cudaGraphAddChildGraphNode", &e)) e = add_child({node, graph, after, n}, child, EMU_SITE);
    return result(e, "cudaGraphAddChildGraphNode", EMU_SITE);
}

cudaError_t cudaGraphAddEmptyNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n)
{
    cudaError_t e;
    if (!injected("cudaGraphAddEmptyNode", &e)) e = add_empty({node, graph, after, n}, EMU_SITE);
    return result(e, "cudaGraphAddEmptyNode", EMU_SITE);
}

cudaError_t cudaGraphAddEventRecordNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after,
                                        size_t n, cudaEvent_t event)
{
    cudaError_t e;
    if (!injected("cudaGraphAddEventRecordNode", &e)) e = add_event({node, graph, after, n}, event, RECORD, EMU_SITE);
    return result(e, "cudaGraphAddEventRecordNode", EMU_SITE);
}

cudaError_t cudaGraphAddEventWaitNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after, size_t n,
                                      cudaEvent_t event)
{
    cudaError_t e;
    if (!injected("cudaGraphAddEventWaitNode", &e)) e = add_event({node, graph, after, n}, event, MARK, EMU_SITE);
    return result(e, "cudaGraphAddEventWaitNode", EMU_SITE);
}

cudaError_t cudaGraphKernelNodeGetParams(cudaGraphNode_t node, cudaKernelNodeParams *k)
{
    cudaError_t e;
    if (!injected("cudaGraphKernelNodeGetParams", &e)) e = get_kernel(node, k);
    return result(e, "cudaGraphKernelNodeGetParams", EMU_SITE);
}

cudaError_t cudaGraphKernelNodeSetParams(cudaGraphNode_t node, const cudaKernelNodeParams *k)
{
    cudaError_t e;
    if (!injected("cudaGraphKernelNodeSetParams", &e)) e = set_kernel(node, k, EMU_SITE);
    return result(e, "cudaGraphKernelNodeSetParams", EMU_SITE);
}

cudaError_t cudaGraphAddDependencies(cudaGraph_t graph, const cudaGraphNode_t *from, const cudaGraphNode_t *to,
                                     size_t n)
{
    cudaError_t e;
    if (!injected("cudaGraphAddDependencies", &e)) e = add_dependencies(graph, from, to, n);
    return result(e, "cudaGraphAddDependencies", EMU_SITE);
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType *type)
{
    cudaError_t e;
    if (!injected("cudaGraphNodeGetType", &e)) e = type_of(node, type);
    return result(e, "cudaGraphNodeGetType", EMU_SITE);
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *n)
{
    cudaError_t e;
    if (!injected("cudaGraphGetNodes", &e)) e = list(graph, nodes, n, false);
    return result(e, "cudaGraphGetNodes", EMU_SITE);
}

cudaError_t cudaGraphGetRootNodes(cudaGraph_t graph, cudaGraphNode_t *nodes, size_t *n)
{
    cudaError_t e;
    if (!injected("cudaGraphGetRootNodes", &e)) e = list(graph, nodes, n, true);
    return result(e, "cudaGraphGetRootNodes", EMU_SITE);
}

cudaError_t cudaGraphGetEdges(cudaGraph_t graph, cudaGraphNode_t *from, cudaGraphNode_t *to, size_t *n)
{
    cudaError_t e;
    if (!injected("cudaGraphGetEdges", &e)) e = edges(graph, from, to, n);
    return result(e, "cudaGraphGetEdges", EMU_SITE);
}

cudaError_t cudaGraphDestroyNode(cudaGraphNode_t node)
{
    cudaError_t e;
    if (!injected("cudaGraphDestroyNode", &e)) e = destroy_node(node);
    return result(e, "cudaGraphDestroyNode", EMU_SITE);
}

cudaError_t cudaGraphDebugDotPrint(cudaGraph_t graph, const char *path, unsigned)
{
    cudaError_t e;
    if (!injected("cudaGraphDebugDotPrint", &e)) e = print(graph, path);
    return result(e, "cudaGraphDebugDotPrint", EMU_SITE);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
    cudaError_t e;
    if (!injected("cudaGraphInstantiate", &e)) e = make_exec(exec, graph);
    return result(e, "cudaGraphInstantiate", EMU_SITE);
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
    cudaError_t e;
    if (!injected("cudaGraphInstantiateWithFlags", &e)) e = make_exec(exec, graph);
    return result(e, "cudaGraphInstantiateWithFlags", EMU_SITE);
}

cudaError_t cudaGraphExecKernelNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams *k)
{
    cudaError_t e;
    if (!injected("cudaGraphExecKernelNodeSetParams", &e)) e = set_kernel(exec, node, k, EMU_SITE);
    return result(e, "cudaGraphExecKernelNodeSetParams", EMU_SITE);
}

cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo *info)
{
    cudaError_t e;
    if (!injected("cudaGraphExecUpdate", &e)) e = update(exec, graph, info);
    return result(e, "cudaGraphExecUpdate", EMU_SITE);
}

cudaError_t cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t stream)
{
    cudaError_t e;
    if (!injected("cudaGraphUpload", &e)) e = upload(exec, stream);
    return result(e, "cudaGraphUpload", EMU_SITE);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream)
{
    cudaError_t e;
    if (!injected("cudaGraphLaunch", &e)) e = launch_graph(exec, stream, EMU_SITE);
    return result(e, "cudaGraphLaunch", EMU_SITE);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec)
{
    cudaError_t e;
    if (!injected("cudaGraphExecDestroy", &e)) e = destroy_exec(exec);
    return result(e, "cudaGraphExecDestroy", EMU_SITE);
}
