#!/usr/bin/env python3
"""Make the golden training trajectories in this folder.

    python3 -m venv v && v/bin/pip install torch numpy && v/bin/python tests/golden/make_golden.py tests/golden

Each file holds one small network, its data, its initial parameters, and the
batch loss and parameters of five steps of mini-batch SGD. Gradients come from
torch autograd, in float64, on the CPU. All random numbers come from numpy
generators with fixed seeds.

Definitions, for a row with outputs a, targets y and weight w (1 by default):

    mse                     1/2 sum_j (a_j - y_j)^2
    mae                     sum_j |a_j - y_j|
    log, sigmoid outputs    -sum_j [ y_j ln a_j + (1 - y_j) ln(1 - a_j) ]
    log, softmax outputs    -sum_j y_j ln a_j
    batch loss              (1/b) sum_i w_i loss_i,  b = rows in this batch
    update                  v <- momentum v + grad,  p <- p - learning_rate v
                            (v is 0 before the first step)

    leaky_relu:alpha        z if z > 0, else alpha z
    clipped_leaky_relu      0.01 z if z < 0;  z in [0, 1];  1 + 0.01 (z - 1) if z > 1
    softplus                ln(1 + e^z)

The parameters are one flat vector: for each weight layer in turn, its weights
row by row (n_out rows of n_in), then its n_out biases. Batches take the rows
in order, with no shuffling, and the last batch of a pass may be short.

Before a file is written the script checks its own numbers: every value is
finite, no activation input (and, for mae, no residual) comes within 1e-3 of a
kink, every linear piece of a piecewise activation is used, the gradient of the
first step agrees with central differences to 1e-6, losses agree with the ones
torch provides, and the loss over all rows is lower after the five steps.
"""
import os
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ROWS, BATCH, STEPS, MARGIN = 20, 6, 5, 1e-3


# --- activations: function, kinks ------------------------------------------

def activation(name):
    """The function of an activation, and the inputs at which it has a kink."""
    base, _, arg = name.partition(":")
    if base == "leaky_relu":
        alpha = float(arg)
        return (lambda z: torch.where(z > 0, z, alpha * z)), [0.0]
    return {
        "linear": (lambda z: z, []),
        "sigmoid": (lambda z: 1 / (1 + torch.exp(-z)), []),
        "tanh": (torch.tanh, []),
        "relu": (lambda z: torch.where(z > 0, z, torch.zeros_like(z)), [0.0]),
        "clipped_leaky_relu": (
            lambda z: torch.where(
                z < 0, 0.01 * z, torch.where(z > 1, 1 + 0.01 * (z - 1), z)),
            [0.0, 1.0]),
        "softplus": (lambda z: torch.log1p(torch.exp(z)), []),
        "softmax": (lambda z: torch.exp(z) / torch.exp(z).sum(1, keepdim=True), []),
    }[base]


def row_losses(loss, last, a, y):
    if loss == "mse":
        return 0.5 * ((a - y) ** 2).sum(1)
    if loss == "mae":
        return (a - y).abs().sum(1)
    if loss == "log" and last == "sigmoid":
        return -(y * torch.log(a) + (1 - y) * torch.log(1 - a)).sum(1)
    if loss == "log" and last == "softmax":
        return -(y * torch.log(a)).sum(1)
    raise ValueError(f"no {loss} loss for {last} outputs")


def torch_row_losses(loss, last, z, a, y):
    """The same losses by torch's own functions, as a check."""
    f = torch.nn.functional
    if loss == "mse":
        return 0.5 * f.mse_loss(a, y, reduction="none").sum(1)
    if loss == "mae":
        return f.l1_loss(a, y, reduction="none").sum(1)
    if last == "sigmoid":
        return f.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1)
    return f.cross_entropy(z, y, reduction="none")


# --- the network -------------------------------------------------------------

def n_params(layers):
    return sum(o * (i + 1) for i, o in zip(layers, layers[1:]))


def forward(net, p, x):
    """Outputs, and the list of activation inputs of each weight layer."""
    a, zs, at = x, [], 0
    for n_in, n_out, name in zip(net["layers"], net["layers"][1:], net["activations"]):
        w = p[at:at + n_out * n_in].reshape(n_out, n_in)
        at += n_out * n_in
        b = p[at:at + n_out]
        at += n_out
        z = a @ w.T + b
        zs.append(z)
        a = activation(name)[0](z)
    assert at == p.numel()
    return a, zs


def batch_loss(net, p, x, y, w):
    a, _ = forward(net, p, x)
    return (w * row_losses(net["loss"], net["activations"][-1], a, y)).sum() / len(x)


def gradient(net, p, *rows):
    p = p.clone().requires_grad_(True)
    value = batch_loss(net, p, *rows)
    value.backward()
    return value.item(), p.grad.clone()


