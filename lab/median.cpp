// [given] median.cpp: of measurements, the one in the middle: a disturbed run does not move it.
#include <algorithm>
#include <cmath>

#include "lab.h"

double median(std::vector<double> v)
{
    if (v.empty()) return NAN;
    std::sort(v.begin(), v.end());
    size_t half = v.size() / 2;
    return v.size() % 2 ? v[half] : (v[half - 1] + v[half]) / 2;
}
