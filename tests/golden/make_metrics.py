#!/usr/bin/env python3
"""Make metrics.txt: reference values of evaluation metrics, by scikit-learn.

    python3 -m venv v && v/bin/pip install scikit-learn numpy && v/bin/python tests/golden/make_metrics.py tests/golden

Three tables: a binary one (labels, and scores with ties), one with four
classes of which one is never predicted, and one of regression. Confusion
counts at a threshold t take a row as positive when its score is >= t, and some
scores equal a threshold exactly. Every value that scikit-learn gives is also
worked out here from its definition, and the two must agree.
"""
import os
import sys

import numpy as np
import sklearn
from sklearn import metrics as m

lines = []


def put(key, values):
    values = np.asarray(values)
    text = " ".join(str(int(v)) if values.dtype.kind in "biu" else repr(float(v))
                    for v in values.ravel())
    lines.append(f"{key} {text}")


def same(a, b):
    assert np.allclose(a, b, rtol=1e-13, atol=1e-13), (a, b)


def ratio(a, b):
    return a / b if b else 0.0


def binary(rng):
    n = 40
    y = (rng.uniform(size=n) < 0.4).astype(int)
    s = np.round(np.clip(0.30 + 0.20 * y + 0.22 * rng.standard_normal(n), 0, 1) * 20) / 20
    # Scores on both thresholds, in both classes.
    for value, offset in ((0.5, 0), (0.3, 1)):
        for label in (0, 1):
            s[np.flatnonzero(y == label)[offset]] = value
    assert len(set(s)) < n
    tied = [v for v in set(s) if len(set(y[s == v])) == 2]
    assert len(tied) >= 3                       # ties across the classes
    put("binary_labels", y)
    put("binary_scores", s)
    for t in (0.5, 0.3):
        p = (s >= t).astype(int)
        tn, fp, fn, tp = (int(v) for v in m.confusion_matrix(y, p, labels=[0, 1]).ravel())
        assert min(tn, fp, fn, tp) > 0
        same([tn, fp, fn, tp], [((y == a) & (p == b)).sum() for a in (0, 1) for b in (0, 1)])
        precision, recall = ratio(tp, tp + fp), ratio(tp, tp + fn)
        same(m.precision_score(y, p), precision)
        same(m.recall_score(y, p), recall)
        same(m.f1_score(y, p), ratio(2 * precision * recall, precision + recall))
        same(m.accuracy_score(y, p), (tp + tn) / n)
        put(f"binary_confusion_{t}", [tn, fp, fn, tp])
        put(f"binary_precision_{t}", m.precision_score(y, p))
        put(f"binary_recall_{t}", m.recall_score(y, p))
        put(f"binary_f1_{t}", m.f1_score(y, p))
        put(f"binary_accuracy_{t}", m.accuracy_score(y, p))
    # Area under the ROC curve: pairs ranked right, a tie counting one half.
    pos, neg = s[y == 1][:, None], s[y == 0][None, :]
    same(m.roc_auc_score(y, s), ((pos > neg) + 0.5 * (pos == neg)).mean())
    # Average precision: sum over distinct scores, falling, of
    # (recall step) x (precision), all rows of one score entering together.
    total, last = 0.0, 0.0
    for t in sorted(set(s), reverse=True):
        taken = s >= t
        recall = y[taken].sum() / y.sum()
        total += (recall - last) * y[taken].mean()
        last = recall
    same(m.average_precision_score(y, s), total)
    put("binary_roc_auc", m.roc_auc_score(y, s))
    put("binary_average_precision", m.average_precision_score(y, s))


def multiclass(rng):
    n, k, never = 60, 4, 2
    y = rng.integers(0, k, n)
    p = np.where(rng.uniform(size=n) < 0.65, y, rng.integers(0, k, n))
    others = [c for c in range(k) if c != never]
    p = np.where(p == never, rng.choice(others, n), p)
    assert set(y) == set(range(k)) and set(p) == set(others)
    c = m.confusion_matrix(y, p, labels=range(k))
    precision, recall, f1, support = m.precision_recall_fscore_support(
        y, p, labels=range(k), zero_division=0)
    for j in range(k):
        same(precision[j], ratio(c[j, j], c[:, j].sum()))
        same(recall[j], ratio(c[j, j], c[j].sum()))
        same(f1[j], ratio(2 * c[j, j], c[j].sum() + c[:, j].sum()))
    same(m.accuracy_score(y, p), np.trace(c) / n)
    macro = m.f1_score(y, p, labels=range(k), average="macro", zero_division=0)
    same(macro, f1.mean())
    put("multiclass_labels", y)
    put("multiclass_predictions", p)
    put("multiclass_confusion", c)
    put("multiclass_support", support)
    put("multiclass_precision", precision)
    put("multiclass_recall", recall)
    put("multiclass_f1", f1)
    put("multiclass_macro_f1", macro)
    put("multiclass_accuracy", m.accuracy_score(y, p))


def regression(rng):
    y = np.round(3 * rng.standard_normal(30) + 1, 3)
    yhat = np.round(0.8 * y + rng.standard_normal(30), 3)
    r = y - yhat
    same(m.mean_squared_error(y, yhat), (r ** 2).mean())
    same(m.mean_absolute_error(y, yhat), abs(r).mean())
    same(m.r2_score(y, yhat), 1 - (r ** 2).sum() / ((y - y.mean()) ** 2).sum())
    put("regression_y", y)
    put("regression_yhat", yhat)
    put("regression_r2", m.r2_score(y, yhat))
    put("regression_mse", m.mean_squared_error(y, yhat))
    put("regression_mae", m.mean_absolute_error(y, yhat))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_metrics.py OUTPUT_FOLDER")
    lines.extend([
        f"# Made by make_metrics.py with scikit-learn {sklearn.__version__}. Do not edit.",
        "# binary_confusion_T: tn fp fn tp, positive when score >= T.",
        "# multiclass_confusion: 4 x 4, rows true, columns predicted, row by row.",
        "# Ratios 0/0 are 0. regression_mse is the mean of squared residuals (no 1/2).",
    ])
    binary(np.random.default_rng(1))
    multiclass(np.random.default_rng(2))
    regression(np.random.default_rng(3))
    with open(os.path.join(sys.argv[1], "metrics.txt"), "w", newline="\n") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
