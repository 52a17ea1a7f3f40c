import { expect, test } from 'vitest';
import { chain } from '../../../src/core/chain';
import { type FactorCause, causeOf } from '../../../src/core/chain/why';
import { networkOf, samplesOf } from '../networks';
import { objectiveOf } from '../../../src/core/network';

/** Why the path of θ₁₁⁽¹⁾ in a 1-1-1 network with `hidden` is as small or large as it is. */
function cause(
  hidden: Parameters<typeof networkOf>[0]['layers'][number],
  w = 1,
  x = 1,
  y = 3,
): FactorCause | undefined {
  const network = networkOf({ layers: [{ units: 1 }, hidden, { weights: [[w]] }] });
  const samples = samplesOf({ inputs: [[x]], targets: [[y]] });
  const [path] = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 1 }).paths;
  return path && causeOf(network, path, 2);
}

test.each([
  ['zero', 'relu′(z₁⁽²⁾) = 0: relu is inactive at z = −2', cause({ activation: 'relu', weights: [[-2]] })],
  ['small', 'σ′(z₁⁽²⁾) = 4.5e−5: the unit is saturated at z = 10', cause({ activation: 'sigmoid', weights: [[10]] })],
  ['small', 'σ′(z₁⁽²⁾) = 0.2: the slope of σ at z = 1', cause({ activation: 'sigmoid', weights: [[1]] })],
  ['zero', 'θ₁₁⁽²⁾ = 0: the weight is 0', cause({ weights: [[1]] }, 0)],
  ['small', 'θ₁₁⁽²⁾ = 0.01: the weight is small', cause({ weights: [[1]] }, 0.01)],
  ['small', 'θ₁₁⁽²⁾ = 0.6: the weight is below 1', cause({ weights: [[1]] }, 0.6, 1, 1.5)],
  ['small', 'x₁ = −0.7: the input is below 1 in size', cause({ weights: [[1]] }, 1, -0.7, 0.3)],
  ['large', 'θ₁₁⁽²⁾ = 4: the weight is above 1', cause({ weights: [[1]] }, 4)],
  ['small', 'a₁⁽³⁾ − y₁ = −0.5: the output’s error is below 1', cause({ weights: [[1]] }, 1, 1, 1.5)],
  ['large', 'θ₁₁⁽²⁾ = 50: the weight is large', cause({ weights: [[1]] }, 50, 1, 30)],
  ['zero', 'x₁ = 0: the input is 0', cause({ weights: [[1]] }, 1, 0)],
  ['zero', 'a₁⁽³⁾ − y₁ = 0: the output meets its target', cause({ weights: [[1]] }, 1, 1, 1)],
  ['small', 'a₁⁽³⁾ − y₁ = −0.001: the output is close to its target', cause({ weights: [[1]] }, 1, 1, 1.001)],
  ['notFinite', 'a₁⁽³⁾ − y₁ = ∞: the factor overflowed', cause({ weights: [[1e200]] }, 1e200)],
])('%s: %s', (effect, text, found) => {
  expect(found).toMatchObject({ effect, text });
});

test.each([
  // A tenth, and ten times, are where a factor is small, or large.
  ['θ₁₁⁽²⁾ = 0.1: the weight is below 1', cause({ weights: [[1]] }, 0.1)],
  ['θ₁₁⁽²⁾ = −0.09: the weight is small', cause({ weights: [[1]] }, -0.09)],
  ['θ₁₁⁽²⁾ = 10: the weight is large', cause({ weights: [[1]] }, 10)],
  ['θ₁₁⁽²⁾ = −9.9: the weight is above 1 in size', cause({ weights: [[1]] }, -9.9, 1, -8)],
  ['a₁⁽³⁾ − y₁ = −20: the output is far from its target', cause({ weights: [[1]] }, 1, 1, 21)],
  ['a₁⁽³⁾ − y₁ = −0.1: the output’s error is below 1', cause({ weights: [[1]] }, 1, 1, 1.1)],
  // A quarter of the slope in the middle: σ′ = 0.0625 at |z| = 2.634.
  ['σ′(z₁⁽²⁾) = 0.061: the unit is saturated at z = −2.7', cause({ activation: 'sigmoid', weights: [[-2.66]] }, 1)],
  ['σ′(z₁⁽²⁾) = 0.065: the slope of σ at z = 2.6', cause({ activation: 'sigmoid', weights: [[2.58]] }, 1)],
])('%s', (text, found) => {
  expect(found?.text).toBe(text);
});

test('a bias’s input, a unit’s output, and softmax have words of their own', () => {
  const of = (
    layers: Parameters<typeof networkOf>[0]['layers'],
    parameter: Parameters<typeof chain>[1],
    targets: readonly number[],
    biasInput = 1,
  ): string | undefined => {
    const written = networkOf({ layers });
    const network = { ...written, layers: written.layers.map((layer) => ({ ...layer, biasInput })) };
    const samples = samplesOf({ inputs: [[1]], targets: [targets] });
    const [path] = chain(objectiveOf(network, samples), parameter, { paths: 1 }).paths;
    return path && causeOf(network, path, 2)?.text;
  };
  const line = { weights: [[1]] };
  expect(of([{ units: 1 }, line], { layer: 1, to: 1, from: 0 }, [3], 0.05)).toBe(
    '0.05 = 0.05: the bias’s input is small',
  );
  expect(of([{ units: 1 }, { weights: [[0.05]] }, line], { layer: 2, to: 1, from: 1 }, [3])).toBe(
    'a₁⁽²⁾ = 0.05: the unit that it comes from is small',
  );
  const softmax = (z: number) => ({ activation: 'softmax' as const, weights: [[z], [0]] });
  expect(of([{ units: 1 }, softmax(900)], { layer: 1, to: 1, from: 1 }, [0, 1])).toMatch(
    /= 0: softmax is saturated at z = 900$/,
  );
  expect(of([{ units: 1 }, softmax(5)], { layer: 1, to: 1, from: 1 }, [0, 1])).toMatch(
    /: softmax passes little on at z = 5$/,
  );
});

test('the first of several decides: what is not finite, then what is 0, then the least, or where the path gains, the largest', () => {
  const at = (values: readonly number[]): number | undefined => {
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[1]] }] });
    const [path] = chain(objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[3]] })), one, { paths: 1 }).paths;
    const [factor] = path?.factors ?? [];
    if (!path || !factor) throw new Error('there is one');
    const factors = values.map((value) => ({ ...factor, value }));
    return causeOf(network, { ...path, factors, product: values.reduce((p, value) => p * value, 1) }, 2)?.factor;
  };
  const one = { layer: 1, to: 1, from: 1 };
  expect(at([0.5, 0, -Infinity, NaN])).toBe(2);
  expect(at([0.5, 0, 0, 9])).toBe(1);
  expect(at([0.5, -0.25, 3])).toBe(1);
  expect(at([0.5, -4, 3])).toBe(1);
  expect(at([2, 0.5])).toBe(1);
  expect(at([])).toBeUndefined();
});
