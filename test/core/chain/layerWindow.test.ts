import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { parameterIndex, parameterLayout, objectiveOf } from '../../../src/core/network';
import { networkCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';
import { penaltyDerivative } from '../../../src/core/penalty';
import { layerWindow } from '../atOnce';

test('Δᵀ A / m + ∂R/∂θ is the gradient of the whole layer, biases in column 0', () => {
  fc.assert(
    fc.property(networkCase(), ({ network, samples }) => {
      const { gradient } = gradients(objectiveOf(network, samples));
      const layout = parameterLayout(network.layers);
      for (const [l, { rows, columns, biases }] of layout.layers.entries()) {
        const least = biases < 0 ? 1 : 0;
        const { delta, a } = layerWindow(objectiveOf(network, samples), {
          layer: l + 1,
          samples: { first: 1, count: samples.count },
          rows: { first: 1, count: rows },
          columns: { first: least, count: columns + 1 - least },
        });
        const width = columns + 1 - least;
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < width; j++) {
            const id = { layer: l + 1, to: i + 1, from: j + least };
            const terms = Array.from(
              { length: samples.count },
              (_, s) => ((delta[s * rows + i] ?? NaN) * (a[s * width + j] ?? NaN)) / samples.count,
            );
            const expected = gradient[parameterIndex(layout, id)] ?? NaN;
            fc.pre(Number.isFinite(expected));
            const r = penaltyDerivative(network, network.theta, id, 1);
            const scale = Math.max(...terms.map(Math.abs), Math.abs(r));
            const sum = terms.reduce((all, term) => all + term, r);
            expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-14 * scale + Number.MIN_VALUE);
          }
        }
      }
    }),
  );
});

test('a window is cut out of the whole, and one that reaches beyond it is refused with the range', () => {
  const network = networkOf({
    layers: [
      { units: 3 },
      {
        activation: 'tanh',
        weights: [
          [0.1, 0.2, 0.3],
          [-0.4, 0.5, -0.6],
        ],
      },
    ],
  });
  const samples = samplesOf({
    inputs: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    targets: [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
  });
  const whole = {
    layer: 1,
    samples: { first: 1, count: 3 },
    rows: { first: 1, count: 2 },
    columns: { first: 0, count: 4 },
  };
  const cut = {
    layer: 1,
    samples: { first: 2, count: 2 },
    rows: { first: 2, count: 1 },
    columns: { first: 2, count: 2 },
  };
  const all = layerWindow(objectiveOf(network, samples), whole);
  const some = layerWindow(objectiveOf(network, samples), cut);
  expect([...some.a]).toEqual([5, 6, 8, 9]);
  expect([...some.delta]).toEqual([all.delta[3], all.delta[5]]);
  const ask = (part: Partial<typeof cut>) => () => layerWindow(objectiveOf(network, samples), { ...cut, ...part });
  expect(ask({ rows: { first: 2, count: 2 } })).toThrow('there is no row 2…3: they are 1…2');
  expect(ask({ columns: { first: 3, count: 2 } })).toThrow('there is no column 3…4: they are 0…3');
  expect(ask({ samples: { first: 3, count: 2 } })).toThrow('there is no sample 4: the training samples are 1…3');
  expect(ask({ layer: 2 })).toThrow('layer 3 is outside 1…2');
});
