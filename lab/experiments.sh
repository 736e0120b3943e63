#!/bin/sh
# experiments.sh cc | rastrigin | fashion | mnist: trains the networks of the README's table and prints what came out.
# Models and logs land in runs/. EPOCHS=n changes the length of every run (for a quick look).
set -eu

cd "$(dirname "$0")/.."
make --no-print-directory bin/nn
mkdir -p runs

# train NAME OPTION...: quietly; prints how long it took.
train() {
    name=$1
    shift
    bin/nn --train --model "runs/$name.model" --log "runs/$name.log.csv" "$@" >"runs/$name.txt" 2>&1 || {
        grep '^error' "runs/$name.txt"
        return 0
    }
    grep -E '^(trained|stopped)' "runs/$name.txt"
}

# F1, average precision and the matrix in one line.
score_cc() {
    bin/nn --test --dataset datasets/CC_test.csv --model "runs/$1.model" |
        awk '/^TP/ { matrix = $0 } / average precision / { ap = $10 } /^F1/ { f1 = $2 }
             END { print "    F1 " f1 "   average precision " ap "   " matrix }'
}

cc() {
    [ -f datasets/CC_train.csv ] || make --no-print-directory data-cc
    data="--dataset datasets/CC_train.csv --batch_number 10 --epochs ${EPOCHS:-30}"
    for seed in 1 2 3; do
        echo "30,60,10,1 squared error, rate 1, seed $seed: $(train cc_mlp_$seed $data --layers 30,60,10,1 --learning_rate 1 -s $seed)"
        score_cc cc_mlp_$seed
    done
    echo "30,60,10,1 logarithmic loss, rate 0.1: $(train cc_mlp_log $data --layers 30,60,10,1 --loss log --learning_rate 0.1)"
    score_cc cc_mlp_log
    for rate in 0.01 0.1 1; do
        for loss in mse log; do
            echo "30,1 (logistic regression) $loss, rate $rate: $(train cc_linear $data --layers 30,1 --loss $loss --learning_rate $rate)"
            score_cc cc_linear
        done
    done
}

# Every 100th epoch of a log: R2 on the test points.
r2() { awk -F, '/^[0-9]/ && $1 % 100 == 0 { printf "  %s epochs R2 %.4f", $1, $7 } END { print "" }' "runs/$1.log.csv"; }

rastrigin() {
    net="--layers 2,128,128,1 --batch_size 256 --scaling none --validation datasets/rastrigin_test.csv --epochs ${EPOCHS:-300}"
    for rows in 40000 90000 160000; do
        [ -f datasets/rastrigin_$rows.csv ] || make --no-print-directory data-rastrigin ROWS=$rows
        echo "$rows rows, uniform, rate 0.05: $(train rastrigin_$rows --dataset datasets/rastrigin_$rows.csv $net --learning_rate 0.05)"
        r2 rastrigin_$rows
    done
    for rate in 0.02 0.05 0.2; do
        echo "160000 rows, N(0, 1), rate $rate: $(train rastrigin_normal_$rate --dataset datasets/rastrigin_160000.csv $net \
            --init normal --learning_rate $rate)"
        r2 rastrigin_normal_$rate
    done
}

# The epoch with the best test accuracy.
best() {
    sort -t, -k7 -g "runs/$1.log.csv" | awk -F, '/^[0-9]/ { e = $1; a = $7 } END { printf "    best test accuracy %.4f in epoch %s\n", a, e }'
}

images() { # folder
    train=$(ls "$1"/train-images*3-ubyte* | head -n 1)
    test=$(ls "$1"/t10k-images*3-ubyte* | head -n 1)
    net="--dataset $train --validation $test --layers 784,512,10 --batch_size 100 --epochs ${EPOCHS:-20}"
    clipped=clipped_leaky_relu,clipped_leaky_relu
    echo "clipped LeakyReLU twice, squared error, rate 0.1 exp: $(train images_clipped $net --activation $clipped --learning_rate 0.1 --lr_decay exp)"
    best images_clipped
    echo "sigmoid twice, squared error, rate 0.15: $(train images_sigmoid $net --activation sigmoid,sigmoid --learning_rate 0.15)"
    best images_sigmoid
    echo "ReLU and softmax, logarithmic loss, rate 0.1 exp: $(train images_relu $net --activation relu,softmax --loss log --init he \
        --learning_rate 0.1 --lr_decay exp)"
    best images_relu
}

case ${1:-} in
cc) cc ;;
rastrigin) rastrigin ;;
fashion)
    [ -e datasets/fashion-mnist ] || make --no-print-directory data-fashion
    images datasets/fashion-mnist
    ;;
mnist)
    [ -d datasets/mnist ] || { echo "put the four files of MNIST into datasets/mnist: see datasets/README.md" >&2; exit 1; }
    images datasets/mnist
    ;;
*)
    echo "usage: lab/experiments.sh cc | rastrigin | fashion | mnist" >&2
    exit 2
    ;;
esac
