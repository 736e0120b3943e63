#!/bin/sh
# [given] tool.sh: the command line of compute-sanitizer: exit status, filters, files, orders, programs that are none.
folder=$(cd "$(dirname "$0")" && pwd)
cd "$folder" || exit 1
fail() { echo "tool.sh: $*"; exit 1; }
status() { # status N command...: ends with N?
    expected=$1
    shift
    "$@" >"$SCRATCH/out" 2>&1
    got=$?
    [ $got = "$expected" ] || fail "$*: status $got, expected $expected: $(cat "$SCRATCH/out")"
}
says() { grep -qF -- "$1" "$SCRATCH/out" || fail "missing: $1; there is: $(cat "$SCRATCH/out")"; }
silent_about() { ! grep -qF -- "$1" "$SCRATCH/out" || fail "not expected: $1"; }

nvcc race_shared.cu -o "$SCRATCH/race" && nvcc leak.cu -o "$SCRATCH/leak" || fail "programs do not compile"
cat >"$SCRATCH/two.cu" <<'EOF'
#include <cstdio>
#include <cstdlib>
__global__ void good(int *a) { a[threadIdx.x] = 1; }
__global__ void bad(int *a) { a[threadIdx.x + 1] = 1; }
int main(int argc, char **argv)
{
    int *a;
    if (cudaMalloc(&a, 32 * sizeof(int))) return 9;
    good<<<1, 32>>>(a);
    if (argc > 1 && atoi(argv[1]) == 1) bad<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    printf("%s %d\n", argv[0], argc);
    cudaFree(a);
    if (argc > 1 && atoi(argv[1]) == 2) abort();
    return argc > 1 ? atoi(argv[1]) : 0;
}
EOF
(cd "$SCRATCH" && nvcc two.cu -o two) || fail "two.cu does not compile"
cd "$SCRATCH" || exit 1

# Tools and exit status.
status 0 compute-sanitizer ./race
says "ERROR SUMMARY: 0 errors"
status 1 compute-sanitizer --tool racecheck ./race
says "Race reported between Write access"
silent_about "Uninitialized"
status 1 compute-sanitizer --tool=initcheck ./race
says "Uninitialized __shared__ memory read"
silent_about "Race"
status 7 compute-sanitizer --tool all --error-exitcode 7 ./race
status 0 compute-sanitizer --tool racecheck --error-exitcode=0 ./race
status 0 compute-sanitizer ./leak
status 1 compute-sanitizer --leak-check full ./leak
says "Leaked 1024 bytes"
status 1 compute-sanitizer --tool all ./leak
status 0 compute-sanitizer --tool all --leak-check no ./leak

# The program's own arguments, name and status.
status 0 compute-sanitizer ./two
says "./two 1"
status 5 compute-sanitizer ./two 5 --tool all
says "./two 4"
status 134 compute-sanitizer ./two 2
says "terminated by signal 6"
PATH=$SCRATCH:$PATH status 0 compute-sanitizer two
status 1 compute-sanitizer ./two 1
says "at two.cu:4 in kernel bad(int*)"
status 1 compute-sanitizer -k bad ./two 1
status 1 compute-sanitizer --kernel-name kernel_substring=good ./two 1
silent_about "bad(int*)"

# NVIDIA's options without a meaning here, limits, files.
status 1 compute-sanitizer --tool racecheck --racecheck-report all --show-backtrace yes --target-processes all --print-limit 1 ./race
status 1 compute-sanitizer --tool all --print-limit 1 ./race
says "The print limit of 1 is reached"
status 1 compute-sanitizer --tool all --log-file log --json json --order random:42 ./race
grep -q "ERROR SUMMARY: 2 errors" log || fail "no report in the log"
grep -q "random:42" log || fail "the log does not name the order"
[ ! -s out ] || fail "the report is not in the log only: $(cat out)"
if command -v python3 >/dev/null; then
    python3 - <<'EOF' || fail "wrong JSON: $(cat json)"
import json
j = json.load(open('json'))
assert j['program'] == './race' and j['tools'] == ['memcheck', 'racecheck', 'initcheck', 'synccheck']
assert j['order'] == 'random' and j['seed'] == 42 and j['summary'] == {'errors': 2, 'warnings': 0, 'ended': True}
kinds = {f['kind'] for f in j['findings']}
assert kinds == {'race', 'uninitialized'}, kinds
for f in j['findings']:
    assert f['kernel'] == 'rotate(int*)' and f['file'].endswith('race_shared.cu') and f['line'] > 0
    assert len(f['block']) == 3 and len(f['thread']) == 3 and f['count'] > 0 and f['hint'] and f['lines']
EOF
fi
status 1 compute-sanitizer --tool all --order reverse ./race
status 1 compute-sanitizer --tool all --order random ./race
says "To repeat this run: --order random:"

# What cannot be run.
status 0 compute-sanitizer --help
says "usage: compute-sanitizer"
status 0 compute-sanitizer --version
status 2 compute-sanitizer
status 2 compute-sanitizer --tool memory ./race
says "expected memcheck, racecheck, initcheck, synccheck or all"
status 2 compute-sanitizer --nonsense ./race
says "unknown option --nonsense"
status 2 compute-sanitizer --order sideways ./race
status 2 compute-sanitizer --error-exitcode many ./race
status 2 compute-sanitizer ./absent
says "./absent: No such file or directory"
status 2 compute-sanitizer .
says "is a folder"
echo 'exit 0' >plain && status 2 compute-sanitizer ./plain
says "not executable"
printf '#!/bin/sh\nexit 0\n' >script && chmod +x script && status 2 compute-sanitizer ./script
says "is a script"
cp /bin/true other && status 2 compute-sanitizer ./other
says "build it with emu/bin/nvcc"
head -c 3000 race >cut && chmod +x cut && status 2 compute-sanitizer ./cut
says "no checked image"
nvcc -c two.cu -o two.o && chmod +x two.o && status 2 compute-sanitizer ./two.o
says "Link it with emu/bin/nvcc first"
echo ok
