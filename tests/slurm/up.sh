#!/bin/sh
# up.sh DIR [PID]: a real SLURM of one node with two pretended GPUs, all in DIR; no root, systemd or database
# needed, several side by side. It ends with down.sh DIR, and by itself with the process PID or with the folder.
# GPUS="/dev/null ..." the devices that stand for GPUs; MORE="Name=value..." further lines of slurm.conf.
# Status 3 with a reason: it cannot run on this machine.
set -eu
[ $# -ge 1 ] || { echo "usage: up.sh DIR [PID]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
for program in slurmctld slurmd munged sbatch setpriv setsid; do
    command -v $program >/dev/null || { echo "$program is not installed: packages slurm-wlm, munge, util-linux" >&2; exit 3; }
done
[ -n "$(ls -A /sys/fs/cgroup 2>/dev/null)" ] || { echo "slurmd needs cgroups, and there are none at /sys/fs/cgroup" >&2; exit 3; }
mkdir -p "$1"
D=$(cd "$1" && pwd)
case $D in *[!a-zA-Z0-9/._-]*) echo "$D: expected a path of letters, digits and /._-" >&2; exit 2 ;; esac
export SLURM_CONF="$D/slurm.conf"

is_up() { [ -s "$D/run/keep.pid" ] && kill -0 "$(cat "$D/run/keep.pid")" 2>/dev/null && timeout 5 sinfo -h -o %T 2>/dev/null | grep -q '^\(idle\|mixed\|allocated\)$'; }
if is_up; then
    echo "slurm is up already: export SLURM_CONF=$SLURM_CONF"
    exit 0
fi
"$here/down.sh" "$D"

umask 022
rm -rf "$D/state" "$D/spool" "$D/run" "$D/log"
mkdir -p "$D/state" "$D/spool" "$D/log" "$D/run"
chmod 755 "$D" "$D/spool" "$D/log" "$D/run"
chmod 700 "$D/state"
touch "$D/log/jobs.txt"
[ -s "$D/munge.key" ] || (umask 077 && head -c 128 /dev/urandom >"$D/munge.key")

is_free() { ! grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") " /proc/net/tcp /proc/net/tcp6 2>/dev/null; }
choose_port() { # two in a row, below those that the system gives away
    for _ in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 5000 * 2))
        if is_free $port && is_free $((port + 1)); then return; fi
    done
}

configure() {
    host=$(hostname -s 2>/dev/null || uname -n)
    address=$(getent ahostsv4 "$host" | awk '{ print $1; exit }')
    [ -n "$address" ] || open=yes
    [ -z "$open" ] || address=127.0.0.1
    me=$(id -un)
    gpus=$(echo "${GPUS-/dev/null /dev/zero}" | tr -s ' ' ,)
    many=$(echo "$gpus" | awk -F, '{ print NF }')
    cpus=$(nproc)
    [ "$cpus" -ge 2 ] || cpus=2
    cat >"$D/slurm.conf" <<CONF
ClusterName=nn-test
SlurmctldHost=$host($address)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
${open:+#}CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$D/run/munge.sock
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/filetxt
JobCompLoc=$D/log/jobs.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
MpiDefault=none
ReturnToService=2
KillWait=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
MailProg=/bin/true
NodeName=$host NodeAddr=$address CPUs=$cpus RealMemory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)${gpus:+ Gres=gpu:$many} State=UNKNOWN
PartitionName=gpu Nodes=ALL Default=YES DefaultTime=5 MaxTime=60 DefMemPerCPU=512 State=UP
${MORE:-}
CONF
    echo "${gpus:+Name=gpu File=$gpus}" >"$D/gres.conf"
}

wait_up() {
    for _ in $(seq 100); do
        kill -0 "$keeper" 2>/dev/null || return 1
        if is_up; then return 0; fi
        sleep 0.1
    done
    return 1
}

trap '"$here/down.sh" "$D"; exit 1' INT TERM HUP
open=
for attempt in 1 2 3; do
    choose_port
    configure
    setsid sh "$here/keep.sh" "$D" "${2:-}" </dev/null >"$D/log/keep.log" 2>&1 &
    keeper=$!
    if wait_up; then
        [ -z "$open" ] || echo "this host's name is no address of it: SLURM listens on all of its networks" >&2
        echo "slurm is up: export SLURM_CONF=$SLURM_CONF"
        exit 0
    fi
    "$here/down.sh" "$D"
    # Another program may have taken the port meanwhile; or the name of this host is another's.
    [ $attempt = 1 ] || grep -qi 'address already in use' "$D"/log/* || break
    grep -qi 'address already in use' "$D"/log/* || open=yes
done
echo "slurm did not come up; the last lines of $D/log:" >&2
tail -n 5 "$D"/log/*.log >&2
exit 1
