#!/bin/sh
# [given] command_line.sh: the options of bin/nvcc. Runs in $SCRATCH, with bin/nvcc first in PATH; says ok at the end.
here=$(cd "$(dirname "$0")" && pwd)
cd "${SCRATCH:?}" || exit 1
export LC_ALL=C
failed=0

try() { # try NAME command...
    name=$1
    shift
    (set -e; "$@") > log 2>&1 && return
    failed=1
    echo "FAILED: $name"
    sed 's/^/    /' log | head -20
}

cat > a.cu << 'EOF'
#include <cstdio>
#include "a.h"
#ifndef NUMBER
#define NUMBER 0
#endif
__global__ void k(int *a) { a[threadIdx.x] = NUMBER; }
int main()
{
    int *a, h = 0;
    cudaMalloc(&a, 4);
    k<<<1, 1>>>(a);
    cudaMemcpy(&h, a, 4, cudaMemcpyDeviceToHost);
    printf("%d\n", h);
}
EOF
mkdir inc out
echo '#pragma once' > inc/a.h
echo text > a.txt
echo '-Iinc "-DNUMBER=9"' > options

# ---- options that must be understood ------------------------------------------------------------------------------
prints() { # prints EXPECTED options...
    expected=$1
    shift
    rm -f a.out
    nvcc "$@" a.cu
    [ "$(./a.out)" = "$expected" ]
}
try "-I -D joined" prints 5 -Iinc -DNUMBER=5
try "-I -D apart" prints 6 -I inc -D NUMBER=6
try "long names" prints 7 --include-path=inc --define-macro NUMBER=7
try "GPU code" prints 0 -Iinc -arch=sm_86 -O3 -lineinfo --use_fast_math -Xptxas -v,-O3 -maxrregcount=64 \
    -gencode arch=compute_80,code=sm_80 --generate-code=arch=compute_90,code=[sm_90,compute_90] -std=c++14 \
    -Wno-deprecated-gpu-targets --expt-relaxed-constexpr -cudart static -t 4 --resource-usage -diag-suppress 177 -m64 \
    -Xcudafe --diag_suppress=1
try "values apart" prints 0 -Iinc -arch sm_75 -code sm_75 --std c++17 --gpu-architecture=native -O
try "-Xcompiler lists" prints 1 -Iinc -Xcompiler "-Wall -Wextra" -Xcompiler -fopenmp,-DNUMBER=1 --compiler-options=-O2,-fwrapv
try "linker" prints 0 -Iinc -Xlinker -rpath,/nowhere -Xcompiler -Wl,-rpath,/nowhere -L/usr/local/cuda/lib64 -lcudart -lm -lpthread
try "response file" prints 9 --options-file options
try "@file" prints 9 @options
try "host compiler" prints 0 -Iinc -ccbin g++ -pthread
flags_of_environment() {
    NVCC_APPEND_FLAGS='-DNUMBER=8 -gencode arch=compute_80,code=sm_80' nvcc -Iinc a.cu
    [ "$(./a.out)" = 8 ]
}
try "NVCC_APPEND_FLAGS" flags_of_environment

# ---- what is refused -----------------------------------------------------------------------------------------------
fails() { # fails MESSAGE options...
    message=$1
    shift
    if nvcc "$@" > out.txt 2>&1; then return 1; fi
    grep -F -e "$message" out.txt || { cat out.txt; return 1; }
    if grep -q 'nvcc\.[A-Za-z0-9]*/' out.txt; then return 1; fi # the name of a temporary file
}
try "unknown option" fails "nvcc fatal   : Unknown option '--frobnicate'" --frobnicate a.cu
try "unknown option with a value" fails "nvcc fatal   : Unknown option '-zap=3'" -zap=3 a.cu
try "unknown architecture" fails "Value 'sn_80' is not defined for option 'gpu-architecture'" -arch=sn_80 a.cu
try "no input" fails "No input files specified" -o x
try "missing file" fails "Could not open input file 'nowhere.cu'" nowhere.cu
try "unknown kind of file" fails "Don't know what to do with 'a.txt'" a.txt
try "missing value" fails "requires an argument" a.cu -o
try "two files, one object" fails "A single input file is required" -c a.cu a.cu -o x.o
try "missing library" fails "library 'curand' (-lcurand) is not supported by the emulator" -Iinc a.cu -lcurand
try "ptx" fails "makes GPU code" -ptx a.cu
try "missing header" fails "a.h: No such file or directory" -c a.cu
try "undefined reference" fails "undefined reference to" -Iinc -Dmain=not_main a.cu
try "error in a macro" fails "a.cu:6:" -Iinc '-DNUMBER=missing()' -c a.cu

