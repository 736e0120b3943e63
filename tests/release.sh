#!/bin/sh
# release.sh: what students get: complete, without solutions, and it works. A line "ok ..." or "FAILED ..." a check.
cd "$(dirname "$0")/.."
. tests/check.sh
suite=release

# ---- what is released --------------------------------------------------------------------------------
# A copy to spoil, without git: it holds what git knows, and a file that nobody has named.
mkdir "$work/copy"
{ git ls-files 2>/dev/null || find . -type f; } | grep -v '^\(./\)*\(build\|bin\|runs\|emu/tests\)/' | tar -cf - -T - | tar -xf - -C "$work/copy"
echo private >"$work/copy/src/answers.txt"
mkdir -p "$work/copy/grading/private" && echo private >"$work/copy/grading/private/cases.toml"
release() { sh "$work/copy/scripts/release.sh" "$1" >"$work/said" 2>&1; }
cp "$work/copy/grading/release" "$work/manifest"
refused() { # line for the manifest, message
    { cat "$work/manifest"; echo "$1"; } >"$work/copy/grading/release"
    release "$work/no"
    status=$?
    cp "$work/manifest" "$work/copy/grading/release"
    [ $status = 1 ] && says "$2" "$work/said" && [ ! -e "$work/no" ]
}
check "a folder is written" release "$work/students"
check "not over one that is not empty" sh -c "! sh '$work/copy/scripts/release.sh' '$work/students' 2>&1"
check "never solutions" refused "solutions/nn.cu -> src/nn.txt" "is never released"
check "never private cases" refused "grading/private/*" "is never released"
check "every name of the list is there" refused "src/no_such.cpp" "there is no such file"
sed -n '/^train_t train_alloc_cuda/,/^}/p' solutions/nn.cu >"$work/copy/docs/hint.txt"
check "never the text of a solution" refused "docs/hint.txt" "lines of a solution would be released"
unnamed() { [ -z "$(find "$work/students" -path '*private*' -o -name 'answers*' -o -path '*solutions*' -o -path '*mutants*')" ]; }
check "a file without a name in the list stays at home" unnamed
kernels() {
    names=$(sed -nE 's/^(template.*)?__global__ void (__launch_bounds__\([^)]*\) )?([a-z_0-9]+)\(.*/\3/p' $(find solutions -name '*.cu') | sort -u)
    [ "$(echo "$names" | wc -l)" -ge 8 ] || { echo "found only: $names"; return 1; }
    for name in $names; do
        grep -qw "$name" src/*.cpp src/*.h || ! grep -rnw "$name" "$work/students" --exclude-dir=emu || return 1
    done
}
check "no kernel of a solution is named" kernels
same_as_stubs() { for f in nn train test gpus; do cmp "src/$f.cu" "$work/students/src/$f.cu" || return 1; done; }
check "the stubs are those of src/" same_as_stubs

# ---- what works there --------------------------------------------------------------------------------
# Objects that are the same there are not built again.
cd "$work/students" || exit 1
mkdir -p build
[ ! -e "$here/emu/bin/nvcc" ] || cp -a "$here/emu/bin" "$here/emu/lib" "$here/emu/lib64" emu/
[ ! -e "$here/build/emu" ] || cp -a "$here/build/emu" build/
[ ! -e "$here/build/float" ] || { mkdir build/float && cp -a "$here"/build/float/*.[od] "$here"/build/float/*.h "$here/build/float/grading" \
    "$here/build/float/for_lab" "$here/build/float/datasets" "$here/build/float/flags" build/float/ 2>/dev/null; }
rm -f build/float/for_lab/main.o # it has other subcommands there
check "it compiles" make CUDA=emu
run() { scripts/demo.sh >"$work/demo" 2>&1 && says "F1 0.97" "$work/demo" && says "still to be written" "$work/demo"; }
check "make run trains on the CPU, and says that the CUDA half is not there yet" run
todo() { bin/nn --train --device cuda --dataset datasets/breast_cancer_train.csv --layers 30,1 >"$work/said" 2>&1; [ $? = 3 ]; }
check "--device cuda ends with status 3" todo
points() { make check CUDA=emu CHECK=--fast >"$work/said" 2>&1; says "total   $1 of 90" "$work/said"; }
check "make check gives no point" points " 0.0"
cp "$here/solutions/nn.cu" "$here/solutions/train.cu" "$here/solutions/test.cu" src/
check "it compiles with the solutions in src/" make CUDA=emu
run() { scripts/demo.sh >"$work/demo" 2>&1 && says "largest difference of 2481 parameters" "$work/demo"; }
check "make run then trains on both" run
check "make check then gives all points" points "90.0"
check "and leaves out the bonus, which is not written" says "part 8  left out: part 8 is not written yet (bonus)" "$work/said"
cp "$here/solutions/gpus.cu" src/
check "the bonus stands beside the total" points "90.0"
check "with its own points" says "part 8   10.0 of 10  bonus, beside the total" "$work/said"
[ $failed = 0 ]
