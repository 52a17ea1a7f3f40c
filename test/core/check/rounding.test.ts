/** How far rounding may put numbers off, by their formulas and by numbers of 1,600 digits. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { carriedRounding } from '../../../src/core/check/carriedRounding';
import { Downstream } from '../../../src/core/check/downstream';
import { gradientRounding } from '../../../src/core/check/gradientRounding';
import { NoiseBehind, Noises } from '../../../src/core/check/noise';
import { runToEnd } from '../../../src/core/check/steps';
import { type Objective, objectiveOf } from '../../../src/core/network';
import { parseNetworkFile } from '../../../src/format';
import { networkOf, samplesOf } from '../networks';

interface Case {
  readonly kind: 'plain' | 'saturated' | 'extreme' | 'cancelling';
  readonly network: object;
  readonly gradient: readonly (number | null)[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/highPrecision/cases.json'), 'utf8'),
) as Case[];

describe('carried rounding', () => {
  it('covers what float64 is off, and at ordinary scales hardly more', () => {
    for (const { kind, network: file, gradient } of cases) {
      const { network, data } = parseNetworkFile(JSON.stringify(file), { fileName: 'case.nn.json' });
      if (!network || !data) throw new Error('a case is a network');
      const objective = objectiveOf(network, data.training);
      const bound = runToEnd(carriedRounding(objective));
      const found = gradients(objective).gradient;
      const scale = found.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const [k, right] of gradient.entries()) {
        const [value = NaN, off = NaN] = [found[k], bound[k]];
        if (right === null || !Number.isFinite(value)) continue;
        // The sum over the samples and the penalty round, too; what underflows is not counted.
        const rest = 16 * Number.EPSILON * Math.abs(value) + 1e-300;
        if (kind === 'plain') expect(Math.abs(value - right)).toBeLessThanOrEqual(off + rest);
        if (kind === 'plain') expect(off).toBeLessThanOrEqual(1e-12 * scale);
        expect(off).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('of one weight and one row is that of z, a − y and the product', () => {
    // z = w x + b: two products and a sum, of |w x| + |b| = 3.5; identity adds 4 ulps of |a|.
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[1.5]], biases: [0.5] }] });
    const [ulp, z, a, y, x] = [Number.EPSILON / 2, 2 * 3.5, 4 * 3.5, 1, 2];
    const ofA = (z + a) * ulp;
    const ofResidual = ofA + ulp * (3.5 + y);
    const residual = 3.5 - y;
    // E′ at both ends, a few ulps more, and identity′ = 1 found without rounding but for 4 ulps.
    const ofDelta =
      (ofResidual + 4 * ulp * residual) * (1 + 4 * ulp) + residual * (ofA + ofA + 4 * ulp * 3.5 + 4 * ulp);
    const found = runToEnd(carriedRounding(objectiveOf(network, samplesOf({ inputs: [[x]], targets: [[y]] }))));
    const [ofWeight = NaN, ofBias = NaN] = found;
    const plain = (ofResidual + 4 * ulp * residual) * (1 + 4 * ulp) + residual * 4 * ulp;
    // Whether identity′ is taken from a or from z; both ends are rounded to float64 themselves.
    expect([plain, ofDelta].some((delta) => Math.abs(ofBias / (delta + 4 * ulp * residual) - 1) < 0.15)).toBe(true);
    expect(ofWeight / (x * ofBias)).toBeCloseTo(1, 6);
  });

  it('knows nothing where a number has left the range', () => {
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[1e200]] }, { weights: [[1e200]] }] });
    const found = runToEnd(carriedRounding(objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[1]] }))));
    expect([...found]).toContain(Infinity);
    expect(found.some(Number.isNaN)).toBe(false);
  });
});

test('the rounding of a gradient is a few ulps of its paths without their signs, and of the penalty', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { weights: [[1.5]], biases: [0.5] }, { weights: [[-0.7]], biases: [0.3] }],
    regularization: { l2: 0.1 },
  });
  const found = runToEnd(gradientRounding(objectiveOf(network, samplesOf({ inputs: [[-2]], targets: [[1]] }))));
  const a2 = -2 * 1.5 + 0.5;
  const a3 = -0.7 * a2 + 0.3;
  // a − y counts for |a| + |y|, and what is found from a for an eighth of |a| more.
  const last = (Math.abs(a3) + 1) * (1 + Math.abs(a3) / 8);
  const first = last * 0.7 * (1 + Math.abs(a2) / 8);
  const sizes = [2 * first + 0.15, first, Math.abs(a2) * last + 0.07, last];
  for (const [k, size] of sizes.entries()) expect((found[k] ?? NaN) / (16 * Number.EPSILON * size)).toBeCloseTo(1, 12);
});

test('nothing is excused where a factor has left the range of numbers', () => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1e200]] }, { weights: [[1e200]] }] });
  const found = runToEnd(gradientRounding(objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[1]] }))));
  expect([...found]).toContain(0);
});

describe('the noise of E that a step meets', () => {
  const ulps = 4 * Number.EPSILON;
  /** Of each layer from the last on, as the difference quotients ask for it: of its first unit, in row `s`. */
  function noiseOf(objective: Objective, s: number): { ofLoss: number; ofOutputs: number }[] {
    const loss = new Downstream(objective);
    runToEnd(loss.prepare());
    const behind = new NoiseBehind(loss);
    const { delta } = gradientsOf(objective);
    const { layers } = objective.network;
    const m = objective.samples.count;
    const found: { ofLoss: number; ofOutputs: number }[] = [];
    for (let layer = layers.length; layer >= 2; layer--) {
      const units = layers[layer - 1]?.units ?? 0;
      for (let unit = 0; unit < units; unit++) {
        const noises = new Noises(m);
        behind.fill(noises, layer, unit, 0, m);
        if (unit === 0) found.push(noises.of(s));
        behind.note(
          unit,
          0,
          m,
          Float64Array.from({ length: m }, (_, k) => delta[k]?.[layer - 1]?.[unit] ?? NaN),
        );
      }
      runToEnd(behind.finish(layer, 0));
    }
    return found;
  }

  function gradientsOf(objective: Objective): { delta: Float64Array[][] } {
    const rows = Array.from({ length: objective.samples.count }, (_, k) => gradients(objective, k + 1).units);
    return { delta: rows.map(({ delta }) => delta.map((values) => values.slice())) };
  }

  const network = networkOf({
    layers: [
      { units: 1 },
      { activation: 'tanh', weights: [[0.8], [-0.5]], biases: [0.3, 0.2] },
      { activation: 'tanh', weights: [[0.7, -1.2]], biases: [0.1] },
    ],
  });
  const samples = samplesOf({ inputs: [[0.5], [-1.5]], targets: [[1], [0.25]] });

  it('is what the rounding of each z and a behind it makes of E', () => {
    const s = 1;
    const x = -1.5;
    const z2 = [0.8 * x + 0.3, -0.5 * x + 0.2];
    const a2 = z2.map(Math.tanh);
    const z3 = 0.7 * (a2[0] ?? NaN) - 1.2 * (a2[1] ?? NaN) + 0.1;
    const a3 = Math.tanh(z3);
    const byA3 = a3 - 0.25;
    const byZ3 = byA3 * (1 - a3 * a3);
    // Of the outputs: what comes with the hidden a, and what is rounded here.
    const hidden = z2.map((z, k) => {
      const a = a2[k] ?? NaN;
      return ulps * Math.abs(z) * (1 - a * a) + ulps * Math.abs(a);
    });
    const ofZ3 = ulps * Math.abs(z3) + 0.7 * (hidden[0] ?? NaN) + 1.2 * (hidden[1] ?? NaN);
    const ofOutputs = ofZ3 * (1 - a3 * a3) + ulps * Math.abs(a3);
    const [last, first] = noiseOf(objectiveOf(network, samples), s);
    expect((last?.ofLoss ?? NaN) / (ulps * Math.abs(byA3 * a3))).toBeCloseTo(1, 12);
    expect((last?.ofOutputs ?? NaN) / ofOutputs).toBeCloseTo(1, 12);
    const behind = ulps * (Math.abs(byA3 * a3) + Math.abs(byZ3 * z3));
    const own = ulps * Math.abs(0.7 * byZ3) * Math.abs(a2[0] ?? NaN);
    expect((first?.ofLoss ?? NaN) / (behind + own)).toBeCloseTo(1, 12);
    expect(first?.ofOutputs).toBe(last?.ofOutputs);
  });

  it('of a loss with logits comes from z alone', () => {
    const logits = networkOf({
      layers: [
        { units: 1 },
        { activation: 'tanh', weights: [[0.8]], biases: [0.3] },
        { activation: 'sigmoid', weights: [[0.7]], biases: [0.1] },
      ],
      loss: 'binaryCrossEntropy',
    });
    const rows = samplesOf({ inputs: [[0.5]], targets: [[0.75]] });
    const [z2, y] = [0.8 * 0.5 + 0.3, 0.75];
    const a2 = Math.tanh(z2);
    const z3 = 0.7 * a2 + 0.1;
    const a3 = 1 / (1 + Math.exp(-z3));
    const [last, first] = noiseOf(objectiveOf(logits, rows), 0);
    expect(last?.ofLoss).toBe(0);
    const ofZ3 = ulps * Math.abs(z3) + 0.7 * (ulps * Math.abs(z2) * (1 - a2 * a2) + ulps * a2);
    const bend = a3 * (1 - a3);
    const ofOutputs = (ofZ3 * bend + ulps * (y * (1 - a3) + (1 - y) * a3)) / Math.sqrt(bend);
    expect((last?.ofOutputs ?? NaN) / ofOutputs).toBeCloseTo(1, 12);
    const behind = ulps * Math.abs((a3 - y) * z3) + ulps * Math.abs(0.7 * (a3 - y)) * a2;
    expect((first?.ofLoss ?? NaN) / behind).toBeCloseTo(1, 12);
  });
});
