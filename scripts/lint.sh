#!/bin/sh
# lint.sh FILE.cu...: what a real GPU compiler would object to in files that the emulator's compiles. Nothing: no output.
cd "$(dirname "$0")/.." || exit 2
[ -x emu/bin/nvcc ] || exit 0
for file in "$@"; do
    emu/bin/nvcc --lint -c -std=c++17 -Isrc -I"$(dirname "$file")" "$file" -o /dev/null 2>&1
done
