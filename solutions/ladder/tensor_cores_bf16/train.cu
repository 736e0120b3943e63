// [ladder] tensor_cores_bf16: tensor_cores with factors rounded to bfloat16.
// needs: sm_80
// numbers: float
// tolerance: 5e-2
//
// What changed: a factor has 8 bits of mantissa instead of TF32's 11, and half the bytes in shared memory; an
// instruction takes 16 summation indices instead of 8. The exponent has as many bits as a float's: nothing overflows,
// and the cost need not be scaled as with half. Sums, weights and update stay float.
// What it should gain: twice the peak of TF32 and half the traffic in shared memory; with W2 little, where traffic in
// global memory, all float, and launches are the limit. Accuracy: off by up to 2^-8 of a factor; parameters differ from
// the CPU's by 1e-4 to 2e-3 of the largest after a few epochs. Checked as tensor_cores is.
#define TENSOR_BF16
#include "../tensor_cores/train.cu"
