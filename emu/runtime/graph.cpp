// [given] graph.cpp: graphs of operations: how nodes are made, put in order and executed.
#include "graph.h"
#include "memory.h"
#include "trace.h"
#include "worker.h"
#include <algorithm>
#include <cstring>

namespace emu
{

// ---- graphs --------------------------------------------------------------------------------------------------------

void name_graph(const std::shared_ptr<graph_t> &g) { g->handle = (cudaGraph_t)queue.graphs.add(g); }

void forget_graph(const std::shared_ptr<graph_t> &g)
{
    for (auto &n : g->nodes) queue.nodes.remove(n->handle);
    queue.graphs.remove(g->handle);
}

void reset_graphs(void)
{
    queue.captures.clear();
    queue.graphs.clear();
    queue.execs.clear();
    queue.nodes.clear();
}

node_t *find_node(cudaGraphNode_t handle)
{
    std::shared_ptr<node_t *> n = queue.nodes.find(handle);
    return n ? *n : nullptr;
}

cudaError_t find_nodes(const graph_t *g, const cudaGraphNode_t *handles, size_t n, std::vector<node_t *> *found)
{
    if (!g || (n && !handles)) return cudaErrorInvalidValue;
    for (size_t i = 0; i < n; i++) {
        found->push_back(find_node(handles[i]));
        if (!found->back() || found->back()->graph != g) return cudaErrorInvalidValue;
    }
    return cudaSuccess;
}

std::shared_ptr<graph_t> copy_graph(const graph_t &g)
{
    auto copy = std::make_shared<graph_t>();
    std::vector<node_t *> twins;
    for (auto &n : g.nodes) {
        operation_t op = n->op;
        twins.push_back(add_node(copy.get(), op, n->kind, {}));
        twins.back()->params = n->params;
    }
    for (size_t i = 0; i < twins.size(); i++)
        for (node_t *before : g.nodes[i]->after)
            for (size_t k = 0; k < twins.size(); k++)
                if (g.nodes[k].get() == before) twins[i]->after.push_back(twins[k]);
    return copy;
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

cudaError_t add_operation(const target_t &p, operation_t &op, cudaGraphNodeType kind)
{
    std::lock_guard<std::mutex> l(queue.lock);
    std::vector<node_t *> after;
    std::shared_ptr<graph_t> g = queue.graphs.find(p.graph);
    if (!p.node) return cudaErrorInvalidValue;
    if (cudaError_t e = find_nodes(g.get(), p.after, p.count, &after)) return e;
    *p.node = add_node(g.get(), op, kind, after)->handle;
    return cudaSuccess;
}

// What `call` puts into the stream it is given becomes *op: that stream is captured for this one call.
static cudaError_t take_operation(const std::function<cudaError_t(cudaStream_t)> &call, site_t site, operation_t *op)
{
    auto g = std::make_shared<graph_t>();
    stream_t *s;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        s = add_stream(cudaStreamNonBlocking, 0);
        if (!s) return cudaErrorMemoryAllocation;
        s->capture = std::make_shared<capture_t>();
        s->capture->graph = g;
    }
    cudaError_t e = call(s->handle);
    if (e) explained();  // by the call
    std::lock_guard<std::mutex> l(queue.lock);
    queue.streams.remove(s->handle);
    if (!e && g->nodes.empty()) e = cudaErrorInvalidValue;
    if (!e) *op = std::move(g->nodes[0]->op);
    op->site = site;
    forget_graph(g);
    return e;
}

static cudaError_t launch_kernel(const cudaKernelNodeParams &k, cudaStream_t s, site_t site)
{
    if (!k.func || k.extra) return k.extra ? cudaErrorNotSupported : cudaErrorInvalidDeviceFunction;
    launch_prepare();
    push_from(site, k.gridDim, k.blockDim, k.sharedMemBytes, s);
    return launch_result(k.func, call_by_address(k.func, k.kernelParams));
}

static cudaError_t take_kernel(const cudaKernelNodeParams *k, site_t site, operation_t *op)
{
    if (!k) return cudaErrorInvalidValue;
    return take_operation([&](cudaStream_t s) { return launch_kernel(*k, s, site); }, site, op);
}

cudaError_t add_kernel(const target_t &p, const cudaKernelNodeParams *k, site_t site)
{
    operation_t op = {};
    cudaError_t e = take_kernel(k, site, &op);
    if (!e) e = add_operation(p, op, cudaGraphNodeTypeKernel);
    if (!e) {
        std::lock_guard<std::mutex> l(queue.lock);
        find_node(*p.node)->params = *k;
    }
    return e;
}

cudaError_t add_copy(const target_t &p, site_t site, const std::function<cudaError_t(cudaStream_t)> &copy)
{
    operation_t op = {};
    cudaError_t e = take_operation(copy, site, &op);
    return e ? e : add_operation(p, op, cudaGraphNodeTypeMemcpy);
}

cudaError_t add_memset(const target_t &p, const cudaMemsetParams *m, site_t site)
{
    if (!m || (m->elementSize != 1 && m->elementSize != 2 && m->elementSize != 4)) return cudaErrorInvalidValue;
    const cudaMemsetParams a = *m;
    operation_t op = {};
    if (a.elementSize == 1) {
        const copy_t c = {(char *)a.dst,
                          nullptr,
                          a.pitch,
                          0,
                          0,
                          0,
                          a.width,
                          std::max<size_t>(1, a.height),
                          1,
                          (int)a.value,
                          cudaMemcpyDefault,
                          "cudaGraphAddMemsetNode",
                          site};
        cudaError_t e = take_operation([&](cudaStream_t s) { return submit_copy(c, true, s); }, site, &op);
        return e ? e : add_operation(p, op, cudaGraphNodeTypeMemset);
    }
    const size_t row = a.width * a.elementSize, bytes = row + (a.height > 1 ? (a.height - 1) * a.pitch : 0);
    const alloc_t *block = find_alloc(a.dst);
    if (!block || (char *)a.dst + bytes > block->p + block->size) return cudaErrorInvalidValue;
    op.type = WORK;
    op.what = "cudaGraphAddMemsetNode";
    op.site = site;
    op.work = [a, row, site] {
        for (size_t y = 0; y < std::max<size_t>(1, a.height); y++) {
            char *to = (char *)a.dst + y * a.pitch;
            if (hooks && hooks->set) hooks->set(to, row, "cudaGraphAddMemsetNode", site);
            for (size_t x = 0; x < a.width; x++) memcpy(to + x * a.elementSize, &a.value, a.elementSize);
        }
        return cudaSuccess;
    };
    return add_operation(p, op, cudaGraphNodeTypeMemset);
}

cudaError_t add_host(const target_t &p, const cudaHostNodeParams *h, site_t site)
{
    if (!h || !h->fn) return cudaErrorInvalidValue;
    const cudaHostNodeParams a = *h;
    operation_t op = {};
    op.type = HOST;
    op.what = "cudaGraphAddHostNode";
    op.site = site;
    op.host = true;
    op.work = [a] {
        a.fn(a.userData);
        return cudaSuccess;
    };
    return add_operation(p, op, cudaGraphNodeTypeHost);
}

cudaError_t add_event(const target_t &p, cudaEvent_t event, type_t type, site_t site)
{
    operation_t op = {};
    op.type = type;
    op.what = type == RECORD ? "cudaGraphAddEventRecordNode" : "cudaGraphAddEventWaitNode";
    op.site = site;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        op.event = queue.events.find(event);
    }
    if (!op.event) return cudaErrorInvalidResourceHandle;
    return add_operation(p, op, type == RECORD ? cudaGraphNodeTypeEventRecord : cudaGraphNodeTypeWaitEvent);
}

