# [given] trace.sh: ncu --trace: every operation in the order of the calls, with what a model of a GPU needs to know.
folder=$(cd "$(dirname "$0")" && pwd)
cd "$folder" || exit 1
fail() { echo "trace.sh: $*"; cat "$SCRATCH/trace" 2>/dev/null; exit 1; }
nvcc trace.cu -lcublas -o "$SCRATCH/prog" || fail "trace.cu does not compile"
ncu -q --trace "$SCRATCH/trace" "$SCRATCH/prog" || fail "ends with status $?"

# expect ID TEXT...: this line has all of these
expect() {
    id=$1
    shift
    for text; do
        grep "^{\"id\": $id, " "$SCRATCH/trace" | grep -qF "$text" || fail "operation $id lacks $text"
    done
}
head -n 1 "$SCRATCH/trace" | grep -qx '{"format": "emu-trace 1", "left_out": 0}' || fail "the first line"
expect 0 '"op": "set"' '"stream": 0' '"bytes": 4000'
expect 1 '"op": "copy"' '"stream": 0, "blocking": true' '"direction": "to device"' '"memory": "pageable"' '"host_waits": true'
expect 2 '"op": "copy"' '"direction": "to device"' '"memory": "pinned"' '"bytes": 4000'
grep '^{"id": 2, ' "$SCRATCH/trace" | grep -q 'host_waits\|"stream": 0,' && fail "the host does not wait for a pinned copy in a stream"
expect 3 '"op": "record"'
expect 4 '"op": "wait"' '"for": 3' '"blocking": false'
# 1000 numbers read and written; the launch is the function's that the program calls
expect 5 '"op": "kernel", "name": "scale(float*, int)"' '"grid": [4, 1, 1], "block": [256, 1, 1], "bytes": 8000' '"blocking": false' \
    '"at": "trace.cu:13"' '"callers": ["pass'
expect 6 '"op": "host"'
expect 7 '"direction": "to host"' '"memory": "pageable"' '"host_waits": true'
expect 8 '"op": "synchronize", "name": "cudaStreamSynchronize"' '"stream": '
# A graph: its nodes come after one another, not after what its streams were
expect 9 '"op": "graph"'
expect 10 '"op": "kernel"' '"bytes": 8000, "graph": 9, "after": []' '"at": "trace.cu:13"' '"callers": ["pass'
expect 11 '"op": "kernel"' '"graph": 9, "after": [10]'
expect 12 '"op": "kernel"' '"graph": 9, "after": [10]'
expect 13 '"op": "copy"' '"graph": 9, "after": [11, 12]' '"memory": "pinned"'
expect 14 '"op": "kernel", "name": "cublasSscal"' '"bytes": null' '"at": "trace.cu:'
grep -F '"cublas' "$SCRATCH/trace" | grep -q '"grid"\|emu::' && fail "a library's call has no grid, and the emulator is no caller"
expect 15 '"op": "copy"' '"direction": "on device"'
expect 16 '"op": "synchronize", "name": "cudaDeviceSynchronize"'
[ "$(wc -l <"$SCRATCH/trace")" = 18 ] || fail "expected 17 operations"

ncu -q --trace "$SCRATCH/trace" --trace-count 5 "$SCRATCH/prog" || fail "--trace-count: status $?"
[ "$(wc -l <"$SCRATCH/trace")" = 6 ] || fail "--trace-count 5 keeps another number"
head -n 1 "$SCRATCH/trace" | grep -q '"left_out": 12}' || fail "it is not said how many are left out"
for wrong in "--trace /nowhere/x" "--trace-count x" "--trace"; do
    ncu $wrong "$SCRATCH/prog" >/dev/null 2>&1
    [ $? = 2 ] || fail "ncu $wrong does not end with status 2"
done

# Nothing is lost when the program leaves early, and nothing is written by a child.
cat >"$SCRATCH/ends.cu" <<'P'
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>
__global__ void k(float *a) { a[threadIdx.x] = 1; }
int main()
{
    float *a;
    cudaMalloc(&a, 128);
    k<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    if (fork() == 0) exit(0);
    wait(nullptr);
    k<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    exit(7);
}
P
nvcc "$SCRATCH/ends.cu" -o "$SCRATCH/ends" || fail "ends.cu does not compile"
ncu -q --trace "$SCRATCH/trace" "$SCRATCH/ends"
[ $? = 7 ] || fail "the program's status is lost"
[ "$(grep -c '"op": "kernel"' "$SCRATCH/trace")" = 2 ] || fail "exit() loses operations"
exit 0
