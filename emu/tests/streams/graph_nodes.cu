// [given] graph_nodes.cu: graphs made node by node, replayed, copied, changed.
// findings: allowed
#include "../features/test.h"
#include <string>
#if CUDART_VERSION >= 13000  // which has weights of edges in addition
#define cudaGraphAddDependencies(graph, from, to, n) cudaGraphAddDependencies(graph, from, to, nullptr, n)
#define cudaGraphRemoveDependencies(graph, from, to, n) cudaGraphRemoveDependencies(graph, from, to, nullptr, n)
#define cudaGraphGetEdges(graph, from, to, n) cudaGraphGetEdges(graph, from, to, nullptr, n)
#define cudaGraphNodeGetDependencies(node, from, n) cudaGraphNodeGetDependencies(node, from, nullptr, n)
#endif

__global__ void add(int *a, int n, int by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}
__global__ void square(int *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] *= a[i];
}
static int calls;
static void CUDART_CB count(void *by) { calls += *(int *)by; }

static void replay_a_capture()
{
    const int n = 1000;
    int *d = device<int>(n), *h;
    CALL(cudaMallocHost(&h, n * sizeof(int)));
    cudaStream_t s;
    cudaGraph_t g;
    cudaGraphExec_t x;
    static int one = 1;
    CALL(cudaStreamCreate(&s));
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    for (int i = 0; i < 10; i++) { // each launch keeps its own arguments
        int by = i;
        add<<<(n + 127) / 128, 128, 0, s>>>(d, n, by);
    }
    CALL(cudaLaunchHostFunc(s, count, &one));
    CALL(cudaMemcpyAsync(h, d, n * sizeof(int), cudaMemcpyDeviceToHost, s));
    CALL(cudaStreamEndCapture(s, &g));
    CALL(cudaGraphInstantiate(&x, g, nullptr, nullptr, 0)); // as in CUDA 11
    CALL(cudaGraphDestroy(g));
    for (int i = 0; i < 100; i++) CALL(cudaGraphLaunch(x, s));
    CALL(cudaGraphExecDestroy(x)); // while they are pending
    CALL(cudaStreamSynchronize(s));
    EQUAL(h[0], 4500), EQUAL(h[n - 1], 4500), EQUAL(calls, 100);
    CALL(cudaFree(d)), CALL(cudaFreeHost(h)), CALL(cudaStreamDestroy(s));
}

static cudaKernelNodeParams kernel(void *f, int n, void **args)
{
    cudaKernelNodeParams k = {};
    k.func = f;
    k.gridDim = dim3((n + 127) / 128);
    k.blockDim = dim3(128);
    k.kernelParams = args;
    return k;
}

