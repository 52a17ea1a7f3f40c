/** The Python helper with the libraries it speaks to, and files that they write here and now. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleLoss } from '../../../src/core/functions';
import { activate } from '../../../src/core/functions';
import { parameterLayout } from '../../../src/core/network';
import type { Network } from '../../../src/core/network';
import { answered, readModel } from '../../../src/format/import';
import { loadNetworkFile } from '../../../src/format';
import { readGradients } from '../../../src/format/gradients';

const PYTHON = '/usr/bin/python3';
const helper = fileURLToPath(new URL('../../../media/python/gradient_inspector.py', import.meta.url));
const missing = ['torch', 'numpy', 'sklearn', 'onnx'].filter(
  (name) => spawnSync(PYTHON, ['-c', `import ${name}`]).status !== 0,
);
if (missing.length > 0) console.log(`15 tests of the Python helper are skipped: ${missing.join(', ')} not there`);

const PROGRAM = `
import json, warnings
warnings.filterwarnings("ignore")
import numpy as np, torch
from torch import nn
from sklearn.neural_network import MLPClassifier
from gradient_inspector import save, Recorder
torch.manual_seed(1); np.random.seed(1)
told = {}
X = torch.randn(12, 4, dtype=torch.float64); y = torch.randint(0, 3, (12,))
m = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Dropout(0.5), nn.Linear(5, 3)).double().eval()
L = nn.CrossEntropyLoss()
value = L(m(X), y); value.backward(); told["torch"] = value.item()
save("torch.nn.json", m, X, y, loss=L, gradients="grad")
torch.save(m.state_dict(), "state.pt"); torch.save(m, "module.pt")
torch.onnx.export(m, X, "m.onnx")
told["outputs"] = m(X).tolist()
W1, b1, W2, b2 = (np.random.randn(*s) for s in [(4, 6), (6,), (6, 3), (3,)])
A, k = X.numpy(), y.numpy()
H = np.tanh(A @ W1 + b1); P = np.exp(H @ W2 + b2); P /= P.sum(1, keepdims=True)
told["numpy"] = -np.log(P[np.arange(12), k]).mean()
D = P.copy(); D[np.arange(12), k] -= 1; D /= 12; G = (D @ W2.T) * (1 - H * H)
save("numpy.nn.json", [(W1, b1, "tanh"), (W2, b2, "softmax")], A, k, loss="crossEntropy", gradients=[(A.T @ G, G.sum(0)), (H.T @ D, D.sum(0))])
c = MLPClassifier((6,), max_iter=5, alpha=0.0).fit(A, k)
told["sklearn"] = -np.log(c.predict_proba(A)[np.arange(12), k]).mean()
save("sklearn.nn.json", c, A, k)
big = nn.Sequential(nn.Linear(150, 140), nn.ReLU(), nn.Linear(140, 10))
XB = torch.randn(200, 150); yB = torch.randint(0, 10, (200,))
save("large.nn.json", big, XB, yB, loss=L)
told["large"] = L(big.double()(XB.double()), yB).item()
opt = torch.optim.Adam(m.parameters(), lr=0.01)
run = Recorder("run.nn.json", m, X, y, loss=L, optimizer=opt)
told["run"] = [L(m(X), y).item()]
for _ in range(3):
    opt.zero_grad(); L(m(X), y).backward(); opt.step(); run.epoch()
    told["run"].append(L(m(X), y).item())
try:
    S = np.eye(3)
    save("square.nn.json", [(S, None, "tanh"), (S, None, "tanh")])
except ValueError as error:
    told["square"] = str(error)
print(json.dumps(told))
`;

interface HostState {
  readonly torch: number;
  readonly numpy: number;
  readonly sklearn: number;
  readonly large: number;
  readonly square: string;
  readonly run: readonly number[];
  readonly keras: number;
  readonly 'keras-run': number;
  readonly many: number;
  readonly refused: string;
  readonly outputs: readonly (readonly number[])[];
}

describe.skipIf(missing.length > 0)('the Python helper', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
  let told: HostState;

  beforeAll(() => {
    cpSync(helper, join(folder, 'gradient_inspector.py'));
    const text = execFileSync(PYTHON, ['-c', PROGRAM], { cwd: folder, encoding: 'utf8' });
    const standIn = execFileSync(PYTHON, [fileURLToPath(new URL('kerasStandIn.py', import.meta.url))], {
      ...{ cwd: folder, encoding: 'utf8' as const, env: { ...process.env, PYTHONPATH: folder } },
    });
    told = { ...lastLine(text), ...lastLine(standIn) } as HostState;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(['torch', 'numpy', 'sklearn', 'large', 'keras', 'many', 'keras-run'] as const)(
    'writes what %s computes',
    async (name) => {
      const loss = await lossOf(`${name}.nn.json`);
      expect(Math.abs(loss - told[name])).toBeLessThanOrEqual(1e-12 * told[name]);
    },
  );

  it('writes the gradients as claims', async () => {
    const { claims } = await load('torch.nn.json');
    expect(claims).toHaveLength(4 * 5 + 5 + 5 * 3 + 3);
  });

  it('takes Keras’s layers, loss and optimizer in its own convention', async () => {
    const { network } = await load('keras.nn.json');
    expect(network?.layers.map(({ units, activation }) => [units, activation?.type])).toEqual([
      [4, 'identity'],
      [5, 'leakyRelu'],
      [6, 'relu'],
      [3, 'softmax'],
    ]);
    expect(network?.loss.type).toBe('crossEntropy');
    expect(network?.training.optimizer).toMatchObject({ type: 'adam', epsilon: 1e-7 });
    expect(told.refused).toMatch(/norm is LayerNormalization/);
  });

  it('writes more than 5,000 gradients beside the network, where the judge takes them', async () => {
    const { network, claims } = await load('many.nn.json');
    if (!network) throw new Error('there is no network');
    expect(claims).toEqual([]);
    const bytes = new Uint8Array(readFileSync(join(folder, 'many.gradients.safetensors')));
    const judged = readGradients(bytes, network, 'units-by-inputs');
    expect(judged.problems).toEqual([]);
    expect(judged.claims).toHaveLength(101 * 50 + 50);
  });

  it('asks which way round square matrices are', () => {
    expect(told.square).toMatch(/orientation/);
  });

  it('records a run', () => {
    const bytes = readFileSync(join(folder, 'run.nn-run'));
    const [magic, header] = bytes.toString('latin1').split('\n', 2);
    expect(magic).toBe('GRADIENT-INSPECTOR-RUN 1');
    const { record, parameters } = JSON.parse(header ?? '') as { record: number; parameters: number };
    expect(parameters).toBe(43);
    const start = (magic ?? '').length + (header ?? '').length + 2;
    expect(start % 8).toBe(0);
    const losses = told.run.map((_, index) => bytes.readDoubleLE(start + (index * record + 1) * 8));
    for (const [index, loss] of told.run.entries()) expect(losses[index]).toBeCloseTo(loss, 12);
    expect(bytes.length).toBe(start + told.run.length * record * 8);
  });

  it.each(['state.pt', 'module.pt', 'm.onnx'])('writes the network that %s imports as', async (name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const read = readModel(name, bytes, { readBeside: () => bytes });
    const model = answered(read, name === 'state.pt' ? [{ type: 'tanh' }, { type: 'identity' }] : undefined);
    const { network } = await load('torch.nn.json');
    const theta = model.layers.flatMap(({ weights, biases }) => [...weights, ...(biases ?? [])]);
    expect(theta).toEqual([...(network?.theta ?? [])]);
  });

  function load(name: string): ReturnType<typeof loadNetworkFile> {
    return loadNetworkFile(readFileSync(join(folder, name), 'utf8'), {
      fileName: name,
      readCsv: () => Promise.reject(new Error('there is no CSV')),
      readBytes: (path) => Promise.resolve(new Uint8Array(readFileSync(join(folder, path)))),
    });
  }

  async function lossOf(name: string): Promise<number> {
    const { network, data, problems } = await load(name);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (!network || !data) throw new Error('there is no network');
    const { count, inputs, targets } = data.training;
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const x = inputs.subarray((row * inputs.length) / count, ((row + 1) * inputs.length) / count);
      const y = targets.subarray((row * targets.length) / count, ((row + 1) * targets.length) / count);
      const { z, a } = forward(network, x);
      sum += sampleLoss(network, z, a, y);
    }
    return sum / count;
  }
});

function lastLine(printed: string): object {
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as object;
}

/** z and a of the output layer. */
function forward({ layers, theta }: Network, x: Float64Array): { z: Float64Array; a: Float64Array } {
  let a = x;
  let z = x;
  for (const [index, { rows, columns, weights, biases }] of parameterLayout(layers).layers.entries()) {
    z = Float64Array.from({ length: rows }, (_, i) => {
      let sum = biases < 0 ? 0 : (theta[biases + i] ?? NaN);
      for (let j = 0; j < columns; j++) sum += (theta[weights + i * columns + j] ?? NaN) * (a[j] ?? NaN);
      return sum;
    });
    a = activate(layers[index + 1]?.activation ?? { type: 'identity' }, z);
  }
  return { z, a };
}
