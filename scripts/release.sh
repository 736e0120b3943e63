#!/bin/sh
# release.sh FOLDER: writes the tree that students get. grading/release names every file; with git, only files that git
# knows are looked at. The student's files are made of the solutions, and no line of a solution may be in the result.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C

die() { echo "error: $1" >&2; [ -z "${2:-}" ] || echo "hint: $2" >&2; exit 1; }

out=${1:-}
[ -n "$out" ] || die "where to?" "make release OUT=folder"
[ -e solutions/nn.cu ] || die "there are no solutions here: this is a released tree already"
if [ -e "$out" ]; then
    [ -d "$out" ] && [ -z "$(ls -A "$out")" ] || die "$out: is not an empty folder" "choose a new one"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]; then
    git ls-files >"$work/all"
    git diff --quiet HEAD -- || echo "warning: some files differ from the last commit; they are released as they are here" >&2
else
    find . -type f | sed 's|^\./||' >"$work/all"
fi

# Two columns: file, and the name it gets.
awk -v all="$work/all" '
    BEGIN { while ((getline line < all) > 0) file[++n] = line }
    function fail(text) { printf "error: grading/release:%d: %s\n", FNR, text > "/dev/stderr"; failed = 1; exit 1 }
    function private(f) { return f ~ /^solutions\// || f ~ /^tests\/mutants\// || f ~ /(^|\/)private\// }
    /^#/ || /^ *$/ { next }
    {
        optional = sub(/^\? */, "")
        target = ""
        if (split($0, half, / *-> */) == 2) { $0 = half[1]; target = half[2] }
        pattern = $0
        gsub(/[.+()\[\]{}^$|\\]/, "\\\\&", pattern)
        gsub(/\*/, "[^/]*", pattern)
        found = 0
        for (i = 1; i <= n; i++)
            if (file[i] ~ ("^" pattern "$")) {
                if (private(file[i])) fail(file[i] " is never released")
                print file[i] "\t" (target == "" ? file[i] : target)
                found++
            }
        if (!found && !optional) fail($0 ": there is no such file")
        if (target != "" && found > 1) fail($0 ": more than one file for one name")
    }' grading/release >"$work/files" || exit 1

mkdir -p "$out"
while IFS="$(printf '\t')" read -r from to; do
    mkdir -p "$out/$(dirname "$to")"
    cp -p "$from" "$out/$to"
done <"$work/files"

# The student's files.
sed -n 's/^[?] *//; /^[^#]/p' grading/student_files | while read -r file; do
    solution=solutions/${file#src/}
    [ -e "$solution" ] || continue
    awk -f scripts/stub.awk "$solution" >"$out/$file"
done

# Lines that only a solution has: between "//]" and "//[end]", not short, not the number of a thread, nowhere among the
# given sources.
cat "$out"/src/*.* >"$work/given"
find solutions -type f \( -name '*.cu' -o -name '*.cuh' \) -exec awk '
    FNR == 1 { holes = 0; while ((getline line < FILENAME) > 0) holes += line == "//]"; close(FILENAME); hidden = !holes }
    /^\/\/\]$/ { hidden = 1; next } /^\/\/\[end\]$/ { hidden = 0 }
    hidden' {} + | sed 's/^[ \t]*//' | awk 'length >= 32 && !/^[a-z_]+ [a-z]+ = blockIdx[^;]*threadIdx/' | sort -u |
    while read -r line; do grep -qF -e "$line" "$work/given" || printf '%s\n' "$line"; done >"$work/secret"
[ -s "$work/secret" ] || die "no line of the solutions could be told apart: is scripts/release.sh still right?"
if grep -rnF -f "$work/secret" "$out" >"$work/leaks"; then
    head -n 5 "$work/leaks" >&2
    rm -rf "$out"
    die "lines of a solution would be released ($(wc -l <"$work/leaks") in all, the first above)"
fi
echo "$out: $(find "$out" -type f | wc -l) files, $(du -sh "$out" | cut -f 1)"