static void by_hand()
{
    int n = 300, by = 3, five = 5;
    int *d = device<int>(n), *h;
    CALL(cudaMallocHost(&h, n * sizeof(int)));
    cudaGraph_t g, copy;
    cudaGraphNode_t zero, plus, times, back, host, nothing, nodes[16];
    CALL(cudaGraphCreate(&g, 0));
    cudaMemsetParams m = {};
    m.dst = d, m.value = 2, m.elementSize = 4, m.width = n, m.height = 1;
    CALL(cudaGraphAddMemsetNode(&zero, g, nullptr, 0, &m));
    void *plus_args[] = {&d, &n, &by}, *times_args[] = {&d, &n};
    cudaKernelNodeParams k = kernel((void *)add, n, plus_args), k2 = kernel((void *)square, n, times_args);
    // added before what it waits for: dependencies decide, not the order of the calls
    CALL(cudaGraphAddMemcpyNode1D(&back, g, nullptr, 0, h, d, n * sizeof(int), cudaMemcpyDeviceToHost));
    CALL(cudaGraphAddKernelNode(&times, g, nullptr, 0, &k2));
    CALL(cudaGraphAddKernelNode(&plus, g, &zero, 1, &k));
    CALL(cudaGraphAddEmptyNode(&nothing, g, &plus, 1));
    CALL(cudaGraphAddDependencies(g, &nothing, &times, 1));
    CALL(cudaGraphAddDependencies(g, &times, &back, 1));
    cudaHostNodeParams f = {count, &five};
    CALL(cudaGraphAddHostNode(&host, g, &back, 1, &f));
    by = 1000; // the node has its own copy

    size_t count_nodes = 0, roots = 16, edges = 0;
    CALL(cudaGraphGetNodes(g, nullptr, &count_nodes));
    CALL(cudaGraphGetRootNodes(g, nodes, &roots));
    CALL(cudaGraphGetEdges(g, nullptr, nullptr, &edges));
    EQUAL(count_nodes, 6), EQUAL(roots, 1), EQUAL(edges, 5);
    CHECK(nodes[0] == zero);
    cudaGraphNodeType type;
    CALL(cudaGraphNodeGetType(back, &type)), EQUAL(type, cudaGraphNodeTypeMemcpy);
    CALL(cudaGraphNodeGetType(plus, &type)), EQUAL(type, cudaGraphNodeTypeKernel);
    CALL(cudaGraphNodeGetType(zero, &type)), EQUAL(type, cudaGraphNodeTypeMemset);
    CALL(cudaGraphNodeGetType(host, &type)), EQUAL(type, cudaGraphNodeTypeHost);

    cudaGraphExec_t x;
    calls = 0;
    CALL(cudaGraphInstantiate(&x, g, 0));
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaGraphLaunch(x, 0));
    CALL(cudaDeviceSynchronize());
    EQUAL(h[0], 25), EQUAL(h[n - 1], 25), EQUAL(calls, 10);

    CALL(cudaGraphClone(&copy, g));
    by = 4;
    CALL(cudaGraphExecKernelNodeSetParams(x, plus, &k)); // of what is instantiated
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaDeviceSynchronize());
    EQUAL(h[7], 36);
    by = 5;
    CALL(cudaGraphKernelNodeSetParams(plus, &k)); // of the graph
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaDeviceSynchronize());
    EQUAL(h[7], 36);
    cudaGraphExecUpdateResultInfo info;
    CALL(cudaGraphExecUpdate(x, g, &info));
    EQUAL(info.result, cudaGraphExecUpdateSuccess);
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaDeviceSynchronize());
    EQUAL(h[7], 49);
    CALL(cudaGraphExecDestroy(x));

    CALL(cudaGraphInstantiateWithFlags(&x, copy, 0)); // the clone is as the graph was
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaDeviceSynchronize());
    EQUAL(h[7], 25);
    CALL(cudaGraphDestroyNode(host));
    RETURNS(cudaGraphExecUpdate(x, g, &info), cudaErrorGraphExecUpdateFailure);
    CALL(cudaGraphAddDependencies(g, &back, &zero, 1));
    RETURNS(cudaGraphInstantiate(&x, g, 0), cudaErrorInvalidValue); // a cycle
    RETURNS(cudaGraphAddEmptyNode(&nothing, g, &host, 1), cudaErrorInvalidValue);
    cudaGetLastError();

    cudaGraph_t outer;
    cudaGraphNode_t child, last;
    CALL(cudaGraphCreate(&outer, 0));
    CALL(cudaGraphAddChildGraphNode(&child, outer, nullptr, 0, copy));
    CALL(cudaGraphAddMemsetNode(&last, outer, &child, 1, &m));
    CALL(cudaGraphInstantiate(&x, outer, 0));
    calls = 0;
    CALL(cudaGraphLaunch(x, 0)), CALL(cudaDeviceSynchronize());
    EQUAL(calls, 5), EQUAL(h[0], 25), EQUAL(to_host(d, n)[1], 2);
    CALL(cudaGraphDestroy(g)), CALL(cudaGraphDestroy(copy)), CALL(cudaGraphDestroy(outer));
    CALL(cudaGraphExecDestroy(x));
    CALL(cudaFree(d)), CALL(cudaFreeHost(h));
}

static void bad_nodes()
{
    cudaGraph_t g;
    cudaGraphNode_t node;
    int *d = device<int>(4), n = 4;
    CALL(cudaGraphCreate(&g, 0));
    void *args[] = {&d, &n};
    cudaKernelNodeParams k = kernel((void *)square, n, args);
    k.blockDim = dim3(5000);
    RETURNS(cudaGraphAddKernelNode(&node, g, nullptr, 0, &k), cudaErrorInvalidConfiguration);
    RETURNS(cudaGraphAddMemcpyNode1D(&node, g, nullptr, 0, d, nullptr, 16, cudaMemcpyDefault), cudaErrorInvalidValue);
    RETURNS(cudaGraphAddMemcpyNode1D(&node, g, nullptr, 0, d, &n, 1600, cudaMemcpyDefault), cudaErrorInvalidValue);
    size_t count_nodes = 9;
    CALL(cudaGraphGetNodes(g, nullptr, &count_nodes));
    EQUAL(count_nodes, 0);
    CALL(cudaGraphDestroy(g)), CALL(cudaFree(d));
    cudaGetLastError();
}

static void pageable_memory()
{
    int h[4] = {1, 2, 3, 4}, *d = device<int>(4);
    cudaStream_t s;
    cudaGraph_t g;
    cudaGraphExec_t x;
    CALL(cudaStreamCreate(&s));
    CALL(cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal));
    CALL(cudaMemcpyAsync(d, h, sizeof h, cudaMemcpyHostToDevice, s));
    add<<<1, 4, 0, s>>>(d, 4, 1);
    CALL(cudaMemcpyAsync(h, d, sizeof h, cudaMemcpyDeviceToHost, s));
    CALL(cudaStreamEndCapture(s, &g));
    EQUAL(h[0], 1);
    CALL(cudaGraphInstantiate(&x, g, 0));
    for (int i = 0; i < 3; i++) CALL(cudaGraphLaunch(x, s));
    CALL(cudaStreamSynchronize(s));
    EQUAL(h[0], 4), EQUAL(h[3], 7);
    CALL(cudaGraphExecDestroy(x)), CALL(cudaGraphDestroy(g)), CALL(cudaStreamDestroy(s)), CALL(cudaFree(d));
}

int main()
{
    replay_a_capture();
    by_hand();
    bad_nodes();
    pageable_memory();
    return done();
}
