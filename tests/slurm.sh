#!/bin/sh
# slurm.sh: what runs on a SLURM cluster, on a real one that is brought up for it: tests/slurm/*.sh. A line "ok ..." or
# "FAILED ..." a check.
cd "$(dirname "$0")/.."
if [ -d solutions ] && [ -z "$(make -s --no-print-directory print-lacks PROGRAM=grade)" ]; then
    make --no-print-directory bin/grade >/dev/null || { echo "FAILED  grade on SLURM: build"; exit 1; }
    tests/slurm/grade.sh || failed=yes
else
    echo "skipped grade on SLURM: needs $(make -s --no-print-directory print-lacks PROGRAM=grade)"
fi
tests/slurm/submit.sh || failed=yes
[ -z "${failed:-}" ]
