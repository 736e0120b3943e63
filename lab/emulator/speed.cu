// speed.cu [REPEATS]: kernels against the same loops in plain C++, in one program, interleaved. Medians in ms and ratios.
// Built and run by run.sh: plain, under compute-sanitizer, under ncu.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double now(void) {
    using namespace std::chrono;
    return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

// ---- matrix product, n = 512 ---------------------------------------------------------------------------------

static void matmul_serial(const float *a, const float *b, float *c, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
}

__global__ void matmul_naive(const float *a, const float *b, float *c, int n) {
    int i = blockIdx.y * blockDim.y + threadIdx.y, j = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n || j >= n) return;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
    c[i * n + j] = sum;
}

__global__ void matmul_tiled(const float *a, const float *b, float *c, int n) {
    __shared__ float as[16][16], bs[16][16];
    int i = blockIdx.y * 16 + threadIdx.y, j = blockIdx.x * 16 + threadIdx.x;
    float sum = 0;
    for (int t = 0; t < n; t += 16) {
        as[threadIdx.y][threadIdx.x] = a[i * n + t + threadIdx.x];
        bs[threadIdx.y][threadIdx.x] = b[(t + threadIdx.y) * n + j];
        __syncthreads();
        for (int k = 0; k < 16; k++) sum += as[threadIdx.y][k] * bs[k][threadIdx.x];
        __syncthreads();
    }
    c[i * n + j] = sum;
}

// ---- one training step of a 30-60-10-1 network, batch 256: 16 launches ---------------------------------------------

constexpr int L = 3, B = 256, ROWS = 4096, LR_INVERSE = 100;
constexpr int n[L + 1] = {30, 60, 10, 1};
struct net_t {
    float *X, *Y, *W[L + 1], *b[L + 1], *dW[L + 1], *db[L + 1], *A[L + 1], *dZ[L + 1], *T, *loss;
    int *rows;
};

__host__ __device__ inline float sigmoid(float z) { return 1 / (1 + expf(-z)); }

#define INDEX (int)(blockIdx.x * blockDim.x + threadIdx.x)
__global__ void gather(const float *X, const int *rows, float *A, int columns) {
    int i = INDEX;
    if (i < B * columns) A[i] = X[rows[i / columns] * columns + i % columns];
}
__global__ void forward(const float *A, const float *W, const float *b, float *out, int in, int outs) {
    int i = INDEX;
    if (i >= B * outs) return;
    int row = i / outs, j = i % outs;
    float z = b[j];
    for (int k = 0; k < in; k++) z += W[j * in + k] * A[row * in + k];
    out[i] = sigmoid(z);
}
__global__ void output_error(const float *A, const float *T, float *dZ, int outs) {
    int i = INDEX;
    if (i < B * outs) dZ[i] = A[i] - T[i];
}
__global__ void layer_error(const float *dZ, const float *W, const float *A, float *dA, int in, int outs) {
    int i = INDEX;
    if (i >= B * in) return;
    int row = i / in, k = i % in;
    float sum = 0;
    for (int j = 0; j < outs; j++) sum += W[j * in + k] * dZ[row * outs + j];
    dA[i] = sum * A[i] * (1 - A[i]);
}
__global__ void weight_gradient(const float *dZ, const float *A, float *dW, int in, int outs) {
    int i = INDEX;
    if (i >= in * outs) return;
    int j = i / in, k = i % in;
    float sum = 0;
    for (int row = 0; row < B; row++) sum += dZ[row * outs + j] * A[row * in + k];
    dW[i] = sum;
}
__global__ void bias_gradient(const float *dZ, float *db, int outs) {
    int j = INDEX;
    if (j >= outs) return;
    float sum = 0;
    for (int row = 0; row < B; row++) sum += dZ[row * outs + j];
    db[j] = sum;
}
__global__ void update(float *w, const float *dw, int count) {
    int i = INDEX;
    if (i < count) w[i] -= dw[i] / (LR_INVERSE * B);
}
__global__ void cost(const float *A, const float *T, float *loss) {
    float sum = 0;
    for (int row = 0; row < B; row++) sum += (A[row] - T[row]) * (A[row] - T[row]);
    *loss = sum / (2 * B);
}

