"""What the helper asks of a Keras model, with Keras's public interface and float32 arrays: Keras itself is not needed."""
import json

import numpy as np

from gradient_inspector import Recorder, save

rng = np.random.default_rng(7)


class Layer:
    def __init__(self, name, *weights, **attributes):
        self.name, self._weights = name, [np.asarray(w, dtype=np.float32) for w in weights]
        self.__dict__.update(attributes)

    def get_weights(self):
        return self._weights


class InputLayer(Layer):
    pass


class Dense(Layer):
    pass


class Dropout(Layer):
    pass


class Activation(Layer):
    pass


class LeakyReLU(Layer):
    pass


class BatchNormalization(Layer):
    pass


class LayerNormalization(Layer):
    pass


class Sequential:
    def __init__(self, layers, loss=None):
        self.layers, self.loss = layers, loss

    def get_weights(self):
        return [w for layer in self.layers for w in layer.get_weights()]


def relu(x):
    return np.maximum(x, 0)


def linear(x):
    return x


def softmax(x):
    return x


A, b, B, c, C, d = (rng.normal(size=s) for s in [(4, 5), 5, (5, 6), 6, (6, 3), 3])
gamma, beta, mean, variance = rng.normal(size=5), rng.normal(size=5), rng.normal(size=5), rng.random(5) + 0.5
layers = [
    InputLayer("in"),
    Dense("one", A, b, activation=linear),
    BatchNormalization("norm", gamma, beta, mean, variance, scale=True, center=True, epsilon=1e-3),
    LeakyReLU("leaky", negative_slope=0.2),
    Dropout("drop"),
    Dense("two", B, activation=relu),
    Dense("three", C, d, activation=linear),
    Activation("out", activation=softmax),
]
layers[5]._weights = [np.asarray(B, dtype=np.float32)]
X, y = rng.normal(size=(9, 4)), rng.integers(0, 3, 9)
model = Sequential(layers, "sparse_categorical_crossentropy")
save("keras.nn.json", model, X, y, optimizer={"type": "adam", "learningRate": 0.001, "epsilon": 1e-7})

f = lambda v: np.asarray(v, dtype=np.float32).astype(float)
z = (X @ f(A) + f(b) - f(mean)) / np.sqrt(f(variance) + 1e-3) * f(gamma) + f(beta)
h = np.where(z > 0, z, 0.2 * z)
h = np.maximum(h @ f(B), 0)
s = h @ f(C) + f(d)
p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
told = {"keras": -np.log(p[np.arange(9), y]).mean()}

small = Sequential([Dense("one", A, b, activation=relu), Dense("two", B[:, :3], activation=softmax)], "categorical_crossentropy")
T = np.eye(3)[y]
run = Recorder("keras-run.nn.json", small, X, T)
run.epoch()
s = np.maximum(X @ f(A) + f(b), 0) @ f(B[:, :3])
told["keras-run"] = -(T * (s - np.log(np.exp(s).sum(1, keepdims=True)))).sum() / 9

try:
    save("refused.nn.json", Sequential([Dense("one", A, b, activation=relu), LayerNormalization("norm")]))
except ValueError as error:
    told["refused"] = str(error)

# 101 x 50 + 50 > 5,000 gradients: they stand beside the network.
W, v = rng.normal(size=(101, 50)), rng.normal(size=50)
XB, yB = rng.normal(size=(3, 101)), rng.normal(size=(3, 50))
E = (XB @ W + v - yB) / 3
save("many.nn.json", [(W, v, "identity")], XB, yB, loss="mse", gradients=[(XB.T @ E, E.sum(0))])
told["many"] = 0.5 * ((XB @ W + v - yB) ** 2).sum() / 3
print(json.dumps(told))
