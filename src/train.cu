// [student] train.cu: one step of training as kernels: what train.cpp does, function by function, on the GPU.
#include "cuda_utils.cuh"

// Kernels take addresses and sizes; the functions after them, on the host, find these in the state and launch.

// ---- batch: part 3, 5 points: docs/en/3_forward.md --------------------------------------------------------------

// The twin of load_batch_cpu: two gathers and a copy. One thread for each element of the result: which row of X is it
// from, which column? Neighbouring threads should read neighbouring addresses.
// Question: `rows` lies on the device. Can the host write rows[0]? About 20 lines.
void load_batch_cuda(const train_t *t, const int *rows, int b)
{
    todo(3);
}

// ---- forward: part 3, 15 points: docs/en/3_forward.md -----------------------------------------------------------

// The twin of forward_pass_cpu: for every layer a product, then the bias and f. One thread for each neuron of each row
// (i, j) is a good start; act_value (nn_aux.h) runs on the GPU too. Softmax is the exception: a neuron needs its whole
// row. Question: two neighbouring threads, j and j + 1, read W(j, p) and W(j + 1, p). How far apart do these lie?
// About 35 lines.
void forward_pass_cuda(const train_t *t, int b)
{
    todo(3);
}

// ---- cost: part 6, 5 points: docs/en/6_test.md ---------------------------------------------------------------------

// The twin of loss_cpu: a sum over all rows. One block is enough: each thread adds up some of the elements, then the
// threads add up in pairs through shared memory. Question: why must __syncthreads() stand outside of `if`?
// About 25 lines.
void loss_cuda(const train_t *t, int b)
{
    todo(6);
}

// ---- back propagation: part 4, 15 points: docs/en/4_back.md -----------------------------------------------------

// The twin of back_prop_cpu. First the error of the last layer, one thread for each element (with softmax and a cost
// other than the logarithmic one every output depends on every z: see output_error_row in train.cpp). Then from layer
// L down to 2 the product with W, times the slope. Question: the error moves along the columns of W, not along its
// rows. Which index do neighbouring threads differ in now? About 50 lines.
void back_prop_cuda(const train_t *t, int b)
{
    todo(4);
}

// ---- gradients: part 5, 15 points: docs/en/5_gradients.md -------------------------------------------------------

// The twin of gradients_cpu: for every layer the sum over the rows of the batch, for the bias and for the weights. One
// thread for each weight adds up over the rows: nobody else writes there, so nothing atomic is needed.
// Question: the bias has few columns and many rows. One thread a column leaves most of the GPU idle: how can several
// threads share a column? About 45 lines.
void gradients_cuda(const train_t *t, int b)
{
    todo(5);
}

// ---- update: part 2, 10 points: docs/en/2_update.md -------------------------------------------------------------

// The twin of update_cpu, and the best first kernel: one thread for each of the n_params parameters, whatever layer it
// belongs to. How many threads does the grid have, and what must those do whose number is n or greater?
// Question: without momentum t->velocity is NULL. Who may look at that, the host or the kernel? About 20 lines.
void update_cuda(const train_t *t, int b, real_t learning_rate, real_t momentum)
{
    todo(2);
}
