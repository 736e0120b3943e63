// [given] picture.h: networks and their weights as pictures: SVG text that goes into a file or a page.
#ifndef NN_LAB_PICTURE_H
#define NN_LAB_PICTURE_H

#include <string>
#include <vector>

// The networks of model files, beside each other, with one scale: layers as columns of circles, weights as lines, blue below 0,
// orange above, as wide and dark as |w| is beside the largest of the picture; the circles' colour is the bias. `dataset`: a CSV
// file whose header names the inputs, or "". Dies of: a file that is not a model; a header that does not fit the first model.
// across: how many beside each other.
std::string picture_network(const std::vector<std::string> *models, const std::string &dataset, int across = 3);

// W and bias of layer `layer` (1 ... L) of every model as heat maps with one scale. Dies too of: no such layer.
std::string picture_matrix(const std::vector<std::string> *models, int layer, const std::string &dataset);

// b - a, weights and biases, a heat map a layer. Dies too of: models of different shapes.
std::string picture_differences(const std::string &a, const std::string &b, const std::string &dataset);

// The names of a CSV file's features, from its header; none if it has no header, or is "".
// Dies of: not n names, if it has a header.
std::vector<std::string> feature_names(const std::string &dataset, int n);

#endif
