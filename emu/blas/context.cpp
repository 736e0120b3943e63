// [given] context.cpp: cuBLAS's handles, modes, status texts and copies, and how a computation gets into a stream.
#include "blas.h"
#include "memory.h"
#include "queue.h"
#include <set>

namespace emu
{
// ---- operands ----------------------------------------------------------------------------------------------------
static size_t extent(const operand_t &o) { return ((o.columns - 1) * o.step + o.rows) * o.size; }

static void report_operand(const call_t &c, const operand_t &o, const place_t &p)
{
    const bool is_vector = o.rows == 1;
    finding_t f = {};
    f.tool = "memcheck";
    f.kind = p.kind == IS_HOST ? "host-pointer" : p.kind == IS_FREED ? "use-after-free" : "out-of-bounds";
    f.title = std::string(c.function) + (p.kind == IS_HOST    ? " was given host memory"
                                         : p.kind == IS_FREED ? " was given memory that is freed"
                                         : o.written          ? " writes outside of an allocation"
                                                              : " reads outside of an allocation");
    const where_t w = where(c.site);
    f.file = w.file, f.line = w.line;
    f.lines.push_back("at " + at(c.site) + (w.function.empty() ? "" : " in " + w.function));
    std::string text = (is_vector ? "vector " : "matrix ") + std::string(o.name) + ": ";
    if (is_vector) text += std::to_string(o.columns) + " elements, " + std::to_string(o.step) + " apart";
    else
        text += std::to_string(o.columns) + " columns of " + std::to_string(o.rows) + " elements, " +
                std::to_string(o.step) + " apart";
    f.lines.push_back(text + ": " + std::to_string(extent(o)) + " bytes");
    f.lines.push_back(
        "the pointer is " + describe(p) +
        (p.kind == IS_DEVICE && p.offset ? ", " + std::to_string(p.offset) + " bytes after its begin" : ""));
    f.hint = p.kind == IS_HOST ? "copy it to the device first; scalars are taken from the host, unless "
                                 "cublasSetPointerMode says otherwise"
                               : "cuBLAS takes matrices column by column: are rows, columns and the leading dimension "
                                 "those of the column-major matrix?";
    report(f);
}

bool operands_are_good(const call_t &c, const std::vector<operand_t> &operands)
{
    for (const operand_t &o : operands) {
        if (o.rows <= 0 || o.columns <= 0) continue;
        const place_t p = place_of(o.p);
        const bool inside = p.kind == IS_PINNED || p.kind == IS_MANAGED || p.kind == IS_DEVICE || p.kind == IS_VARIABLE;
        if (inside && p.offset + extent(o) <= p.size) continue;
        report_operand(c, o, p);
        return false;
    }
    if (hooks && hooks->set)
        for (const operand_t &o : operands) {
            if (!o.written || o.rows <= 0) continue;
            char *column = static_cast<char *>(const_cast<void *>(o.p));
            for (long i = 0; i < o.columns; i++, column += o.step * o.size)
                hooks->set(column, o.rows * o.size, c.function, c.site);
        }
    return true;
}

// ---- calls -----------------------------------------------------------------------------------------------------------
cublasStatus_t begin(const call_t &c)
{
    cudaError_t e = cudaSuccess;
    if (!c.handle || c.handle->alive != 1) return CUBLAS_STATUS_NOT_INITIALIZED;
    if (injected(c.function, &e)) return static_cast<cublasStatus_t>(e);
    return sticky() == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

cublasStatus_t submit(const call_t &c, const std::vector<operand_t> &operands, std::function<void(void)> work)
{
    if (check_stream(c.handle->stream) != cudaSuccess) return CUBLAS_STATUS_EXECUTION_FAILED;
    enqueue_operation(
        c.handle->stream,
        [=] {
            if (sticky() != cudaSuccess) return cudaSuccess;
            if (!operands_are_good(c, operands)) {
                set_sticky(cudaErrorIllegalAddress);
                return cudaErrorIllegalAddress;
            }
            open_device();
            count_launch();
            work();
            close_device();
            return cudaSuccess;
        },
        c.function, c.site);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t submit_and_wait(const call_t &c, const std::vector<operand_t> &operands, std::function<void(void)> work)
{
    cublasStatus_t s = submit(c, operands, std::move(work));
    if (s) return s;
    return flush() == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}
}  // namespace emu

using namespace emu;

// ---- handles -----------------------------------------------------------------------------------------------------
cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    cudaError_t e = cudaSuccess;
    if (!handle) return CUBLAS_STATUS_INVALID_VALUE;
    if (injected("cublasCreate", &e)) return static_cast<cublasStatus_t>(e);
    *handle = new cublasContext{nullptr, CUBLAS_POINTER_MODE_HOST, CUBLAS_DEFAULT_MATH, CUBLAS_ATOMICS_NOT_ALLOWED, 1};
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    if (!handle || handle->alive != 1) return CUBLAS_STATUS_NOT_INITIALIZED;
    handle->alive = 0;  // kept: a call with it later is told so
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasGetVersion(cublasHandle_t handle, int *version)
{
    if (!handle || handle->alive != 1) return CUBLAS_STATUS_NOT_INITIALIZED;
    if (!version) return CUBLAS_STATUS_INVALID_VALUE;
    *version = CUBLAS_VERSION;
    return CUBLAS_STATUS_SUCCESS;
}
#define EMU_SET_GET(NAME, T, FIELD, GOOD)                                                                              \
    cublasStatus_t cublasSet##NAME(cublasHandle_t handle, T value)                                                     \
    {                                                                                                                  \
        if (!handle || handle->alive != 1) return CUBLAS_STATUS_NOT_INITIALIZED;                                       \
        if (!(GOOD)) return CUBLAS_STATUS_INVALID_VALUE;                                                               \
        handle->FIELD = value;                                                                                         \
        return CUBLAS_STATUS_SUCCESS;                                                                                  \
    }                                                                                                                  \
    cublasStatus_t cublasGet##NAME(cublasHandle_t handle, T *value)                                                    \
    {                                                                                                                  \
        if (!handle || handle->alive != 1) return CUBLAS_STATUS_NOT_INITIALIZED;                                       \
        if (!value) return CUBLAS_STATUS_INVALID_VALUE;                                                                \
        *value = handle->FIELD;                                                                                        \
        return CUBLAS_STATUS_SUCCESS;                                                                                  \
    }
EMU_SET_GET(Stream, cudaStream_t, stream, true)
EMU_SET_GET(PointerMode, cublasPointerMode_t, pointers, (unsigned)value <= 1)
EMU_SET_GET(MathMode, cublasMath_t, math, (unsigned)value <= 31)
EMU_SET_GET(AtomicsMode, cublasAtomicsMode_t, atomics, (unsigned)value <= 1)
cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void *, size_t)
{
    return !handle || handle->alive != 1 ? CUBLAS_STATUS_NOT_INITIALIZED : CUBLAS_STATUS_SUCCESS;
}

// ---- texts -----------------------------------------------------------------------------------------------------
static const struct {
    cublasStatus_t status;
    const char *name, *text;
} texts[] = {
    {CUBLAS_STATUS_SUCCESS, "CUBLAS_STATUS_SUCCESS", "success"},
    {CUBLAS_STATUS_NOT_INITIALIZED, "CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialized"},
    {CUBLAS_STATUS_ALLOC_FAILED, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"},
    {CUBLAS_STATUS_INVALID_VALUE, "CUBLAS_STATUS_INVALID_VALUE",
     "an unsupported value or parameter was passed to the function"},
    {CUBLAS_STATUS_ARCH_MISMATCH, "CUBLAS_STATUS_ARCH_MISMATCH",
     "the function requires an architectural feature absent from the architecture of the device"},
    {CUBLAS_STATUS_MAPPING_ERROR, "CUBLAS_STATUS_MAPPING_ERROR", "an access to GPU memory space failed"},
    {CUBLAS_STATUS_EXECUTION_FAILED, "CUBLAS_STATUS_EXECUTION_FAILED", "the function failed to launch on the GPU"},
    {CUBLAS_STATUS_INTERNAL_ERROR, "CUBLAS_STATUS_INTERNAL_ERROR", "an internal operation failed"},
    {CUBLAS_STATUS_NOT_SUPPORTED, "CUBLAS_STATUS_NOT_SUPPORTED", "the functionality requested is not supported"},
    {CUBLAS_STATUS_LICENSE_ERROR, "CUBLAS_STATUS_LICENSE_ERROR", "the functionality requested requires some license"}};
const char *cublasGetStatusName(cublasStatus_t status)
{
    for (const auto &t : texts)
        if (t.status == status) return t.name;
    return "unknown cublasStatus_t";
}
const char *cublasGetStatusString(cublasStatus_t status)
{
    for (const auto &t : texts)
        if (t.status == status) return t.text;
    return "unknown status";
}

// ---- copies --------------------------------------------------------------------------------------------------
static cublasStatus_t copied(int rows, int columns, int size, const void *a, int lda, void *b, int ldb,
                             cudaMemcpyKind kind, bool async, cudaStream_t stream)
{
    if (rows < 0 || columns < 0 || size <= 0 || lda <= 0 || ldb <= 0 || lda < rows || ldb < rows || !a || !b)
        return CUBLAS_STATUS_INVALID_VALUE;
    const size_t from = (size_t)lda * size, to = (size_t)ldb * size, width = (size_t)rows * size;
    cudaError_t e = async ? cudaMemcpy2DAsync(b, to, a, from, width, columns, kind, stream)
                          : cudaMemcpy2D(b, to, a, from, width, columns, kind);
    return e ? CUBLAS_STATUS_MAPPING_ERROR : CUBLAS_STATUS_SUCCESS;
}
#define EMU_COPY(DIRECTION, KIND, ASYNC, ...)                                                                          \
    cublasStatus_t cublas##DIRECTION##Vector##ASYNC(int n, int size, const void *x, int incx, void *y,                 \
                                                    int incy EMU_STREAM)                                               \
    {                                                                                                                  \
        return copied(1, n, size, x, incx, y, incy, KIND, __VA_ARGS__);                                                \
    }                                                                                                                  \
    cublasStatus_t cublas##DIRECTION##Matrix##ASYNC(int rows, int columns, int size, const void *a, int lda, void *b,  \
                                                    int ldb EMU_STREAM)                                                \
    {                                                                                                                  \
        return copied(rows, columns, size, a, lda, b, ldb, KIND, __VA_ARGS__);                                         \
    }
#define EMU_STREAM
EMU_COPY(Set, cudaMemcpyHostToDevice, , false, nullptr)
EMU_COPY(Get, cudaMemcpyDeviceToHost, , false, nullptr)
#undef EMU_STREAM
#define EMU_STREAM , cudaStream_t stream
EMU_COPY(Set, cudaMemcpyHostToDevice, Async, true, stream)
EMU_COPY(Get, cudaMemcpyDeviceToHost, Async, true, stream)
