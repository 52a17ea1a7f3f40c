"""Trains small networks with PyTorch, as a program of one's own would, and records them: by every optimizer, and with slips."""
import json
import sys

import torch
from torch import nn

from gradient_inspector import Recorder

torch.manual_seed(3)
X = torch.randn(12, 3, dtype=torch.float64)
y = torch.randint(0, 2, (12,))
LOSS = nn.CrossEntropyLoss()


def model(kind=torch.float64):
    torch.manual_seed(5)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).to(kind)


def train(name, make, told, steps=12, batches=None, unit="epoch", zero=True, after=None, dtype=torch.float64, **keys):
    """`told`: the optimizer that the network file has; `batches`: the rows of each batch of an epoch."""
    net = model(dtype)
    inputs = X.to(dtype)
    optimizer = make(net.parameters())
    run = Recorder(f"{name}.nn.json", net, inputs, y, loss=LOSS, optimizer=told, unit=unit, **keys)
    for step in range(steps):
        for rows in [torch.arange(12)] if batches is None else batches(step):
            if zero:
                optimizer.zero_grad()

            def closure():
                optimizer.zero_grad()
                loss = LOSS(net(inputs[rows]), y[rows])
                loss.backward()
                return loss

            if isinstance(optimizer, torch.optim.LBFGS):
                optimizer.step(closure)
            else:
                LOSS(net(inputs[rows]), y[rows]).backward()
                optimizer.step()
            if unit == "step":
                run.step()
        if after:
            after(optimizer, step)
        if unit == "epoch":
            run.epoch()


O = torch.optim


class NAdam2:
    """NAdam of PyTorch 2; that of 1.13 takes mu twice in the product for the next step."""

    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3):
        self.parameters, self.lr, self.betas, self.eps, self.psi = list(parameters), lr, betas, eps, momentum_decay
        self.moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in self.parameters]
        self.done, self.product = 0, 1.0

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    @torch.no_grad()
    def step(self):
        self.done += 1
        b1, b2 = self.betas
        mu, following = (b1 * (1.0 - 0.5 * 0.96 ** (t * self.psi)) for t in (self.done, self.done + 1))
        self.product *= mu
        for p, (m, v) in zip(self.parameters, self.moments):
            m.lerp_(p.grad, 1 - b1)
            v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            below = v.div(1 - b2**self.done).sqrt().add_(self.eps)
            p.addcdiv_(p.grad, below, value=-self.lr * (1.0 - mu) / (1.0 - self.product))
            p.addcdiv_(m, below, value=-self.lr * following / (1.0 - self.product * following))


SAME = {
    "gd": (lambda p: O.SGD(p, lr=0.3), {"type": "gd", "learningRate": 0.3}),
    "momentum": (lambda p: O.SGD(p, lr=0.1, momentum=0.9), {"type": "momentum", "learningRate": 0.1, "momentum": 0.9}),
    "nesterov": (lambda p: O.SGD(p, lr=0.1, momentum=0.8, nesterov=True), {"type": "nesterov", "learningRate": 0.1, "momentum": 0.8}),
    "rmsprop": (lambda p: O.RMSprop(p, lr=0.01), {"type": "rmsprop", "learningRate": 0.01, "decay": 0.99, "epsilon": 1e-8}),
    "adagrad": (lambda p: O.Adagrad(p, lr=0.1), {"type": "adagrad", "learningRate": 0.1}),
    "adam": (lambda p: O.Adam(p, lr=0.05), {"type": "adam", "learningRate": 0.05}),
    "adamw": (lambda p: O.AdamW(p, lr=0.05, weight_decay=0.1), {"type": "adamw", "learningRate": 0.05, "weightDecay": 0.1}),
    "nadam": (lambda p: NAdam2(p, lr=0.01), {"type": "nadam", "learningRate": 0.01}),
    "rprop": (lambda p: O.Rprop(p, lr=0.01), {"type": "rprop", "learningRate": 0.01}),
    "lbfgs": (lambda p: O.LBFGS(p, lr=1, line_search_fn="strong_wolfe"), {"type": "lbfgs", "learningRate": 1}),
}
GD = {"type": "gd", "learningRate": 0.1}
ADAM = {"type": "adam", "learningRate": 0.05}
MOMENTUM = {"type": "momentum", "learningRate": 0.1, "momentum": 0.9}
sgd = lambda p: O.SGD(p, lr=0.1)


def slower(optimizer, step):
    for group in optimizer.param_groups:
        group["lr"] *= 0.95


def in_order(step):
    return torch.arange(12).split(4)


def shuffled(step):
    return torch.randperm(12).split(4)


def main():
    for name, (make, told) in SAME.items():
        train(name, make, told, steps=4 if name == "lbfgs" else 12)
    train("adam32", SAME["adam"][0], SAME["adam"][1], dtype=torch.float32)
    train("adam-own", SAME["adam"][0], SAME["adam"][0](model().parameters()))
    train("batches", sgd, GD, batches=in_order, batch_size=4, training={"shuffle": False})
    train("batch-steps", sgd, GD, batches=in_order, unit="step", batch_size=4, training={"shuffle": False})
    # Slips
    train("slip-epsilon", lambda p: O.Adam(p, lr=0.05, eps=1e-7), ADAM)
    train("slip-dampening", lambda p: O.SGD(p, lr=0.1, momentum=0.9, dampening=0.9), MOMENTUM)
    train("slip-zero-grad", sgd, GD, zero=False)
    train("slip-zero-grad-adam", lambda p: O.Adam(p, lr=0.05), ADAM, zero=False)
    train("slip-zero-grad-batches", sgd, GD, zero=False, batches=in_order, unit="step", batch_size=4, training={"shuffle": False})
    train("slip-rate", lambda p: O.SGD(p, lr=0.2), GD)
    train("slip-rate-steps", sgd, GD, after=slower)
    train("slip-rate-steps-adam", lambda p: O.Adam(p, lr=0.05), ADAM, after=slower)
    train("slip-rate-epochs", sgd, GD, after=slower, batches=in_order, batch_size=4, training={"shuffle": False})
    train("slip-order", sgd, GD, batches=shuffled, batch_size=4, training={"shuffle": False})
    train("slip-order-steps", sgd, GD, batches=shuffled, unit="step", batch_size=4, training={"shuffle": False})
    train("slip-unshuffled", sgd, GD, batches=in_order, batch_size=4)
    train("slip-last-batch", sgd, GD, batches=lambda step: [torch.arange(8, 12)])
    train("slip-last-batch-adam", lambda p: O.Adam(p, lr=0.05), ADAM, batches=lambda step: [torch.arange(7, 12)])
    train("slip-decay", lambda p: O.Adam(p, lr=0.05, weight_decay=0.01), ADAM)
    train("slip-optimizer", lambda p: O.RMSprop(p, lr=0.05), ADAM)
    train("slip-beta", lambda p: O.Adam(p, lr=0.05, betas=(0.9, 0.99)), ADAM)
    train("slip-epsilon-32", lambda p: O.Adam(p, lr=0.05, eps=1e-3), ADAM, dtype=torch.float32)


main()
print(json.dumps(sorted(SAME)))
sys.exit(0)
