#!/bin/bash
# [given] run.sh: tests of the headers alone, with g++ and a stub for the runtime. Usage: run.sh [BUILD_DIRECTORY]
#
# NVCC names the real nvcc, if there is one: types.cu is then compiled by it too.
cd "$(dirname "$0")" || exit 1
build=${1:-../../../build/emu/headers}
mkdir -p "$build"
flags="-std=c++17 -O2 -Wall -Wextra -Werror -I../../include"
failed=0
fail() {
    echo "FAIL $1"
    failed=1
}

${CXX:-g++} $flags -DWITHOUT_NVCC -x c++ -fsyntax-only types.cu && echo "ok   types" || fail types
nvcc=${NVCC:-/usr/local/cuda/bin/nvcc}
if [ -x "$nvcc" ]; then
    "$nvcc" -std=c++17 -arch=sm_80 -Wno-deprecated-declarations -c types.cu -o "$build/types.o" && echo "ok   types, by nvcc" || fail "types, by nvcc"
fi
for t in numbers halves atomic groups random; do
    ${CXX:-g++} $flags -I../../runtime $t.cpp stub.cpp ../../runtime/curand.cpp -o "$build/$t" && "$build/$t" && echo "ok   $t" || fail $t
done
for f in wrong/*.cpp; do
    expected=$(sed -n '1s/.*does not compile: //p' "$f")
    message=$(LC_ALL=C.UTF-8 ${CXX:-g++} $flags -c "$f" -o /dev/null 2>&1) && fail "$f: it compiles"
    case $message in
    *"$expected"*) echo "ok   $f" ;;
    *) fail "$f: expected: $expected"; echo "$message" ;;
    esac
done
exit $failed
