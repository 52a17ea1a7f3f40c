"""Hands a network, its data and its gradients to Gradient Inspector. One file, put beside your own.

    from gradient_inspector import save
    save("mine.nn.json", model, X, y, loss="crossEntropy")

`model` is one of

* a `torch.nn.Sequential` of Linear, BatchNorm1d, activations, Dropout and Flatten,
* a Keras model of Dense, Activation, BatchNormalization, Dropout and Flatten in a row,
* a fitted `MLPClassifier` or `MLPRegressor` of scikit-learn,
* a list of layers `(W, b, activation)`, arrays of any kind; `b` may be None. `W` is inputs x units (X @ W) or
  units x inputs (W @ x), whichever fits; where both do, say `orientation="inputs-by-units"` or `"units-by-inputs"`.
  `activation` is a name or, with its constant, an object: `{"type": "leakyRelu", "slope": 0.2}`.

`X` has one row a sample. `y` has one row of targets a sample, or one class number (from 0; the labels of a scikit-learn
classifier are taken in the order of its `classes_`).

`loss` is a name of the format ("mse", "mae", "huber", "binaryCrossEntropy", "crossEntropy"), an object of it
(`{"type": "mse", "half": False, "outputs": "mean"}`) or a loss of torch (`torch.nn.MSELoss()`). Keras and scikit-learn
models know their own. Of a torch model that ends with Linear, `crossEntropy` gets the softmax that CrossEntropyLoss has
in itself, `binaryCrossEntropy` the sigmoid of BCEWithLogitsLoss.

`gradients` are your own, to be judged: a list of `(dW, db)`, each dW the same way round as its W, or for torch "grad", the
`.grad` that stand in the parameters. Up to 5,000 of them become claims in the file; more are written beside it, as
`mine.gradients.safetensors`, for `gradient-inspector check mine.nn.json --gradients mine.gradients.safetensors`.

`optimizer` is an optimizer of torch or an object of the format. Any other key of the format may be given by its name:
`regularization={"l2": 0.01}`, `training={"epochs": 100}`, `seed=1`.

Nothing is rounded. Past 20,000 parameters the weights stand beside the text (`mine.weights.safetensors`), past 20,000
numbers so do the data (`mine.data.npz`).

A run of your own:

    run = Recorder("mine.nn.json", model, X, y, loss="crossEntropy", optimizer=optimizer)
    for epoch in range(100):
        ...                        # your own training, whatever it is
        run.epoch()                # after each epoch, or after each step: run = Recorder(..., unit="step")

It saves the network as it is then, and appends to `mine.nn-run` after each epoch: J over X and y, every parameter and,
where they stand in `.grad` (or are given, `run.epoch(gradients=[(dW, db), ...])`), the gradients.

The file `.nn-run`: the line `GRADIENT-INSPECTOR-RUN 1`, then one line of JSON, padded by spaces so that the rest begins at a
multiple of 8 bytes. The JSON: `network` (the name of the network file), `unit` ("epoch" or "step"), `parameters` (n), `record`
(the length of one record in numbers: 3 + 2 n). Then the records, each of float64, lowest byte first: how many epochs are done (0 is the start), J, 1 where there are gradients and 0 where there are
none, the n parameters, the n gradients (NaN where there are none). The parameters stand as the network file has them: for
each layer in turn its weights row by row (one row a unit), then its biases. A record that is cut off is not one.
"""

import json
import math
import os
import struct
import zipfile

MOST_CLAIMS = 5000
MOST_INLINE = 20000

__all__ = ["save", "Recorder"]


def save(path, model, X=None, y=None, *, loss=None, gradients=None, optimizer=None, orientation=None, **keys):
    """Writes the network file `path`; see the top of this file. Returns `path`."""
    _Network(model, X, y, loss, optimizer, orientation).write(path, X, y, gradients, keys)
    return path


