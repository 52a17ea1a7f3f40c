import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { ACTIVATIONS, LOSSES, type ActivationName, type LossName } from '../../src/core/functions';
import { parameterLayout, type Dataset, type Network, objectiveOf } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import { exportPyTorch } from '../../src/format/export/pytorch';
import { drawnCase } from '../engine/drawn';
import { trainingGoldens } from '../engine/goldens';

/** A Python that has PyTorch, where this machine has one. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import torch']).status === 0,
);
const folder = mkdtempSync(join(tmpdir(), 'pytorch-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Case {
  readonly name: string;
  readonly network: Network;
  readonly data: Dataset;
}

const activations = Object.keys(ACTIVATIONS) as ActivationName[];
const losses = Object.keys(LOSSES) as LossName[];

/** Every activation in a hidden layer, every loss at an output that it fits, penalties, held-out rows, numbers in a file. */
const drawn: Case[] = [
  ...activations.map((type) => oneCase(`hidden ${type}`, drawnCase([3, 4, 2], 5, { hidden: { type } }))),
  ...losses.flatMap((loss) =>
    (['sigmoid', 'softmax'] as const).map((type) =>
      oneCase(`${loss} of ${type}`, drawnCase([3, 4, 3], 5, { output: { type }, loss })),
    ),
  ),
  oneCase('large', drawnCase([60, 80, 10], 400)),
];

function oneCase(name: string, { network, samples }: ReturnType<typeof drawnCase>): Case {
  const regularization = { l1: 0.01, l2: 0.02 };
  return { name, network: { ...network, regularization }, data: { training: samples, validation: samples } };
}

function write({ name, network, data }: Case): string {
  const stem = name.replaceAll(' ', '-');
  const exported = exportPyTorch(network, data, network.theta, { fileName: `${stem}.py` });
  const file = join(folder, `${stem}.py`);
  writeFileSync(file, exported.script);
  if (exported.data) writeFileSync(join(folder, exported.data.name), exported.data.bytes);
  return file;
}

/** ∂J/∂θ by the names that PyTorch gives to a network's parameters, as our flat vector. */
function flat(network: Network, named: Readonly<Record<string, number[] | number[][]>>): Float64Array {
  const result = new Float64Array(parameterLayout(network.layers).count);
  for (const [l, { weights, biases }] of parameterLayout(network.layers).layers.entries()) {
    result.set((named[`layer${String(l + 1)}.weight`] ?? []).flat(), weights);
    if (biases >= 0) result.set((named[`layer${String(l + 1)}.bias`] ?? []).flat(), biases);
  }
  return result;
}

describe('the PyTorch script', () => {
  it('has the model, the numbers, the loss and the optimizer of the file', () => {
    const { network, samples } = drawnCase([2, 3, 1], 4, { output: { type: 'sigmoid' }, loss: 'binaryCrossEntropy' });
    const optimizer = { type: 'adam', learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-7 } as const;
    const of = { ...network, name: 'two\nlines', training: { ...network.training, optimizer } };
    const { script, data } = exportPyTorch(of, { training: samples }, of.theta, { fileName: 'two words.py' });
    expect(data).toBeUndefined();
    expect(script).toContain('\n# Network: two lines\nimport json\n');
    expect(script).toContain("#   torchrun --nproc_per_node=4 'two words.py'\n");
    expect(script).toContain('self.layer2 = nn.Linear(3, 1)');
    expect(script).toContain(String(of.theta[0]));
    expect(script).toContain('a = torch.tanh(self.layer1(a))\n        a = self.layer2(a)\n');
    expect(script).toContain('binary_cross_entropy_with_logits');
    expect(script).toContain('torch.optim.Adam(parameters, lr=0.01, betas=(0.8, 0.99), eps=1e-7)');
  });

  it('keeps many numbers in a file beside it, every bit of them', () => {
    const { network, samples } = drawnCase([60, 80, 10], 400);
    const { script, data } = exportPyTorch(network, { training: samples }, network.theta, { fileName: 'numbers.py' });
    expect(data?.name).toBe('numbers.bin');
    expect(script).toContain('with_name("numbers.bin")');
    expect(script.length).toBeLessThan(10_000);
    const numbers = new Float64Array(data?.bytes.buffer as ArrayBuffer);
    expect(numbers.length).toBe(network.theta.length + samples.inputs.length + samples.targets.length);
    expect(numbers.slice(0, 4800)).toEqual(network.theta.slice(0, 4800));
  });

  it.runIf(python)(
    'gives our J and our gradients, to 1e-12',
    () => {
      const cases: Case[] = [...drawn, ...trainingGoldens];
      const files = cases.map(write);
      const driver = `
import json, runpy, sys
for file in sys.argv[1:]:
    run_name = runpy.run_path(file, run_name="exported")
    network = run_name["Network"]()
    loss = run_name["J"](network, run_name["x"], run_name["y"])
    loss.backward()
    print(json.dumps({"loss": loss.item(), "gradients": {n: p.grad.tolist() for n, p in network.named_parameters()}}))
`;
      const lines = execFileSync(python ?? '', ['-c', driver, ...files], { encoding: 'utf8' })
        .trim()
        .split('\n');
      expect(lines.length).toBe(cases.length);
      for (const [at, { name, network, data }] of cases.entries()) {
        const theirs = JSON.parse(lines[at] ?? '') as { loss: number; gradients: Record<string, number[]> };
        const ours = gradients(objectiveOf(network, data.training));
        const gradient = flat(network, theirs.gradients);
        const largest = Math.max(...ours.gradient.map(Math.abs));
        const worst = Math.max(...gradient.map((value, k) => Math.abs(value - (ours.gradient[k] ?? NaN))));
        expect(Math.abs(theirs.loss - ours.loss) / Math.max(1, Math.abs(ours.loss)), name).toBeLessThanOrEqual(1e-12);
        expect(worst / largest, name).toBeLessThanOrEqual(1e-12);
      }
    },
    120_000,
  );

  it.runIf(python)(
    'trains as we do, frozen parts and penalty included',
    () => {
      const { network, samples } = drawnCase([2, 4, 1], 9, { output: { type: 'sigmoid' }, loss: 'binaryCrossEntropy' });
      const optimizer = {
        type: 'adamw',
        learningRate: 0.05,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.01,
      } as const;
      const layers = network.layers.map((layer, l) => (l === 1 ? { ...layer, frozenBiases: true } : layer));
      const trained = {
        ...network,
        layers,
        training: { ...network.training, optimizer, epochs: 40, stop: { loss: 1e-9 } },
      };
      const regularization = { l1: 0, l2: 0.01 };
      const file = write({
        name: 'run',
        network: { ...trained, regularization },
        data: { training: samples, validation: samples },
      });
      const output = execFileSync(python ?? '', [file], { encoding: 'utf8', cwd: folder });
      const trainer = new Trainer({ ...trained, regularization }, { training: samples });
      trainer.run(1e9);
      const last = /epoch 40: J = (\S+), validation/.exec(output)?.[1];
      expect(Number(last)).toBeCloseTo(trainer.loss, 8);
      expect(readFileSync(join(folder, 'network.pt')).length).toBeGreaterThan(0);
    },
    60_000,
  );
});
