"""PyTorch and NumPy for run.mjs: one JSON request a line on standard input, one answer a line on standard output."""

import json
import os
import sys
import time

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
DEFAULT_THREADS = torch.get_num_threads()
RATE = 0.05


def load(request):
    folder, units, count = request["folder"], request["units"], request["samples"]
    read = lambda name, shape: np.fromfile(f"{folder}/{name}.f64").reshape(shape)
    theta, at, layers = np.fromfile(f"{folder}/theta.f64"), 0, []
    for columns, rows in zip(units, units[1:]):
        w = theta[at : at + rows * columns].reshape(rows, columns).copy()
        at += rows * columns
        layers.append((w, theta[at : at + rows].copy()))
        at += rows
    return layers, read("inputs", (count, units[0])), read("targets", (count, units[-1]))


class Torch:
    """Autograd and an optimizer of torch.optim, as one would write it."""

    def __init__(self, request, threads):
        self.threads = threads
        layers, x, y = load(request)
        self.parameters = [torch.tensor(p, requires_grad=True) for layer in layers for p in layer]
        self.x, self.y, self.request = torch.tensor(x), torch.tensor(y), request
        self.optimizer = torch.optim.SGD(self.parameters, lr=RATE)

    def logits(self, x, parameters):
        for l in range(0, len(parameters), 2):
            x = torch.nn.functional.linear(x, parameters[l], parameters[l + 1])
            if l < len(parameters) - 2:
                x = self.hidden(x)
        return x

    def hidden(self, z):
        name = self.request["hidden"]
        if name == "softmax":
            return torch.softmax(z, 1)
        return torch.nn.functional.gelu(z) if name == "gelu" else getattr(torch, name)(z)

    def outputs_of(self, z):
        output = self.request["output"]
        return z if output == "identity" else torch.softmax(z, 1) if output == "softmax" else torch.sigmoid(z)

    def loss(self, x, y, parameters):
        z = self.logits(x, parameters)
        if self.request["loss"] == "mse":
            return ((self.outputs_of(z) - y) ** 2).sum() / (2 * len(x))
        if self.request["loss"] == "mae":
            return (self.outputs_of(z) - y).abs().sum() / len(x)
        if self.request["loss"] == "huber":
            return torch.nn.functional.huber_loss(self.outputs_of(z), y, reduction="sum") / len(x)
        return -(y * torch.log_softmax(z, 1)).sum() / len(x)

    def epoch(self):
        batch = self.request["batch"]
        for first in range(0, len(self.x), batch):
            self.optimizer.zero_grad()
            self.loss(self.x[first : first + batch], self.y[first : first + batch], self.parameters).backward()
            self.optimizer.step()

    def outputs(self):
        with torch.no_grad():
            return self.outputs_of(self.logits(self.x[:1], self.parameters))[0].tolist()

    def before(self):
        torch.set_num_threads(self.threads)

    def gradcheck(self):
        f = lambda *parameters: self.loss(self.x, self.y, parameters)
        return torch.autograd.gradcheck(f, self.parameters, eps=1e-6, atol=1e-5, rtol=1e-3, fast_mode=False)

    def flat_loss(self, flat):
        parameters, at = [], 0
        for p in self.parameters:
            parameters.append(flat[at : at + p.numel()].view_as(p))
            at += p.numel()
        return self.loss(self.x, self.y, parameters)

    def flat(self):
        return torch.cat([p.detach().reshape(-1) for p in self.parameters])

    def hessian(self):
        return torch.linalg.eigvalsh(torch.autograd.functional.hessian(self.flat_loss, self.flat()))[-1].item()

    def lambda_max(self):
        from scipy.sparse.linalg import LinearOperator, eigsh

        theta = self.flat()
        product = lambda v: torch.autograd.functional.vhp(self.flat_loss, theta, torch.from_numpy(v.reshape(-1)))[1].numpy()
        operator = LinearOperator((len(theta), len(theta)), matvec=product, dtype=float)
        return float(eigsh(operator, k=1, which="LA", tol=1e-6, return_eigenvectors=False)[0])


class Numpy:
    """The formulas by hand."""

    def __init__(self, request):
        self.layers, self.x, self.y = load(request)
        self.request = request

    def before(self):
        pass

    def forward(self, x):
        request, a = self.request, [x]
        for l, (w, b) in enumerate(self.layers):
            z = a[-1] @ w.T + b
            kind = request["output"] if l == len(self.layers) - 1 else request["hidden"]
            if kind == "sigmoid":
                z = 1 / (1 + np.exp(-z))
            elif kind == "tanh":
                z = np.tanh(z)
            elif kind == "relu":
                z = np.maximum(z, 0)
            elif kind == "softmax":
                e = np.exp(z - z.max(1, keepdims=True))
                z = e / e.sum(1, keepdims=True)
            a.append(z)
        return a

    def epoch(self):
        request, batch = self.request, self.request["batch"]
        for first in range(0, len(self.x), batch):
            x, y = self.x[first : first + batch], self.y[first : first + batch]
            a = self.forward(x)
            delta = (a[-1] - y) / len(x)
            if request["output"] == "sigmoid":
                delta *= a[-1] * (1 - a[-1])
            for l in range(len(self.layers) - 1, -1, -1):
                w, b = self.layers[l]
                g, gb = delta.T @ a[l], delta.sum(0)
                if l > 0:
                    delta = delta @ w
                    hidden = request["hidden"]
                    h = a[l]
                    delta *= 1 - h * h if hidden == "tanh" else h * (1 - h) if hidden == "sigmoid" else h > 0
                w -= RATE * g
                b -= RATE * gb

    def outputs(self):
        return self.forward(self.x[:1])[-1][0].tolist()


def rate(contender, milliseconds):
    contender.before()
    epochs, start, spent = 0, time.perf_counter(), 0.0
    while spent < milliseconds / 1000:
        contender.epoch()
        epochs += 1
        spent = time.perf_counter() - start
    return epochs / spent


def blas():
    """The library of matrix products that was loaded: it decides how fast wide layers are here."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if "blas" in line and "lapack" not in line}
    except OSError:
        paths = set()
    return ", ".join(sorted(os.path.basename(os.path.realpath(path)) for path in paths)) or "its own"


contenders = {}
for line in sys.stdin:
    request = json.loads(line)
    action = request["action"]
    if action == "prepare":
        contenders = {
            "torch": Torch(request, DEFAULT_THREADS),
            "torch1": Torch(request, 1),
            "torchAll": Torch(request, os.cpu_count()),
            "numpy": Numpy(request),
        }
        answer = {"threads": DEFAULT_THREADS, "torch": torch.__version__, "numpy": np.__version__, "blas": blas()}
    elif action == "epochs":
        contenders[request["name"]].before()
        for _ in range(request["count"]):
            contenders[request["name"]].epoch()
        answer = {"outputs": contenders[request["name"]].outputs()}
    elif action == "rate":
        answer = {"rate": rate(contenders[request["name"]], request["milliseconds"])}
    elif action in ("hessian", "lambda_max"):
        contenders["torch"].before()
        start = time.perf_counter()
        value = getattr(contenders["torch"], action)()
        answer = {"milliseconds": (time.perf_counter() - start) * 1000, "value": value}
    else:
        contenders["torch"].before()
        start = time.perf_counter()
        passed = contenders["torch"].gradcheck()
        answer = {"milliseconds": (time.perf_counter() - start) * 1000, "passed": bool(passed)}
    print(json.dumps(answer), flush=True)
