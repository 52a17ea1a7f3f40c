/** THE table, first half: one row per activation function g, with a = g(z). */

import { normalCdf, normalDensity } from './erf';
import type { Activation } from '../network';

export type ActivationName =
  | 'identity'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'softsign'
  | 'softmax';

/** The same piece of mathematics, for text and for LaTeX. */
export interface Formula {
  readonly unicode: string;
  readonly latex: string;
}

interface CommonActivationRow {
  /** The name in prose. */
  readonly label: string;
  /** How the function is written before its argument: σ, tanh, … */
  readonly symbol: Formula;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
  /** True where every output lies in (0, 1), as the cross-entropies need it. */
  readonly probabilities: boolean;
  /** The number that the file may set beside the function's name. */
  readonly constant?: { readonly key: 'slope' | 'alpha'; readonly symbol: string; readonly default: number };
}

/** An activation that each unit computes from its own z alone. */
export interface ScalarActivationRow extends CommonActivationRow {
  readonly vector: false;
  /** g(z), finite for every finite z. */
  value(z: number, g: Activation): number;
  /** g′(z), at a kink the value that PyTorch gives. */
  derivative(z: number, g: Activation): number;
  /** Why g′ is small where it is, in words. */
  readonly flat: string;
  /** The z where g′ jumps. */
  kinks(g: Activation): readonly number[];
  /** The z where g′ is continuous and g″ jumps: no harm to the derivative, but to a difference quotient across it. */
  readonly bends?: readonly number[];
}

/** An activation that couples the units of its layer. */
export interface VectorActivationRow extends CommonActivationRow {
  readonly vector: true;
  /** Writes a = g(z) of the whole layer into `a`. */
  value(z: Float64Array, a: Float64Array): void;
  /** ∂a_i/∂z_k from a; i and k count from 0. */
  derivative(a: Float64Array, i: number, k: number): number;
  /** Turns ∂E/∂a of the layer into ∂E/∂z in place: δ_k = Σ_i (∂E/∂a_i)(∂a_i/∂z_k). */
  backward(a: Float64Array, delta: Float64Array): void;
}

export type ActivationRow = ScalarActivationRow | VectorActivationRow;

const none: readonly number[] = [];
const atZero: readonly number[] = [0];

const SLOPE = 0.01;
const ALPHA = 1;
const slopeOf = (g: Activation): number => g.slope ?? SLOPE;
const alphaOf = (g: Activation): number => g.alpha ?? ALPHA;

