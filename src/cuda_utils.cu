// [given] cuda_utils.cu: checked calls, device memory, choice of the GPU, the table of passes.
#include "cuda_utils.cuh"

#include <algorithm>

cuda_options_t cuda_options = {1, 256, 2};
passes_t passes = {load_batch_cuda, forward_pass_cuda, loss_cuda, back_prop_cuda, gradients_cuda, update_cuda, score_cuda};

// ---- errors --------------------------------------------------------------------------------------

static const char *hint_for(cudaError_t e)
{
    switch (e) {
    case cudaErrorMemoryAllocation: return "smaller --batch_size, --layers or data, or a GPU with more memory";
    case cudaErrorInvalidConfiguration: return "a launch of 0 blocks, or of more than 1024 threads a block";
    case cudaErrorInvalidDevicePointer: return "a pointer of the host, or one that was freed, where one of the GPU belongs";
    case cudaErrorInvalidValue: return "sizes are in bytes; do the direction and the pointers of the copy agree?";
    case cudaErrorIllegalAddress: return "a kernel touched memory that is not its own: `make debug` names the line";
    case cudaErrorLaunchFailure: return "a kernel crashed: `make debug` names the line";
    case cudaErrorLaunchOutOfResources: return "too many registers for so many threads: a smaller --block";
    case cudaErrorInsufficientDriver: return "the driver is older than the CUDA toolkit: update it, or build with an older toolkit";
    case cudaErrorNoDevice: return "--device cpu, or build with `make CUDA=emu`: the emulator needs no GPU";
    case cudaErrorNoKernelImageForDevice: return "built for another GPU: `make clean`, then build on this machine, or set GPU_ARCH";
    case cudaErrorDevicesUnavailable: return "another program has the GPU for itself";
    case cudaErrorECCUncorrectable:
    case cudaErrorHardwareStackError: return "the GPU itself has failed; `nvidia-smi` shows its state";
    default: return "`make debug` runs the four sanitizer tools";
    }
}

void cuda_check(cudaError_t e, const char *call, const char *file, int line)
{
    if (e == cudaSuccess) return;
    cudaGetLastError();
    die("%s:%d: %s: %s: %s\nhint: %s", file, line, call, cudaGetErrorName(e), cudaGetErrorString(e), hint_for(e));
}

void cuda_launch_check(const char *kernel, const char *file, int line)
{
    cudaError_t e = cudaGetLastError();
#ifdef CUDA_DEBUG
    if (e == cudaSuccess) e = cudaDeviceSynchronize();
#endif
    if (e == cudaSuccess) return;
    die("%s:%d: kernel %s: %s: %s\nhint: %s", file, line, kernel, cudaGetErrorName(e), cudaGetErrorString(e),
        hint_for(e));
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
        cudaGetLastError();
        cudaMemGetInfo(&free, &total);
        die("out of GPU memory: %s for %s; %s of %s are free\nhint: %s", size_text(bytes).c_str(), what_for,
            size_text(free).c_str(), size_text(total).c_str(), hint_for(e));
    }
    CUDA_CHECK(e);
    return p;
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
#ifdef __CUDA_EMULATOR__
    return "emulated GPU (kernels run on the CPU): times mean nothing";
#else
    return format("%s%s, compute capability %d.%d, %s, driver %s, CUDA %s",
                  cuda_options.gpus > 1 ? format("%d x ", cuda_options.gpus).c_str() : "", gpu.name, gpu.major, gpu.minor,
                  size_text(gpu.totalGlobalMem).c_str(), version_text(driver).c_str(), version_text(runtime).c_str());
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
