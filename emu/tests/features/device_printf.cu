// [given] device_printf.cu: printf in kernels: formats, the order of a thread's and of a block's lines.
#include "test.h"
#include <string>
#include <unistd.h>

struct pair_t {
    int a;
    float b;
};
__global__ void formats(int *out)
{
    pair_t p = {3, 2.5f};
    long long big = 123456789012345ll;
    printf("%d %u %5.2f|%-6s|%c|%x %%|%lld|%e\n", -1, 4000000000u, 3.14159, "text", 'z', 255, big, 1e10);
    printf("no arguments\n");
    printf("%d %g %+d %05d %s\n", p.a, p.b, 7, 42, threadIdx.x == 0 ? "zero" : "other");
    printf("%zu %hhd %lu %.3s\n", sizeof(int), 5, 99ul, "abcdef");
    out[0] = 1;
}
__global__ void steps()
{
    for (int i = 0; i < 3; i++) {
        if (threadIdx.x == i) printf("block %d step %d\n", blockIdx.x, i);
        __syncthreads();
    }
}
static std::string captured(void (*f)(int *), int *argument) // what is written to standard output meanwhile
{
    fflush(stdout);
    FILE *file = tmpfile();
    int keep = dup(1);
    dup2(fileno(file), 1);
    f(argument);
    CALL(cudaDeviceSynchronize());
    fflush(stdout);
    dup2(keep, 1), close(keep);
    std::string s(size_t(ftell(file) < 0 ? 0 : lseek(fileno(file), 0, SEEK_END)), ' ');
    rewind(file);
    if (fread(&s[0], 1, s.size(), file) != s.size()) s = "";
    fclose(file);
    return s;
}
int main()
{
    CALL(cudaDeviceSetLimit(cudaLimitPrintfFifoSize, 1 << 20));
    int *d = device<int>(2);
    std::string s = captured([](int *p) { formats<<<1, 1>>>(p); }, d);
    std::string expected = "-1 4000000000  3.14|text  |z|ff %|123456789012345|1.000000e+10\nno arguments\n"
                           "3 2.5 +7 00042 zero\n4 5 99 abc\n";
    if (!CHECK(s == expected)) printf("found:\n%sexpected:\n%s", s.c_str(), expected.c_str());
    EQUAL(to_host(d, 1)[0], 1);

    s = captured([](int *) { steps<<<5, 32>>>(); }, nullptr);
    int lines = 0;
    for (char c : s) lines += c == '\n';
    EQUAL(lines, 15);
    for (int b = 0; b < 5; b++) { // blocks in any order; the lines of each in order
        size_t at = 0;
        for (int i = 0; i < 3; i++) {
            at = s.find("block " + std::to_string(b) + " step " + std::to_string(i) + "\n", at);
            if (!CHECK(at != std::string::npos)) break;
        }
    }
    CALL(cudaFree(d));
    return done();
}
