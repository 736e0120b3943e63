#!/bin/sh
# keep.sh DIR [PID]: runs the daemons of the SLURM in DIR, until it is told to end, one of them ends, or DIR or the process PID
# goes away. Then all of them end, and all jobs. If it is killed itself, the system kills the daemons. For up.sh.
set -u
D=$1 owner=$2
export SLURM_CONF="$D/slurm.conf"
PATH=$PATH:/usr/sbin:/sbin
stop=
trap 'stop=1' TERM INT HUP
echo $$ >"$D/run/keep.pid"

daemon() { setpriv --pdeathsig KILL "$@" >"$D/log/$1.out" 2>&1 & }
# The host's name may be unknown to its own resolver: --origin.
daemon munged --foreground --force --origin=127.0.0.1 --key-file="$D/munge.key" --socket="$D/run/munge.sock" \
    --pid-file="$D/run/munged.pid" --log-file="$D/log/munged.log" --seed-file="$D/run/munged.seed"
munged=$!
for _ in $(seq 50); do
    [ -S "$D/run/munge.sock" ] && break
    sleep 0.1
done
daemon slurmctld -D -f "$SLURM_CONF"
slurmctld=$!
daemon slurmd -D -f "$SLURM_CONF"
slurmd=$!

runs() { grep -q '^State:.[^Z]' "/proc/$1/status" 2>/dev/null; }
while [ -z "$stop" ] && runs $munged && runs $slurmctld && runs $slurmd && [ -s "$SLURM_CONF" ]; do
    [ -z "$owner" ] || kill -0 "$owner" 2>/dev/null || break
    sleep 0.3 &
    wait $!
done

# ---- the end -------------------------------------------------------------------------------------------
if [ -s "$SLURM_CONF" ] && runs $slurmctld && runs $munged; then
    for _ in $(seq 50); do
        jobs=$(timeout 5 squeue -h -o %F 2>/dev/null | sort -u)
        [ -n "$jobs" ] || break
        timeout 5 scancel $jobs 2>/dev/null
        sleep 0.2
    done
fi
end() { # process...: told to end, then killed
    for pid in "$@"; do kill -TERM "$pid" 2>/dev/null; done
    for _ in $(seq 80); do
        left=
        for pid in "$@"; do runs "$pid" && left="$left $pid"; done
        [ -n "$left" ] || return
        sleep 0.1
    done
    kill -KILL $left 2>/dev/null
}
end $slurmd $slurmctld
end $munged
rm -f "$D/run/keep.pid"
exec "$(dirname "$0")/down.sh" "$D" # jobs that are still there
