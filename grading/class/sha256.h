// [given] sha256.h: the fingerprint of a file, as `sha256sum` prints it.
#ifndef NN_SHA256_H
#define NN_SHA256_H

#include <string>

std::string sha256(const std::string &bytes);  // 64 hexadecimal digits

#endif
