#!/bin/sh
# slow: yes
# [given] rewrite.sh: builds rewrite.cpp under the sanitizers and runs it: rewrite.sh [COUNT [SEED]].
set -eu
cd "$(dirname "$0")/../.."
program=$(mktemp)
trap 'rm -f "$program"' EXIT
sources=$(ls nvcc/*.cpp | grep -vE '/(main|compile|link|options|objects|lint.*)[.]cpp')
g++ -std=c++17 -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -Invcc tests/fuzz/rewrite.cpp $sources -o "$program"
"$program" "${1:-3000}" "${2:-1}" tests/nvcc/*.cu tests/features/*.cu