# ---- what is made ----------------------------------------------------------------------------------------------------
version() {
    nvcc --version | grep -E 'release [0-9]+\.[0-9]+, V[0-9.]+'
    nvcc --version | grep emulator
    nvcc -h | grep -e --lint
}
dependencies() {
    nvcc -Iinc -c -MMD -MP a.cu -o out/a.o
    grep '^out/a.o: a.cu inc/a.h$' out/a.d
    grep '^inc/a.h:' out/a.d
    nvcc -Iinc -c -MD -MF out/x.d -MT target a.cu -o out/a.o
    grep '^target: a.cu' out/x.d
    grep cuda_runtime.h out/x.d
    nvcc -Iinc -MM a.cu | grep '^a.o: a.cu inc/a.h'
    nvcc -Iinc -M a.cu -o out/m.d
    grep stdio.h out/m.d
    rm -f a.d
    nvcc -Iinc -MMD a.cu -o program
    grep 'a.cu inc/a.h' program.d
}
phases() {
    nvcc -Iinc -E a.cu | grep 'k<<<1, *1>>>'
    nvcc -Iinc -c a.cu
    [ -s a.o ]
    nvcc -Iinc -c a.cu -odir out
    [ -s out/a.o ]
    cp a.cu b.cpp
    nvcc -x cu -Iinc -c b.cpp -o out/b.o
    [ -s out/b.o ]
    nvcc -dryrun -Iinc a.cu 2>&1 | grep '^#\$ g++'
    nvcc -v -Iinc a.cu 2>&1 | grep -e '-E -x c++'
    nvcc -run -Iinc -DNUMBER=4 a.cu | grep -x 4
    nvcc -cuda -Iinc a.cu
    grep 'emu::push' a.cu.cpp.ii
}
objects() {
    echo 'extern "C" int three() { return 3; }' > three.cpp
    g++ -c three.cpp -o three.o
    nvcc -Iinc '-DNUMBER=3' a.cu three.o -o with_host
    [ "$(./with_host)" = 3 ]
    sed 's/int main()/void function()/' a.cu > x.cu
    nvcc -Iinc -shared -Xcompiler -fPIC x.cu -o libx.so
    echo 'void function(); int main() { function(); }' > user.cpp
    nvcc user.cpp -L. -lx -o user
    [ "$(LD_LIBRARY_PATH=. ./user)" = 0 ]
}
separate() {
    cp -r "$here/separate" parts
    cd parts
    nvcc -rdc=true main.cu kernels.cu device.cu host.cpp plain.c -o at_once
    [ "$(./at_once)" = ok ]
    make -s
    [ "$(./prog)" = ok ]
    compute-sanitizer ./prog
    ar crs libparts.a kernels.o device.o
    nvcc -lib -o libothers.a plain.o host.o
    nvcc main.o -L. -lparts libothers.a -o archives
    [ "$(./archives)" = ok ]
    compute-sanitizer ./archives
    ld -r kernels.o device.o -o joined.o
    nvcc main.o joined.o host.o plain.o -o joined
    [ "$(./joined)" = ok ]
    compute-sanitizer ./joined
    compute-sanitizer ./at_once
}
leaves_nothing() {
    mkdir scratch
    TMPDIR=$PWD/scratch nvcc -Iinc a.cu -o clean
    if TMPDIR=$PWD/scratch nvcc -c a.cu; then return 1; fi
    TMPDIR=$PWD/scratch nvcc -Iinc a.cu -o clean &
    sleep 0.3
    kill -TERM $!
    if wait $!; then return 1; fi
    [ -z "$(ls scratch)" ]
}
try "--version and --help" version
try "dependencies" dependencies
try "phases" phases
try "objects and libraries" objects
try "several files" separate
try "no temporary file stays" leaves_nothing

[ $failed = 0 ] && echo ok
