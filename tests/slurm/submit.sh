#!/bin/sh
# submit.sh: slurm.sbatch on a real SLURM of one node: one GPU and two, an array, jobs that are stopped, cancelled, too large. A
# line "ok ..." or "FAILED ..." a check. SLOW=1: also what takes minutes.
cd "$(dirname "$0")/../.."
. tests/slurm/common.sh
start "jobs on SLURM"
folder=$(make -s --no-print-directory print-build)
check "the program is built" make --no-print-directory "$folder/nn"

# ---- jobs -----------------------------------------------------------------------------------------------
data="--dataset datasets/breast_cancer_train.csv --layers 30,60,10,1 --batch_size 10 --learning_rate 0.1 --validation 0.2"
submit() { # name, GPUs, ARGS, options of sbatch
    make --no-print-directory submit GPUS="$2" ARGS="$3" SBATCH="--output=$work/$1.out ${4:-}" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    job=$(sed -n 's/^Submitted batch job //p' "$work/said")
}
state() { squeue -h -t all -j "$1" -o %T; }
has_ended() { case $(state "$1") in PENDING | RUNNING | COMPLETING | CONFIGURING | "") return 1 ;; esac; }
wait_end() { wait_for 300 has_ended "$1"; }
valid_log() { # file: header, then rows of seven columns, epochs in order
    awk -F, '/^#/ { next } !head { head = 1; if ($1 != "epoch") exit 1; next }
             NF != 7 || $1 != last + 1 { print "line " NR ": " $0; exit 1 } { last = $1 } END { if (!last) exit 1 }' "$1"
}
rows() { grep -c '^[0-9]' "$1"; }
trains() { [ -e "$1" ] && [ "$(rows "$1")" -ge "${2:-2}" ]; }

as_shipped() {
    rm -f runs/cluster.*
    sbatch --output="$work/shipped.out" slurm.sbatch >"$work/said" || return 1
    job=$(sed -n 's/^Submitted batch job //p' "$work/said")
    wait_end "$job"
    cat "$work/shipped.out"
    [ "$(state "$job")" = COMPLETED ] && says "F1 0.9" "$work/shipped.out" && valid_log runs/cluster.log.csv && [ "$(rows runs/cluster.log.csv)" = 100 ]
}
check "sbatch slurm.sbatch trains" as_shipped
noted() { says "# job: $job, node $(uname -n), 1 GPU, " runs/cluster.log.csv && says "# compiler: " runs/cluster.log.csv && says "# commit: " runs/cluster.log.csv; }
check "its log says where it ran" noted
two() {
    submit two 2 "--train --device cuda --gpus 2 $data --epochs 3 --model $work/two.model --log $work/two.csv" || return 1
    wait_end "$job"
    cat "$work/two.out"
    [ "$(state "$job")" = COMPLETED ] && says "2 x " "$work/two.csv" && says ", 2 GPUs, " "$work/two.csv" && valid_log "$work/two.csv"
}
check "make submit GPUS=2 ARGS=... trains on two" two
array() {
    sed '/^run /d; /^# run/d' slurm.sbatch >"$work/array.sbatch"
    echo "run --train --device cuda $data --epochs 2 --seed \$SLURM_ARRAY_TASK_ID --model $work/array-\$SLURM_ARRAY_TASK_ID.model" >>"$work/array.sbatch"
    job=$(sbatch --parsable --array=1-3 --output="$work/array-%a.out" "$work/array.sbatch") || return 1
    wait_for 300 sh -c "! squeue -h -j $job -t pending,running,completing | grep ."
    cat "$work"/array-*.out
    for k in 1 2 3; do [ -s "$work/array-$k.model" ] || return 1; done
    ! cmp "$work/array-1.model" "$work/array-2.model" >/dev/null
}
check "an array trains with three seeds" array