class Recorder:
    """Appends a program's own training to `PATH.nn-run`; see the top of this file."""

    def __init__(
        self, path, model, X, y, *, loss=None, optimizer=None, orientation=None, unit="epoch", batch_size=None, **keys
    ):
        if unit not in ("epoch", "step"):
            raise ValueError(f'unit is "epoch" or "step", not {unit!r}')
        self._read = lambda: _Network(model, X, y, loss, optimizer, orientation)
        network = self._read()
        if batch_size is not None:
            keys["training"] = {"batchSize": batch_size, **keys.get("training", {})}
        network.write(path, X, y, None, keys)
        self._X, self._y = _rows(X, "X"), network.targets(y)
        self._count, self._done = network.count(), 0
        header = {
            "network": os.path.basename(path),
            "unit": unit,
            "parameters": self._count,
            "record": 3 + 2 * self._count,
        }
        self.path = _beside(path, ".nn-run")
        first = "GRADIENT-INSPECTOR-RUN 1\n" + json.dumps(header)
        with open(self.path, "wb") as file:
            file.write(first.encode() + b" " * (-(len(first.encode()) + 1) % 8) + b"\n")
        self._append(network, None)

    def epoch(self, gradients=None):
        """Records the parameters as they are now, J over X and y, and the gradients where there are any."""
        network = self._read()
        if network.count() != self._count:
            raise ValueError(f"the model has {network.count()} parameters now, {self._count} when the run began")
        self._done += 1
        self._append(network, gradients)

    step = epoch

    def _append(self, network, gradients):
        found = network.gradients(gradients) if gradients is not None else network.own_gradients()
        theta = network.flat(network.layers)
        flat = network.flat(found) if found is not None else [math.nan] * self._count
        record = [float(self._done), network.loss_over(self._X, self._y), float(found is not None), *theta, *flat]
        with open(self.path, "ab") as file:
            file.write(struct.pack(f"<{len(record)}d", *record))


# --- What is known of a model: layers of (weights as units x inputs, biases or None), activations, loss, optimizer ---


