#!/bin/bash
# packages.sh: the archives for Gradescope and Autolab and the workflow for GitHub, run in folders laid out as theirs.
# A line "ok ...", "FAILED ..." or "skipped ..." a check.
cd "$(dirname "$0")/.."
. tests/check.sh
suite=packages
for program in zip unzip bwrap; do
    command -v $program >/dev/null || { echo "skipped packages: needs $program"; exit 0; }
done
export NN_ARCH=native # objects that are the same are not built again

has() { # file, text...
    file=$1
    shift
    for text in "$@"; do grep -qF -e "$text" "$file" || { echo "expected: $text"; head -c 3000 "$file"; return 1; }; done
}
lacks() { # file, text...
    file=$1
    shift
    for text in "$@"; do ! grep -qF -e "$text" "$file" || { echo "not expected: $text"; return 1; }; done
}
# What is built here already; the kit's files are of one date, so it must be up to date.
built() { # kit
    make -s CUDA=emu bin/grade "IMPL=src" "$(make -s CUDA=emu IMPL=src print-build)/worker" >/dev/null || exit 1
    mkdir -p "$1/build"
    for folder in emu/bin emu/lib emu/lib64 build/emu build/float build/float-emu; do
        [ ! -e "$folder" ] || cp -a "$folder" "$1/$folder"
    done
    rm -rf "$1"/build/*/solutions "$1"/build/*/tests "$1"/build/*/grade_tests
}
submission() { # kind, folder
    rm -rf "$2"
    mkdir -p "$2"
    case $1 in
    solution) cp solutions/nn.cu solutions/train.cu solutions/test.cu "$2" ;;
    stub) cp src/nn.cu src/train.cu src/test.cu "$2" ;;
    broken) cp src/train.cu src/test.cu "$2" && { cat src/nn.cu; echo "int broken( {"; } >"$2/nn.cu" ;;
    empty) echo hello >"$2/notes.txt" ;;
    spy) # tells what it can read and write, where it fails a case
        cp src/train.cu src/test.cu "$2"
        { cat src/nn.cu; cat <<CODE
#include <cstdio>
#include <cstring>
static int spy(void)
{
    for (const char *path : {"$at/source/kit/grading/class/rubric.toml", "$at/results/results.json",
                             "$at/submission_metadata.json"})
        printf("spy: %s %s\n", strrchr(path, '/') + 1, fopen(path, "r") ? "READ" : "closed");
    FILE *f = fopen("$at/results/results.json", "w");
    if (f) fputs("{\"score\": 1000}\n", f), fclose(f);
    fflush(stdout);
    return 0;
}
static int spied = spy();
CODE
        } >"$2/nn.cu" ;;
    esac
}

# ---- Gradescope -------------------------------------------------------------------------------------------
at=$work/autograder
export AUTOGRADER=$at
results=$at/results/results.json
check "make gradescope" make -s gradescope OUT="$work/h.zip"
# A rubric of two small groups: this is no test of the cases.
cp grading/student_files "$work/student_files"
cat >"$work/rubric.toml" <<'TOML'
title = "Two small parts"
manifest = "student_files"
[[part]]
number = 2
title = "update: a small one"
points = 10
group = [{ name = "update", points = 10 }]
[[part]]
number = 6
title = "counts"
points = 5
group = [{ name = "counts", points = 5, visibility = "after_published" }]
TOML
check "with another rubric" make -s gradescope OUT="$work/g.zip" RUBRIC="$work/rubric.toml"
same() { make -s gradescope OUT="$work/h.zip" RUBRIC="$work/rubric.toml" && cmp "$work/g.zip" "$work/h.zip"; }
check "the same tree gives the same archive" same
sed 's|student_files|../../x|' "$work/rubric.toml" >"$work/bad.toml"
outside() { ! make -s gradescope OUT="$work/h.zip" RUBRIC="$work/bad.toml"; }
check "a rubric whose manifest leads elsewhere is refused" outside
mkdir -p "$at/source" "$at/submission" "$at/results"
unzip -q "$work/g.zip" -d "$at/source" || exit 1
cp "$at/source/run_autograder" "$at/run_autograder" # as theirs does
no_secrets() { [ -z "$(find "$at/source" -path '*solutions*' -o -path '*tests*' -o -name '*.mutant')" ]; }
check "its entry points lie at the root and can be run" eval '[ -x "$at/source/setup.sh" ] && [ -x "$at/source/run_autograder" ]'
check "no solution and no test is in it" no_secrets
check "an unknown SANDBOX is refused" eval '! make -s gradescope OUT="$work/h.zip" SANDBOX=no'
built "$at/source/kit"
autograde() { rm -f "$results"; (cd "$at" && ./run_autograder >"$at/results/stdout" 2>&1) && [ -s "$results" ]; }
graded() { # kind, text...
    submission "$1" "$at/submission"
    shift
    autograde && has "$results" "$@" || { tail -n 25 "$at/results/stdout"; return 1; }
}
no_mark() { autograde && has "$results" '"to be graded again"' && lacks "$results" '"score"' '"tests"'; }
check "before setup.sh there is a result, without a mark" no_mark
check "setup.sh builds the kit" "$at/source/setup.sh"
check "setup.sh can be run again" "$at/source/setup.sh"
check "other users can read what root has set up" eval '[ -z "$(find "$at/source" ! -perm -o+r)" ]'
cp -a "$at/source/kit" "$work/prepared"
all='"score": 15.0'
check "the solution gets all points" graded solution "$all" '"no_sandbox": false' '"status": "passed"'
check "and fails nowhere" lacks "$results" '"status": "failed"'
check "the rubric's visibility is Gradescope's" has "$results" '"visibility": "after_published"'
check "the stubs get none" graded stub '"score": 0.0' '"status": "failed"'
check "what does not compile is told with the compiler's words" graded broken '"score": 0.0' 'does not compile' 'nn.cu' 'error'
check "nothing to grade is told" graded empty '"score": 0.0' 'not accepted'
cp "$at/source/kit/platform.conf" "$work/conf"
submission solution "$at/submission"
echo LIMIT=1 >>"$at/source/kit/platform.conf"
check "a grader that is stopped leaves a result without a mark" no_mark
cp "$work/conf" "$at/source/kit/platform.conf"
mkdir "$work/none" && printf '#!/bin/sh\necho "bwrap: forbidden" >&2; exit 1\n' >"$work/none/bwrap" && chmod 755 "$work/none/bwrap"
before=$PATH
PATH=$work/none:$PATH
echo '{"users": []}' >"$at/submission_metadata.json"
check "without a sandbox the marks are the same, and say so" graded solution "$all" '"no_sandbox": true' 'WITHOUT SANDBOX'
if [ "$(id -u)" = 0 ]; then
    check "a program without sandbox is graded" graded spy '"score": 0.0' 'spy: rubric.toml'
    check "it reads neither rubric nor results nor who it is" lacks "$results" 'READ'
else echo "skipped packages: protection without sandbox: needs root"; fi
echo SANDBOX=must >>"$at/source/kit/platform.conf"
submission solution "$at/submission"
check "SANDBOX=must gives no mark without one" no_mark
cp "$work/conf" "$at/source/kit/platform.conf"
PATH=$before
mv "$at/source/kit/bin/grade" "$work/grade"
check "a grader that is missing leaves a result without a mark" no_mark
mv "$work/grade" "$at/source/kit/bin/grade"

# ---- Autolab -----------------------------------------------------------------------------------------------
check "make autolab" make -s autolab OUT="$work/autolab" RUBRIC="$work/rubric.toml"
job() { # handed-in file
    rm -rf "$work/job"
    mkdir "$work/job"
    cp "$work/autolab/autograde-Makefile" "$work/job/Makefile"
    cp "$work/autolab/autograde.tar" "$1" "$work/job/"
    [ -z "${user:-}" ] || chown "$user" "$work/job" "$work/job"/*
    as=${user:+setpriv --reuid=$user --regid=$user --clear-groups}
    (cd "$work/job" && $as make PREPARED="$work/prepared" >"$work/printed" 2>&1)
    tail -n 1 "$work/printed" >"$work/last"
}
handed_in() { submission "$1" "$work/src" && tar -czf "$work/handin.tar.gz" -C "$work" src && job "$work/handin.tar.gz"; }
scored() { kind=$1; shift; handed_in "$kind" && has "$work/last" '{"scores":{"' "$@" || { cat "$work/printed"; return 1; }; }
no_score() { has "$work/last" '{"scores": {}}' || { cat "$work/printed"; return 1; }; }
same() { tar -xOf "$work/autolab/autograde.tar" kit/KIT | cmp - "$work/prepared/KIT"; }
check "the kits of both are the same" same
check "the solution gets all points" scored solution '"2 update : a small one":10.0' '"6 counts":5.0'
check "the stages stand before the scores" has "$work/printed" '{"_presentation":"semantic","stages":["Build",'
check "the kit is not built again" lacks "$work/printed" "building the grader"
check "what does not compile gets zeros" scored broken '"2 update : a small one":0.0' '"6 counts":0.0'
cp src/nn.cu "$work/nn.cu"
check "a single source file is told what is missing" eval 'job "$work/nn.cu" && has "$work/printed" train.cu'
if [ "$(id -u)" = 0 ]; then
    user=65534
    check "an ordinary user grades with the kit that root has set up" scored solution '"2 update : a small one":10.0'
    user=
fi
again() { # in the same folder, with the archive anew
    (cd "$work/job" && rm -rf kit autolab.sh && make PREPARED=/nowhere >"$work/printed" 2>&1)
    tail -n 1 "$work/printed" >"$work/last"
    no_score
}
head -c 50000 "$work/autolab/autograde.tar" >"$work/job/autograde.tar"
check "a damaged archive gives no score" again
cp "$work/autolab/autograde.tar" "$work/job/" && touch "$work/job/other.zip"
check "two handed-in files give no score" again

# ---- GitHub: the workflow's own lines ------------------------------------------------------------------------
step() { # name: the block behind "run: |"
    awk -v name="- name: $1" '
        index($0, "- name:") { mine = index($0, name); block = 0 }
        mine && /^ *run: \|/ { block = 1; next }
        block && /^          / { print substr($0, 11); next }
        { block = 0 }' grading/class/github/classroom.yml
}
if command -v jq >/dev/null; then
    mkdir "$work/hub" && cp -a "$work/prepared" "$work/hub/kit"
    export GITHUB_STEP_SUMMARY=$work/summary.md
    submission solution "$work/hub/submission/src"
    step Grade >"$work/step"
    workflow() { (cd "$work/hub" && bash -e -o pipefail "$work/step") && has "$work/out" '::Points 15' '"maxPoints":15'; }
    check "the workflow grades, and tells the points" workflow
    check "its summary names the groups" has "$work/summary.md" "    2.1 update: 10"
    check "its results are JUnit's" has "$work/hub/results/junit.xml" "<testsuites>"
else echo "skipped packages: the workflow: needs jq"; fi
[ $failed = 0 ]
