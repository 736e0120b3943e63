#!/bin/sh
# grade.sh: a class graded as a job array on a real SLURM of one node: the same marks as here, whatever happens meanwhile. A line
# "ok ..." or "FAILED ..." a check. SLOW=1: also what takes minutes.
cd "$(dirname "$0")/../.."
. tests/slurm/common.sh
if [ ! -e solutions/nn.cu ] || [ ! -x bin/grade ]; then
    echo "skipped grade on SLURM: needs solutions/ and bin/grade"
    exit 0
fi
if ! command -v bwrap >/dev/null; then
    echo "skipped grade on SLURM: needs bubblewrap"
    exit 0
fi
MORE=MaxArraySize=4 # six submissions are two arrays
start "grade on SLURM"

# ---- a class -------------------------------------------------------------------------------------------
cat >"$work/rubric.toml" <<RUBRIC
title = "a part of it"
manifest = "$here/grading/student_files"
real = "float"
[[part]]
number = 2
title = "update"
points = 10
group = [{ name = "update", points = 10 }]
RUBRIC
student() { mkdir -p "$work/class/$1" && cp solutions/nn.cu solutions/train.cu solutions/test.cu "$work/class/$1/"; }
for id in ada bob cyd dan; do student $id; done
echo 'int unfinished(' >>"$work/class/bob/nn.cu"
rm "$work/class/cyd/train.cu"
sed -i 's|learning_rate / b)|learning_rate)|' "$work"/class/dan/*.cu
for id in e f g h i j; do # these are graded quickly
    mkdir -p "$work/more/$id"
    cp "$work/class/bob/"* "$work/more/$id/"
done

grade() { # folder, out, options...
    folder=$1 out=$2
    shift 2
    bin/grade "$work/$folder" --out "$work/$out" --rubric "$work/rubric.toml" --seed 7 "$@" >"$work/said" 2>&1
    status=$?
    cat "$work/said"
    return $status
}
same_marks() { # one, other
    for record in "$work/$1"/students/*/record.json; do
        id=$(basename "$(dirname "$record")")
        for folder in "$1" "$2"; do # without what tells time, memory, machine, folder of temporary files
            grep -E '^ *"(verdict|points|of|outcome|why|group|name|sha256|seed_[a-z]*)":' "$work/$folder/students/$id/record.json" \
                >"$work/marks.$folder"
        done
        [ "$(wc -l <"$work/marks.$1")" -gt 5 ] || return 1
        diff "$work/marks.$1" "$work/marks.$2" || return 1
    done
    for folder in "$1" "$2"; do
        sed 's/20..-..-..T..:..:..//' "$work/$folder/gradebook.csv" >"$work/book.$folder"
    done
    diff "$work/book.$1" "$work/book.$2"
}
ended() { grep -c "ArrayTaskId\|JobId" "$work/slurm/log/jobs.txt"; } # tasks that the cluster has ended so far

check "a class is graded on this machine" grade class local
check "a class is graded by the cluster" grade class cluster --slurm --gpus 1
check "the same marks" same_marks local cluster
both_gpus() { cat "$work"/cluster/slurm/log/*; grep -q 'GPU 0' "$work"/cluster/slurm/log/* && grep -q 'GPU 1' "$work"/cluster/slurm/log/*; }
check "two tasks at once, each with a GPU of its own" both_gpus
nothing_left() { ! ls -d /tmp/nn-grade-task-* 2>/dev/null | while read -r f; do [ "$f" -nt "$work/rubric.toml" ] && echo "$f"; done | grep .; }
before=$(ended)
again() { grade class cluster --slurm --gpus 1 && says "had their marks before" "$work/said" && [ "$(ended)" = "$before" ]; }
check "what is graded is not submitted again" again

# ---- what may happen ---------------------------------------------------------------------------------------
begin() { # out, options...: in the background
    out=$1
    shift
    : >"$work/said"
    bin/grade "$work/more" --out "$work/$out" --rubric "$work/rubric.toml" --seed 7 --slurm "$@" >"$work/said" 2>&1 &
    grader=$!
}
records() { ls "$work/$1"/students/*/record.json 2>/dev/null | wc -l; }
some_done() { [ "$(records "$1")" -ge 1 ]; }
job() { sed -nE 's/.* job ([0-9]+)$/\1/p' "$work/said" | sed -n "${1}p"; }