class _Network:
    def __init__(self, model, X, y, loss, optimizer, orientation):
        self.labels = None
        self.regularization = None
        self.turned = []
        self.parameters = None
        if hasattr(model, "coefs_"):
            self._sklearn(model)
        elif hasattr(model, "named_parameters"):
            self._torch(model)
        elif hasattr(model, "layers") and hasattr(model, "get_weights"):
            self._keras(model)
        else:
            self._arrays(model, X, y, orientation)
        inputs = len(self.layers[0][0][0])
        if X is not None and len(_rows(X, "X")[0]) != inputs:
            raise ValueError(f"X has {len(_rows(X, 'X')[0])} columns, but the network takes {inputs} inputs")
        for (weights, _), (after, _) in zip(self.layers, self.layers[1:]):
            if len(weights) != len(after[0]):
                raise ValueError(f"a layer of {len(weights)} units is followed by one that takes {len(after[0])} inputs")
        own = getattr(self, "loss", None)
        self.loss = _loss(loss if loss is not None else own)
        kind = self.loss if isinstance(self.loss, str) else (self.loss or {}).get("type")
        wanted = {"crossEntropy": "softmax", "binaryCrossEntropy": "sigmoid"}.get(kind)
        if wanted and self.activations[-1] == "identity" and self.parameters is not None:
            self.activations[-1] = wanted
        self.optimizer = _optimizer(optimizer)

    # Of each kind of model

    def _torch(self, model):
        self.layers, self.activations, self.parameters = [], [], []
        folded = False
        for name, module in _leaves(model):
            kind = type(module).__name__
            if kind in ("Dropout", "Identity", "Flatten"):
                continue
            if kind == "Linear":
                bias = None if module.bias is None else _vector(module.bias)
                self.layers.append((_rows(module.weight, name), bias))
                self.activations.append("identity")
                self.parameters.append((module.weight, module.bias))
            elif kind == "BatchNorm1d" and self.layers and self.activations[-1] == "identity":
                if module.running_mean is None:
                    raise ValueError(f"{name} (BatchNorm1d) keeps no running statistics")
                gamma = None if module.weight is None else _vector(module.weight)
                beta = None if module.bias is None else _vector(module.bias)
                self._fold(_vector(module.running_mean), _vector(module.running_var), gamma, beta, module.eps)
                folded = True
            else:
                self._activate(name, _torch_activation(name, module))
        if not self.layers:
            raise ValueError("the model has no Linear")
        if folded:
            # Its parameters are no longer those of the network.
            self.parameters = []

    def _keras(self, model):
        self.layers, self.activations = [], []
        for layer in model.layers:
            kind = type(layer).__name__
            if kind in ("InputLayer", "Dropout", "Flatten"):
                continue
            weights = list(layer.get_weights())
            if kind == "Dense":
                bias = _vector(weights[1]) if len(weights) > 1 else None
                self.layers.append((_transposed(_rows(weights[0], layer.name)), bias))
                self.activations.append("identity")
                self._activate(layer.name, _keras_activation(layer.name, layer.activation))
            elif kind == "BatchNormalization" and self.layers and self.activations[-1] == "identity":
                gamma = _vector(weights.pop(0)) if layer.scale else None
                beta = _vector(weights.pop(0)) if layer.center else None
                self._fold(_vector(weights[0]), _vector(weights[1]), gamma, beta, layer.epsilon)
            elif kind == "Activation":
                self._activate(layer.name, _keras_activation(layer.name, layer.activation))
            else:
                self._activate(layer.name, _keras_layer(layer.name, kind, layer))
        if not self.layers:
            raise ValueError("the model has no Dense")
        self.turned = [True] * len(self.layers)
        loss = getattr(model, "loss", None)
        self.loss = _keras_loss(loss) if isinstance(loss, str) else None

    def _sklearn(self, model):
        self.layers = [
            (_transposed(_rows(W, "coefs_")), _vector(b)) for W, b in zip(model.coefs_, model.intercepts_)
        ]
        self.turned = [True] * len(self.layers)
        hidden = _named(model.activation)
        self.activations = [hidden] * (len(self.layers) - 1) + [_named(model.out_activation_)]
        losses = {
            "log_loss": "crossEntropy",
            "binary_log_loss": "binaryCrossEntropy",
            "squared_error": {"type": "mse", "outputs": "mean"},
            "squared_loss": {"type": "mse", "outputs": "mean"},
        }
        self.loss = losses[model.loss if model.loss != "log_loss" or self.activations[-1] == "softmax" else "binary_log_loss"]
        if getattr(model, "alpha", 0):
            self.regularization = {"l2": float(model.alpha), "perSample": True}
        if hasattr(model, "classes_"):
            self.labels = [label.item() if hasattr(label, "item") else label for label in model.classes_]

    def _arrays(self, model, X, y, orientation):
        given = [(_rows(W, "W"), None if b is None else _vector(b), activation) for W, b, activation in model]
        if not given:
            raise ValueError("the list of layers is empty")
        inputs = None if X is None else len(_rows(X, "X")[0])
        ways = ["inputs-by-units", "units-by-inputs"] if orientation is None else [orientation]
        fitting = [way for way in ways if _fits(given, way == "inputs-by-units", inputs)]
        if not fitting:
            shapes = ", ".join(f"{len(W)}x{len(W[0])}" for W, _, _ in given)
            raise ValueError(f"the matrices ({shapes}) fit their biases, each other or X in neither way")
        if len(fitting) > 1:
            raise ValueError('the matrices fit either way: give orientation="inputs-by-units" (X @ W) or "units-by-inputs"')
        turned = fitting[0] == "inputs-by-units"
        self.turned = [turned] * len(given)
        self.layers = [(_transposed(W) if turned else W, b) for W, b, _ in given]
        self.activations = [_named(activation) for _, _, activation in given]

    def _activate(self, name, activation):
        if activation == "identity":
            return
        if not self.layers:
            raise ValueError(f"{name} comes before the first linear layer")
        if self.activations[-1] != "identity":
            raise ValueError(f"{name} is a second activation in a row: a layer has one")
        self.activations[-1] = activation

    def _fold(self, mean, variance, gamma, beta, epsilon):
        """BatchNorm at inference, as part of the linear layer before it."""
        weights, bias = self.layers[-1]
        scale = [(gamma[i] if gamma else 1.0) / math.sqrt(variance[i] + epsilon) for i in range(len(mean))]
        self.layers[-1] = (
            [[value * scale[i] for value in row] for i, row in enumerate(weights)],
            [((bias[i] if bias else 0.0) - mean[i]) * scale[i] + (beta[i] if beta else 0.0) for i in range(len(mean))],
        )

    # Numbers

    def count(self):
        return sum(len(W) * len(W[0]) + (len(b) if b is not None else 0) for W, b in self.layers)

    @staticmethod
    def flat(layers):
        numbers = []
        for weights, biases in layers:
            for row in weights:
                numbers.extend(row)
            numbers.extend(biases or [])
        return numbers

    def own_gradients(self):
        """The `.grad` of torch's parameters; None where any of them is missing."""
        if not self.parameters:
            return None
        grads = [(W.grad, None if b is None else b.grad) for W, b in self.parameters]
        if any(dW is None or (b is not None and db is None) for (dW, db), (_, b) in zip(grads, self.parameters)):
            return None
        return [(_rows(dW, "grad"), None if db is None else _vector(db)) for dW, db in grads]

    def gradients(self, given):
        """The gradients as the layers are: units x inputs."""
        if isinstance(given, str):
            if given != "grad":
                raise ValueError(f'gradients is a list of (dW, db) or "grad", not {given!r}')
            found = self.own_gradients()
            if found is None:
                raise ValueError('gradients="grad": there is no .grad in the parameters; call backward() before')
            return found
        given = list(given)
        if len(given) != len(self.layers):
            raise ValueError(f"there are {len(given)} gradients for {len(self.layers)} layers")
        turned = self.turned or [False] * len(given)
        result = []
        for number, ((dW, db), (weights, biases)) in enumerate(zip(given, self.layers), 1):
            rows = _rows(dW, f"dW of layer {number + 1}")
            rows = _transposed(rows) if turned[number - 1] else rows
            if (len(rows), len(rows[0])) != (len(weights), len(weights[0])):
                raise ValueError(f"dW of layer {number + 1} has another shape than its W")
            vector = None if db is None else _vector(db)
            if vector is not None and (biases is None or len(vector) != len(biases)):
                raise ValueError(f"db of layer {number + 1} has another shape than its b")
            result.append((rows, vector))
        return result

    def targets(self, y):
        """The targets as one row of numbers a sample; class numbers become one-hot."""
        outputs = len(self.layers[-1][0])
        values = _list(y)
        flat = values and not isinstance(values[0], (list, tuple))
        if self.labels is not None and flat:
            values = [self.labels.index(label) for label in values]
        if flat and outputs > 1:
            for value in values:
                if value != int(value) or not 0 <= value < outputs:
                    raise ValueError(f"the class {value!r} in y is none of 0 to {outputs - 1}")
            return [[float(unit == int(value)) for unit in range(outputs)] for value in values]
        rows = [[float(value)] for value in values] if flat else [[float(v) for v in row] for row in values]
        if any(len(row) != outputs for row in rows):
            raise ValueError(f"y has rows of {len(rows[0])} numbers, but the network has {outputs} outputs")
        return rows

    def loss_over(self, X, targets):
        """J without a penalty, in float64; NaN where the loss is none that is computed here."""
        words = {"type": self.loss} if isinstance(self.loss, str) else dict(self.loss or {"type": "mse"})
        total = 0.0
        for x, wanted in zip(X, targets):
            a = x
            for (weights, biases), activation in zip(self.layers, self.activations):
                z = [math.fsum(w * v for w, v in zip(row, a)) + (biases[i] if biases else 0.0) for i, row in enumerate(weights)]
                a = _activation_values(activation, z)
                if a is None:
                    return math.nan
            one = _sample_loss(words, self.activations[-1], z, a, wanted)
            total += one / (len(a) if words.get("outputs") == "mean" else 1)
        return total / (1 if words.get("samples") == "sum" else len(X))

    # The file

    def write(self, path, X, y, gradients, keys):
        many = self.count() > MOST_INLINE
        stored = []
        layers = [{"units": len(self.layers[0][0][0])}]
        claims = self.gradients(gradients) if gradients is not None else None
        numbers = 0 if claims is None else len(self.flat(claims))
        beside = []
        for number, ((weights, biases), activation) in enumerate(zip(self.layers, self.activations), 1):
            layer = {"units": len(weights), "activation": activation}
            if many:
                file = os.path.basename(_beside(path, ".weights.safetensors"))
                layer["weights"] = {"file": file, "tensor": f"{number}.weight"}
                layer["biases"] = {"file": file, "tensor": f"{number}.bias"} if biases is not None else False
                stored.append((f"{number}.weight", weights))
                if biases is not None:
                    stored.append((f"{number}.bias", biases))
            else:
                layer["weights"] = weights
                layer["biases"] = biases if biases is not None else False
            if claims is not None:
                dW, db = claims[number - 1]
                if numbers <= MOST_CLAIMS:
                    layer["claimedGradients"] = {"weights": dW, **({"biases": db} if db is not None else {})}
                else:
                    beside.append((f"{number}.weight", dW))
                    if db is not None:
                        beside.append((f"{number}.bias", db))
            layers.append(layer)
        network = {"layers": layers}
        if self.loss is not None:
            network["loss"] = self.loss
        if self.regularization is not None:
            network["regularization"] = self.regularization
        if X is not None and y is not None:
            network["data"] = self._data(path, X, y)
        if self.optimizer is not None:
            network["training"] = {"optimizer": self.optimizer}
        for key, value in keys.items():
            both = isinstance(value, dict) and isinstance(network.get(key), dict)
            network[key] = {**network[key], **value} if both else value
        text = _dumps(network)
        if stored:
            _write(_beside(path, ".weights.safetensors"), _safetensors(stored))
        if beside:
            _write(_beside(path, ".gradients.safetensors"), _safetensors(beside))
        _write(path, text.encode())

    def _data(self, path, X, y):
        inputs, targets = _rows(X, "X"), self.targets(y)
        if len(inputs) != len(targets):
            raise ValueError(f"X has {len(inputs)} rows, but y has {len(targets)}")
        if len(inputs) * (len(inputs[0]) + len(targets[0])) <= MOST_INLINE:
            return {"inputs": inputs, "targets": targets}
        file = _beside(path, ".data.npz")
        with zipfile.ZipFile(file + ".part", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in (("X", inputs), ("y", targets)):
                archive.writestr(name + ".npy", _npy(rows))
        os.replace(file + ".part", file)
        return {"file": os.path.basename(file), "inputs": "X", "targets": "y"}


# --- Names ---


def _leaves(model, prefix=""):
    """The modules of a Sequential in the order in which they compute."""
    if type(model).__name__ == "Linear":
        return [(prefix or "Linear", model)]
    if type(model).__name__ != "Sequential":
        raise ValueError(
            f"{prefix or 'the model'} is a {type(model).__name__}, whose forward is code of its own: give a "
            "torch.nn.Sequential, or a list of layers (W, b, activation)"
        )
    found = []
    for name, child in model.named_children():
        inner = f"{prefix}.{name}" if prefix else name
        found += _leaves(child, inner) if type(child).__name__ == "Sequential" else [(inner, child)]
    return found


_NAMES = {
    "linear": "identity",
    "identity": "identity",
    "sigmoid": "sigmoid",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "leakyrelu": "leakyRelu",
    "elu": "elu",
    "gelu": "gelu",
    "silu": "silu",
    "swish": "silu",
    "softplus": "softplus",
    "softsign": "softsign",
    "softmax": "softmax",
    "selu": "selu",
    "mish": "mish",
    "relu6": "relu6",
}


def _named(activation):
    """An activation in the format's words, from a name of any tool or an object of the format."""
    if isinstance(activation, dict):
        return activation
    plain = str(activation if activation is not None else "identity").lower().replace("_", "").replace("-", "")
    if plain not in _NAMES:
        raise ValueError(f"the activation {activation!r} is not one that the format has")
    return _NAMES[plain]


def _torch_activation(name, module):
    kind = type(module).__name__
    if kind == "LeakyReLU":
        return {"type": "leakyRelu", "slope": float(module.negative_slope)}
    if kind == "ELU":
        return {"type": "elu", "alpha": float(module.alpha)}
    odd = (
        (kind == "Softmax" and module.dim not in (None, 1, -1))
        or (kind == "GELU" and getattr(module, "approximate", "none") != "none")
        or (kind == "Softplus" and module.beta != 1)
    )
    if kind == "LogSoftmax":
        return "softmax"
    plain = kind.lower()
    if odd or plain not in _NAMES:
        raise ValueError(f"{name} is {module}, which a network here does not have")
    return _NAMES[plain]


def _keras_activation(name, activation):
    called = getattr(activation, "__name__", activation)
    if called == "leaky_relu":
        return {"type": "leakyRelu", "slope": 0.2}
    try:
        return _named(called)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _keras_layer(name, kind, layer):
    if kind == "LeakyReLU":
        return {"type": "leakyRelu", "slope": float(getattr(layer, "negative_slope", getattr(layer, "alpha", 0.3)))}
    if kind == "ELU":
        return {"type": "elu", "alpha": float(layer.alpha)}
    if kind == "ReLU":
        if getattr(layer, "max_value", None) is not None or getattr(layer, "threshold", 0):
            raise ValueError(f"{name} (ReLU) has a max_value or a threshold, which relu does not")
        slope = float(getattr(layer, "negative_slope", 0) or 0)
        return {"type": "leakyRelu", "slope": slope} if slope else "relu"
    if kind == "Softmax":
        return "softmax"
    raise ValueError(f"{name} is {kind}, which a network here does not have")


def _keras_loss(name):
    plain = name.lower().replace("_", "")
    return {
        "mse": {"type": "mse", "half": False, "outputs": "mean"},
        "meansquarederror": {"type": "mse", "half": False, "outputs": "mean"},
        "mae": {"type": "mae", "outputs": "mean"},
        "meanabsoluteerror": {"type": "mae", "outputs": "mean"},
        "huber": {"type": "huber", "outputs": "mean"},
        "binarycrossentropy": {"type": "binaryCrossEntropy", "outputs": "mean"},
        "categoricalcrossentropy": "crossEntropy",
        "sparsecategoricalcrossentropy": "crossEntropy",
    }.get(plain)


def _loss(loss):
    """A loss in the format's words, from those or from a loss of torch."""
    if loss is None or isinstance(loss, (str, dict)):
        return loss
    kind = type(loss).__name__
    reduction = getattr(loss, "reduction", "mean")
    if getattr(loss, "weight", None) is not None or getattr(loss, "pos_weight", None) is not None:
        raise ValueError(f"{kind} has weights of the classes: give loss as an object, and classWeights")
    if getattr(loss, "label_smoothing", 0):
        raise ValueError(f"{kind} smooths the labels, which no loss here does")
    if reduction not in ("mean", "sum"):
        raise ValueError(f"{kind} with the reduction {reduction!r} gives no J")
    if kind in ("CrossEntropyLoss", "NLLLoss"):
        return "crossEntropy" if reduction == "mean" else {"type": "crossEntropy", "samples": "sum"}
    words = {
        "MSELoss": {"type": "mse", "half": False},
        "L1Loss": {"type": "mae"},
        "HuberLoss": {"type": "huber", "delta": float(getattr(loss, "delta", 1))},
        "BCELoss": {"type": "binaryCrossEntropy"},
        "BCEWithLogitsLoss": {"type": "binaryCrossEntropy"},
    }.get(kind)
    if kind == "SmoothL1Loss" and loss.beta == 1:
        words = {"type": "huber"}
    if words is None:
        raise ValueError(f"the loss {kind} is not one that the format has")
    return {**words, **({"outputs": "mean"} if reduction == "mean" else {"samples": "sum"})}


def _optimizer(optimizer):
    """An optimizer in the format's words, from those or from an optimizer of torch."""
    if optimizer is None or isinstance(optimizer, dict):
        return optimizer
    kind = type(optimizer).__name__
    if len(optimizer.param_groups) != 1:
        raise ValueError(f"{kind} has more than one group of parameters: give optimizer as an object")
    group = optimizer.param_groups[0]
    words = {"learningRate": float(group["lr"])}
    if kind != "AdamW" and group.get("weight_decay"):
        raise ValueError(f'{kind} has weight_decay: give regularization={{"l2": {group["weight_decay"]}, "biases": True}} and an object')
    if kind == "SGD" and not group.get("dampening"):
        if not group["momentum"]:
            return {"type": "gd", **words}
        return {"type": "nesterov" if group["nesterov"] else "momentum", **words, "momentum": float(group["momentum"])}
    if kind == "RMSprop" and not group["momentum"] and not group["centered"]:
        return {"type": "rmsprop", **words, "decay": float(group["alpha"]), "epsilon": float(group["eps"])}
    if kind in ("Adam", "AdamW") and not group["amsgrad"]:
        beta1, beta2 = group["betas"]
        words.update(beta1=float(beta1), beta2=float(beta2), epsilon=float(group["eps"]))
        return {"type": "adam", **words} if kind == "Adam" else {"type": "adamw", **words, "weightDecay": float(group["weight_decay"])}
    raise ValueError(f"{kind} with these settings is not one that the format has: give optimizer as an object")


# --- The mathematics of J ---


def _sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _activation_values(activation, z):
    """a = g(z) of a layer; None for an activation that is not computed here."""
    kind = activation if isinstance(activation, str) else activation["type"]
    if kind == "softmax":
        powers = [math.exp(value - max(z)) for value in z]
        return [power / math.fsum(powers) for power in powers]
    slope = 0.01 if isinstance(activation, str) else activation.get("slope", 0.01)
    alpha = 1.0 if isinstance(activation, str) else activation.get("alpha", 1.0)
    g = {
        "identity": lambda v: v,
        "sigmoid": _sigmoid,
        "tanh": math.tanh,
        "relu": lambda v: max(v, 0.0),
        "leakyRelu": lambda v: v if v > 0 else slope * v,
        "elu": lambda v: v if v > 0 else alpha * math.expm1(v),
        "gelu": lambda v: v * 0.5 * math.erfc(-v / math.sqrt(2)),
        "silu": lambda v: v * _sigmoid(v),
        "softplus": _softplus,
        "softsign": lambda v: v / (1 + abs(v)),
        "selu": lambda v: 1.0507009873554805 * (v if v > 0 else 1.6732632423543772 * math.expm1(v)),
        "mish": lambda v: v * math.tanh(_softplus(v)),
        "relu6": lambda v: min(max(v, 0.0), 6.0),
    }.get(kind)
    return None if g is None else [g(value) for value in z]


def _sample_loss(words, activation, z, a, y):
    """E of one sample, the sum over the outputs."""
    kind = words["type"]
    pairs = list(zip(a, y))
    if kind == "mse":
        return (0.5 if words.get("half", True) else 1.0) * math.fsum((p - t) ** 2 for p, t in pairs)
    if kind == "mae":
        return math.fsum(abs(p - t) for p, t in pairs)
    if kind == "huber":
        d = words.get("delta", 1.0)
        small = [0.5 * (p - t) ** 2 if abs(p - t) <= d else d * (abs(p - t) - 0.5 * d) for p, t in pairs]
        return math.fsum(small) * (1.0 if words.get("half", True) else 2.0)
    if kind == "crossEntropy" and activation == "softmax":
        log_sum = max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))
        return math.fsum(t * (log_sum - value) for value, t in zip(z, y) if t)
    if kind == "binaryCrossEntropy" and activation == "sigmoid":
        return math.fsum(t * _softplus(-value) + (1 - t) * _softplus(value) for value, t in zip(z, y))
    return math.nan


