#!/bin/sh
# ladder_model.sh: a model, not a measurement: what a step costs on every rung at least, from counts and latencies.
#     lab/ladder_model.sh >lab/results/ladder_model.md
exec awk '
function add(name, launches, node, syncs, sync, bytes, peak, share, processors)
{
    flops = B * flop_row
    arithmetic = flops / (peak * share * processors / 132) / 1e6         # peak [TFLOP/s] -> us
    traffic = bytes * 4 / 4.8e6                                          # numbers -> us at 4.8 TB/s
    latency = launches * node + syncs * sync
    step = latency + (arithmetic > traffic ? arithmetic : traffic)
    printf "| %s | %s | %s | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", name, launches ? launches : "-", syncs ? syncs : "-",
           bytes * 4 / 1e6, latency, arithmetic, traffic, step, step * steps / 1000
}
function workload(title, rows, batch, layers, softmax, fits, fits_cluster,    l, i)
{
    L = split(layers, n, "-") - 1; B = batch; steps = int((rows + B - 1) / B)
    w = 0; P = 0; acts = n[1]; passes = 2 * B * (n[1] + n[L + 1]) + 5 * B * n[L + 1]; wide = 4 * B * n[L + 1]
    for (l = 1; l <= L; l++) {
        k = n[l]; m = n[l + 1]; w += m * k; P += m * k + m; acts += m
        layer = (B * k + m * k + B * m) + (l > 1 ? B * m + m * k + 2 * B * k : 0) + (B * m + B * k + m * k)
        passes += layer + B * m; wide += layer
    }
    passes += 3 * P; wide += P
    flop_row = 4 * w + 2 * (w - n[1] * n[2])
    kernels = 4 * L + 5 + softmax
    printf "\n## %s: %s, batches of %d, %d steps an epoch, %.1f MFLOP a step\n\n", title, layers, B, steps, B * flop_row / 1e6
    print "| rung | launches | barriers | MB a step | latency | arithmetic | traffic | step [us] | epoch [ms] |"
    print "|---|---|---|---|---|---|---|---|---|"
    add("naive", kernels, 2, 0, 0, passes, 67, 0.125, 132)
    add("coalesced", kernels + L, 2, 0, 0, passes + 3 * w, 67, 0.125, 132)
    add("tiled", kernels, 2, 0, 0, passes, 67, 0.5, 132)
    add("cublas", 6 * L + 4 + softmax, 2, 0, 0, passes + 4 * B * (acts - n[1]), 67, 0.8, 132)
    add("graph", kernels + 1, 1.3, 0, 0, passes, 67, 0.5, 132)
    r = int((B + 131) / 132); slices = int((B + r - 1) / r)
    small = 3 * slices * P + 3 * P + B * (n[1] + n[L + 1])
    if (fits) add("fused", 2, 2, 0, 0, small, 67, 0.25, slices)
    if (fits) add("persistent", 0, 0, 2, 1.5, small, 67, 0.25, slices)
    else add("persistent (wide)", 0, 0, 2 * L + 1, 1.5, wide, 67, 0.5, 132)
    if (fits_cluster) add("persistent_cluster", 0, 0, 2, 0.25, B * (n[1] + n[L + 1]), 67, 0.5, 16)
    add("tensor_cores", kernels, 2, 0, 0, passes, 495, 0.48, 132)
}
BEGIN {
    print "# The ladder as a model\n"
    print "**A model, not a measurement**: the least that a step can cost on an H200 (132 multiprocessors), by"
    print "`t = launches * t_launch + barriers * t_barrier + max(FLOP / rate, bytes / 4.8 TB/s)`, float; made by `lab/ladder_model.sh`."
    print "What is measured stands in ladder.md.\n"
    print "* Assumed: 2 us for a kernel that waits for the one before it (1.3 us in a graph), 1.5 us for a barrier of the grid, 0.25 us"
    print "  for one of a cluster. Copies count as launches. To be replaced by figures of the device: empty kernels, an empty graph, an"
    print "  empty barrier."
    print "* FLOP: 6 for a weight and row, 4 in the first layer, whose error nobody needs. Rate: 67 TFLOP/s (TF32: 495), times the part of"
    print "  the multiprocessors that work, times what reading from shared memory leaves: a multiprocessor multiplies 128 pairs a cycle and"
    print "  reads 32 numbers, so that two reads a product (naive, coalesced) leave an eighth, tiles of 2 x 2 (fused, persistent) a quarter,"
    print "  of 4 x 4 (tiled, wide, cluster) a half; fragments of 32 x 32 a warp about half of the tensor cores. cuBLAS: 0.8."
    print "* Bytes: every kernel reads what it needs once and writes its result once. Naive kernels read more often: see their counters."
    print "  For fused and persistent: each slice reads all weights, writes all gradients, and these are read once."
    print "* Not in the model: the tail of each kernel, latency within a kernel, exponentials. So the smallest figures are the most"
    print "  optimistic; the order of the rungs and the share of latency are what to take from here."
    workload("W1", 284807, 10, "30-60-10-1", 0, 1, 1)
    workload("W1", 284807, 1000, "30-60-10-1", 0, 1, 1)
    workload("W3", 160000, 256, "2-128-128-1", 0, 1, 1)
    workload("W2", 60000, 1000, "784-512-10", 1, 0, 0)
}'