def batches():
    """Row ranges, in order, pass after pass."""
    while True:
        for first in range(0, ROWS, BATCH):
            yield slice(first, min(first + BATCH, ROWS))


# --- data ----------------------------------------------------------------------

def make_data(net, rng):
    n_in, n_out = net["layers"][0], net["layers"][-1]
    x = rng.standard_normal((ROWS, n_in))
    score = x @ rng.standard_normal((n_in, n_out)) + 0.3 * rng.standard_normal((ROWS, n_out))
    kind = net["targets"]
    if kind == "one_hot":
        y = np.eye(n_out)[score.argmax(1)]
    elif kind == "binary":
        y = (score > 0).astype(float)
    else:
        y = np.tanh(score) + 0.5 * score
    w = np.ones(ROWS)
    if "class_weights" in net:
        w = np.array(net["class_weights"])[y[:, 0].astype(int)]
    elif net.get("weighted"):
        w = np.round(rng.uniform(0.25, 3.0, ROWS), 3)
    return x, y, w


def make_params(net, rng):
    parts = []
    for n_in, n_out in zip(net["layers"], net["layers"][1:]):
        bound = np.sqrt(1 / n_in)
        parts += [rng.uniform(-bound, bound, n_out * n_in), rng.uniform(-bound, bound, n_out)]
    return np.concatenate(parts)


# --- one trajectory, with its checks -----------------------------------------

class Unsuitable(Exception):
    """This seed gives a trajectory that is no good as a reference."""


def check_kinks(net, p, x, y, seen):
    a, zs = forward(net, p, x)
    for layer, (z, name) in enumerate(zip(zs, net["activations"])):
        kinks = activation(name)[1]
        for k in kinks:
            if (z - k).abs().min() < MARGIN:
                raise Unsuitable("activation input near a kink")
        if kinks:
            piece = sum((z > k).long() for k in kinks)
            seen.setdefault(layer, set()).update(piece.flatten().tolist())
    if net["loss"] == "mae" and (a - y).abs().min() < MARGIN:
        raise Unsuitable("residual near zero")


def check_losses(net, p, x, y):
    a, zs = forward(net, p, x)
    last = net["activations"][-1]
    ours = row_losses(net["loss"], last, a, y)
    theirs = torch_row_losses(net["loss"], last, zs[-1], a, y)
    assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def check_gradient(net, p, grad, *rows):
    """Central differences, at a step far too short to cross a kink."""
    h, worst = 1e-6, 0.0
    for i in range(p.numel()):
        up, down = p.clone(), p.clone()
        up[i] += h
        down[i] -= h
        slope = (batch_loss(net, up, *rows) - batch_loss(net, down, *rows)).item() / (2 * h)
        worst = max(worst, abs(slope - grad[i].item()))
    assert worst < 1e-6, f"gradient differs from central differences by {worst}"
    return worst


