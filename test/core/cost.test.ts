import { expect, test } from 'vitest';
import { divisorOf, isUsual, penaltyTerms, shareText, sumText, weightOf } from '../../src/core/cost';
import { parseNetworkFile } from '../../src/format';

/** The network and samples of a 1-1 file with these keys. */
function read({ loss = {}, regularization = {}, layer = {}, data = {} }: Record<string, object>) {
  const file = {
    layers: [{ units: 1 }, { units: 1, ...layer }],
    loss: { type: 'mse', ...loss },
    regularization,
    data: { inputs: [[1], [2], [3]], targets: [[0], [1], [2]], ...data },
  };
  const { network, data: read, problems } = parseNetworkFile(JSON.stringify(file), { fileName: '' });
  if (!network || !read) throw new Error(problems.map(({ message }) => message).join('; '));
  return { network, samples: read.training };
}

test('a file that states no convention of its own is what the fast kernels compute', () => {
  const { network } = read({ regularization: { l1: 0.1, l2: 0.2 } });
  expect(isUsual(network, false)).toBe(true);
  expect(isUsual(network, true)).toBe(false);
});

test.each([
  ['loss', { half: false }],
  ['loss', { outputs: 'mean' }],
  ['loss', { samples: 'sum' }],
  ['regularization', { l2: 1, half: false }],
  ['regularization', { l2: 1, perSample: true }],
  ['regularization', { l2: 1, biases: true }],
  ['layer', { biasInput: -1 }],
])('one that does is not: %s %o', (key, part) => {
  expect(isUsual(read({ [key]: part }).network, false)).toBe(false);
});

test('D is m, Σω, 1 where all ω are 0, or 1 for a sum', () => {
  const of = (keys: Record<string, object>): number => {
    const { network, samples } = read(keys);
    return divisorOf(network, samples);
  };
  expect(of({})).toBe(3);
  expect(of({ data: { weights: [0.5, 2, 2] } })).toBe(4.5);
  expect(of({ loss: { samples: 'sum' }, data: { weights: [0.5, 2, 2] } })).toBe(1);
  expect(divisorOf(read({}).network, { count: 2, weights: Float64Array.of(0, 0) })).toBe(1);
  expect([1, 2, 3].map((sample) => weightOf(read({ data: { weights: [0.5, 2, 2] } }).samples, sample))).toEqual([
    0.5, 2, 2,
  ]);
});

test.each([
  [1, 1, ''],
  [1, 3, '/3'],
  [2, 4.5, ' · 2/4.5'],
  [2, 1, ' · 2'],
])('ω = %d and D = %d is written %s', (weight, divisor, text) => {
  expect(shareText(weight, divisor)).toBe(text);
});

test.each([
  [{}, []],
  [{ l1: 1 }, ['λ₁ Σ|θ|']],
  [{ l1: 1, l2: 1, biases: true }, ['λ₁ Σ|θ|', '(λ₂/2) Σθ² (biases too)']],
  [{ l2: 1, half: false }, ['λ₂ Σθ²']],
  [{ l1: 1, l2: 1, perSample: true }, ['(λ₁/m) Σ|θ|', '(λ₂/2m) Σθ²']],
])('the penalty %o is written %o', (regularization, terms) => {
  expect(penaltyTerms(read({ regularization }).network)).toEqual(terms);
});

test('J is written as the mean or the sum, with weights where rows have them', () => {
  const of = (loss: object, weighted: boolean): string => sumText(read({ loss }).network, weighted);
  expect([of({}, false), of({}, true)]).toEqual(['(1/m) Σ E', '(1/Σw) Σ wE']);
  expect([of({ samples: 'sum' }, false), of({ samples: 'sum' }, true)]).toEqual(['Σ E', 'Σ wE']);
});
