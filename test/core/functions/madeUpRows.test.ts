import './madeUpRows';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { chain } from '../../../src/core/chain';
import { check } from '../../../src/core/check';
import { dualGradient } from '../../../src/core/check/dual';
import * as tables from '../../../src/core/functions';
import { activationText, lossText } from '../../../src/core/functions/words';
import { parameterAt, parameterLayout, objectiveOf } from '../../../src/core/network';
import { createEngine } from '../../../src/engine/create';
import { checkFast } from '../../../src/engine/kernels/checking';
import { createPlainEngine } from '../../../src/engine/plainEngine';
import { Trainer } from '../../../src/engine/trainer';
import { parseNetworkFile } from '../../../src/format';
import { exportPyTorch } from '../../../src/format/export/pytorch';
import { withTables } from '../../../src/format/schema/build.mjs';
import { convention, layerKind } from '../../../webview/names';
import { largest, largestDifference } from '../../engine/measures';

const file = {
  layers: [
    { units: 2 },
    { units: 3, activation: { type: 'ripple', alpha: 0.75 } },
    { units: 3, activation: 'centered' },
    { units: 2, activation: 'ripple' },
  ],
  loss: 'logCosh',
  regularization: { l2: 0.01 },
  data: {
    inputs: Array.from({ length: 9 }, (_, s) => [s / 4 - 1, Math.sin(s)]),
    targets: Array.from({ length: 9 }, (_, s) => [Math.cos(s), s / 3 - 1]),
  },
  training: { optimizer: { type: 'average', learningRate: 0.05 }, epochs: 200 },
  seed: 4,
};
const fileName = { fileName: 'made-up.nn.json' };
const read = parseNetworkFile(JSON.stringify(file), fileName);
const { network = expect.fail(), data = expect.fail() } = read;
const { theta } = network;
const samples = data.training;
const exact = gradients({ network, theta, samples });