static int parameters(void) {
    int count = 0;
    for (int l = 1; l <= L; l++) count += n[l] * (n[l - 1] + 1);
    return count;
}

static int blocks(int threads) { return (threads + 127) / 128; }

static void step_cuda(const net_t &t) {
    gather<<<blocks(B * n[0]), 128>>>(t.X, t.rows, t.A[0], n[0]);
    gather<<<blocks(B * n[L]), 128>>>(t.Y, t.rows, t.T, n[L]);
    for (int l = 1; l <= L; l++)
        forward<<<blocks(B * n[l]), 128>>>(t.A[l - 1], t.W[l], t.b[l], t.A[l], n[l - 1], n[l]);
    cost<<<1, 1>>>(t.A[L], t.T, t.loss);
    output_error<<<blocks(B * n[L]), 128>>>(t.A[L], t.T, t.dZ[L], n[L]);
    for (int l = L; l > 1; l--)
        layer_error<<<blocks(B * n[l - 1]), 128>>>(t.dZ[l], t.W[l], t.A[l - 1], t.dZ[l - 1], n[l - 1], n[l]);
    for (int l = 1; l <= L; l++) {
        weight_gradient<<<blocks(n[l] * n[l - 1]), 128>>>(t.dZ[l], t.A[l - 1], t.dW[l], n[l - 1], n[l]);
        bias_gradient<<<1, 128>>>(t.dZ[l], t.db[l], n[l]);
    }
    update<<<blocks(parameters()), 128>>>(t.W[1], t.dW[1], parameters()); // parameters and gradients are one vector each
    cudaDeviceSynchronize();
}

static void step_serial(const net_t &t) {
    for (int i = 0; i < B; i++)
        for (int k = 0; k < n[0]; k++) t.A[0][i * n[0] + k] = t.X[t.rows[i] * n[0] + k];
    for (int i = 0; i < B; i++) t.T[i] = t.Y[t.rows[i]];
    for (int l = 1; l <= L; l++)
        for (int i = 0; i < B; i++)
            for (int j = 0; j < n[l]; j++) {
                float z = t.b[l][j];
                for (int k = 0; k < n[l - 1]; k++) z += t.W[l][j * n[l - 1] + k] * t.A[l - 1][i * n[l - 1] + k];
                t.A[l][i * n[l] + j] = sigmoid(z);
            }
    float sum = 0;
    for (int i = 0; i < B; i++) sum += (t.A[L][i] - t.T[i]) * (t.A[L][i] - t.T[i]);
    *t.loss = sum / (2 * B);
    for (int i = 0; i < B * n[L]; i++) t.dZ[L][i] = t.A[L][i] - t.T[i];
    for (int l = L; l > 1; l--)
        for (int i = 0; i < B; i++)
            for (int k = 0; k < n[l - 1]; k++) {
                float sum = 0, a = t.A[l - 1][i * n[l - 1] + k];
                for (int j = 0; j < n[l]; j++) sum += t.W[l][j * n[l - 1] + k] * t.dZ[l][i * n[l] + j];
                t.dZ[l - 1][i * n[l - 1] + k] = sum * a * (1 - a);
            }
    for (int l = 1; l <= L; l++)
        for (int j = 0; j < n[l]; j++) {
            for (int k = 0; k < n[l - 1]; k++) {
                float sum = 0;
                for (int i = 0; i < B; i++) sum += t.dZ[l][i * n[l] + j] * t.A[l - 1][i * n[l - 1] + k];
                t.dW[l][j * n[l - 1] + k] = sum;
            }
            float sum = 0;
            for (int i = 0; i < B; i++) sum += t.dZ[l][i * n[l] + j];
            t.db[l][j] = sum;
        }
    for (int i = 0; i < parameters(); i++) t.W[1][i] -= t.dW[1][i] / (LR_INVERSE * B);
}

static float *place(std::vector<float> *host, int size) { // offsets into one vector, turned into addresses later
    host->resize(host->size() + size);
    return reinterpret_cast<float *>(host->size() - size);
}

