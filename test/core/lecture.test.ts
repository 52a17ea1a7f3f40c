/** The lecture's equations (1)–(13), a test each: the symbolic output has exactly the factors that the lecture derives. */

import { describe, expect, test } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { type Chain, chain } from '../../src/core/chain';
import { type ParameterId, parameterIndex, parameterLayout, objectiveOf } from '../../src/core/network';
import { factorForm, factorSymbol } from '../../src/core/notation';
import { golden } from './goldens';

const univariate = golden('lecture-univariate');
const toy = golden('lecture-toy-1-1-1');
const multiple = golden('lecture-2-2-2');

describe('univariate logistic least squares', () => {
  test('∂J/∂θ₁ = (σ(z) − t) · σ′(z) · x', () => {
    const result = derive(univariate, { layer: 1, to: 1, from: 1 });
    expect(symbols(result, univariate)).toEqual(['∂E/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁']);
    expect(forms(result, univariate)).toEqual(['a₁⁽²⁾ − y₁ · σ′(z₁⁽²⁾) · x₁']);
    const z = 0.7 * 2 - 0.3;
    const s = 1 / (1 + Math.exp(-z));
    expect(result.gradient).toBeCloseTo((s - 1) * s * (1 - s) * 2, 15);
  });

  test('∂J/∂θ₂ = (σ(z) − t) · σ′(z)', () => {
    const result = derive(univariate, { layer: 1, to: 1, from: 0 });
    expect(symbols(result, univariate)).toEqual(['∂E/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₂']);
    expect(forms(result, univariate)).toEqual(['a₁⁽²⁾ − y₁ · σ′(z₁⁽²⁾) · 1']);
  });
});

describe('toy exercise 1-1-1', () => {
  test('(1) ∂J/∂θ₂', () => {
    const result = derive(toy, { layer: 2, to: 1, from: 1 });
    expect(symbols(result, toy)).toEqual(['∂E/∂a₁⁽³⁾ · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₂']);
  });

  test('(2) ∂J/∂θ₁', () => {
    const result = derive(toy, { layer: 1, to: 1, from: 1 });
    expect(symbols(result, toy)).toEqual(['∂E/∂a₁⁽³⁾ · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁']);
    expect(forms(result, toy)).toEqual(['a₁⁽³⁾ − y₁ · σ′(z₁⁽³⁾) · θ₂ · σ′(z₁⁽²⁾) · x₁']);
  });
});

describe('multiple units 2-2-2', () => {
  test('(3) J = 1/(2m) Σ (y − a)²', () => {
    const { network, samples, expected } = multiple;
    const [[a1 = NaN, a2 = NaN] = []] = expected.outputs;
    const { loss } = gradients(objectiveOf(network, samples));
    expect(loss).toBeCloseTo(((0 - a1) ** 2 + (1 - a2) ** 2) / 2, 15);
  });

  test('(4), (5): the blue and the orange path of θ₁₁⁽¹⁾, and their sum', () => {
    const result = derive(multiple, { layer: 1, to: 1, from: 1 });
    const blue = '∂E/∂a₁⁽³⁾ · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁₁⁽¹⁾';
    const orange = '∂E/∂a₂⁽³⁾ · ∂a₂⁽³⁾/∂z₂⁽³⁾ · ∂z₂⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁₁⁽¹⁾';
    expect(symbols(result, multiple)).toEqual([blue, orange]);
    const [first, second] = byUnit(result);
    expect((first?.product ?? NaN) + (second?.product ?? NaN)).toBeCloseTo(0.00016657731643350725, 17);
    expect(first?.nodes).toEqual([
      { kind: 'z', layer: 2, unit: 1 },
      { kind: 'a', layer: 2, unit: 1 },
      { kind: 'z', layer: 3, unit: 1 },
      { kind: 'a', layer: 3, unit: 1 },
    ]);
  });

  const sub = ['', '₁', '₂'] as const;
  const entries = [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ] as const;

  test.each(entries.map((entry, n) => [n + 6, ...entry] as const))('(%i) layer 2, θ_%i%i⁽²⁾', (_, i, j) => {
    const result = derive(multiple, { layer: 2, to: i, from: j });
    const [I, J] = [sub[i], sub[j]];
    expect(symbols(result, multiple)).toEqual([`∂E/∂a${I}⁽³⁾ · ∂a${I}⁽³⁾/∂z${I}⁽³⁾ · ∂z${I}⁽³⁾/∂θ${I}${J}⁽²⁾`]);
    expect(forms(result, multiple)).toEqual([`a${I}⁽³⁾ − y${I} · σ′(z${I}⁽³⁾) · a${J}⁽²⁾`]);
  });

  test.each(entries.map((entry, n) => [n + 10, ...entry] as const))('(%i) layer 1, θ_%i%i⁽¹⁾', (_, i, j) => {
    const result = derive(multiple, { layer: 1, to: i, from: j });
    const [I, J] = [sub[i], sub[j]];
    const term = (K: string): string =>
      `∂E/∂a${K}⁽³⁾ · ∂a${K}⁽³⁾/∂z${K}⁽³⁾ · ∂z${K}⁽³⁾/∂a${I}⁽²⁾ · ∂a${I}⁽²⁾/∂z${I}⁽²⁾ · ∂z${I}⁽²⁾/∂θ${I}${J}⁽¹⁾`;
    expect(symbols(result, multiple)).toEqual([term('₁'), term('₂')]);
  });
});

/** The chain, and that it adds up to PyTorch's number. */
function derive({ network, samples, expected }: typeof toy, parameter: ParameterId): Chain {
  const result = chain(objectiveOf(network, samples), parameter, { paths: 10 });
  const { weights, biases } = expected.gradients[parameter.layer - 1] ?? { weights: [], biases: null };
  const reference = parameter.from === 0 ? biases?.[parameter.to - 1] : weights[parameter.to - 1]?.[parameter.from - 1];
  const sum = result.paths.reduce((total, { contribution }) => total + contribution, 0);
  expect(sum).toBeCloseTo(reference ?? NaN, 15);
  expect(parameterIndex(parameterLayout(network.layers), parameter)).toBeGreaterThanOrEqual(0);
  return result;
}

/** By the output unit that they end in, as the lecture orders them. */
function byUnit({ paths }: Chain) {
  return [...paths].sort((p, q) => (p.nodes.at(-1)?.unit ?? 0) - (q.nodes.at(-1)?.unit ?? 0));
}

function symbols(result: Chain, { network }: typeof toy): string[] {
  return byUnit(result).map(({ factors }) => factors.map((factor) => factorSymbol(factor, network)).join(' · '));
}

function forms(result: Chain, { network }: typeof toy): string[] {
  return byUnit(result).map(({ factors }) => factors.map((factor) => factorForm(network, factor).unicode).join(' · '));
}