describe('made-up rows in the tables', () => {
  it('are read and validated', () => {
    expect(read.problems).toEqual([]);
    expect(network.layers.map(({ activation }) => activation).slice(1)).toEqual([
      { type: 'ripple', alpha: 0.75 },
      { type: 'centered' },
      { type: 'ripple', alpha: 0.25 },
    ]);
    expect(network.training.optimizer).toEqual({ type: 'average', learningRate: 0.05, decay: 0.5 });
    const wrong = { ...file, loss: 'logCosj', data: { ...file.data, targets: file.data.targets.map(() => [9, 0]) } };
    expect(parseNetworkFile(JSON.stringify(wrong), fileName).problems[0]?.message).toContain('did you mean "logCosh"?');
    const far = { ...wrong, loss: 'logCosh' };
    expect(parseNetworkFile(JSON.stringify(far), fileName).problems[0]?.message).toContain('expected a number below 5');
  });

  it('are in the schema', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../media/nn.schema.json'), 'utf8');
    const schema = (made: object) => new Ajv({ strict: false }).compile(made);
    expect(schema(JSON.parse(committed) as object)(file)).toBe(false);
    const made = withTables(JSON.parse(committed) as object, tables);
    expect(schema(made)(file)).toBe(true);
    expect(JSON.stringify(made)).toContain(
      'elu: α of α(e^z − 1) for z ≤ 0, 1 unless set; ripple: the height α of the ripples',
    );
  });

  it('have gradients and chains: those of dual numbers', () => {
    const dual = dualGradient({ network, theta, samples });
    expect(largestDifference(exact.gradient, dual)).toBeLessThanOrEqual(1e-14 * largest(dual));
    const layout = parameterLayout(network.layers);
    for (let k = 0; k < layout.count; k++) {
      const found = chain({ network, theta, samples }, parameterAt(layout, k), { paths: 100 });
      expect(found.gradient).toBeCloseTo(dual[k] ?? NaN, 12);
    }
  });

  it('pass the check, by kernels or without', () => {
    expect(check({ network, theta, samples }).verdict).toBe('pass');
    expect(checkFast({ network, theta, samples }).verdict).toBe('pass');
    const wrong = exact.gradient.map((g) => 1.001 * g);
    expect(checkFast({ network, theta, samples }, { gradient: wrong }).verdict).toBe('fail');
  });

  it.each([
    ['all of them', file.layers, file.loss],
    ['the activation alone', file.layers, 'mse'],
    ['the loss and the optimizer alone', [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 2 }], 'logCosh'],
    ['the optimizer alone, in fused epochs', [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 2 }], 'mse'],
  ])('train on the engine as the reference does: %s', (_, layers, loss) => {
    const { network: trained = expect.fail() } = parseNetworkFile(JSON.stringify({ ...file, layers, loss }), fileName);
    const trainer = new Trainer(trained, data);
    while (!trainer.end) trainer.run(1000);
    const plain = createPlainEngine(trained);
    const optimizer = plain.createOptimizer(trained.training.optimizer);
    const measure = (): void => {
      plain.begin({ samples, first: 0, count: samples.count }, 'gradient');
      while (!plain.advance());
    };
    measure();
    for (let epoch = 0; epoch < trainer.epoch; epoch++) {
      optimizer.begin();
      optimizer.update(plain.theta, plain.gradient, { from: 0, to: plain.theta.length });
      measure();
    }
    expect(trainer.epoch).toBe(200);
    expect(largestDifference(trainer.theta, plain.theta)).toBeLessThanOrEqual(1e-11 * largest(plain.theta));
    expect(trainer.loss).toBeLessThan(gradients(objectiveOf(trained, samples)).loss);
  });

  it('are measured unit by unit', () => {
    const engine = createEngine(network, false);
    engine.begin({ samples, first: 0, count: samples.count }, 'units');
    while (!engine.advance());
    for (const kind of ['z', 'a', 'delta'] as const) {
      for (const [l, means] of engine.units[kind].entries()) {
        expect(largestDifference(means, exact.units[kind][l] ?? [])).toBeLessThanOrEqual(1e-14);
      }
    }
  });

  const { script } = exportPyTorch(network, data, theta, { fileName: 'made-up.py' });
  it('are exported to PyTorch', () => {
    expect(script).toContain('u + 0.75 * torch.sin(u))(self.layer1(a))');
    expect(script).toContain('return torch.log(torch.cosh(output - y)).sum(1).mean()');
    expect(script).toContain('torch.optim.SGD(parameters, lr=0.05)');
  });

  /** A Python that has PyTorch, where this machine has one. */
  const python = ['/usr/bin/python3', 'python3'].find(
    (program) => spawnSync(program, ['-c', 'import torch']).status === 0,
  );
  it.runIf(python)('are in PyTorch what they are here', () => {
    const { stdout } = spawnSync(python ?? '', ['-', '--gradients'], { input: script, encoding: 'utf8' });
    const theirs = JSON.parse(stdout) as { loss: number; gradients: Record<string, unknown> };
    expect(theirs.loss).toBeCloseTo(exact.loss, 13);
    const numbers = Object.values(theirs.gradients).flatMap((block) => (block as number[]).flat(2));
    expect(largestDifference(Float64Array.from(numbers), exact.gradient)).toBeLessThanOrEqual(1e-13);
  });

  it('have their words, formulas and picture', () => {
    expect(activationText({ type: 'ripple' as 'sin', alpha: 0.75 })).toBe(
      '**ripple**, α = 0.75\n\nrip′(z) = 1 + α cos z',
    );
    expect(lossText(network)).toBe('**log-cosh** of one sample\n\n∂E/∂aᵢ = tanh(aᵢ − yᵢ)');
    expect(layerKind(network, 2)).toBe('ripple, α = 0.75');
    expect(convention(network, null).right).toContain('ln cosh');
  });
});
