/** J of an imported network is the J of its library: scikit-learn's with its gradients, PyTorch's by its loss modules, Keras's by formula. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { gradients, loss } from '../../../src/core/backprop';
import { parameterLayout, objectiveOf } from '../../../src/core/network';
import { parseNetworkFile } from '../../../src/format';
import { kerasLoss } from '../../../src/format/import/names';
import { networkFile } from '../../engine/goldens';

const PYTHON = '/usr/bin/python3';
const helper = fileURLToPath(new URL('../../../media/python/gradient_inspector.py', import.meta.url));
const missing = ['torch', 'numpy', 'sklearn'].filter(
  (name) => spawnSync(PYTHON, ['-c', `import ${name}`]).status !== 0,
);
if (missing.length > 0) console.log(`2 tests of the libraries' losses are skipped: ${missing.join(', ')} not there`);

const PROGRAM = `
import json, warnings
warnings.filterwarnings("ignore")
import numpy as np, torch
from torch import nn
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import LabelBinarizer
from gradient_inspector import save
torch.manual_seed(1); rng = np.random.RandomState(1)
torch.set_default_dtype(torch.float64)
X = rng.randn(15, 3)
told = {}

def sklearn(name, model, y, targets):
    model.fit(X, y)
    units = [X.shape[1], *[len(b) for b in model.intercepts_]]
    activations = [X] + [np.empty((len(X), n)) for n in units[1:]]
    deltas = [np.empty_like(a) for a in activations[1:]]
    coefs, intercepts = [np.empty_like(w) for w in model.coefs_], [np.empty_like(b) for b in model.intercepts_]
    activations = model._forward_pass(activations)
    loss, coefs, intercepts = model._backprop(X, targets, activations, deltas, coefs, intercepts)
    gradient = [x for w, b in zip(coefs, intercepts) for x in [*w.T.ravel().tolist(), *b.tolist()]]
    save(f"{name}.nn.json", model, X, y)
    # Of several outputs its loss is the mean, and its gradient that of their sum.
    several = isinstance(model, MLPRegressor) and units[-1] > 1
    told[name] = {"loss": float(loss), "gradient": [] if several else gradient}

kinds = rng.randint(0, 3, 15)
small = dict(hidden_layer_sizes=(4,), activation="tanh", max_iter=3, random_state=1)
# The format counts classes in the order of their first appearance; sklearn sorts them.
kinds[:3] = [0, 1, 2]
sklearn("classes", MLPClassifier(alpha=0.3, **small), kinds, LabelBinarizer().fit_transform(kinds))
values = rng.randn(15, 2)
sklearn("values", MLPRegressor(alpha=0.7, **small), values, values)
sklearn("value", MLPRegressor(alpha=0.7, **small), values[:, 0], values[:, :1])

def torch_loss(name, loss, outputs, y):
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, outputs))
    x = torch.tensor(X)
    cost = loss(model(x), y)
    cost.backward()
    save(f"{name}.nn.json", model, X, y.numpy(), loss=loss)
    told[name] = {"loss": cost.item(), "gradient": torch.cat([p.grad.reshape(-1) for p in model.parameters()]).tolist()}

y = torch.tensor(values)
for reduction in ("mean", "sum"):
    torch_loss(f"mse {reduction}", nn.MSELoss(reduction=reduction), 2, y)
    torch_loss(f"l1 {reduction}", nn.L1Loss(reduction=reduction), 2, y)
    torch_loss(f"huber {reduction}", nn.HuberLoss(reduction=reduction, delta=0.5), 2, y)
    torch_loss(f"bce {reduction}", nn.BCEWithLogitsLoss(reduction=reduction), 2, (y > 0).double())
    torch_loss(f"classes {reduction}", nn.CrossEntropyLoss(reduction=reduction), 3, torch.tensor(kinds))
print(json.dumps(told))
`;

type HostState = Readonly<Record<string, { readonly loss: number; readonly gradient: readonly number[] }>>;

describe.skipIf(missing.length > 0)('a network that the helper writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'library-loss-'));
  let told: HostState = {};

  beforeAll(() => {
    cpSync(helper, join(folder, 'gradient_inspector.py'));
    told = JSON.parse(execFileSync(PYTHON, ['-c', PROGRAM], { cwd: folder, encoding: 'utf8' })) as HostState;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('has the J and the gradients of its library', () => {
    expect(Object.keys(told).length).toBe(13);
    for (const [name, expected] of Object.entries(told)) {
      const { network, data } = networkFile(readFileSync(join(folder, `${name}.nn.json`), 'utf8'));
      const found = gradients(objectiveOf(network, data.training));
      expect(Math.abs(found.loss - expected.loss), name).toBeLessThan(1e-12 * Math.max(1, expected.loss));
      expect([0, parameterLayout(network.layers).count]).toContain(expected.gradient.length);
      for (const [k, g] of expected.gradient.entries()) expect(found.gradient[k], name).toBeCloseTo(g, 12);
    }
  });
});

/** Keras's losses of one row, by their documentation. */
const KERAS: Readonly<Record<string, (a: number, y: number) => number>> = {
  mse: (a, y) => (a - y) ** 2,
  mean_squared_error: (a, y) => (a - y) ** 2,
  mean_absolute_error: (a, y) => Math.abs(a - y),
  Huber: (a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5),
  binary_crossentropy: (a, y) => -(y * Math.log(a) + (1 - y) * Math.log(1 - a)),
};

test.each(Object.keys(KERAS))('Keras’s %s is the mean over the outputs and the rows', (name) => {
  const targets = [
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  const weights = [
    [0.5, -0.25],
    [1, 2],
  ];
  const { network, data } = parseNetworkFile(
    JSON.stringify({
      layers: [{ units: 2 }, { units: 2, weights, activation: 'sigmoid' }],
      loss: kerasLoss(name),
      data: { inputs: targets, targets },
    }),
    { fileName: 'keras.nn.json' },
  );
  if (!network || !data) expect.fail();
  const outputs = targets.map((x) =>
    weights.map((row) => 1 / (1 + Math.exp(-row.reduce((sum, w, j) => sum + w * (x[j] ?? NaN), 0)))),
  );
  const each = outputs.flatMap((row, s) => row.map((a, k) => KERAS[name]?.(a, targets[s]?.[k] ?? NaN) ?? NaN));
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
  expect(loss(objectiveOf(network, data.training))).toBeCloseTo(mean, 14);
});
