/* [given] plain.c: a C file. */
#include "parts.h"
int plain_c(int x)
{
    dim3 d = {1, 1, 1};
    return x * 2 + (int)d.x - 1;
}