# --- Arrays and files ---


def _list(array):
    """Nested lists of Python numbers, from an array of any kind, every bit as it was."""
    if hasattr(array, "detach"):
        array = array.detach().cpu()
        array = array.double() if array.is_floating_point() else array
    elif not hasattr(array, "tolist") and hasattr(array, "to_numpy"):
        array = array.to_numpy()
    elif not hasattr(array, "tolist") and hasattr(array, "numpy"):
        array = array.numpy()
    return array.tolist() if hasattr(array, "tolist") else list(array)


def _rows(array, what):
    rows = _list(array)
    if not rows or not all(hasattr(row, "__len__") and len(row) == len(rows[0]) for row in rows) or not len(rows[0]):
        raise ValueError(f"{what} is no matrix: expected rows of numbers, all of one length")
    # Pictures and the like: one row a sample.
    return [_flat_row(row, what) for row in rows]


def _flat_row(row, what):
    numbers = []
    for value in row:
        if hasattr(value, "__len__"):
            numbers.extend(_flat_row(value, what))
        else:
            numbers.append(_finite(value, what))
    return numbers


def _vector(array):
    values = _list(array)
    while values and hasattr(values[0], "__len__"):
        values = [item for row in values for item in row]
    return [_finite(value, "a vector") for value in values]


