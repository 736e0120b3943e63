// [given] findings.cu: what is said about wrong calls of the memory API, word for word, when a checker listens.
// real: no
// findings: allowed
#include "check.h"
#include "../../runtime/memory.h"
#include "../../runtime/report.h"
#include "../../runtime/symbols.h"

static std::string said;
static int errors_told;

static std::string without_folders(std::string s)
{
    for (size_t i = 0; (i = s.find("findings.cu", i)) != std::string::npos; i += 11) {
        const size_t space = s.find_last_of(" (", i) + 1;
        s.erase(space, i - space);
        i = space;
    }
    return s;
}

static void listen(const emu::finding_t &f) { said += without_folders(emu::format(f)); }
static void told(cudaError_t, const char *, emu::site_t) { errors_told++; }
static emu::hooks_t checker;

static int line_of_call;

// In what is expected @ is the place of the call that came before.
static void expect_said(std::string wanted)
{
    for (size_t i; (i = wanted.find('@')) != std::string::npos;)
        wanted.replace(i, 1, "findings.cu:" + std::to_string(line_of_call));
    // addresses differ from machine to machine
    std::string s;
    for (size_t i = 0; i < said.size();) {
        if (said.compare(i, 2, "0x")) {
            s += said[i++];
            continue;
        }
        s += "ADDRESS";
        for (i += 2; i < said.size() && isxdigit(said[i]); i++)
            ;
    }
    if (s != wanted)
        printf("findings.cu:%d: said:\n%sexpected:\n%s", line_of_call, s.c_str(), wanted.c_str()), failures++;
    said = "";
}
#define SAID(text) expect_said(std::string() + text)
#define WRONG(call)                                                                                                    \
    do {                                                                                                               \
        line_of_call = __LINE__;                                                                                       \
        IS(call, cudaErrorInvalidValue);                                                                               \
    } while (0)
#define L "========= "
#define M "=========     "
#define HERE(n) (std::string("findings.cu:") + std::to_string(__LINE__ + (n)))

static void copies(void)
{
    float *d, *e, h[100] = {};
    OK(cudaMalloc(&d, 400));
    const std::string made = HERE(-1);
    OK(cudaMalloc(&e, 100));
    const std::string made_e = HERE(-1);

    WRONG(cudaMemcpy(h, d, 400, cudaMemcpyHostToDevice));
    SAID(L "cudaMemcpy in the wrong direction: cudaMemcpyHostToDevice\n" M "at @ in copies: cudaMemcpy\n" M
           "the destination is host memory\n" M "the source is device memory (400 bytes, cudaMalloc at " +
         made +
         ")\n" M "it means: nothing was copied\n" M
         "hint: this is a copy cudaMemcpyDeviceToHost; or were the pointers swapped? "
         "The destination comes first, the source second\n");

    WRONG(cudaMemcpy(e, h, 400, cudaMemcpyHostToDevice));
    SAID(L "cudaMemcpy goes past the end of its destination\n" M "at @ in copies: cudaMemcpy\n" M
           "the destination is device memory (100 bytes, cudaMalloc at " +
         made_e +
         ")\n" M "the call touches 400 bytes: 300 too many\n" M
         "hint: cudaMalloc counts bytes, not elements: n * sizeof(element)\n");

    WRONG(cudaMemcpy(h, d + 1, 400, cudaMemcpyDeviceToHost));
    SAID(L "cudaMemcpy goes past the end of its source\n" M "at @ in copies: cudaMemcpy\n" M
           "the source is device memory (400 bytes, cudaMalloc at " +
         made +
         "), from byte 4 on\n" M "the call touches 400 bytes: 4 too many\n" M
         "hint: the copy begins inside the allocation and goes on for its full length\n");

    WRONG(cudaMemset(h, 0, 400));
    SAID(L "Invalid pointer given to cudaMemset\n" M "at @ in copies: cudaMemset\n" M
           "the memory to set is host memory: cudaMemset sets device memory only\n" M
           "hint: give it the pointer that cudaMalloc returned; host memory is set with memset\n");

    WRONG(cudaMemcpy(nullptr, h, 4, cudaMemcpyHostToDevice));
    SAID(L "Invalid pointer given to cudaMemcpy\n" M "at @ in copies: cudaMemcpy\n" M
           "the destination is a null pointer\n" M
           "hint: did the allocation fail, or was the pointer allocated in another "
           "function than the one that uses it?\n");

    OK(cudaMemcpy(d, h, sizeof(d), cudaMemcpyHostToDevice));
    const std::string hint = without_folders(emu::copy_hint(emu::find_alloc(d)));
    EXPECT(hint == "cudaMemcpy at " + HERE(-2) +
                       " wrote only 8 bytes of it: that is the size of a pointer: sizeof(p) of a "
                       "pointer p is 8, whatever it points to");
    OK(cudaMemcpy(d, h, 400, cudaMemcpyHostToDevice));
    EXPECT(emu::copy_hint(emu::find_alloc(d)).empty());
    OK(cudaFree(d));
    OK(cudaFree(e));
    EXPECT(said.empty());
}

