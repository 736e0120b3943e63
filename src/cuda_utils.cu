// [given] cuda_utils.cu: checked calls, device memory, choice of the GPU, the table of passes.
#include "cuda_utils.cuh"

#include <cstring>

#include "parallel/comm.h"

passes_t passes = {load_batch_cuda, forward_pass_cuda, loss_cuda, back_prop_cuda, gradients_cuda, update_cuda, score_cuda};

// ---- errors --------------------------------------------------------------------------------------

static const char *const LOST = "the GPU does not work any more, `nvidia-smi` shows its state; with --checkpoint, --resume "
                                "goes on from the last checkpoint, on another GPU or with --device cpu";
static const char *const NO_GPU = "--device cpu, or build with `make CUDA=emu`: the emulator needs no GPU";

static const char *hint_for(cudaError_t e)
{
    switch (e) {
    case cudaErrorMemoryAllocation: return "smaller --batch_size, --layers or data, or a GPU with more memory";
    case cudaErrorInvalidConfiguration:
        return "a launch of 0 blocks, of more than 1024 threads a block, or of more than 65535 blocks in y or z";
    case cudaErrorInvalidDevicePointer: return "a pointer of the host, or one that was freed, where one of the GPU belongs";
    case cudaErrorInvalidValue: return "sizes are in bytes; do the direction and the pointers of the copy agree?";
    case cudaErrorIllegalAddress: return "a kernel touched memory that is not its own: `make debug` names the line";
    case cudaErrorMisalignedAddress: return "a kernel read a number from the middle of another: `make debug` names the line";
    case cudaErrorAssert: return "an assert() in a kernel did not hold: its text stands above";
    case cudaErrorLaunchFailure: return "a kernel crashed: `make debug` names the line";
    case cudaErrorLaunchTimeout: return "a kernel ran too long: does every loop in it end? `make debug` names the line";
    case cudaErrorLaunchOutOfResources: return "too many registers for so many threads: a smaller --block";
    case cudaErrorInsufficientDriver: return "the driver is older than the CUDA toolkit: update it, or build with an older toolkit";
    case cudaErrorSystemDriverMismatch: return "the driver was updated while it was in use: restart the machine";
    case cudaErrorSystemNotReady: return "the driver's services are not running (with NVSwitch: nvidia-fabricmanager)";
    case cudaErrorInitializationError: return "the driver does not start: does `nvidia-smi` answer?";
    case cudaErrorNoDevice: return NO_GPU;
    case cudaErrorNoKernelImageForDevice: return "built for another GPU: `make clean`, then build on this machine, or set GPU_ARCH";
    case cudaErrorDevicesUnavailable: return "another program has the GPU for itself: `nvidia-smi` shows which";
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorHardwareStackError:
    case cudaErrorContextIsDestroyed:
    case cudaErrorUnknown: return LOST;
    default: return "`make debug` runs the four sanitizer tools";
    }
}

// Errors that happen within a kernel. They stay: every later call fails with the same one.
static bool is_of_kernel(cudaError_t e)
{
    return e == cudaErrorIllegalAddress || e == cudaErrorMisalignedAddress || e == cudaErrorAssert ||
           e == cudaErrorLaunchFailure || e == cudaErrorLaunchTimeout || e == cudaErrorIllegalInstruction ||
           e == cudaErrorInvalidAddressSpace || e == cudaErrorInvalidPc;
}

// Names of the kernels launched last, the latest one first: an error of a kernel shows at some later call that waits.
static const char *launched[8];

static void note_launch(const char *kernel)
{
    int at = 0;
    while (at < 7 && launched[at] && strcmp(launched[at], kernel) != 0) at++;
    for (; at > 0; at--) launched[at] = launched[at - 1];
    launched[0] = kernel;
}

static std::string suspects(void)
{
    std::string names;
    for (const char *name : launched)
        if (name) names += (names.empty() ? "" : ", ") + std::string(name);
    if (names.empty()) return "";
    return "\nthe error is not of this call but of a kernel before it; launched last: " + names +
           " (`make DEBUG=1` waits after each launch and says which)";
}

static void die_of(cudaError_t e, const char *what, const char *file, int line, const std::string &more)
{
    cudaGetLastError();
    cudaDeviceSynchronize();  // what kernels have printed comes before the message
    die("%s:%d: %s: %s: %s%s\nhint: %s", file, line, what, cudaGetErrorName(e), cudaGetErrorString(e), more.c_str(),
        hint_for(e));
}

void cuda_check(cudaError_t e, const char *call, const char *file, int line)
{
    if (e != cudaSuccess) die_of(e, call, file, line, is_of_kernel(e) ? suspects() : "");
}