static net_t layout(std::vector<float> *v) {
    net_t t = {};
    for (int l = 1; l <= L; l++) t.W[l] = place(v, n[l] * n[l - 1]), t.b[l] = place(v, n[l]);
    for (int l = 1; l <= L; l++) t.dW[l] = place(v, n[l] * n[l - 1]), t.db[l] = place(v, n[l]);
    for (int l = 0; l <= L; l++) t.A[l] = place(v, B * n[l]), t.dZ[l] = place(v, B * n[l]);
    t.X = place(v, ROWS * n[0]), t.Y = place(v, ROWS), t.T = place(v, B), t.loss = place(v, 1);
    return t;
}

static net_t based(net_t t, float *base, int *rows) {
    float **fields = reinterpret_cast<float **>(&t);
    for (size_t i = 0; i < (sizeof t - sizeof t.rows) / sizeof *fields; i++)
        fields[i] = base + reinterpret_cast<size_t>(fields[i]);
    t.rows = rows;
    return t;
}

// ---- measuring ------------------------------------------------------------------------------------------------------

static double median(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
}

template <class F, class G> static void compare(const char *name, int repeats, F serial, G cuda) {
    std::vector<double> a, b;
    serial(), cuda();
    for (int i = 0; i < repeats; i++) {
        double t0 = now();
        serial();
        double t1 = now();
        cuda();
        double t2 = now();
        a.push_back(t1 - t0), b.push_back(t2 - t1);
    }
    printf("%-14s serial %9.3f ms   kernels %9.3f ms   ratio %7.2f\n", name, median(a), median(b), median(b) / median(a));
}

int main(int argc, char **argv) {
    int repeats = argc > 1 ? atoi(argv[1]) : 5;
    const int m = 512;
    std::vector<float> a(m * m), b(m * m), c(m * m), d(m * m);
    for (int i = 0; i < m * m; i++) a[i] = i % 7, b[i] = i % 5;
    float *da, *db, *dc;
    cudaMalloc(&da, m * m * 4), cudaMalloc(&db, m * m * 4), cudaMalloc(&dc, m * m * 4);
    cudaMemcpy(da, a.data(), m * m * 4, cudaMemcpyHostToDevice), cudaMemcpy(db, b.data(), m * m * 4, cudaMemcpyHostToDevice);
    auto serial = [&] { matmul_serial(a.data(), b.data(), c.data(), m); };
    auto check = [&](const char *name) {
        cudaMemcpy(d.data(), dc, m * m * 4, cudaMemcpyDeviceToHost);
        if (c != d) printf("%s: WRONG\n", name), exit(1);
    };
    compare("matmul naive", repeats, serial, [&] {
        matmul_naive<<<dim3(m / 16, m / 16), dim3(16, 16)>>>(da, db, dc, m);
        cudaDeviceSynchronize();
    });
    check("naive");
    compare("matmul tiled", repeats, serial, [&] {
        matmul_tiled<<<dim3(m / 16, m / 16), dim3(16, 16)>>>(da, db, dc, m);
        cudaDeviceSynchronize();
    });
    check("tiled");

    std::vector<float> host;
    net_t offsets = layout(&host);
    for (size_t i = 0; i < host.size(); i++) host[i] = float(i * 7919 % 1000) / 1000 - 0.5f;
    std::vector<int> rows(B);
    for (int i = 0; i < B; i++) rows[i] = i * 37 % ROWS;
    float *device;
    int *device_rows;
    cudaMalloc(&device, host.size() * 4), cudaMalloc(&device_rows, B * 4);
    cudaMemcpy(device, host.data(), host.size() * 4, cudaMemcpyHostToDevice);
    cudaMemcpy(device_rows, rows.data(), B * 4, cudaMemcpyHostToDevice);
    net_t cpu = based(offsets, host.data(), rows.data()), gpu = based(offsets, device, device_rows);
    compare("MLP step", repeats * 10, [&] { step_serial(cpu); }, [&] { step_cuda(gpu); });
    std::vector<float> back(host.size());
    cudaMemcpy(back.data(), device, host.size() * 4, cudaMemcpyDeviceToHost);
    for (int i = 0; i < parameters(); i++)
        if (!(fabsf(back[i] - host[i]) < 1e-4f)) printf("MLP: WRONG at %d: %g %g\n", i, back[i], host[i]), exit(1);
    cudaFree(da), cudaFree(db), cudaFree(dc), cudaFree(device), cudaFree(device_rows);
}