static void frees(void)
{
    char *d, *h, stack;
    OK(cudaMalloc(&d, 100));
    const std::string made = HERE(-1);
    OK(cudaMallocHost(&h, 100));
    const std::string made_h = HERE(-1);

    WRONG(cudaFree(d + 16));
    SAID(L "Invalid cudaFree: this memory was not allocated by cudaMalloc\n" M "at @ in frees: cudaFree\n" M
           "ADDRESS points 16 bytes into device memory (100 bytes, cudaMalloc at " +
         made +
         ")\n" M "hint: free the very pointer that the allocation returned, before it was changed by ++ or +=\n");
    WRONG(cudaFree(&stack));
    SAID(L "Invalid cudaFree: this memory was not allocated by cudaMalloc\n" M "at @ in frees: cudaFree\n" M
           "ADDRESS is host memory that no CUDA function allocated (or that was freed already)\n" M
           "hint: on the host, memory from malloc goes back with free, from new with delete, from cudaMallocHost with "
           "cudaFreeHost\n");
    WRONG(cudaFree(h));
    SAID(L "Invalid cudaFree: this memory was not allocated by cudaMalloc\n" M "at @ in frees: cudaFree\n" M
           "ADDRESS is pinned host memory (100 bytes, cudaMallocHost at " +
         made_h + ")\n" M "hint: this memory goes back with cudaFreeHost\n");
    WRONG(cudaFreeHost(d));
    SAID(L "Invalid cudaFreeHost: this memory was not allocated by cudaMallocHost or cudaHostAlloc\n" M
           "at @ in frees: cudaFreeHost\n" M "ADDRESS is device memory (100 bytes, cudaMalloc at " +
         made + ")\n" M "hint: this memory goes back with cudaFree\n");
    OK(cudaFree(d));
    const std::string first = HERE(-1);
    WRONG(cudaFree(d));
    SAID(L "Double free of device memory\n" M "at @ in frees: cudaFree\n" M "ADDRESS: 100 bytes, cudaMalloc at " +
         made + "\n" M "freed first at " + first +
         "\n" M "hint: free an allocation once; a pointer set to nullptr after that can be freed again without harm\n");
    OK(cudaFreeHost(h));
}

template <class T> static std::string signature(T) { return __PRETTY_FUNCTION__; }

static void names(void)
{
    static emu::kernel_t k = {
        "scale", "a.cu", 1, "void scale(T*, uint32_t) [with T = float; int N = 4; uint32_t = unsigned int]", 0, 0};
    EXPECT(emu::kernel_name(&k) == "scale<float, 4>(float*, unsigned int)");
    k.signature = "void vec_add(const float*, float*, int)";
    EXPECT(emu::kernel_name(&k) == "vec_add(const float*, float*, int)");
    k.signature = "void math::{anonymous}::f(int (*)(int))";
    EXPECT(emu::kernel_name(&k) == "math::{anonymous}::f(int (*)(int))");
    EXPECT(emu::plain_name(
               "void scale<float>(float*)::{lambda(uint3, uint3, dim3, dim3)#1}::operator()(uint3, uint3, dim3, "
               "dim3) const") == "scale<float>(float*)");
    EXPECT(
        emu::plain_name("void emu::run_threads<0, add(float*, int)::{lambda(uint3, uint3, dim3, dim3)#1}>(void const*, "
                        "emu::block_t*)") == "add(float*, int)");
    EXPECT(emu::plain_name("(anonymous namespace)::f(int)") == "(anonymous namespace)::f(int)");
    signature(1);
}

// EMU_FAIL knows all functions that the header declares.
static void functions(void)
{
    std::string name = __FILE__;
    name.resize(name.rfind("findings.cu"));
    FILE *f = fopen((name + "../../include/cuda_runtime_api.h").c_str(), "r");
    if (!f) return;  // run from another folder
    char line[300];
    int n = 0;
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "cudaError_t cuda", 16)) continue;
        line[strcspn(line, "(")] = 0;
        name = line + 12;
        n++;
        if (!emu::is_api_function(name.c_str()) && name != "cudaGetLastError" && name != "cudaPeekAtLastError")
            printf("EMU_FAIL does not know %s\n", name.c_str()), failures++;
    }
    EXPECT(n > 150);
    fclose(f);
}

__attribute__((constructor)) static void start(void)
{
    checker.finding = listen;
    checker.api_error = told;
    emu::hooks = &checker;
}

int main(void)
{
    copies();
    frees();
    EXPECT(errors_told == 0);  // a finding has said it already
    IS(cudaSetDevice(3), cudaErrorInvalidDevice);
    EXPECT(errors_told == 1);
    names();
    functions();
    return done();
}
