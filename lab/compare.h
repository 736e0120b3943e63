// [given] compare.h: how far two models are apart.
#ifndef NN_LAB_COMPARE_H
#define NN_LAB_COMPARE_H

#include <string>

// Prints, for weights and biases of every layer, the largest absolute and the largest relative difference, and over all
// of them at the end. Relative is |a - b| / max(|a|, |b|, a hundredth of the root mean square of all weights, or biases,
// of the layer): a number that happens to be next to 0 says nothing.
// Returns 1 if the largest relative difference is beyond tol, else 0; tol NAN: always 0.
// Dies of: a file that is not a model; models of different shapes.
int lab_compare(const std::string &a, const std::string &b, double tol);

struct shape_t;
void check_shapes(const shape_t *a, const shape_t *b);  // dies of: different layers

#endif
