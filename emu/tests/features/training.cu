// [given] training.cu: a small network trained for some steps as courses do it, against the same steps on the host.
#include "test.h"

enum { IN = 3, HIDDEN = 8, N = 64 };
__global__ void forward(const float *x, const float *w, const float *b, float *y, int n, int in, int out, bool relu)
{
    int row = blockIdx.y * blockDim.y + threadIdx.y, column = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= n || column >= out) return;
    float sum = b[column];
    for (int k = 0; k < in; k++) sum += x[row * in + k] * w[k * out + column];
    y[row * out + column] = relu ? fmaxf(sum, 0) : sum;
}
__global__ void loss_gradient(const float *y, const float *target, float *dy, float *loss, int n)
{
    __shared__ float s[64];
    int i = threadIdx.x;
    float e = i < n ? y[i] - target[i] : 0;
    if (i < n) dy[i] = 2 * e / n;
    s[i] = e * e / n;
    __syncthreads();
    for (int k = 32; k; k /= 2) {
        if (i < k) s[i] += s[i + k];
        __syncthreads();
    }
    if (i == 0) *loss = s[0];
}
__global__ void back(const float *dy, const float *w, const float *y, float *dx, int n, int in, int out)
{
    int row = blockIdx.y * blockDim.y + threadIdx.y, column = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= n || column >= in) return;
    float sum = 0;
    for (int k = 0; k < out; k++) sum += dy[row * out + k] * w[column * out + k];
    dx[row * in + column] = y[row * in + column] > 0 ? sum : 0;
}
__global__ void update(const float *x, const float *dy, float *w, float *b, int n, int in, int out, float rate)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= (in + 1) * out) return;
    int row = i / out, column = i % out;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += (row < in ? x[k * in + row] : 1) * dy[k * out + column];
    if (row < in) w[row * out + column] -= rate * sum;
    else b[column] -= rate * sum;
}
static dim3 blocks(int columns, int rows) { return dim3((columns + 15) / 16, (rows + 15) / 16); }
static float host_loss(const std::vector<float> &x, const std::vector<float> &t, const std::vector<float> &w1,
                       const std::vector<float> &b1, const std::vector<float> &w2, float b2)
{
    double loss = 0;
    for (int i = 0; i < N; i++) {
        double y = b2;
        for (int h = 0; h < HIDDEN; h++) {
            double v = b1[h];
            for (int k = 0; k < IN; k++) v += x[i * IN + k] * w1[k * HIDDEN + h];
            y += std::fmax(v, 0) * w2[h];
        }
        loss += (y - t[i]) * (y - t[i]) / N;
    }
    return float(loss);
}
int main()
{
    std::vector<float> x(N * IN), t(N), w1(IN * HIDDEN), w2(HIDDEN);
    for (int i = 0; i < N * IN; i++) x[i] = (i * 37 % 101 - 50) / 50.f;
    for (int i = 0; i < N; i++) t[i] = x[i * IN] * 0.5f - x[i * IN + 1] + 0.25f;
    for (int i = 0; i < IN * HIDDEN; i++) w1[i] = (i * 29 % 23 - 11) / 20.f;
    for (int i = 0; i < HIDDEN; i++) w2[i] = (i * 13 % 7 - 3) / 5.f;
    float *dx = to_device(x), *dt = to_device(t), *dw1 = to_device(w1), *dw2 = to_device(w2);
    float *db1 = device<float>(HIDDEN), *db2 = device<float>(1), *hidden = device<float>(N * HIDDEN);
    float *y = device<float>(N), *dy = device<float>(N), *dhidden = device<float>(N * HIDDEN), *dloss = device<float>(1);
    const dim3 block(16, 16);
    float first = 0, last = 0;
    for (int step = 0; step < 40; step++) {
        std::vector<float> b2 = to_host(db2, 1);
        float expected = host_loss(x, t, to_host(dw1, IN * HIDDEN), to_host(db1, HIDDEN), to_host(dw2, HIDDEN), b2[0]);
        forward<<<blocks(HIDDEN, N), block>>>(dx, dw1, db1, hidden, N, IN, HIDDEN, true);
        forward<<<blocks(1, N), block>>>(hidden, dw2, db2, y, N, HIDDEN, 1, false);
        loss_gradient<<<1, 64>>>(y, dt, dy, dloss, N);
        back<<<blocks(HIDDEN, N), block>>>(dy, dw2, hidden, dhidden, N, HIDDEN, 1);
        update<<<1, 64>>>(hidden, dy, dw2, db2, N, HIDDEN, 1, 0.1f);
        update<<<1, 64>>>(dx, dhidden, dw1, db1, N, IN, HIDDEN, 0.1f);
        CALL(cudaGetLastError());
        CALL(cudaMemcpy(&last, dloss, sizeof last, cudaMemcpyDeviceToHost));
        NEAR(last, expected, 1e-5);
        if (step == 0) first = last;
    }
    CHECK(last < first / 4);
    for (float *p : {dx, dt, dw1, dw2, db1, db2, hidden, y, dy, dhidden, dloss}) CALL(cudaFree(p));
    return done();
}
