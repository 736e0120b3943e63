// [student] train.cu: one step of training as kernels: what train.cpp does, function by function, on the GPU.
#include "cuda_utils.cuh"

// Kernels take addresses and sizes; the functions after them, on the host, find these in the state and launch.

// ---- batch: part 3, 5 points: docs/en/3_forward.md --------------------------------------------------------------

// The twin of load_batch_cpu: two gathers, X (N, n[0]) to A(t, 0) (b, n[0]) and Y (N, n[L]) to targets (b, n[L]),
// and a copy of rows (b) to t->rows. One thread for each element of the result: which row of X is it from, which
// column?
// Question: `rows` lies on the device. May the host read rows[0], to tell the kernel where to begin?
// About 20 lines.
void load_batch_cuda(const train_t *t, const int *rows, int b)
{
    todo(3);
}

// ---- forward: part 3, 15 points: docs/en/3_forward.md -----------------------------------------------------------

// The twin of forward_pass_cpu: for l = 1 .. L, A(t, l) (b, n) = f(A(t, l-1) (b, k) W^T + bias), W (n, k), bias (n).
// One thread for each neuron of each row, (i, j), is a good start; act_value (nn_aux.h) runs on the GPU too. Softmax
// is the exception: a neuron needs its whole row, so it is a second kernel (act_value returns z as it is).
// Question: threads j and j + 1 read W[j * k + p] and W[(j + 1) * k + p] at the same time. How far apart are these?
// About 35 lines; with tiles 50.
void forward_pass_cuda(const train_t *t, int b)
{
    todo(3);
}

// ---- cost: part 6, 5 points: docs/en/6_test.md ---------------------------------------------------------------------

// The twin of loss_cpu: *t->loss += the sum of the costs of b rows, each times its row_weight (NULL: 1). *t->loss is
// a double on the device. One block is enough: each thread adds up some of the b * n elements, then the threads add
// up in pairs through shared memory. The number of threads is a power of 2 (--block).
// Question: which threads must come to each __syncthreads()? May it stand inside an `if`?
// About 25 lines.
void loss_cuda(const train_t *t, int b)
{
    todo(6);
}

// ---- back propagation: part 4, 15 points: docs/en/4_back.md -----------------------------------------------------

// The twin of back_prop_cpu. (1) dZ(t, L) (b, n) from A(t, L) and targets, one thread for each element, times
// row_weight; for softmax with another cost than the logarithmic one see output_error_row in train.cpp.
// (2) for l = L .. 2: dZ(t, l-1) (b, k) = (dZ(t, l) (b, n) W (n, k)) times act_slope of A(t, l-1).
// Question: the sum now runs down a column of W. Which index do neighbouring threads differ in, and is that good?
// About 45 lines; with tiles 60.
void back_prop_cuda(const train_t *t, int b)
{
    todo(4);
}

// ---- gradients: part 5, 15 points: docs/en/5_gradients.md -------------------------------------------------------

// The twin of gradients_cpu, for every layer: weights (10 points) dW (n, k) = dZ^T (n, b) A(t, l-1) (b, k), biases
// (5 points) dbias (n) = column sums of dZ (b, n). Sums over the rows of this batch, not divided by b, not added to
// what was there. One thread for each weight adds up over the rows: nobody else writes there, so nothing atomic is
// needed.
// Question: a bias has few columns and many rows, and one thread for a column leaves most of the GPU idle. How can
// several threads share a column?
// About 40 lines; with tiles 55.
void gradients_cuda(const train_t *t, int b)
{
    todo(5);
}

// ---- update: part 2, 10 points: docs/en/2_update.md -------------------------------------------------------------

// The twin of update_cpu, and the best first kernel: one thread for each of the n_params parameters, whatever layer
// it belongs to. params, grads, velocity (n_params). The grid has whole blocks: what do threads do whose number is
// not below n?
// Question: without momentum t->velocity is NULL. Who may look at that, the host or the kernel?
// About 20 lines.
void update_cuda(const train_t *t, int b, real_t learning_rate, real_t momentum)
{
    todo(2);
}