killed() {
    before=$(ended)
    begin killed --at-once 1 || return 1
    wait_for 120 some_done killed || return 1
    kill -KILL $grader
    wait $grader 2>/dev/null
    grade more killed --slurm --at-once 1 || return 1
    says "with the cluster already" "$work/said" && [ "$(records killed)" = 6 ] || return 1
    wait_for 20 test "$(ended)" -ge $((before + 6))
    echo "tasks: $(($(ended) - before))"
    [ "$(ended)" = $((before + 6)) ] # nothing twice
}
check "killed and started again: goes on, and grades nothing twice" killed

interrupted() {
    begin interrupted --sbatch=--begin=now+3600
    wait_for 60 grep -q "job [0-9]" "$work/said" || return 1
    kill -INT $grader
    wait $grader
    [ $? = 130 ] && says "to end them: scancel $(job 1)" "$work/said"
}
check "Ctrl-C: says what goes on, and how to end it" interrupted
cancelled() {
    begin interrupted
    wait_for 60 grep -q "with the cluster already" "$work/said" || return 1
    scancel $(squeue -h -o %F | sort -u)
    wait $grader
    [ $? = 1 ] && says "was cancelled" "$work/said" && says "submits them again" "$work/said"
}
check "a cancelled array is noticed" cancelled

lost() {
    begin lost --sbatch=--begin=now+6
    wait_for 60 grep -q "job [0-9].*" "$work/said" || return 1
    sleep 1
    scancel "$(job 1)_2"
    wait $grader || return 1
    says "the cluster lost it (CANCELLED); it is submitted again" "$work/said" && [ "$(records lost)" = 6 ]
}
check "a lost task is submitted again" lost

# One task after the other of student g: three times.
lose_all() {
    rm -rf "$work/one" && mkdir "$work/one" && cp -r "$work/more/g" "$work/one/"
    : >"$work/said"
    bin/grade "$work/one" --out "$work/given_up" --rubric "$work/rubric.toml" --slurm --sbatch=--begin=now+3600 >"$work/said" 2>&1 &
    grader=$!
    for n in 1 2 3; do
        wait_for 60 sh -c "[ \"\$(grep -c 'job [0-9]*\$' '$work/said')\" = $n ]" || return 1
        sleep 1
        scancel "$(job $n)"
    done
    wait $grader
    [ $? = 3 ] && says "the cluster ended it 3 times" "$work/said" && says "to be graded again" "$work/given_up/students/g/record.json"
}
check "a task that is lost three times: to be graded again, no zero" lose_all

node_fails() {
    begin node_fails --at-once 1
    wait_for 60 sh -c "squeue -h -t running | grep -q ." || return 1
    scontrol update NodeName="$(hostname -s)" State=DOWN Reason=test && sleep 1 && scontrol update NodeName="$(hostname -s)" State=RESUME
    for _ in 1 2 3 4 5; do # SLURM lets requeued jobs wait for two minutes
        sleep 1
        for j in $(squeue -h -r -t pending -o %i); do scontrol update JobId="$j" StartTime=now; done
    done
    wait $grader && [ "$(records node_fails)" = 6 ]
}
check "a node fails: its task is run again" node_fails

refused() {
    ! grade more refused --slurm --partition nowhere && says "invalid partition specified: nowhere" "$work/said" && says "hint: the line was: sbatch" "$work/said"
}
check "refused: the cluster's own words" refused
too_long() {
    begin too_long --minutes 6000
    wait_for 60 grep -q "PartitionTimeLimit" "$work/said"
    kill -INT $grader
    wait $grader
    scancel $(squeue -h -o %F | sort -u)
    says "PartitionTimeLimit (hint: fewer --minutes)" "$work/said"
}
check "what will never run is told" too_long
broken() { # on all nodes
    begin broken --sbatch=--begin=now+4
    wait_for 60 grep -q "job [0-9]" "$work/said" || return 1
    mv "$work/broken/slurm/tasks.json" "$work/tasks.json"
    wait $grader
    [ $? = 1 ] && says "the first 3 tasks failed" "$work/said" && says "the nodes must see the same files" "$work/said" && wait_for 10 sh -c '! squeue -h | grep .'
}
check "nodes that cannot grade: ended after three tasks" broken

silent() {
    begin silent --sbatch=--begin=now+8
    wait_for 60 grep -q "job [0-9]" "$work/said" || return 1
    controller=$(cat "$work/slurm/run/slurmctld.pid")
    kill -STOP "$controller"
    wait_for 60 grep -q "does not answer" "$work/said"
    found=$?
    kill -CONT "$controller"
    [ $found = 0 ] && wait $grader && says "answers again" "$work/said" && [ "$(records silent)" = 6 ]
}
[ -z "${SLOW:-}" ] || check "a cluster that is gone for a while" silent
check "nothing is left in /tmp" nothing_left
finish
