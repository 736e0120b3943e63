// [given] errors.cu: last errors, names and texts of errors, and errors injected by EMU_FAIL.
//
// Runs itself again with EMU_FAIL set, for each call that it makes: none of them may be taken for a success.
// findings: allowed
#include "check.h"
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        const cudaError_t e_ = (call);                                                                                 \
        if (e_ != cudaSuccess) {                                                                                       \
            printf("%s %d\n", #call, (int)e_);                                                                         \
            exit(e_ == cudaGetLastError() ? 3 : 4);                                                                    \
        }                                                                                                              \
    } while (0)

static void program(void)  // as a student's that checks every call
{
    int n, *d, h[10] = {};
    TRY(cudaGetDeviceCount(&n));
    TRY(cudaSetDevice(0));
    TRY(cudaMalloc(&d, sizeof h));
    TRY(cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice));
    TRY(cudaMemset(d, 0, sizeof h));
    TRY(cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost));
    TRY(cudaDeviceSynchronize());
    TRY(cudaFree(d));
}

static int run(const char *self, const char *fail)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (fail) setenv("EMU_FAIL", fail, 1);
        if (!freopen("/dev/null", "w", stdout)) _exit(9);
        if (fail && !strchr(fail, ':') && !freopen("/dev/null", "w", stderr)) _exit(9);
        execl(self, self, "program", (char *)nullptr);
        _exit(9);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void injection(const char *self)
{
    static const char *const calls[] = {"cudaGetDeviceCount:1:2",
                                        "cudaSetDevice:1:101",
                                        "cudaMalloc:1:2",
                                        "cudaMemcpy:1:1",
                                        "cudaMemcpy:2:719",
                                        "cudaMemset:1:cudaErrorUnknown",
                                        "cudaDeviceSynchronize:1:700",
                                        "cudaFree:1:4",
                                        "cudaFree:7:1,cudaMalloc:1:2"};
    EXPECT(run(self, nullptr) == 0);
    for (const char *call : calls)
        if (run(self, call) != 3) printf("EMU_FAIL=%s: not seen\n", call), failures++;
    EXPECT(run(self, "cudaMalloc:2:2") == 0);  // there is no second call
    EXPECT(run(self, "nonsense") == 2);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        program();
        return 0;
    }
    EXPECT(!strcmp(cudaGetErrorName(cudaErrorIllegalAddress), "cudaErrorIllegalAddress"));
    EXPECT(!strcmp(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory"));
    EXPECT(!strcmp(cudaGetErrorString((cudaError_t)12345), "unrecognized error code"));
    IS(cudaPeekAtLastError(), cudaSuccess);
    IS(cudaSetDevice(7), cudaErrorInvalidDevice);
    IS(cudaPeekAtLastError(), cudaErrorInvalidDevice);
    std::thread([] { IS(cudaGetLastError(), cudaSuccess); }).join();  // each host thread has its own
    IS(cudaGetLastError(), cudaErrorInvalidDevice);
    IS(cudaGetLastError(), cudaSuccess);
    injection(argv[0]);
    return done();
}
