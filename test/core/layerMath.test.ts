import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addOuterProduct, addOuterProducts, addProduct, addProducts } from '../../src/core/layerMath';

const dimensions = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 7 }),
  samples: fc.integer({ min: 1, max: 10 }),
  hasBiases: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

/** Numbers of very different sizes, so that another order of adding them up shows. */
function numbers(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => Math.sin(seed + 7.3 * k) * 10 ** (((k * 5 + seed) % 13) - 6));
}

describe('the products of a layer', () => {
  test('add one term after the other, whether one sample is taken or many', () => {
    fc.assert(
      fc.property(dimensions, ({ rows, columns, samples, hasBiases, seed }) => {
        const biases = hasBiases ? 3 + rows * columns : -1;
        const block = { rows, columns, weights: 3, biases, biasInput: 0.5 };
        const theta = numbers(3 + rows * columns + (hasBiases ? rows : 0), seed);
        const x = numbers(samples * columns, seed + 1);
        const delta = numbers(samples * rows, seed + 2);
        const z = numbers(samples * rows, seed + 3);
        const gradient = numbers(theta.length, seed + 4);

        const [expectedZ, expectedGradient] = [z.slice(), gradient.slice()];
        for (let s = 0; s < samples; s++) {
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const [w, value] = [3 + i * columns + j, x[s * columns + j] ?? NaN];
              expectedZ[s * rows + i] = (expectedZ[s * rows + i] ?? NaN) + (theta[w] ?? NaN) * value;
              expectedGradient[w] = (expectedGradient[w] ?? NaN) + (delta[s * rows + i] ?? NaN) * value;
            }
            if (!hasBiases) continue;
            const b = biases + i;
            expectedGradient[b] = (expectedGradient[b] ?? NaN) + (delta[s * rows + i] ?? NaN) * 0.5;
          }
        }

        const [together, eachZ] = [z.slice(), z.slice()];
        addProducts(theta, block, x, together, samples);
        for (let s = 0; s < samples; s++) addProduct(theta, block, x, eachZ, s * columns, s * rows);
        expect([together, eachZ]).toEqual([expectedZ, expectedZ]);

        const [sum, eachSum] = [gradient.slice(), gradient.slice()];
        addOuterProducts(sum, block, delta, x, samples);
        for (let s = 0; s < samples; s++) addOuterProduct(eachSum, block, delta, x, s * rows, s * columns);
        expect([sum, eachSum]).toEqual([expectedGradient, expectedGradient]);
      }),
    );
  });
});
