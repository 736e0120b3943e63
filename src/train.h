// [given] train.h: the state of training and its passes: THE page to read. Each pass works on one batch of b <= B rows.
#ifndef NN_TRAIN_H
#define NN_TRAIN_H

#include "nn.h"

// The same fields on CPU and GPU; variables are called `cpu` and `gpu`. All memory is one block, `arena`, but X, Y and
// row_weight: on the CPU they are the data set's own, on the GPU copies. Gradients and velocity have the layout of params.
struct train_t {
    shape_t s;
    int B, N;                  // rows of the largest batch; rows of the data set
    real_t *params;            // (n_params)
    real_t *grads;             // (n_params)  sum over the rows of the batch, not yet divided by b
    real_t *velocity;          // (n_params)  momentum; NULL without
    const real_t *X;           // (N, n[0])   resident for the whole run: no copy of data per batch
    const real_t *Y;           // (N, n[L])
    const real_t *row_weight;  // (N)    how much each row counts; NULL: all count 1
    real_t *acts;              // activations; layer l of the batch is A(t, l) (b, n[l])
    real_t *deltas;            // errors dC/dz; layer l is dZ(t, l) (b, n[l]), l >= 1
    real_t *targets;           // (B, n[L])   rows of Y of this batch
    int *rows;                 // (B)         numbers of the rows of this batch
    double *loss;              // (1)         sum of the costs of rows; loss_X adds to it
    void *arena;
};

// Where things lie. W (n[l], n[l-1]), bias (n[l]), and the gradients dW, dbias likewise; A, dZ (b, n[l]).
// A(t, 0) is the input batch. l = 1 .. L but for A.
HD inline real_t *W(const train_t *t, int l) { return t->params + t->s.w_at[l]; }
HD inline real_t *bias(const train_t *t, int l) { return t->params + t->s.b_at[l]; }
HD inline real_t *dW(const train_t *t, int l) { return t->grads + t->s.w_at[l]; }
HD inline real_t *dbias(const train_t *t, int l) { return t->grads + t->s.b_at[l]; }
HD inline real_t *A(const train_t *t, int l) { return t->acts + t->B * t->s.a_at[l]; }
HD inline real_t *dZ(const train_t *t, int l) { return t->deltas + t->B * (t->s.a_at[l] - t->s.n[0]); }

// How many bytes the arena needs; with arena != NULL every pointer into it is set. X, Y, row_weight stay as they are.
// The same layout on both devices: a state is copied from one to the other as one block.
size_t train_lay_out(train_t *t, char *arena, bool momentum);

// Allocates for batches of up to B rows of ds and copies params in; grads, velocity and loss are 0. row_weight (N) or
// NULL. On the CPU data set and row_weight must outlive the state; on the GPU they are copied too (nn.cu).
// params, row_weight and ds lie on the host. Dies of: too little memory. Free with train_free_X.
train_t train_alloc_cpu(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                        bool momentum);
train_t train_alloc_cuda(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                         bool momentum);
void train_free_cpu(train_t *t);
void train_free_cuda(train_t *t);

// The passes of one step, in this order, on one batch of b <= B rows. Every pointer, `rows` too, is one of the device
// that computes. The CUDA functions may return before the device has finished.
//
// 1. A(t, 0) and targets become copies of the rows rows[0 .. b-1] of X and Y; t->rows becomes a copy of rows.
void load_batch_cpu(const train_t *t, const int *rows, int b);
void load_batch_cuda(const train_t *t, const int *rows, int b);

// 2. A_l = f(A_{l-1} W_l^T + 1 bias_l^T) for l = 1 .. L.
void forward_pass_cpu(const train_t *t, int b);
void forward_pass_cuda(const train_t *t, int b);

// *loss += sum over the rows of cost, each times its row_weight.
void loss_cpu(const train_t *t, int b);
void loss_cuda(const train_t *t, int b);

// 3. (1) dZ_L     = dC/da f'(z_L)           error of the last layer, each row times its row_weight
//    (2) dZ_{l-1} = (dZ_l W_l) f'(z_{l-1})  error moves one layer back, down to dZ_1
//    (Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323, 1986.)
void back_prop_cpu(const train_t *t, int b);
void back_prop_cuda(const train_t *t, int b);

// 4. (3) dbias_l = column sums of dZ_l
//    (4) dW_l    = dZ_l^T A_{l-1}           for l = 1 .. L: sums over the rows, not yet divided by b
void gradients_cpu(const train_t *t, int b);
void gradients_cuda(const train_t *t, int b);

// 5. params -= learning_rate * grads / b; with momentum velocity = momentum * velocity + grads / b is used for
//    grads / b.
void update_cpu(const train_t *t, int b, real_t learning_rate, real_t momentum);
void update_cuda(const train_t *t, int b, real_t learning_rate, real_t momentum);

#endif