def trajectory(net, seed):
    rng = np.random.default_rng(seed)
    x, y, w = (torch.from_numpy(v) for v in make_data(net, rng))
    p = torch.from_numpy(make_params(net, rng))
    assert p.numel() == n_params(net["layers"])
    if net["targets"] != "real":
        if ((y.sum(0) == 0) | (y.sum(0) == ROWS)).any():
            raise Unsuitable("a class is missing")
    if "class_weights" in net:
        steps = batches()
        for _ in range(-(-ROWS // BATCH)):
            if len(set(w[next(steps)].tolist())) < 2:
                raise Unsuitable("a batch has rows of one class only")
    result = {"X": x, "Y": y, "w": w, "params0": p.clone(), "steps": []}
    seen = {}
    before = batch_loss(net, p, x, y, w).item()
    v = torch.zeros_like(p)
    order = batches()
    for step in range(STEPS):
        rows = next(order)
        part = (x[rows], y[rows], w[rows])
        check_kinks(net, p, x, y, seen)
        check_losses(net, p, x, y)
        value, grad = gradient(net, p, *part)
        assert np.isfinite(value) and torch.isfinite(grad).all()
        if (grad == 0).all():
            raise Unsuitable("zero gradient")
        if step == 0:
            result["fd_error"] = check_gradient(net, p, grad, *part)
        v = net["momentum"] * v + grad
        p = p - net["learning_rate"] * v
        assert torch.isfinite(p).all()
        result["steps"].append((value, p.clone()))
    check_kinks(net, p, x, y, seen)
    for layer, name in enumerate(net["activations"]):
        kinks = activation(name)[1]
        if kinks and len(seen[layer]) != len(kinks) + 1:
            raise Unsuitable("a piece of an activation is never used")
    after = batch_loss(net, p, x, y, w).item()
    if not after < before:
        raise Unsuitable("loss does not decrease")
    if not result["steps"][4][0] < result["steps"][0][0]:
        raise Unsuitable("loss of the first batch does not decrease")
    result["loss"] = (before, after)
    return result


# --- the files -------------------------------------------------------------------

def numbers(values):
    return " ".join(repr(float(v)) for v in np.asarray(values).ravel())


def plain(v):
    return repr(int(v)) if float(v).is_integer() else repr(float(v))


def write(path, net, seed, r):
    lines = [
        f"# Made by make_golden.py with torch {torch.__version__}, numpy seed {seed}. Do not edit.",
        f"# {net['about']}",
        "layers " + " ".join(map(str, net["layers"])),
        "activations " + " ".join(net["activations"]),
        f"loss {net['loss']}",
        f"learning_rate {plain(net['learning_rate'])}",
        f"momentum {plain(net['momentum'])}",
        f"batch {BATCH}",
        f"rows {ROWS}",
    ]
    if (r["w"] != 1).any():
        lines.append("row_weights " + numbers(r["w"]))
    lines += ["X " + numbers(r["X"]), "Y " + numbers(r["Y"]), "params0 " + numbers(r["params0"])]
    for k, (value, p) in enumerate(r["steps"], 1):
        lines += [f"step{k}_loss {value!r}", f"step{k}_params {numbers(p)}"]
    with open(path, "w", newline="\n") as f:
        f.write("\n".join(lines) + "\n")
    assert os.path.getsize(path) < 60_000


def read(path):
    """What a reader of the file gets: key -> list of words."""
    with open(path) as f:
        return {k: v for k, *v in (s.split() for s in f if not s.startswith("#"))}


def check_file(path, net):
    """Replay the trajectory from the written file alone."""
    got = read(path)
    layers = [int(s) for s in got["layers"]]
    assert layers == net["layers"] and got["activations"] == net["activations"]
    real = lambda key: torch.tensor([float(s) for s in got[key]])
    x, y = real("X").reshape(ROWS, layers[0]), real("Y").reshape(ROWS, layers[-1])
    w = real("row_weights") if "row_weights" in got else torch.ones(ROWS)
    p, order = real("params0"), batches()
    v = torch.zeros_like(p)
    for k in range(1, STEPS + 1):
        rows = next(order)
        value, grad = gradient(net, p, x[rows], y[rows], w[rows])
        v = float(got["momentum"][0]) * v + grad
        p = p - float(got["learning_rate"][0]) * v
        assert abs(value - float(got[f"step{k}_loss"][0])) < 1e-14
        assert (p - real(f"step{k}_params")).abs().max() < 1e-14


NETS = {
    "mse_sigmoid": dict(
        about="Squared error on one-hot targets, sigmoid everywhere, no momentum.",
        layers=[4, 5, 3], activations=["sigmoid", "sigmoid"], loss="mse",
        learning_rate=0.5, momentum=0, targets="one_hot"),
    "log_softmax": dict(
        about="Categorical cross-entropy, relu and tanh hidden layers, momentum.",
        layers=[5, 7, 4, 3], activations=["relu", "tanh", "softmax"], loss="log",
        learning_rate=0.1, momentum=0.9, targets="one_hot"),
    "regression_mse": dict(
        about="Regression with squared error, momentum.",
        layers=[2, 6, 5, 1], activations=["softplus", "leaky_relu:0.2", "linear"], loss="mse",
        learning_rate=0.05, momentum=0.5, targets="real"),
    "regression_mae": dict(
        about="Regression with absolute error, no momentum.",
        layers=[2, 6, 5, 1], activations=["softplus", "leaky_relu:0.2", "linear"], loss="mae",
        learning_rate=0.05, momentum=0, targets="real"),
    "binary_log_weighted": dict(
        about="Binary cross-entropy; class 0 weighs 0.7 and class 1 weighs 1.9.",
        layers=[3, 4, 1], activations=["clipped_leaky_relu", "sigmoid"], loss="log",
        learning_rate=0.4, momentum=0, targets="binary", class_weights=[0.7, 1.9]),
    "multilabel_log_weighted": dict(
        about="Binary cross-entropy summed over three independent outputs, row weights, momentum.",
        layers=[4, 6, 3], activations=["tanh", "sigmoid"], loss="log",
        learning_rate=0.2, momentum=0.8, targets="binary", weighted=True),
}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_golden.py OUTPUT_FOLDER")
    for number, (name, net) in enumerate(NETS.items(), 1):
        for seed in range(1000 * number, 1000 * number + 1000):
            try:
                result = trajectory(net, seed)
                break
            except Unsuitable:
                continue
        else:
            sys.exit(f"{name}: no suitable seed")
        path = os.path.join(sys.argv[1], name + ".txt")
        write(path, net, seed, result)
        check_file(path, net)
        print(f"{path}: seed {seed}, {os.path.getsize(path)} bytes, loss over all rows "
              f"{result['loss'][0]:.4f} -> {result['loss'][1]:.4f}, "
              f"central differences within {result['fd_error']:.1e}")


if __name__ == "__main__":
    main()
