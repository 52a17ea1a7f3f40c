/** THE table of activation functions g, with a = g(z): one row each, here or in one of the two groups. */

import { BOUNDED } from './bounded';
import { RECTIFIERS } from './rectifiers';
import type { ActivationRow } from './rows';

const ROWS = {
  identity: {
    label: 'identity',
    aliases: ['linear', 'none', 'purelin', 'logits'],
    symbol: { unicode: 'id', latex: '\\operatorname{id}' },
    formula: { unicode: 'id(z) = z', latex: '\\operatorname{id}(z) = z' },
    derivativeFormula: { unicode: 'id′(z) = 1', latex: "\\operatorname{id}'(z) = 1" },
    probabilities: false,
    init: 'xavierUniform',
    range: () => [-Infinity, Infinity],
    vector: false,
    isIdentity: true,
    flat: 'the slope is 1 everywhere',
    value: (z) => z,
    derivative: () => 1,
    second: () => 0,
    fromOutput: () => 1,
    kinks: () => [],
    pytorch: (z) => z,
    numpy: () => '1',
    kernel: 'identity',
  },
  ...BOUNDED,
  ...RECTIFIERS,
  softmax: {
    label: 'softmax',
    symbol: { unicode: 'softmax', latex: '\\operatorname{softmax}' },
    formula: {
      unicode: 'softmax(z)ᵢ = e^(zᵢ) / Σₖ e^(zₖ)',
      latex: '\\operatorname{softmax}(z)_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}}',
    },
    derivativeFormula: {
      unicode: '∂aᵢ/∂zₖ = aᵢ ([i = k] − aₖ)',
      latex: '\\frac{\\partial a_i}{\\partial z_k} = a_i\\,([i = k] - a_k)',
    },
    note: 'it couples the units of its layer',
    probabilities: true,
    init: 'xavierUniform',
    range: () => [0, 1],
    vector: true,
    value: softmax,
    derivative: softmaxDerivative,
    second: softmaxSecond,
    backward: softmaxBackward,
    pytorch: (z) => `torch.softmax(${z}, dim=1)`,
    kernel: 'softmax',
  },
} as const satisfies Readonly<Record<string, ActivationRow>>;

export type ActivationName = keyof typeof ROWS;

export const ACTIVATIONS: Readonly<Record<ActivationName, ActivationRow>> = ROWS;

/** Writes e^(z_i − max z) / Σ_k e^(z_k − max z) into `a`; taking the maximum off keeps every exponential ≤ 1. */
function softmax(z: Float64Array, a: Float64Array): void {
  let max = -Infinity;
  for (const value of z) max = Math.max(max, value);
  let sum = 0;
  for (let i = 0; i < z.length; i++) {
    const e = Math.exp((z[i] ?? NaN) - max);
    a[i] = e;
    sum += e;
  }
  for (let i = 0; i < z.length; i++) a[i] = (a[i] ?? NaN) / sum;
}

/**
 * Σ_i u_i a_i ([i = k] − a_k), where u = ∂E/∂a. The shorter a_k (u_k − Σ_i u_i a_i) loses its digits where the layer is
 * nearly saturated and u_k and the sum are nearly equal.
 */
function softmaxBackward(a: Float64Array, delta: Float64Array, upstream = new Float64Array(delta.length)): void {
  upstream.set(delta);
  for (let k = 0; k < a.length; k++) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (upstream[i] ?? NaN) * softmaxDerivative(a, i, k);
    delta[k] = sum;
  }
}

/** ∂a_i/∂z_k = a_i ([i = k] − a_k) */
function softmaxDerivative(a: Float64Array, i: number, k: number): number {
  return (a[i] ?? NaN) * ((i === k ? 1 : 0) - (a[k] ?? NaN));
}

/** ∂²a_i/∂z_k∂z_n = a_i (([i = k] − a_k)([i = n] − a_n) − a_k ([k = n] − a_n)) */
function softmaxSecond(a: Float64Array, i: number, k: number, n: number): number {
  const [ai, ak, an] = [a[i] ?? NaN, a[k] ?? NaN, a[n] ?? NaN];
  const is = (one: number, other: number): number => (one === other ? 1 : 0);
  return ai * ((is(i, k) - ak) * (is(i, n) - an) - ak * (is(k, n) - an));
}
