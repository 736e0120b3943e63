// [given] global_objects.cu: device memory freed by the destructor of a static object, after main.
#include <vector>

struct buffer_t {
    float *p = nullptr;
    explicit buffer_t(int n) { cudaMalloc(&p, n * sizeof(float)); }
    ~buffer_t() { cudaFree(p); }
};

static std::vector<buffer_t *> buffers;
static struct cleaner_t {
    ~cleaner_t()
    {
        for (buffer_t *b : buffers) delete b;
    }
} cleaner;

__global__ void fill(float *a) { a[threadIdx.x] = 1; }

int main()
{
    for (int i = 0; i < 3; i++) {
        buffers.push_back(new buffer_t(32));
        fill<<<1, 32>>>(buffers.back()->p);
    }
    cudaDeviceSynchronize();
    return 0;
}
