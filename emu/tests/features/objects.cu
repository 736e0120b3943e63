// [given] objects.cu: classes in kernels: virtual functions, templates, operators, unions, bit fields, large structs by value.
#include "test.h"

struct shape_t {
    __device__ virtual float area() const = 0;
    __device__ virtual ~shape_t() {}
    __device__ float twice() const { return 2 * area(); }
};
struct circle_t : shape_t {
    float r;
    __device__ explicit circle_t(float r_) : r(r_) {}
    __device__ float area() const override { return 3 * r * r; }
};
struct square_t final : shape_t {
    float a;
    __device__ explicit square_t(float a_) : a(a_) {}
    __device__ float area() const override { return a * a; }
};
__device__ shape_t *shapes[32];
__global__ void make()
{
    int t = threadIdx.x;
    if (t % 2) {
        shapes[t] = new circle_t(t);
    } else {
        shapes[t] = new square_t(t);
    }
}
__global__ void use(float *out) { out[threadIdx.x] = shapes[threadIdx.x]->twice(); }
__global__ void destroy() { delete shapes[threadIdx.x]; }

template <class T> class vector_t
{
public:
    __host__ __device__ vector_t(T x_, T y_) : x(x_), y(y_) {}
    __host__ __device__ vector_t operator+(const vector_t &o) const { return vector_t(x + o.x, y + o.y); }
    __host__ __device__ T dot(const vector_t &o) const { return x * o.x + y * o.y; }
    __host__ __device__ T &operator[](int i) { return i ? y : x; }

private:
    T x, y;
};
union bits_t {
    float f;
    unsigned u;
    unsigned char c[4];
};
struct flags_t {
    unsigned low : 4, high : 12;
    bool on : 1;
};
struct large_t {
    double table[100];
    int n, more[50];
    float scale;
};
struct matrix_t { // a view: pointer and sizes by value
    float *p;
    int rows, columns;
    __host__ __device__ float &at(int i, int j) const { return p[i * columns + j]; }
};
__global__ void classes(float *out)
{
    int t = threadIdx.x;
    vector_t<float> v(t, 2), w = v + vector_t<float>(1, 1);
    w[0] += 1;
    bits_t b;
    b.f = 1;
    flags_t f = {unsigned(t & 15), 5, true};
    f.high += 1;
    float *o = out + t * 4;
    o[0] = v.dot(w), o[1] = (b.u >> 23) + b.c[3], o[2] = f.low + 16 * f.high + f.on, o[3] = sizeof(large_t);
}
__global__ void by_value(large_t l, double *out)
{
    double sum = 0;
    for (int i = threadIdx.x; i < l.n; i += blockDim.x) sum += l.table[i] + l.more[i % 50];
    l.scale += threadIdx.x; // its own copy
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum * l.scale;
}
__global__ void transpose(matrix_t a, const matrix_t b)
{
    int i = threadIdx.y, j = threadIdx.x;
    if (i < a.rows && j < a.columns) b.at(j, i) = a.at(i, j);
}
int main()
{
    float *f = device<float>(128);
    make<<<1, 32>>>();
    use<<<1, 32>>>(f);
    destroy<<<1, 32>>>();
    SYNC();
    auto h = to_host(f, 128);
    for (int t = 0; t < 32; t++) EQUAL(h[t], float(t * t * (t % 2 ? 6 : 2)));
    classes<<<1, 32>>>(f);
    SYNC();
    h = to_host(f, 128);
    for (int t = 0; t < 32; t++) {
        EQUAL(h[t * 4], float(t * (t + 2) + 6)), EQUAL(h[t * 4 + 1], 127.f + 63), EQUAL(h[t * 4 + 2], (t & 15) + 97.f);
        EQUAL(h[t * 4 + 3], float(sizeof(large_t)));
    }
    large_t l = {};
    l.n = 100, l.scale = 2;
    for (int i = 0; i < 100; i++) l.table[i] = i;
    for (int i = 0; i < 50; i++) l.more[i] = 1000;
    double *d = device<double>(200);
    by_value<<<2, 100>>>(l, d);
    l.scale = 99; // too late for the launch
    SYNC();
    auto hd = to_host(d, 200);
    for (int i = 0; i < 200; i++) EQUAL(hd[i], (i % 100 + 1000.) * (2 + i % 100));

    std::vector<float> m(6);
    for (int i = 0; i < 6; i++) m[i] = i;
    matrix_t a = {to_device(m), 2, 3}, b = {device<float>(6), 3, 2};
    transpose<<<1, dim3(4, 4)>>>(a, b);
    SYNC();
    EQUAL(to_host(b.p, 6)[1], 3.f), EQUAL(to_host(b.p, 6)[4], 2.f);
    CALL(cudaFree(f)), CALL(cudaFree(d)), CALL(cudaFree(a.p)), CALL(cudaFree(b.p));
    return done();
}
