# [given] options.sh: the command line of ncu, the files it writes, the status it ends with.
folder=$(cd "$(dirname "$0")" && pwd)
cd "$folder" || exit 1
fail() { echo "options.sh: $*"; exit 1; }
nvcc access.cu -o "$SCRATCH/prog" || fail "access.cu does not compile"

ncu --set full -o report --metrics a,b -f "$SCRATCH/prog" >"$SCRATCH/out" 2>"$SCRATCH/err" || fail "NVIDIA's options end with status $?"
[ "$(wc -l <"$SCRATCH/err")" = 3 ] || fail "one line for each ignored option, not: $(cat "$SCRATCH/err")"
[ ! -e report ] || fail "a file named report was written"

ncu -q "$SCRATCH/prog" | grep -q EMU && fail "--quiet is not quiet"
ncu -k copy4 "$SCRATCH/prog" | grep -q '^copy4(' || fail "-k copy4 does not show copy4"
ncu -k copy4 "$SCRATCH/prog" | grep -q '^gather(' && fail "-k copy4 shows gather"
ncu --kernel-name regex:'^by' "$SCRATCH/prog" | grep -q '^bytes(' || fail "regex:^by does not show bytes"
[ "$(ncu --csv -c 2 "$SCRATCH/prog" | grep -c '^"')" = 2 ] || fail "-c 2 shows another number of kernels"
ncu --csv -s 1 -c 1 "$SCRATCH/prog" | grep -q '^"every_second' || fail "-s 1 -c 1 does not show the second launch"
ncu --log-file "$SCRATCH/log" "$SCRATCH/prog" | grep -q EMU && fail "--log-file writes to stdout"
grep -q '^column(' "$SCRATCH/log" || fail "--log-file has no report"

ncu -q --html "$SCRATCH/page.html" --json "$SCRATCH/data.json" "$SCRATCH/prog" >/dev/null || fail "--html --json: status $?"
[ "$(grep -c '<svg' "$SCRATCH/page.html")" -gt 20 ] || fail "the page has no drawings"
grep -q 'https\?:\|<script\|src=' "$SCRATCH/page.html" && fail "the page needs something else"
if command -v python3 >/dev/null; then
    python3 - "$SCRATCH/data.json" "$SCRATCH/page.html" <<'P' || fail "the files are not well-formed"
import html.parser, json, sys
kernels = {k["name"].split("(")[0]: k for k in json.load(open(sys.argv[1]))["kernels"]}
assert kernels["column"]["global_load"]["sectors_per_request"] == 32
assert kernels["column"]["lines"][0]["stride"] == 256 and kernels["column"]["lines"][0]["array"] == "a"
assert kernels["copy"]["idle_threads"] == 10140
open_tags = []
class parser_t(html.parser.HTMLParser):
    def handle_starttag(self, tag, _):
        if tag in ("table", "figure", "svg", "details", "div", "pre", "h2", "h3"): open_tags.append(tag)
    def handle_endtag(self, tag):
        if tag in ("table", "figure", "svg", "details", "div", "pre", "h2", "h3"): assert open_tags.pop() == tag
parser_t().feed(open(sys.argv[2]).read())
assert not open_tags
P
fi

nvcc shared.cu -o "$SCRATCH/shared" || fail "shared.cu does not compile"
ncu --csv "$SCRATCH/shared" >"$SCRATCH/forward"
for order in reverse random:3; do
    ncu --csv --order $order "$SCRATCH/shared" >"$SCRATCH/other"
    cmp "$SCRATCH/forward" "$SCRATCH/other" || fail "--order $order counts differently"
done

for wrong in "--bogus" "-c x $SCRATCH/prog" "-k" "--html /nowhere/x $SCRATCH/prog" "$SCRATCH/missing" "/bin/sh" "-k regex:( $SCRATCH/prog"; do
    ncu $wrong >/dev/null 2>"$SCRATCH/err"
    [ $? = 2 ] || fail "ncu $wrong does not end with status 2"
    [ -s "$SCRATCH/err" ] || fail "ncu $wrong says nothing"
done

cat >"$SCRATCH/ends.cu" <<'P'
#include <cstdlib>
__global__ void k(float *a) { a[threadIdx.x] = 1; }
int main(int argc, char **)
{
    float *a;
    cudaMalloc(&a, 128);
    k<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    if (argc > 1) abort();
    exit(7);
}
P
nvcc "$SCRATCH/ends.cu" -o "$SCRATCH/ends" || fail "ends.cu does not compile"
ncu "$SCRATCH/ends" >"$SCRATCH/out"
[ $? = 7 ] || fail "the program's status is lost"
grep -q '^k(float\*)' "$SCRATCH/out" || fail "exit() loses the report"
ncu "$SCRATCH/ends" abort >"$SCRATCH/out" 2>"$SCRATCH/err"
[ $? = 134 ] || fail "abort() does not end with status 134"
grep -q 'no report' "$SCRATCH/err" || fail "it is not said that there is no report"
exit 0