stopped() { # name: what is left when a job was told to end
    cat "$work/$1.out"
    says "stopped by the job's time limit, or by scancel" "$work/$1.out" && valid_log "$work/$1.csv" && [ -s "$work/$1.model.checkpoint" ]
}
long() { echo "--train --device cuda $data --epochs 1000000 --model $work/$1.model --log $work/$1.csv"; }
cancelled() {
    submit cancelled 1 "$(long cancelled)" || return 1
    wait_for 300 trains "$work/cancelled.csv"
    scancel "$job"
    wait_end "$job"
    wait_for 20 test -s "$work/cancelled.model.checkpoint"
    [ "$(state "$job")" = CANCELLED ] && valid_log "$work/cancelled.csv" && [ -s "$work/cancelled.model.checkpoint" ]
}
check "scancel leaves a checkpoint and a whole log" cancelled
resumed() {
    before=$(rows "$work/cancelled.csv")
    make --no-print-directory resume SBATCH="--output=$work/resumed.out" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    job=$(sed -n 's/^Submitted batch job //p' "$work/said")
    wait_for 300 trains "$work/cancelled.csv" $((before + 3)) || { cat "$work/resumed.out"; return 1; }
    scancel --batch --signal=TERM "$job" # as the time limit does it
    wait_end "$job"
    cp "$work/cancelled.csv" "$work/resumed.csv"
    cp "$work/cancelled.model.checkpoint" "$work/resumed.model.checkpoint"
    stopped resumed
}
check "make resume goes on; told to end, it says so" resumed
time_limit() {
    submit late 1 "$(long late)" --time=1 || return 1
    wait_end "$job"
    stopped late
}
memory() {
    submit large 1 "--train --device cpu --threads 2 --dataset datasets/breast_cancer_train.csv --layers 30,9000,9000,1 --epochs 1000 --model $work/large.model" --mem=300M || return 1
    wait_end "$job"
    cat "$work/large.out"
    [ "$(state "$job")" != COMPLETED ] && grep -qi "memory" "$work/large.out"
}
if [ -n "${SLOW:-}" ]; then
    check "the time limit leaves a checkpoint and a whole log" time_limit
    check "too little memory is told" memory
fi

