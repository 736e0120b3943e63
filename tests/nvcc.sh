#!/bin/sh
# nvcc.sh: every .cu compiles with NVIDIA's nvcc for four generations of GPUs, float and double, without a warning.
# A line "ok FILE, NUMBERS" or "FAILED FILE, NUMBERS" for each; "skipped ..." where the compiler is not installed.
"$(dirname "$0")"/../lab/ptxas.sh 2>&1 >/dev/null
