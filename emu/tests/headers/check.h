// [given] check.h: counts what is wrong.
#pragma once
#include <cstdio>
static int wrong_count;
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) wrong_count++, printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
    } while (0)