cudaError_t add_child(const target_t &p, cudaGraph_t child, site_t site)
{
    operation_t op = {};
    op.type = GRAPH;
    op.what = "cudaGraphAddChildGraphNode";
    op.site = site;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        std::shared_ptr<graph_t> g = queue.graphs.find(child);
        if (!g || child == p.graph) return cudaErrorInvalidValue;
        if (cudaError_t e = instantiate(*g, &op.graph)) return e;
        op.host = op.graph->host;
    }
    return add_operation(p, op, cudaGraphNodeTypeGraph);
}

// The parameters of a kernel node, in a graph and in what was instantiated from it.
cudaError_t set_kernel(cudaGraphNode_t node, const cudaKernelNodeParams *k, site_t site)
{
    operation_t op = {};
    if (cudaError_t e = take_kernel(k, site, &op)) return e;
    std::lock_guard<std::mutex> l(queue.lock);
    node_t *n = find_node(node);
    if (!n || n->kind != cudaGraphNodeTypeKernel) return cudaErrorInvalidValue;
    n->op = std::move(op);
    n->params = *k;
    return cudaSuccess;
}

cudaError_t set_kernel(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams *k, site_t site)
{
    operation_t op = {};
    if (cudaError_t e = take_kernel(k, site, &op)) return e;
    std::lock_guard<std::mutex> l(queue.lock);
    std::shared_ptr<exec_t> x = queue.execs.find(exec);
    if (!x) return cudaErrorInvalidValue;
    auto changed = std::make_shared<exec_t>(*x);  // a launch of it may be pending
    for (size_t i = 0; i < x->nodes.size(); i++)
        if (x->nodes[i] == node && x->kinds[i] == cudaGraphNodeTypeKernel) {
            changed->ops[i] = std::move(op);
            queue.execs.replace(exec, changed);
            return cudaSuccess;
        }
    return cudaErrorInvalidValue;
}