# ---- a sweep as a job array ---------------------------------------------------------------------------------
check "bin/lab is built" make --no-print-directory bin/lab bin/nn
reported() { # of the jobs' logs; what the last one was told to stop at is in it
    bin/lab report --log runs/cluster.log.csv "$work/two.csv" "$work/cancelled.csv" --out "$work/report" || return 1
    says "2 GPUs" "$work/report/report.md" && says "cancelled" "$work/report/report.md" && says "node $(uname -n), 1 GPU" "$work/report/report.md"
}
check "a report is made of the jobs' logs" reported
cat >"$work/sweep.txt" <<'SWEEP'
dataset = datasets/breast_cancer_train.csv
layers = 30,60,10,1
epochs = 2000
patience = none
checkpoint = 50
learning_rate = 0.03, 0.1, 0.3
batch_size = 10, 30
SWEEP
sweep() { # name, more: two runs at once
    of=$1
    shift
    bin/lab sweep "$work/sweep.txt" --out "$work/$of" --slurm --jobs 2 "$@"
}
at_home() { bin/lab sweep "$work/sweep.txt" --out "$work/home"; }
check "a sweep on this machine, to compare with" at_home
same_models() { for k in 1 2 3 4 5 6; do cmp "$work/home/$k.model" "$work/$1/$k.model" || return 1; done; }
jobs_of() { squeue -h -t all --name="$(cat "$work/$1/slurm.txt")" -o %F | sort -u | grep -c .; }
swept() {
    sweep cluster >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    cat "$work/said"
    says "6 of 6 runs have a result" "$work/said" && [ "$(jobs_of cluster)" = 1 ] && same_models cluster && [ -s "$work/cluster/sweep.svg" ]
}
check "bin/lab sweep --slurm: one array, the same models" swept
killed_sweep() { # killed while runs are at work, and given again: nothing is submitted twice
    bin/lab sweep "$work/sweep.txt" --out "$work/killed" --slurm --jobs 2 >"$work/said" 2>&1 & # no function: its process is to be killed
    pid=$!
    wait_for 120 test -s "$work/killed/1.model.checkpoint" || { cat "$work/said"; return 1; }
    kill -KILL $pid
    wait $pid 2>/dev/null
    sweep killed >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    cat "$work/said"
    [ "$(jobs_of killed)" = 1 ] && same_models killed
}
check "killed and started again it submits nothing twice" killed_sweep
lost_run() { # a run that the cluster loses goes on from its checkpoint; so does one that is cancelled, when it is asked for again
    sweep lost >"$work/said" 2>&1 &
    pid=$!
    wait_for 120 test -s "$work/lost/1.model.checkpoint" || { cat "$work/said"; return 1; }
    for process in $(grep -la -e "$work/lost/1.model" /proc/[0-9]*/cmdline 2>/dev/null); do # nn itself: the job fails
        process=${process#/proc/}
        kill -KILL "${process%/cmdline}" 2>/dev/null
    done
    scancel "$(squeue -h --name="$(cat "$work/lost/slurm.txt")" -o %F | sort -u)_6"
    wait $pid
    status=$?
    cat "$work/said"
    [ $status = 1 ] && says "run 1: lost (FAILED" "$work/said" && says "cancelled; the same command submits it again" "$work/said" || return 1
    says "resumed from" "$work/lost/1.txt" || return 1
    sweep lost >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    cat "$work/said"
    same_models lost
}
check "what is lost is submitted again, and goes on; what is cancelled is not" lost_run
both_ways() {
    cp -r "$work/home" "$work/both"
    rm "$work/both/2.json"
    bin/lab sweep "$work/sweep.txt" --out "$work/both" --slurm --jobs 2 >"$work/said" 2>&1 & # no function: its process is to be killed
    pid=$!
    wait_for 60 sh -c "squeue -h --name=\$(cat $work/both/slurm.txt) | grep ." || return 1
    kill -KILL $pid
    wait $pid 2>/dev/null
    bin/lab sweep "$work/sweep.txt" --out "$work/both" >"$work/said" 2>&1 && return 1
    scancel --name="$(cat "$work/both/slurm.txt")"
    says "runs of it are with the cluster" "$work/said"
}
check "the same sweep is not trained here and there at once" both_ways
wrong_head() {
    sed 's/^layers.*/layers = 30,4,1/' "$work/sweep.txt" >"$work/head.txt"
    SBATCH_PARTITION=nowhere timeout 60 bin/lab sweep "$work/head.txt" --out "$work/head" --slurm >"$work/said" 2>&1 && return 1
    says "the cluster refuses the job: " "$work/said" && says "hint: the head of slurm.sbatch" "$work/said"
}
check "a job that the cluster refuses is told" wrong_head
all_fail() {
    sed 's/^layers.*/layers = 31,4,1/' "$work/sweep.txt" >"$work/head.txt" # the data have 30 features
    timeout 200 bin/lab sweep "$work/head.txt" --out "$work/fail" --slurm >"$work/said" 2>&1
    [ $? = 1 ] && says "run 1: lost (FAILED: " "$work/said" && says "ended 3 times without a result, and no other has one" "$work/said" || return 1
    wait_for 60 sh -c "! squeue -h --name=\$(cat $work/fail/slurm.txt) | grep ."
}
[ -z "${SLOW:-}" ] || check "runs that all fail are given up" all_fail

# ---- GPUs that others use -------------------------------------------------------------------------------------
mkdir "$work/bin"
cat >"$work/bin/nvidia-smi" <<'SMI'
#!/bin/sh
case $* in
-L*) echo "GPU 0: pretended (UUID: GPU-0)" ;;
*compute-apps*) echo "00000000:01:00.0, 4711, python3, 512 MiB" ;;
*query-gpu*) echo "pretended, 535.54, 1410 MHz, 1410 MHz, 1215 MHz, P0, 300 W" ;;
esac
SMI
chmod +x "$work/bin/nvidia-smi"
busy() {
    CUDA=emu PATH="$work/bin:$PATH" submit busy 1 "$(long busy)" || return 1
    wait_end "$job"
    cat "$work/busy.out"
    [ "$(state "$job")" = FAILED ] && says "4711, python3" "$work/busy.out" && says "times beside another program mean nothing" "$work/busy.out" && [ ! -e "$work/busy.csv" ]
}
check "a GPU that another process uses is refused, and the process named" busy
shared() {
    CUDA=emu SHARED=yes PATH="$work/bin:$PATH" submit shared 1 "--train $data --epochs 1 --model $work/s.model --log $work/shared.csv" || return 1
    wait_end "$job"
    cat "$work/shared.out"
    says "SHARED WITH OTHER PROGRAMS" "$work/shared.csv" && says "pretended, 535.54, 1410 MHz" "$work/shared.csv"
}
check "unless asked for, and then the log says so, with driver and clocks" shared

# ---- a host with the client commands alone, and one without -----------------------------------------------------
mkdir "$work/client"
for tool in sh make sbatch dirname mkdir cat sed awk grep uname tr nproc head sort date; do ln -s "$(command -v $tool)" "$work/client/$tool"; done
client() {
    PATH="$work/client" make --no-print-directory submit ARGS="$(long client)" SBATCH="--output=$work/client.out --begin=now+3600" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
    scancel "$(sed -n 's/^Submitted batch job //p' "$work/said")"
}
check "make submit needs no compiler" client
without() {
    rm "$work/client/sbatch"
    ! PATH="$work/client" make --no-print-directory submit >"$work/said" 2>&1 && says "sbatch is not here" "$work/said"
}
check "without SLURM it says what else there is" without
finish
