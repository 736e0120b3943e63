// [given] driver.cpp: does not compile: cuInit is a function of the driver API, which the emulator does not support
#include <cuda.h>
int main() { return cuInit(0); }
