"""The kernels of speed.cu in Numba's CUDA simulator, on sizes it can do; prints milliseconds scaled to speed.cu's sizes."""
import os
import time

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
import numpy as np
from numba import cuda, float32


@cuda.jit
def naive(a, b, c, n):
    i, j = cuda.blockIdx.y * cuda.blockDim.y + cuda.threadIdx.y, cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    if i < n and j < n:
        s = 0.0
        for k in range(n):
            s += a[i, k] * b[k, j]
        c[i, j] = s


@cuda.jit
def tiled(a, b, c, n):
    sa = cuda.shared.array((16, 16), float32)
    sb = cuda.shared.array((16, 16), float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    i, j = cuda.blockIdx.y * 16 + y, cuda.blockIdx.x * 16 + x
    s = 0.0
    for t in range(0, n, 16):
        sa[y, x] = a[i, t + x]
        sb[y, x] = b[t + y, j]
        cuda.syncthreads()
        for k in range(16):
            s += sa[y, k] * sb[k, x]
        cuda.syncthreads()
    c[i, j] = s


@cuda.jit
def forward(a, w, bias, out, inputs, outs, rows):
    i = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    if i < rows * outs:
        z = bias[i % outs]
        for k in range(inputs):
            z += w[i % outs, k] * a[i // outs, k]
        out[i // outs, i % outs] = 1 / (1 + np.exp(-z))


def matmul(kernel, name, n, full=512):
    a = np.ones((n, n), np.float32)
    c = np.zeros((n, n), np.float32)
    t = time.perf_counter()
    kernel[(n // 16, n // 16), (16, 16)](a, a, c, n)
    ms = (time.perf_counter() - t) * 1e3
    assert c[0, 0] == n
    print(f"{name}: n = {n}: {ms:.0f} ms; times {(full // n) ** 3} for n = {full}: {ms * (full / n) ** 3:.0f} ms")


matmul(naive, "matmul naive", 64)
matmul(tiled, "matmul tiled", 32)
rows = 32
a, w, b, o = np.ones((rows, 30), np.float32), np.ones((60, 30), np.float32), np.ones(60, np.float32), np.zeros((rows, 60), np.float32)
t = time.perf_counter()
forward[(rows * 60 + 127) // 128, 128](a, w, b, o, 30, 60, rows)
ms = (time.perf_counter() - t) * 1e3
multiplications = rows * 60 * 30
step = 256 * 3 * (30 * 60 + 60 * 10 + 10)
print(f"MLP step: {ms:.0f} ms for {multiplications} multiplications; {step} in a step: about {ms * step / multiplications:.0f} ms")