// ---- what can be launched ------------------------------------------------------------------------------------------

// Nodes keep their order where the dependencies allow it.
static bool put_in_order(exec_t *x)
{
    std::vector<char> done(x->ops.size());
    while (x->order.size() < x->ops.size()) {
        const size_t before = x->order.size();
        for (unsigned i = 0; i < x->ops.size(); i++) {
            bool ready = !done[i];
            for (unsigned k : x->after[i]) ready = ready && done[k];
            if (!ready) continue;
            done[i] = 1;
            x->order.push_back(i);
        }
        if (x->order.size() == before) return false;  // a cycle
    }
    return true;
}

cudaError_t instantiate(const graph_t &g, std::shared_ptr<exec_t> *exec)
{
    auto x = std::make_shared<exec_t>();
    x->handle = nullptr;
    x->host = false;
    std::vector<const node_t *> all;
    for (auto &n : g.nodes) all.push_back(n.get());
    for (auto &n : g.nodes) {
        x->ops.push_back(n->op);
        x->nodes.push_back(n->handle);
        x->kinds.push_back(n->kind);
        x->host = x->host || n->op.host;
        x->after.emplace_back();
        for (node_t *before : n->after)
            x->after.back().push_back(std::find(all.begin(), all.end(), before) - all.begin());
    }
    if (!put_in_order(x.get())) return cudaErrorInvalidValue;
    *exec = x;
    return cudaSuccess;
}

cudaError_t update(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo *info)
{
    std::lock_guard<std::mutex> l(queue.lock);
    std::shared_ptr<exec_t> x = queue.execs.find(exec), y;
    std::shared_ptr<graph_t> g = queue.graphs.find(graph);
    if (!x || !g || !info) return cudaErrorInvalidValue;
    *info = {cudaGraphExecUpdateError, nullptr, nullptr};
    if (cudaError_t e = instantiate(*g, &y)) return e;
    info->result = cudaGraphExecUpdateErrorTopologyChanged;
    if (x->after != y->after) return cudaErrorGraphExecUpdateFailure;
    info->result = cudaGraphExecUpdateErrorNodeTypeChanged;
    if (x->kinds != y->kinds) return cudaErrorGraphExecUpdateFailure;
    info->result = cudaGraphExecUpdateSuccess;
    y->handle = exec;
    y->nodes = x->nodes;
    queue.execs.replace(exec, y);
    return cudaSuccess;
}

cudaError_t launch_graph(cudaGraphExec_t exec, cudaStream_t stream, site_t site)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    std::unique_lock<std::mutex> l(queue.lock);
    std::shared_ptr<exec_t> x = queue.execs.find(exec);
    stream_t *s = find_stream(stream);
    if (!x) return cudaErrorInvalidValue;
    if (cudaError_t e = capture_check(s)) return e;
    if (s->capture) {
        operation_t op = {};
        op.type = GRAPH;
        op.what = "cudaGraphLaunch";
        op.site = site;
        op.host = x->host;
        op.graph = x;
        capture_operation(s, op);
        return cudaSuccess;
    }
    operation_t *op = new_operation(s, GRAPH, "cudaGraphLaunch", site, &l);
    for (operation_t &o : x->ops)
        if (o.type == RECORD) o.event->recorded = op->serial;
    op->host = x->host;
    op->graph = std::move(x);
    if (tracing) trace_operation(s, op);
    if (op->host) expect_host_function();
    return cudaSuccess;
}

cudaError_t execute_graph(const operation_t &op, const operation_t &outer)
{
    cudaError_t first = cudaSuccess;
    for (unsigned i : op.graph->order) {
        const operation_t &node = op.graph->ops[i];
        if (hooks && node.type == LAUNCH) order_node(op.graph, i);
        if (tracing && node.type != GRAPH) trace_node();
        cudaError_t e = execute_operation(node, outer);
        if (!first) first = e;
    }
    return first;
}
}  // namespace emu
