# job.sh: for slurm.sbatch: builds on the node, writes down what a measurement depends on, and gives `run`, which starts
# nn and lets it end in order when the job's time is over.
#   GPUS       of the job, on this node
#   SHARED=yes measures though another process uses a GPU
job_arguments=("$@")
child=

fail() {
    echo "error: $1" >&2
    [ -z "${2:-}" ] || echo "hint: $2" >&2
    exit 1
}
[ -e Makefile ] && [ -e src/main.cpp ] || fail "$PWD is not the kit's folder" "sbatch slurm.sbatch where slurm.sbatch lies"
GPUS=${SLURM_GPUS_ON_NODE:-1}
mkdir -p runs build

# ---- build -------------------------------------------------------------------------------------------------
# Who builds at the same time waits (bin/grade takes the same lock). Not in bin/, which holds whatever was built last.
unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that has submitted the job
exec 9>build/grade.lock
flock 9 2>/dev/null
place=$(make -s --no-print-directory print-build) || fail "make does not work here" "compiler and packages on the node: make deps"
make --no-print-directory "$place/nn" >"build/job-${SLURM_JOB_ID:-0}.txt" 2>&1 || {
    tail -n 30 "build/job-${SLURM_JOB_ID:-0}.txt" >&2
    fail "it does not compile" "see above"
}
grep -i warning "build/job-${SLURM_JOB_ID:-0}.txt"
rm -f "build/job-${SLURM_JOB_ID:-0}.txt"
flock -u 9 2>/dev/null

# ---- what a time depends on, for the log -----------------------------------------------------------------------
# Of a sweep on the processor no GPU is asked for, and whoever uses one does not matter.
uses_gpu() { [ "${job_arguments[0]:-}" != sweep ] || sed -n "${SLURM_ARRAY_TASK_ID}p" "${job_arguments[1]}/runs.txt" | grep -q -e '--device cuda'; }
uses_gpu && gpus_text="$GPUS GPU$([ "$GPUS" = 1 ] || echo s)" || gpus_text="no GPU"
NN_NOTES="job: ${SLURM_JOB_ID:-none}, node $(uname -n), $gpus_text, $(date '+%Y-%m-%d %H:%M:%S')"
case $place in
*-emu/*)
    # The emulator has as many as it is asked for, and numbers of its own.
    export EMU_DEVICES=$GPUS
    unset CUDA_VISIBLE_DEVICES
    ;;
esac
ask() { # what, of which GPUs of the job
    nvidia-smi "--query-$1" --format=csv,noheader ${CUDA_VISIBLE_DEVICES:+-i "$CUDA_VISIBLE_DEVICES"} 2>/dev/null
}
if uses_gpu && command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q '^GPU'; then
    others=$(ask compute-apps=gpu_bus_id,pid,process_name,used_memory)
    if [ -n "$others" ]; then
        echo "a GPU of this job is in use (GPU, process, program, memory):" >&2
        echo "$others" >&2
        [ "${SHARED:-}" = yes ] || fail "times beside another program mean nothing" "submit again later; export SHARED=yes runs nevertheless"
        NN_NOTES="$NN_NOTES
SHARED WITH OTHER PROGRAMS: times mean nothing"
    fi
    NN_NOTES="$NN_NOTES
$(ask gpu=name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,pstate,power.limit | sed 's/^/gpu (name, driver, clock, highest clock, memory clock, state, power): /')"
fi
export NN_NOTES
echo "$NN_NOTES"

# ---- run -----------------------------------------------------------------------------------------------------
# `sweep FOLDER`, of an array that bin/lab sweep has submitted: task k is line k of FOLDER/runs.txt.
sweep_run() {
    of=$1/$SLURM_ARRAY_TASK_ID
    line=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$1/runs.txt")
    [ -n "$line" ] || fail "$1/runs.txt has no line $SLURM_ARRAY_TASK_ID" "the nodes must see the same files as the host of bin/lab sweep"
    rm -f "$of.json"
    echo "--train $line --model $of.model --log $of.log.csv --json $of.json --threads ${SLURM_CPUS_PER_TASK:-1}"
    [ ! -e "$of.model.checkpoint" ] || echo "--resume"
}
# The job's own words: --train or --test with all that follows in place of the line's; others are added to it.
run() {
    case ${job_arguments[0]:-} in
    sweep)
        line=$(sweep_run "${job_arguments[1]}") || exit 1
        set -- $line
        ;;
    --train | --test) set -- "${job_arguments[@]}" ;;
    *) set -- "$@" "${job_arguments[@]}" ;;
    esac
    echo "nn $*"
    trap 'kill -TERM $child 2>/dev/null' TERM INT
    "$place/nn" "$@" &
    child=$!
    while :; do # a signal ends `wait`, not the program
        wait $child
        status=$?
        kill -0 $child 2>/dev/null || break
    done
    case $status in
    0) ;;
    143 | 130) echo "stopped by the job's time limit, or by scancel; \`make resume\` goes on" ;;
    137) echo "killed: too little memory (#SBATCH --mem), or no time left; \`make resume\` goes on from the last checkpoint" ;;
    *) echo "nn ended with status $status" ;;
    esac
    exit $status
}
