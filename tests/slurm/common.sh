# common.sh: for the tests with a real SLURM: `start NAME` brings it up, or ends the test with the reason why not.
. tests/check.sh
# Whoever tests inside a job of a cluster.
unset $(env | sed -nE 's/^((SLURM|SBATCH|SQUEUE|SCANCEL|SRUN)_[A-Za-z0-9_]*)=.*/\1/p')
trap '"$here/tests/slurm/down.sh" "$work/slurm"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
suite=slurm

wait_for() { # seconds, command...: until it is true
    waits=$(($1 * 5))
    shift
    while [ $waits -gt 0 ]; do
        if "$@" >/dev/null 2>&1; then return 0; fi
        waits=$((waits - 1))
        sleep 0.2
    done
    echo "waited in vain for: $*"
    return 1
}

start() {
    suite=$1
    MORE=${MORE:-} tests/slurm/up.sh "$work/slurm" $$ >"$work/out" 2>&1
    case $? in
    0) ;;
    3) echo "skipped $suite: $(cat "$work/out")"; exit 0 ;;
    *) echo "FAILED  $suite: SLURM comes up"; cat "$work/out"; exit 1 ;;
    esac
    echo "ok      $suite: SLURM comes up"
    export SLURM_CONF="$work/slurm/slurm.conf"
}
finish() {
    check "SLURM goes down" tests/slurm/down.sh "$work/slurm"
    [ $failed = 0 ]
}