void cuda_launch_check(const char *kernel, const char *file, int line)
{
    cudaError_t e = cudaGetLastError();
    if (e != cudaSuccess) die_of(e, format("kernel %s", kernel).c_str(), file, line, is_of_kernel(e) ? suspects() : "");
    note_launch(kernel);
#ifdef CUDA_DEBUG
    e = cudaDeviceSynchronize();
    if (e != cudaSuccess) die_of(e, format("in kernel %s", kernel).c_str(), file, line, "");
#endif
}

// ---- memory --------------------------------------------------------------------------------------

static std::string size_text(size_t bytes)
{
    if (bytes >= (size_t)1 << 30) return format("%.2f GiB", (double)bytes / (1 << 30));
    if (bytes >= (size_t)1 << 20) return format("%.1f MiB", (double)bytes / (1 << 20));
    return format("%zu bytes", bytes);
}

void *cuda_alloc(size_t bytes, const char *what_for)
{
    void *p = NULL;
    if (bytes == 0) return NULL;
    cudaError_t e = cudaMalloc(&p, bytes);
    if (e == cudaErrorMemoryAllocation) {
        size_t free = 0, total = 0;
        int gpu = 0, k = cuda_options.gpus;
        cudaGetLastError();
        cudaMemGetInfo(&free, &total);
        cudaGetDevice(&gpu);
        std::string where = k > 1 ? format("memory on GPU %d of %d", gpu, k) : "GPU memory";
        die("out of %s: %s for %s; %s of %s are free\nhint: %s", where.c_str(), size_text(bytes).c_str(), what_for,
            size_text(free).c_str(), size_text(total).c_str(), hint_for(e));
    }
    CUDA_CHECK(e);
    return p;
}

void cuda_to_device(void *dev, const void *host, size_t bytes)
{
    CUDA_CHECK(cudaMemcpy(dev, host, bytes, cudaMemcpyHostToDevice));
}

void cuda_to_host(void *host, const void *dev, size_t bytes)
{
    CUDA_CHECK(cudaMemcpy(host, dev, bytes, cudaMemcpyDeviceToHost));
}

unsigned cuda_blocks(size_t n) { return cuda_blocks(n, (unsigned)cuda_options.block); }

// ---- the GPU -------------------------------------------------------------------------------------

static std::string version_text(int version) { return format("%d.%d", version / 1000, version % 1000 / 10); }

std::string cuda_start(void)
{
    int driver = 0, runtime = 0, count = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    cudaError_t e = cudaGetDeviceCount(&count);
    if (e == cudaErrorInsufficientDriver && driver > 0)
        die("--device cuda: the GPU's driver knows CUDA %s, this program was built with CUDA %s\nhint: %s",
            version_text(driver).c_str(), version_text(runtime).c_str(), hint_for(e));
    if (e == cudaErrorNoDevice || e == cudaErrorInsufficientDriver || (e == cudaSuccess && count == 0))
        die("--device cuda: there is no GPU here (or no driver for it)\nhint: %s", hint_for(cudaErrorNoDevice));
    CUDA_CHECK(e);
    if (cuda_options.gpus > count)
        die_usage("--gpus: %d, expected at most %d: the GPUs that this program can see\nhint: in a SLURM job, "
                  "--gpus=%d asks for them",
                  cuda_options.gpus, count, cuda_options.gpus);
    cudaDeviceProp gpu;
    CUDA_CHECK(cudaSetDevice(0));
    CUDA_CHECK(cudaGetDeviceProperties(&gpu, 0));
    CUDA_CHECK(cudaFree(NULL));  // makes the context now, so that no later time contains it
    int k = cuda_options.gpus;
    std::string sums = k > 1 ? ", sums by " + comm_gpus_way(k) : "", times = k > 1 ? format("%d x ", k) : "";
#ifdef __CUDA_EMULATOR__
    return times + "emulated GPU (kernels run on the CPU): times mean nothing" + sums;
#else
    return times + format("%s, compute capability %d.%d, %s, driver %s, CUDA %s", gpu.name, gpu.major, gpu.minor,
                          size_text(gpu.totalGlobalMem).c_str(), version_text(driver).c_str(),
                          version_text(runtime).c_str()) + sums;
#endif
}

// ---- time ----------------------------------------------------------------------------------------

cuda_timer_t cuda_timer_start(void)
{
    cuda_timer_t t;
    CUDA_CHECK(cudaEventCreate(&t.start));
    CUDA_CHECK(cudaEventCreate(&t.stop));
    CUDA_CHECK(cudaEventRecord(t.start));
    return t;
}

double cuda_timer_stop(cuda_timer_t *t)
{
    float ms = 0;
    CUDA_CHECK(cudaEventRecord(t->stop));
    CUDA_CHECK(cudaEventSynchronize(t->stop));
    CUDA_CHECK(cudaEventElapsedTime(&ms, t->start, t->stop));
    CUDA_CHECK(cudaEventDestroy(t->start));
    CUDA_CHECK(cudaEventDestroy(t->stop));
    return ms;
}
