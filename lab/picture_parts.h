// [given] picture_parts.h: what the files of the pictures know of each other.
#ifndef NN_LAB_PICTURE_PARTS_H
#define NN_LAB_PICTURE_PARTS_H

#include <string>

std::string picture_name(const std::string &path);  // "runs/epoch-10.model": "epoch-10"

#endif
