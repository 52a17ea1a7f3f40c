/** J under every convention that a file can state, compared with PyTorch (fixtures/conventions.py), and everything else against J. */

import { describe, expect, it, test } from 'vitest';
import { gradients, loss } from '../../src/core/backprop';
import { chain } from '../../src/core/chain';
import { nudging } from '../../src/core/chain/nudge';
import { check } from '../../src/core/check';
import { dualGradient } from '../../src/core/check/dual';
import { runToEnd } from '../../src/core/check/steps';
import { divisorOf, weightOf } from '../../src/core/cost';
import { Hessian } from '../../src/core/hessian';
import { parameterAt, parameterLayout, objectiveOf } from '../../src/core/network';
import { createPlainEngine } from '../../src/engine/plainEngine';
import { Trainer } from '../../src/engine/trainer';
import { checkFast } from '../../src/engine/kernels/checking';
import { apart, conventionGoldens } from './conventionGoldens';
import { penaltyDerivative } from '../../src/core/penalty';
import { contributions, hessianProduct } from './atOnce';

describe.each(conventionGoldens)('$name', ({ network, data, ...expected }) => {
  const { theta } = network;
  const samples = data.training;
  const layout = parameterLayout(network.layers);

  it('has PyTorch’s J and gradients', () => {
    const found = gradients({ network, theta, samples });
    expect(apart([found.loss, found.dataLoss + found.penalty], [expected.loss, expected.loss])).toBeLessThan(1e-12);
    expect(apart(found.gradient, expected.gradient)).toBeLessThan(1e-12);
    expect(apart([loss({ network, theta, samples })], [expected.loss])).toBeLessThan(1e-12);
    expect(apart(dualGradient({ network, theta, samples }), expected.gradient)).toBeLessThan(1e-12);
  });

  it('trains as PyTorch does', () => {
    const trainer = new Trainer(network, data);
    while (!trainer.end) trainer.run(1000);
    const isSearch = network.training.optimizer.type === 'lbfgs';
    expect(apart(trainer.takeHistory().loss, expected.losses)).toBeLessThan(isSearch ? 1e-7 : 1e-10);
    expect(apart(trainer.theta, expected.theta)).toBeLessThan(isSearch ? 1e-6 : 1e-10);
  });

  it('passes the check, against differences and dual numbers', () => {
    expect(check({ network, theta, samples }).verdict).toBe('pass');
    expect(checkFast({ network, theta, samples }).verdict).toBe('pass');
    expect(check({ network, theta, samples }, { against: 'dual' }).verdict).toBe('pass');
    expect(check({ network, theta, samples }, { sample: 1 }).verdict).toBe('pass');
  });

  it('has chains whose contributions add up to ∂J/∂θ', () => {
    for (let k = 0; k < layout.count; k++) {
      const id = parameterAt(layout, k);
      const found = chain({ network, theta, samples }, id, { paths: Infinity });
      const sum = found.paths.reduce((total, { contribution }) => total + contribution, found.penalty);
      expect(apart([found.gradient, sum], [expected.gradient[k] ?? NaN, expected.gradient[k] ?? NaN])).toBeLessThan(
        1e-12,
      );
      expect(found.penalty).toBe(penaltyDerivative(network, theta, id, samples.count));
      for (const path of found.paths) {
        const product = path.factors.reduce((total, { value }) => total * value, 1);
        const share = weightOf(samples, path.sample) / divisorOf(network, samples);
        expect(apart([path.contribution], [product * share])).toBeLessThan(1e-13);
      }
      const each = contributions({ network, theta, samples }, id, []);
      expect(apart([each.gradient], [expected.gradient[k] ?? NaN])).toBeLessThan(1e-12);
    }
  });

  it('gains along a parameter what J gains', () => {
    for (let k = 0; k < layout.count; k += 3) {
      const step = 0.03;
      const moved = theta.slice();
      moved[k] = (moved[k] ?? NaN) + step;
      const [gain] = runToEnd(nudging({ network, theta, samples }, parameterAt(layout, k), Float64Array.of(step)));
      expect(apart([gain ?? NaN], [loss({ network, theta: moved, samples }) - expected.loss])).toBeLessThan(1e-12);
    }
  });

  it('has the second derivatives of J', () => {
    const hessian = new Hessian({ network, theta, samples });
    runToEnd(hessian.prepare());
    const [full, diagonal] = [runToEnd(hessian.full()), runToEnd(hessian.diagonal())];
    const n = layout.count;
    const v = theta.map((_, k) => Math.cos(k));
    const product = hessianProduct({ network, theta, samples }, v);
    const byFull = theta.map((_, row) => v.reduce((sum, value, k) => sum + (full[row * n + k] ?? NaN) * value, 0));
    expect(apart(product, byFull)).toBeLessThan(1e-12);
    expect(
      apart(
        diagonal,
        theta.map((_, k) => full[k * n + k] ?? NaN),
      ),
    ).toBeLessThan(1e-12);
    // A central difference of the gradient along v; a kink within the step would be seen.
    const h = 1e-6;
    const at = (sign: number) =>
      gradients({ network, theta: theta.map((value, k) => value + sign * h * (v[k] ?? 0)), samples }).gradient;
    const [right, left] = [at(1), at(-1)];
    expect(
      apart(
        theta.map((_, k) => ((right[k] ?? NaN) - (left[k] ?? NaN)) / (2 * h)),
        product,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('the plain engine measures what the reference does, on the rows of an order too', () => {
  for (const { network, data } of conventionGoldens) {
    const engine = createPlainEngine(network);
    const { training: samples } = data;
    engine.begin({ samples, first: 0, count: samples.count }, 'units');
    while (!engine.advance());
    const found = gradients(objectiveOf(network, samples));
    expect([engine.dataLoss, engine.penalty]).toEqual([found.dataLoss, found.penalty]);
    expect(engine.gradient).toEqual(found.gradient);
  }
});
