// [given] in_header.cuh: a header with a mistake.
#pragma once
inline int helper(int x) { return x + 1; }
__device__ inline int device_helper(int x)
{
    return helper(x);
}
