#!/bin/sh
# down.sh DIR: ends the SLURM that up.sh DIR has started, with its jobs. Nothing to end: no error.
D=$(cd "${1:?usage: down.sh DIR}" 2>/dev/null && pwd) || D=$1
pid=$(cat "$D/run/keep.pid" 2>/dev/null)
if [ -n "$pid" ] && grep -qzxF "$D" "/proc/$pid/cmdline" 2>/dev/null; then # its number may be another's by now
    kill -TERM "$pid" 2>/dev/null
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || exit 0
        sleep 0.1
    done
    echo "the SLURM in $D does not end (process $pid)" >&2
    exit 1
fi
# Jobs of a slurmd that was killed have nobody else who would end them.
for process in /proc/[0-9]*; do
    grep -qzxF "SLURM_CONF=$D/slurm.conf" "$process/environ" 2>/dev/null || continue
    [ "$(cat "$process/comm" 2>/dev/null)" = slurmstepd ] || grep -qzxF SLURM_CLUSTER_NAME=nn-test "$process/environ" 2>/dev/null || continue
    kill -KILL "${process#/proc/}" 2>/dev/null
done
exit 0
