#!/bin/bash
# [given] make_breast_cancer.sh: splits breast_cancer.csv of scikit-learn into the two files beside it.
#
#   datasets/make_breast_cancer.sh BREAST_CANCER.CSV [FOLDER]
#
# The two results are part of this repository; run it only to see that they come from the source:
#   apt-get download python3-sklearn && dpkg-deb -x python3-sklearn_*.deb sklearn
#   datasets/make_breast_cancer.sh "$(find sklearn -name breast_cancer.csv)" /tmp
# Stratified 70/30, without chance and without a choice: in each class the rows are ordered by the
# SHA-256 of their text, and the first 30 in 100 are the test set. Rows stay as they are, in their order.
set -euo pipefail
export LC_ALL=C

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 BREAST_CANCER.CSV [FOLDER]" >&2
    exit 2
fi
source_file=$1
folder=${2:-$(dirname "$0")}
expected=fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed
if [ ! -r "$source_file" ]; then
    echo "error: $source_file: cannot be read" >&2
    exit 1
fi
found=$(sha256sum < "$source_file" | cut -d ' ' -f 1)
if [ "$found" != "$expected" ]; then
    echo "error: $source_file: SHA-256 $found, expected $expected" >&2
    exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

header=
for group in mean error worst; do
    for name in radius texture perimeter area smoothness compactness concavity concave_points symmetry \
        fractal_dimension; do
        if [ $group = error ]; then header+=${name}_error,; else header+=${group}_$name,; fi
    done
done
header+=diagnosis

# Line 1 of the source holds counts and class names. A row's number keeps its place, its class the stratum.
number=0
tail -n +2 "$source_file" | while IFS= read -r row; do
    number=$((number + 1))
    digest=$(printf '%s' "$row" | sha256sum | cut -d ' ' -f 1)
    echo "${row##*,} $digest $number $row"
done | sort > "$scratch/ordered"

awk -v folder="$scratch" '
    { class[NR] = $1; number[NR] = $3; row[NR] = $4; count[$1]++ }
    END {
        for (i = 1; i <= NR; i++) {
            rank = ++seen[class[i]]
            part = rank <= int(0.3 * count[class[i]] + 0.5) ? "test" : "train"
            print number[i], row[i] > (folder "/" part)
        }
    }' "$scratch/ordered"

for part in train test; do
    { echo "$header"; sort -n "$scratch/$part" | cut -d ' ' -f 2; } > "$scratch/$part.csv"
    cp "$scratch/$part.csv" "$folder/breast_cancer_$part.csv"
    awk -F , -v name="$folder/breast_cancer_$part.csv" '
        NR > 1 { n[$NF]++ }
        END { print name ": " NR - 1 " rows, " n[0] " malignant, " n[1] " benign" }' "$scratch/$part.csv"
done
