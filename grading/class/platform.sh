#!/bin/sh
# platform.sh setup | grade SUBMISSION OUT: this kit in a container of somebody else's: builds it, grades one submission
# on the emulator. OUT then holds results.json, autolab.txt, junit.xml and feedback.html; status 0: they are there.
# platform.conf: SANDBOX=try (without one where it is forbidden, as every result then says) or must; LIMIT in seconds;
# PUBLIC=1: the public cases alone.
set -u
cd "$(dirname "$0")/../.." || exit 1
umask 022 # what is built here is read by the programs' users
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL GNUMAKEFLAGS
SANDBOX=try LIMIT=1140 PUBLIC=
[ ! -f platform.conf ] || . ./platform.conf
# The machine that builds may be another than the one that grades.
case $(uname -m) in x86_64) ARCH=x86-64-v2 ;; aarch64) ARCH=armv8-a ;; *) ARCH=native ;; esac
ARCH=${NN_ARCH:-$ARCH} CUDA=emu REAL=float
export ARCH CUDA REAL
rubric=grading/class/rubric.toml

say() { echo "platform.sh: $1" >&2; }

# What a program without sandbox must not read. It runs as a user of its own if this is root; else nothing helps.
protect() {
    [ "$(id -u)" = 0 ] || return 0
    chmod -R go= grading/class platform.conf 2>/dev/null
    for folder in solutions build/*/solutions build/*/grading/class; do
        [ ! -e "$folder" ] || chmod -R go= "$folder"
    done
}

# Asked without any submission, so that none can choose its fate.
probe() { # folder
    mkdir -p "$1/none"
    bin/grade "$1/none" --out "$1/probe" --jobs 1 --rubric "$rubric" >"$1/probe.log" 2>&1
    grep -q 'holds no submission' "$1/probe.log" && return 0
    cat "$1/probe.log" >&2
    grep -q 'there is no sandbox here' "$1/probe.log" || { say "the grader does not work here"; return 1; }
    [ "$SANDBOX" != must ] || { say "there is no sandbox here, and SANDBOX=must"; return 1; }
    how=--no-sandbox
    say "WITHOUT SANDBOX, which is forbidden here; every result says so"
}

grade() { # submission, out
    work=$(mktemp -d) || return 1
    trap 'rm -rf "$work"' EXIT
    how=
    probe "$work" || return 1
    [ -z "$how" ] || [ "$1" = src ] || protect # not the stubs of setup: who grades later may be another
    mkdir -p "$work/in"
    case $1 in
    *.zip) to=submission.zip ;;
    *.tar) to=submission.tar ;;
    *.tar.gz | *.tgz) to=submission.tar.gz ;;
    *) to=submission ;;
    esac
    if [ -f "$1" ] && [ $to = submission ]; then mkdir "$work/in/$to" && cp "$1" "$work/in/$to/"
    else cp -R -P "$1" "$work/in/$to"; fi || { say "$1: could not be copied"; return 1; }
    timeout -k 10 "$LIMIT" bin/grade "$work/in" --out "$work/out" --jobs 1 --rubric "$rubric" $how \
        ${PUBLIC:+--public} >&2 || say "bin/grade ended with status $?"
    for found in "$work"/out/students/*/results.json; do
        [ -s "$found" ] || { say "there are no results"; return 1; }
        cp "${found%/*}"/* "$2"/ || return 1
    done
}

setup() {
    scripts/deps.sh grade || return 1
    say "building, a few minutes"
    make --no-print-directory -s bin/grade || return 1
    # What nobody has written yet gets no point, but is graded: then everything is built, and works.
    test=$(mktemp -d) || return 1
    grade src "$test" && [ -s "$test/results.json" ] && grep -q '"verdict": *"graded"' "$test/results.json"
    status=$?
    rm -rf "$test"
    [ $status = 0 ] && say "ready" || say "the stubs of src/ could not be graded"
    return $status
}

case ${1:-} in
setup) setup ;;
grade) grade "$2" "$3" ;;
*) say "expected setup, or grade SUBMISSION OUT"; exit 2 ;;
esac
