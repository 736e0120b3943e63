// [ladder] tensor_cores: products of wide layers on tensor cores, factors rounded to TF32, sums and weights in float.
// needs: sm_80
// numbers: float
// tolerance: 5e-3
//
// What changed: the three products of a layer. A block of 4 warps makes 64 x 64 results, each warp 32 x 32 as four
// fragments of 16 x 16; 32 summation indices at a time come to shared memory, rounded to TF32 on the way
// (tensor_cores_bf16: bfloat16). Sums, parameters, gradients and the update stay float, so that small steps are not
// lost. Layers with fewer than 16 neurons on one side, and all that is no product, are the solution's.
// What it should gain: tensor cores multiply TF32 8 times as fast as the other cores float, bfloat16 16 times. With
// W2's 1.6 GFLOP a step that is 4 us instead of 30 at the peak; in truth the reading of the tiles, which this rung does
// not overlap with the products, is what one waits for. Nothing for small nets: their time is launches.
// Accuracy: a factor is off by up to 2^-11 of itself (bfloat16: 2^-8); after a few epochs parameters differ from the
// CPU's by 1e-5 to 1e-4 of the largest (bfloat16: 1e-4 to 2e-3).
// Checked: compiled for sm_80 and newer, not yet run on one. On the emulator plain loops with the same rounding stand
// in for the instructions (fragments.cuh); all else is the same code. `make check` passes but for the cases with wide
// layers, whose limits are those of float; tensor_cores_split, the same code with less rounding, passes these too.
#ifdef REAL_DOUBLE
#error "ladder/tensor_cores has float only: make REAL=float"
#endif

#define forward_pass_cuda forward_pass_plain
#define back_prop_cuda back_prop_plain
#define gradients_cuda gradients_plain
#include "../../train.cu"
#undef forward_pass_cuda
#undef back_prop_cuda
#undef gradients_cuda

#include "fragments.cuh"

#define THREADS 128  // 2 x 2 warps
#define NARROW 16    // layers with fewer neurons are left to the other cores

// Element (u, s) of a factor lies at at[u * outer + s * inner], u < n; outer or inner is 1.
struct operand_t {
    const float *at;
    size_t outer, inner;
    int n;
};

static operand_t rows_of(const float *at, int rows, int columns) { return {at, (size_t)columns, 1, rows}; }
static operand_t columns_of(const float *at, int columns) { return {at, 1, (size_t)columns, columns}; }

#if defined __CUDA_EMULATOR__ || __CUDA_ARCH__ >= 800
// The factors are no longer needed when the result is stored.
union tile_memory_t {
    struct {
        small_t x[TENSOR_PARTS][SIDE * PITCH], y[TENSOR_PARTS][SIDE * PITCH];
    };
    float result[SIDE * RESULT_PITCH];
};

// tile[..] (SIDE, PITCH) = elements (first_u + u, first_s + s), 0 beyond the border. Neighbouring threads read
// neighbours.
static __device__ void load_tile(small_t tile[TENSOR_PARTS][SIDE * PITCH], const operand_t *x, int first_u, int first_s,
                                 int n_s)
{
    for (int e = threadIdx.x; e < SIDE * DEPTH; e += THREADS) {
        int u = x->inner == 1 ? e / DEPTH : e % SIDE, s = x->inner == 1 ? e % DEPTH : e / SIDE;
        bool inside = first_u + u < x->n && first_s + s < n_s;
        float rest = inside ? x->at[(first_u + u) * x->outer + (first_s + s) * x->inner] : 0;
        for (int part = 0; part < TENSOR_PARTS; part++) {
            tile[part][u * PITCH + s] = rounded(rest);
            rest -= (float)rounded(rest);
        }
    }
}

// sum += x y^T over FRAGMENT_DEPTH summation indices, 32 x 32 results of a warp.
static __device__ void step(sum_fragment_t sum[2][2], const small_t *x, const small_t *y)
{
    x_fragment_t x_s[2];
    y_fragment_t y_s[2];
    for (int c = 0; c < 2; c++) load_x(&x_s[c], x + 16 * c * PITCH);
    for (int d = 0; d < 2; d++) load_y(&y_s[d], y + 16 * d * PITCH);
    for (int c = 0; c < 2; c++)
        for (int d = 0; d < 2; d++) multiply_add(&sum[c][d], &x_s[c], &y_s[d]);
}

// m->result (SIDE, RESULT_PITCH): element (u, v) is the sum over s < n_s of x(first_u + u, s) y(first_v + v, s).
static __device__ void product(tile_memory_t *m, const operand_t *x, int first_u, const operand_t *y, int first_v,
                               int n_s)
{
    int warp = threadIdx.x / 32, warp_u = warp / 2 * 32, warp_v = warp % 2 * 32;
    sum_fragment_t sum[2][2];
    for (int c = 0; c < 2; c++)
        for (int d = 0; d < 2; d++) clear(&sum[c][d]);
    for (int first_s = 0; first_s < n_s; first_s += DEPTH) {
        load_tile(m->x, x, first_u, first_s, n_s);
        load_tile(m->y, y, first_v, first_s, n_s);
        __syncthreads();
        for (int s = 0; s < DEPTH; s += FRAGMENT_DEPTH) {
            // The small products first; rest times rest is left out.
            for (int small = TENSOR_PARTS - 1; small >= 0; small--)
                for (int part = 0; part <= small; part++)
                    step(sum, m->x[part] + warp_u * PITCH + s, m->y[small - part] + warp_v * PITCH + s);
        }
        __syncthreads();
    }
    for (int c = 0; c < 2; c++)
        for (int d = 0; d < 2; d++)
            store(m->result + (warp_u + 16 * c) * RESULT_PITCH + warp_v + 16 * d, &sum[c][d]);
    __syncthreads();
}
#endif

