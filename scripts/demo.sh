#!/bin/sh
# demo.sh: `make run`: trains on the breast-cancer data, scores the held-out rows, compares, plots; then the same on the GPU.
set -eu

cd "$(dirname "$0")/.."
out=runs
data=datasets/breast_cancer
mkdir -p $out
(cd datasets && sha256sum --check --quiet SHA256SUMS)

# Chosen on the training rows alone: the best mean F1 and cost over ten random splits of them (lab/results/cpu-trainer.md).
options="--batch_size 10 --learning_rate 0.1 --epochs 200 --seed 1"

echo "1. Train 30-60-10-1 on $data""_train.csv; a fifth of it is kept to watch cost and F1 (class 1 = benign)"
bin/nn --train --dataset ${data}_train.csv --layers 30,60,10,1 $options --validation 0.2 --train_metric \
    --model $out/breast_cancer.model --log $out/breast_cancer.log.csv >$out/train.txt
sed -n '1,3p; /^trained/p; /^F1/p' $out/train.txt

echo
echo "2. Score it on $data""_test.csv, which it has never seen (0 = malignant, 1 = benign)"
bin/nn --test --dataset ${data}_test.csv --model $out/breast_cancer.model \
    --json $out/breast_cancer.json >$out/test.txt
cat $out/test.txt
awk '$1 == "0" && NF == 5 { printf "malignant recall %s, ", $3 } $1 == "macro" { print "macro F1", $4 }' $out/test.txt

echo
echo "3. The same without hidden layers (logistic regression), same rows, same options"
bin/nn --train --dataset ${data}_train.csv --layers 30,1 $options --validation 0.2 --model $out/logistic.model \
    >$out/logistic.txt 2>&1 || { cat $out/logistic.txt; exit 1; }
bin/nn --test --dataset ${data}_test.csv --model $out/logistic.model >$out/logistic.txt
grep -E '^(0|1|macro) |^class|^F1' $out/logistic.txt  # the table without the matrix

echo
echo "model  $out/breast_cancer.model"
echo "log    $out/breast_cancer.log.csv"
if command -v gnuplot >/dev/null; then
    gnuplot -e "log='$out/breast_cancer.log.csv'; out='$out/breast_cancer.svg'; metric='F1'" scripts/plot_log.gp
    echo "plot   $out/breast_cancer.svg (cost and F1 of every epoch)"
else
    echo "plot   not made: gnuplot is not installed (package gnuplot-nox)"
fi

echo
echo "4. The network of 1 and 2 again with --device cuda"
status=0
bin/nn --train --device cuda --dataset ${data}_train.csv --layers 30,60,10,1 $options --validation 0.2 \
    --model $out/cuda.model >$out/cuda.txt 2>$out/cuda.err || status=$?
[ $status != 0 ] || bin/nn --test --device cuda --dataset ${data}_test.csv --model $out/cuda.model \
    >$out/cuda_test.txt 2>$out/cuda.err || status=$?
if [ $status = 3 ]; then
    echo "not yet: the CUDA half is still to be written: src/nn.cu, src/train.cu, src/test.cu"
    sed 's/^error: //' $out/cuda.err
    exit 0
elif grep -q 'cuda is not built' $out/cuda.err; then
    sed 's/^error: //' $out/cuda.err
    exit 0
elif [ $status != 0 ]; then
    cat $out/cuda.err
    exit 1
fi
grep -E '^(device|trained)' $out/cuda.txt
sed '/^device:/d' $out/cuda_test.txt | paste -d '|' $out/test.txt - |
    awk -F '|' 'NR == 1 { printf "\n%-54s%s\n", "--device cpu", "--device cuda" }
                /^ *[a-z0-9]/ && !/^accuracy/ { printf "%-54s%s\n", $1, $2 } /^TP/ { print "" }'
echo
bin/lab compare $out/breast_cancer.model $out/cuda.model --tol 0.05 ||
    { echo "CPU and GPU have learnt different networks: make check says which pass differs"; exit 1; }