// In the piecewise functions every comparison is so directed that NaN stays NaN.
export const ACTIVATIONS: Readonly<Record<ActivationName, ActivationRow>> = {
  identity: {
    label: 'identity',
    symbol: { unicode: 'id', latex: '\\operatorname{id}' },
    formula: { unicode: 'id(z) = z', latex: '\\operatorname{id}(z) = z' },
    derivativeFormula: { unicode: 'id′(z) = 1', latex: "\\operatorname{id}'(z) = 1" },
    probabilities: false,
    vector: false,
    flat: 'the slope is 1 everywhere',
    value: (z) => z,
    derivative: () => 1,
    kinks: () => none,
  },
  sigmoid: {
    label: 'sigmoid',
    symbol: { unicode: 'σ', latex: '\\sigma' },
    formula: { unicode: 'σ(z) = 1 / (1 + e^(−z))', latex: '\\sigma(z) = \\frac{1}{1 + e^{-z}}' },
    derivativeFormula: { unicode: 'σ′(z) = σ(z) (1 − σ(z))', latex: "\\sigma'(z) = \\sigma(z)\\,(1 - \\sigma(z))" },
    probabilities: true,
    vector: false,
    flat: 'the unit is saturated',
    value: (z) => sigmoid(z),
    derivative: (z) => {
      const a = sigmoid(z);
      return a * (1 - a);
    },
    kinks: () => none,
  },
  tanh: {
    label: 'tanh',
    symbol: { unicode: 'tanh', latex: '\\tanh' },
    formula: {
      unicode: 'tanh(z) = (e^z − e^(−z)) / (e^z + e^(−z))',
      latex: '\\tanh(z) = \\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}',
    },
    derivativeFormula: { unicode: 'tanh′(z) = 1 − tanh²(z)', latex: "\\tanh'(z) = 1 - \\tanh^2(z)" },
    probabilities: false,
    vector: false,
    flat: 'the unit is saturated',
    value: (z) => Math.tanh(z),
    derivative: (z) => {
      const a = Math.tanh(z);
      return 1 - a * a;
    },
    kinks: () => none,
  },
  relu: {
    label: 'ReLU',
    symbol: { unicode: 'relu', latex: '\\operatorname{relu}' },
    formula: { unicode: 'relu(z) = max(0, z)', latex: '\\operatorname{relu}(z) = \\max(0, z)' },
    derivativeFormula: {
      unicode: 'relu′(z) = 1 where z > 0, else 0',
      latex: "\\operatorname{relu}'(z) = \\begin{cases} 1 & z > 0 \\\\ 0 & z \\le 0 \\end{cases}",
    },
    probabilities: false,
    vector: false,
    flat: 'relu is off',
    value: (z) => (z <= 0 ? 0 : z),
    derivative: (z) => (z > 0 ? 1 : z <= 0 ? 0 : NaN),
    kinks: () => atZero,
  },
  leakyRelu: {
    label: 'leaky ReLU',
    symbol: { unicode: 'lrelu', latex: '\\operatorname{lrelu}' },
    formula: {
      unicode: 'lrelu(z) = z where z > 0, else s z',
      latex: '\\operatorname{lrelu}(z) = \\begin{cases} z & z > 0 \\\\ s z & z \\le 0 \\end{cases}',
    },
    derivativeFormula: {
      unicode: 'lrelu′(z) = 1 where z > 0, else s',
      latex: "\\operatorname{lrelu}'(z) = \\begin{cases} 1 & z > 0 \\\\ s & z \\le 0 \\end{cases}",
    },
    probabilities: false,
    constant: { key: 'slope', symbol: 's', default: SLOPE },
    vector: false,
    flat: 'leaky relu is on its leaky side',
    value: (z, g) => (z > 0 ? z : slopeOf(g) * z),
    derivative: (z, g) => (z > 0 ? 1 : z <= 0 ? slopeOf(g) : NaN),
    kinks: (g) => (slopeOf(g) === 1 ? none : atZero),
  },
  elu: {
    label: 'ELU',
    symbol: { unicode: 'elu', latex: '\\operatorname{elu}' },
    formula: {
      unicode: 'elu(z) = z where z > 0, else α (e^z − 1)',
      latex: '\\operatorname{elu}(z) = \\begin{cases} z & z > 0 \\\\ \\alpha\\,(e^{z} - 1) & z \\le 0 \\end{cases}',
    },
    derivativeFormula: {
      unicode: 'elu′(z) = 1 where z > 0, else α e^z',
      latex: "\\operatorname{elu}'(z) = \\begin{cases} 1 & z > 0 \\\\ \\alpha\\,e^{z} & z \\le 0 \\end{cases}",
    },
    probabilities: false,
    constant: { key: 'alpha', symbol: 'α', default: ALPHA },
    vector: false,
    flat: 'elu is on its flat side',
    value: (z, g) => (z > 0 ? z : alphaOf(g) * Math.expm1(z)),
    derivative: (z, g) => (z > 0 ? 1 : alphaOf(g) * Math.exp(z)),
    kinks: (g) => (alphaOf(g) === 1 ? none : atZero),
    bends: atZero,
  },
  gelu: {
    label: 'GELU',
    symbol: { unicode: 'gelu', latex: '\\operatorname{gelu}' },
    formula: {
      unicode: 'gelu(z) = z Φ(z), Φ(z) = ½ (1 + erf(z/√2))',
      latex:
        '\\operatorname{gelu}(z) = z\\,\\Phi(z),\\quad \\Phi(z) = \\tfrac12\\bigl(1 + \\operatorname{erf}(z/\\sqrt2)\\bigr)',
    },
    derivativeFormula: {
      unicode: 'gelu′(z) = Φ(z) + z φ(z), φ(z) = e^(−z²/2) / √(2π)',
      latex:
        "\\operatorname{gelu}'(z) = \\Phi(z) + z\\,\\varphi(z),\\quad \\varphi(z) = \\frac{e^{-z^2/2}}{\\sqrt{2\\pi}}",
    },
    probabilities: false,
    vector: false,
    flat: 'gelu is nearly flat here',
    value: (z) => z * normalCdf(z),
    derivative: (z) => normalCdf(z) + z * normalDensity(z),
    kinks: () => none,
  },
  silu: {
    label: 'SiLU',
    symbol: { unicode: 'silu', latex: '\\operatorname{silu}' },
    formula: { unicode: 'silu(z) = z σ(z)', latex: '\\operatorname{silu}(z) = z\\,\\sigma(z)' },
    derivativeFormula: {
      unicode: 'silu′(z) = σ(z) (1 + z (1 − σ(z)))',
      latex: "\\operatorname{silu}'(z) = \\sigma(z)\\,\\bigl(1 + z\\,(1 - \\sigma(z))\\bigr)",
    },
    probabilities: false,
    vector: false,
    flat: 'silu is nearly flat here',
    value: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
    kinks: () => none,
  },
  softplus: {
    label: 'softplus',
    symbol: { unicode: 'softplus', latex: '\\operatorname{softplus}' },
    formula: { unicode: 'softplus(z) = ln(1 + e^z)', latex: '\\operatorname{softplus}(z) = \\ln(1 + e^{z})' },
    derivativeFormula: { unicode: 'softplus′(z) = σ(z)', latex: "\\operatorname{softplus}'(z) = \\sigma(z)" },
    probabilities: false,
    vector: false,
    flat: 'softplus is all but off',
    value: (z) => softplus(z),
    derivative: (z) => sigmoid(z),
    kinks: () => none,
  },
  softsign: {
    label: 'softsign',
    symbol: { unicode: 'softsign', latex: '\\operatorname{softsign}' },
    formula: { unicode: 'softsign(z) = z / (1 + |z|)', latex: '\\operatorname{softsign}(z) = \\frac{z}{1 + |z|}' },
    derivativeFormula: {
      unicode: 'softsign′(z) = 1 / (1 + |z|)²',
      latex: "\\operatorname{softsign}'(z) = \\frac{1}{(1 + |z|)^2}",
    },
    probabilities: false,
    vector: false,
    flat: 'the unit is saturated',
    value: (z) => z / (1 + Math.abs(z)),
    derivative: (z) => {
      const d = 1 + Math.abs(z);
      return 1 / (d * d);
    },
    kinks: () => none,
    bends: atZero,
  },
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
    probabilities: true,
    vector: true,
    value: softmax,
    derivative: softmaxDerivative,
    backward: softmaxBackward,
  },
};

/** σ(z) = 1 / (1 + e^(−z)); the exponential never overflows, and small values keep all their digits. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** ln(1 + e^z) = max(0, z) + ln(1 + e^(−|z|)). */
export function softplus(z: number): number {
  return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
}

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
function softmaxBackward(a: Float64Array, delta: Float64Array): void {
  const upstream = delta.slice();
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