// What becomes of a sum.
enum end_t { END_FORWARD, END_BACK, END_GRADIENT };

// A block makes a tile of out (x.n, y.n) = sum over s < n_s of x(u, s) y(v, s); then out = f(out + bias), or
// out *= f'(z) from the activations a, or nothing.
__global__ void __launch_bounds__(THREADS) tensor_product(float *out, operand_t x, operand_t y, int n_s, end_t end,
                                                          const float *bias_or_a, act_t f)
{
#if defined __CUDA_EMULATOR__ || __CUDA_ARCH__ >= 800
    __shared__ __align__(32) tile_memory_t m;  // fragments are loaded from multiples of 32 bytes
    int first_u = blockIdx.x * SIDE, first_v = blockIdx.y * SIDE;
    product(&m, &x, first_u, &y, first_v, n_s);
    for (int e = threadIdx.x; e < SIDE * SIDE; e += THREADS) {
        int u = first_u + e / SIDE, v = first_v + e % SIDE;
        if (u >= x.n || v >= y.n) continue;
        float sum = m.result[e / SIDE * RESULT_PITCH + e % SIDE];
        size_t at = (size_t)u * y.n + v;
        if (end == END_FORWARD) sum = act_value(f, sum + bias_or_a[v]);
        if (end == END_BACK) sum *= act_slope(f, bias_or_a[at]);
        out[at] = sum;
    }
#endif
}

// ---- on the host -----------------------------------------------------------------------------------------

static void launch_product(float *out, operand_t x, operand_t y, int n_s, end_t end, const float *bias_or_a, act_t f)
{
    dim3 grid(cuda_blocks(x.n, SIDE), cuda_blocks(y.n, SIDE));
    tensor_product<<<grid, THREADS>>>(out, x, y, n_s, end, bias_or_a, f);
    LAUNCH_CHECK("tensor_product");
}

static void check_device(void)
{
#ifndef __CUDA_EMULATOR__
    int device = 0, major = 0, minor = 0;
    CUDA_CHECK(cudaGetDevice(&device));
    CUDA_CHECK(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device));
    CUDA_CHECK(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device));
    if (major < 8)
        die("ladder/tensor_cores: this GPU has compute capability %d.%d, expected 8.0 or newer: TF32 and bfloat16\n"
            "hint: ladder/tiled does the same in float",
            major, minor);
#endif
}

static bool is_narrow(int n, int k) { return n < NARROW || k < NARROW; }

void forward_pass_cuda(const train_t *t, int b)
{
    check_device();
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        if (is_narrow(n, k)) {
            layer_forward<<<tiles(b, n), dim3(TILE, TILE)>>>(A(t, l), A(t, l - 1), W(t, l), bias(t, l), b, n, k,
                                                             t->s.f[l]);
            LAUNCH_CHECK("layer_forward");
        } else {
            launch_product(A(t, l), rows_of(A(t, l - 1), b, k), rows_of(W(t, l), n, k), k, END_FORWARD, bias(t, l),
                           t->s.f[l]);
        }
        if (t->s.f[l].kind != ACT_SOFTMAX) continue;
        softmax_row<<<cuda_blocks(b), cuda_options.block>>>(A(t, l), b, n);
        LAUNCH_CHECK("softmax_row");
    }
}

void back_prop_cuda(const train_t *t, int b)
{
    int L = t->s.L, n_out = t->s.n[L];
    output_error<<<cuda_blocks((size_t)b * n_out), cuda_options.block>>>(
        dZ(t, L), A(t, L), t->targets, t->row_weight, t->rows, b, n_out, t->s.loss, t->s.f[L]);
    LAUNCH_CHECK("output_error");
    for (int l = L; l > 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        if (is_narrow(n, k)) {
            error_back<<<tiles(b, k), dim3(TILE, TILE)>>>(dZ(t, l - 1), dZ(t, l), W(t, l), A(t, l - 1), b, n, k,
                                                          t->s.f[l - 1]);
            LAUNCH_CHECK("error_back");
        } else {
            launch_product(dZ(t, l - 1), rows_of(dZ(t, l), b, n), columns_of(W(t, l), k), n, END_BACK, A(t, l - 1),
                           t->s.f[l - 1]);
        }
    }
}

void gradients_cuda(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        bias_gradient<<<cuda_blocks(n, 32), dim3(32, SLICES)>>>(dbias(t, l), dZ(t, l), b, n);
        LAUNCH_CHECK("bias_gradient");
        if (is_narrow(n, k)) {
            weight_gradient<<<tiles(n, k), dim3(TILE, TILE)>>>(dW(t, l), dZ(t, l), A(t, l - 1), b, n, k);
            LAUNCH_CHECK("weight_gradient");
        } else {
            launch_product(dW(t, l), columns_of(dZ(t, l), n), columns_of(A(t, l - 1), k), b, END_GRADIENT, NULL,
                           t->s.f[l]);
        }
    }
}
