import { describe, expect, test } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { comparingSamples } from '../../src/core/sampleGradients';
import { golden, goldenNames } from './goldens';
import { objectiveOf } from '../../src/core/network';

describe.each(goldenNames)('the samples’ gradients of %s', (name) => {
  test('have the mean, the variance and the projections of the gradients taken one by one', () => {
    const { network, samples } = golden(name);
    const found = runToEnd(comparingSamples(objectiveOf(network, samples)));
    const each = Array.from(
      { length: samples.count },
      (_, s) => gradients(objectiveOf(network, samples), s + 1).gradient,
    );
    const mean = network.theta.map(
      (_, k) => each.reduce((sum, gradient) => sum + (gradient[k] ?? NaN), 0) / each.length,
    );
    const norm = Math.hypot(...mean);
    const trace =
      each.reduce((sum, gradient) => sum + Math.hypot(...gradient.map((g, k) => g - (mean[k] ?? NaN))) ** 2, 0) /
      each.length;
    const near = (value: number | undefined, expected: number): void => {
      expect(Math.abs((value ?? NaN) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
    };
    near(found.noiseScale * norm ** 2, trace);
    near(Math.hypot(...found.layers.map((layer) => layer.mean)), norm);
    near(
      found.layers.reduce((sum, { deviation }) => sum + deviation ** 2, 0),
      trace,
    );
    for (const [s, gradient] of each.entries()) {
      near(found.size[s], Math.hypot(...gradient));
      near(
        (found.pull[s] ?? NaN) * norm,
        gradient.reduce((sum, g, k) => sum + g * (mean[k] ?? NaN), 0),
      );
    }
  });
});
