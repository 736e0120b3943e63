#!/bin/sh
# packages.sh gradescope FILE.zip | autolab FOLDER: what these platforms take to grade submissions on the emulator.
# RUBRIC=file: another rubric. SANDBOX=must: no marks where there is no sandbox. REFERENCE=1: with the solutions, for
# counters beside the reference's.
set -eu
export LC_ALL=C
start=$(pwd)
cd "$(dirname "$0")/.."

die() { echo "error: $1" >&2; [ -z "${2:-}" ] || echo "hint: $2" >&2; exit 1; }

kind=${1:-} out=${2:-}
class=grading/class
rubric=${RUBRIC:-$class/rubric.toml}
[ -n "$out" ] || die "where to?" "make gradescope OUT=file.zip, make autolab OUT=folder"
case $out in /*) ;; *) out=$start/$out ;; esac
case $rubric in /*) ;; *) [ -f "$rubric" ] || rubric=$start/$rubric ;; esac
[ -f "$rubric" ] || die "$rubric: there is no such file"
case ${SANDBOX:-try} in try | must) ;; *) die "SANDBOX=$SANDBOX: expected try or must" ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]; then git ls-files >"$work/all"
else find . -type f | sed 's|^\./||' >"$work/all"; fi

# Never tests, nor what they hand in.
mkdir "$work/kit"
wanted='^(Makefile|LICENSE|src/.*|scripts/(cuda.sh|deps.sh|have.h)|grading/[^/]*|grading/class/[^/]*|emu/.*)$'
grep -E "$wanted" "$work/all" |
    grep -vE '^emu/tests/|^grading/(release|README.*)$' >"$work/names"
[ -z "${REFERENCE:-}" ] || grep -E '^solutions/[^/]*$' "$work/all" >>"$work/names"
tar -cf - -T "$work/names" | tar -xf - -C "$work/kit"
cp "$rubric" "$work/kit/$class/rubric.toml"
manifest=$(sed -n 's/^manifest *= *"\([^"]*\)".*/\1/p' "$rubric")
if [ -n "$manifest" ]; then
    case $manifest in
    /* | *../../..*) die "$rubric: manifest = \"$manifest\" leads out of the kit" "put it beside the rubric" ;;
    esac
    mkdir -p "$(dirname "$work/kit/$class/$manifest")"
    cp "$(dirname "$rubric")/$manifest" "$work/kit/$class/$manifest"
fi
# The platform must not be the first to end it: that may give a zero.
seconds=$(awk -F '[=#]' 'BEGIN { s["build_seconds"] = 180; s["total_seconds"] = 900 }
    { gsub(/ /, "", $1) } $1 in s { s[$1] = $2 } END { print int(s["build_seconds"] + s["total_seconds"] + 60) }' "$rubric")
{ echo "SANDBOX=${SANDBOX:-try}"; echo "LIMIT=${LIMIT:-$seconds}"; } >"$work/kit/platform.conf"
(cd "$work/kit" && find . -type f | sort | xargs sha256sum) | sha256sum | cut -c 1-64 >"$work/KIT"
mv "$work/KIT" "$work/kit/KIT"
# The same tree gives the same bytes.
find "$work/kit" -exec touch -h -d 2000-01-01T00:00:00Z {} + 2>/dev/null || true

case $kind in
gradescope)
    command -v zip >/dev/null || die "the program zip is not installed" "apt-get install zip"
    cp "$class/gradescope/setup.sh" "$class/gradescope/run_autograder" "$work/"
    chmod 755 "$work/setup.sh" "$work/run_autograder"
    touch -d 2000-01-01T00:00:00Z "$work/setup.sh" "$work/run_autograder"
    mkdir -p "$(dirname "$out")"
    rm -f "$out"
    (cd "$work" && find setup.sh run_autograder kit -type f | sort | zip -q -X -@ "$out")
    ;;
autolab)
    mkdir -p "$out"
    cp "$class/autolab/autograde-Makefile" "$out/autograde-Makefile"
    cp "$class/autolab/autolab.sh" "$work/"
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=2000-01-01T00:00:00Z -cf "$out/autograde.tar" \
        -C "$work" autolab.sh kit
    out=$out/autograde.tar
    ;;
*) die "$kind: expected gradescope or autolab" ;;
esac
echo "$out: $(wc -c <"$out") bytes, kit $(cut -c 1-12 "$work/kit/KIT")"
echo "the platform's time limit has to be $((${LIMIT:-$seconds} / 60 + 1)) minutes or more"
