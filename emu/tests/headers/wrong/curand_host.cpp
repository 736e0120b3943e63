// [given] curand_host.cpp: does not compile: curandCreateGenerator is a host function of cuRAND
#include <curand.h>
int main() { return curandCreateGenerator(0, CURAND_RNG_PSEUDO_DEFAULT); }
