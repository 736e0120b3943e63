// [given] padding.cu: holes in structures and unions are never written, and nobody minds.
#include <cstdio>

struct pair_t {
    int key;
    double value;
};
struct small_t {
    char c;
    int i;
};
union number_t {
    int i;
    double d;
    char text[12];
};
struct alignas(16) point_t {
    float x, y, z;
};

__global__ void make(pair_t *p, small_t *s, number_t *u, point_t *q)
{
    int i = threadIdx.x;
    p[i].key = i, p[i].value = 0.5 * i;
    s[i].c = 'a', s[i].i = i;
    u[i].i = i;
    q[i].x = 1, q[i].y = 2, q[i].z = i;
}

__global__ void pass_on(const pair_t *p, const small_t *s, const number_t *u, const point_t *q, pair_t *p2, small_t *s2,
                        number_t *u2, point_t *q2)
{
    int i = threadIdx.x;
    p2[i] = p[i];
    s2[i] = s[i];
    u2[i] = u[i];
    q2[i] = q[i];
}

int main()
{
    const int n = 32;
    pair_t *p, *p2, hp[n];
    small_t *s, *s2, hs[n];
    number_t *u, *u2, hu[n];
    point_t *q, *q2, hq[n];
    cudaMalloc(&p, sizeof hp), cudaMalloc(&p2, sizeof hp);
    cudaMalloc(&s, sizeof hs), cudaMalloc(&s2, sizeof hs);
    cudaMalloc(&u, sizeof hu), cudaMalloc(&u2, sizeof hu);
    cudaMalloc(&q, sizeof hq), cudaMalloc(&q2, sizeof hq);
    make<<<1, n>>>(p, s, u, q);
    cudaMemcpy(hp, p, sizeof hp, cudaMemcpyDeviceToHost);
    pass_on<<<1, n>>>(p, s, u, q, p2, s2, u2, q2);
    cudaMemcpy(hp, p2, sizeof hp, cudaMemcpyDeviceToHost);
    cudaMemcpy(hs, s2, sizeof hs, cudaMemcpyDeviceToHost);
    cudaMemcpy(hq, q2, sizeof hq, cudaMemcpyDeviceToHost);
    if (hp[5].value != 2.5 || hs[6].i != 6 || hq[7].z != 7) return printf("wrong\n"), 1;
    cudaFree(p), cudaFree(p2), cudaFree(s), cudaFree(s2), cudaFree(u), cudaFree(u2), cudaFree(q), cudaFree(q2);
    return 0;
}