def _finite(value, what):
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{what} holds {number}, expected finite numbers")
    return number


def _transposed(rows):
    return [list(column) for column in zip(*rows)]


def _fits(layers, turned, inputs):
    for W, b, _ in layers:
        rows, columns = len(W), len(W[0])
        takes, units = (rows, columns) if turned else (columns, rows)
        if (inputs is not None and takes != inputs) or (b is not None and len(b) != units):
            return False
        inputs = units
    return True


def _beside(path, ending):
    stem = path
    for known in (".nn.json", ".json"):
        if path.endswith(known):
            stem = path[: -len(known)]
            break
    return stem + ending


def _dumps(network):
    """JSON with one row of a matrix a line."""

    def lines(value, indent):
        inner = indent + "  "
        if isinstance(value, dict) and any(isinstance(item, (list, dict)) for item in value.values()):
            items = [f"{inner}{json.dumps(key)}: {lines(item, inner)}" for key, item in value.items()]
            return "{\n" + ",\n".join(items) + f"\n{indent}}}"
        if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
            return "[\n" + ",\n".join(inner + lines(item, inner) for item in value) + f"\n{indent}]"
        return json.dumps(value, allow_nan=False, ensure_ascii=False)

    return lines(network, "") + "\n"


def _safetensors(tensors):
    header, pieces, end = {}, [], 0
    for name, values in tensors:
        matrix = isinstance(values[0], list)
        numbers = [number for row in values for number in row] if matrix else values
        shape = [len(values), len(values[0])] if matrix else [len(values)]
        header[name] = {"dtype": "F64", "shape": shape, "data_offsets": [end, end + 8 * len(numbers)]}
        end += 8 * len(numbers)
        pieces.append(struct.pack(f"<{len(numbers)}d", *numbers))
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(pieces)


def _npy(rows):
    numbers = [number for row in rows for number in row]
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(numbers)}d", *numbers)


def _write(path, content):
    """Whole or not at all."""
    with open(path + ".part", "wb") as file:
        file.write(content)
    os.replace(path + ".part", path)
