// [ladder] tensor_cores_split: tensor_cores with the accuracy of float: each factor is the sum of two TF32 numbers.
// needs: sm_80
// numbers: float
//
// What changed: a factor x is rounded to TF32, x1, and the rest x - x1 is rounded too, x2. Then x y is x1 y1 + x1 y2 +
// x2 y1, off by some 2^-22: three instructions instead of one, and twice the shared memory.
// What it should gain: a third of tensor_cores' speed at the peak, which is still more than twice float's, with the
// same tolerances as all other rungs: `make check` passes. So it also checks the index arithmetic of tensor_cores to
// the last digits. Checked as tensor_cores is.
#define TENSOR_PARTS 2
#include "../tensor_cores/train.cu"
