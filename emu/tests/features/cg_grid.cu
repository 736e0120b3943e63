// [given] cg_grid.cu: grid-wide barriers with cooperative launches; grids that are too large for them.
// findings: allowed
#include "test.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

__global__ void relax(float *a, float *b, int n, int steps) // each step reads what other blocks wrote before
{
    cg::grid_group grid = cg::this_grid();
    for (int s = 0; s < steps; s++) {
        for (int i = grid.thread_rank(); i < n; i += grid.size())
            b[i] = (a[i ? i - 1 : n - 1] + a[i + 1 < n ? i + 1 : 0]) / 2;
        grid.sync();
        float *swap = a;
        a = b, b = swap;
    }
}
__global__ void members(int *out)
{
    auto grid = cg::this_grid();
    int t = grid.thread_rank();
    out[t] = grid.is_valid() + 10 * grid.num_blocks() + 1000 * grid.block_rank();
    grid.sync();
    int other = out[(t + 64) % grid.num_threads()];
    grid.sync();
    out[t] = other + 100000 * (grid.dim_blocks().x * grid.dim_blocks().y);
}
int main()
{
    const int n = 500, steps = 8;
    int support = 0, processors = 0, each = 0;
    CALL(cudaDeviceGetAttribute(&support, cudaDevAttrCooperativeLaunch, 0));
    EQUAL(support, 1);
    std::vector<float> a(n), b(n);
    for (int i = 0; i < n; i++) a[i] = i % 17;
    float *da = to_device(a), *db = device<float>(n);
    int n_ = n, steps_ = steps;
    void *arguments[] = {&da, &db, &n_, &steps_};
    CALL(cudaLaunchCooperativeKernel((void *)relax, dim3(4), dim3(64), arguments, 0, nullptr));
    SYNC();
    for (int s = 0; s < steps; s++) {
        for (int i = 0; i < n; i++) b[i] = (a[i ? i - 1 : n - 1] + a[i + 1 < n ? i + 1 : 0]) / 2;
        a.swap(b);
    }
    auto h = to_host(da, n);
    for (int i = 0; i < n; i++) EQUAL(h[i], a[i]);

    int *out = device<int>(256);
    void *one[] = {&out};
    CALL(cudaLaunchCooperativeKernel(members, dim3(2, 2), dim3(64), one, 0, nullptr));
    SYNC();
    auto m = to_host(out, 256);
    for (int i = 0; i < 256; i++) EQUAL(m[i], 41 + 1000 * ((i / 64 + 1) % 4) + 400000);

    CALL(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0));
    CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, members, 64, 0));
    CHECK(processors > 0 && each > 0);
    RETURNS(cudaLaunchCooperativeKernel(members, dim3(processors * each + 1), dim3(64), one, 0, nullptr),
            cudaErrorCooperativeLaunchTooLarge);
    RETURNS(cudaGetLastError(), cudaErrorCooperativeLaunchTooLarge);
    CALL(cudaDeviceSynchronize());
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(out));
    return done();
}
