/** THE table, second half: one row per loss E of one sample, a sum over the output units (a: output, y: target). */

import { type ActivationName, type Formula, sigmoid, softplus } from './activations';
import type { Loss } from '../network';

export type LossName = 'mse' | 'mae' | 'huber' | 'binaryCrossEntropy' | 'crossEntropy';

export interface LossRow {
  /** The name in prose. */
  readonly label: string;
  readonly formula: Formula;
  /** `∂E/∂aᵢ = term`, the term written with aᵢ, yᵢ and the constant's symbol. */
  readonly derivativeFormula: Formula;
  /** What a row of targets must be: any numbers, each in [0, 1], or ≥ 0 with sum 1. */
  readonly targets: 'any' | 'unitInterval' | 'distribution';
  /** True where the outputs must lie in (0, 1). */
  readonly needsProbabilities: boolean;
  /** The number that the file may set beside the loss's name. */
  readonly constant?: { readonly key: 'delta'; readonly symbol: string; readonly default: number };
  /** What one output unit adds to E. */
  value(a: number, y: number, loss: Loss): number;
  /** ∂E/∂a of one output unit. */
  derivative(a: number, y: number, loss: Loss): number;
  /** The residuals a − y where ∂E/∂a jumps. */
  readonly kinks: readonly number[];
  /** The residuals where ∂E/∂a is continuous and ∂²E/∂a² jumps. */
  bends?(loss: Loss): readonly number[];
  /** The output activation together with which E is computed from z, exact and finite however far it saturates. */
  readonly merged?: MergedPair;
}

/** A loss and an output activation whose first two chain factors are one: ∂E/∂z_k = a_k − y_k. */
export interface MergedPair {
  readonly activation: ActivationName;
  /** E as it is computed, from z. */
  readonly formula: Formula;
  /** `∂E/∂zᵢ = term` */
  readonly derivativeFormula: Formula;
  /** E of the sample. */
  value(z: Float64Array, y: Float64Array): number;
  /** Writes ∂E/∂z_k of every output unit into `delta`. */
  derivative(z: Float64Array, a: Float64Array, y: Float64Array, delta: Float64Array): void;
}

const THRESHOLD = 1;
const none: readonly number[] = [];

const logitDerivative: Formula = {
  unicode: '∂E/∂zᵢ = aᵢ − yᵢ',
  latex: '\\frac{\\partial E}{\\partial z_i} = a_i - y_i',
};

export const LOSSES: Readonly<Record<LossName, LossRow>> = {
  mse: {
    label: 'mean squared error',
    formula: { unicode: 'E = ½ Σᵢ (aᵢ − yᵢ)²', latex: 'E = \\tfrac12 \\sum_i (a_i - y_i)^2' },
    derivativeFormula: { unicode: '∂E/∂aᵢ = aᵢ − yᵢ', latex: '\\frac{\\partial E}{\\partial a_i} = a_i - y_i' },
    targets: 'any',
    needsProbabilities: false,
    value: (a, y) => 0.5 * (a - y) * (a - y),
    derivative: (a, y) => a - y,
    kinks: none,
  },
  mae: {
    label: 'mean absolute error',
    formula: { unicode: 'E = Σᵢ |aᵢ − yᵢ|', latex: 'E = \\sum_i |a_i - y_i|' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = sign(aᵢ − yᵢ)',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\operatorname{sign}(a_i - y_i)',
    },
    targets: 'any',
    needsProbabilities: false,
    value: (a, y) => Math.abs(a - y),
    derivative: (a, y) => Math.sign(a - y),
    kinks: [0],
  },
  huber: {
    label: 'Huber loss',
    formula: {
      unicode: 'E = Σᵢ ½rᵢ² where |rᵢ| ≤ d, else d (|rᵢ| − ½d), rᵢ = aᵢ − yᵢ',
      latex:
        'E = \\sum_i \\begin{cases} \\tfrac12 r_i^2 & |r_i| \\le d \\\\ d\\,(|r_i| - \\tfrac12 d) & |r_i| > d \\end{cases},\\quad r_i = a_i - y_i',
    },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = min(d, max(−d, aᵢ − yᵢ))',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\min(d, \\max(-d, a_i - y_i))',
    },
    targets: 'any',
    needsProbabilities: false,
    constant: { key: 'delta', symbol: 'd', default: THRESHOLD },
    value: (a, y, { delta: d = THRESHOLD }) => {
      const r = Math.abs(a - y);
      return r <= d ? 0.5 * r * r : d * (r - 0.5 * d);
    },
    derivative: (a, y, { delta: d = THRESHOLD }) => {
      const r = a - y;
      return Math.abs(r) <= d ? r : d * Math.sign(r);
    },
    kinks: none,
    bends: ({ delta: d = THRESHOLD }) => [-d, d],
  },
  binaryCrossEntropy: {
    label: 'binary cross-entropy',
    formula: {
      unicode: 'E = −Σᵢ [yᵢ ln aᵢ + (1 − yᵢ) ln(1 − aᵢ)]',
      latex: 'E = -\\sum_i \\bigl[y_i \\ln a_i + (1 - y_i) \\ln(1 - a_i)\\bigr]',
    },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = (1 − yᵢ)/(1 − aᵢ) − yᵢ/aᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\frac{1 - y_i}{1 - a_i} - \\frac{y_i}{a_i}',
    },
    targets: 'unitInterval',
    needsProbabilities: true,
    value: (a, y) => -(weighted(y, Math.log(a)) + weighted(1 - y, Math.log1p(-a))),
    derivative: (a, y) => weighted(1 - y, 1 / (1 - a)) - weighted(y, 1 / a),
    kinks: none,
    merged: {
      activation: 'sigmoid',
      formula: {
        unicode: 'E = Σᵢ [yᵢ softplus(−zᵢ) + (1 − yᵢ) softplus(zᵢ)]',
        latex: 'E = \\sum_i \\bigl[y_i \\operatorname{softplus}(-z_i) + (1 - y_i) \\operatorname{softplus}(z_i)\\bigr]',
      },
      derivativeFormula: logitDerivative,
      // −ln σ(z) = softplus(−z) and −ln(1 − σ(z)) = softplus(z).
      value: (z, y) => {
        let e = 0;
        for (let k = 0; k < z.length; k++) {
          const zk = z[k] ?? NaN;
          const yk = y[k] ?? NaN;
          e += weighted(yk, softplus(-zk)) + weighted(1 - yk, softplus(zk));
        }
        return e;
      },
      derivative: (z, a, y, delta) => {
        for (let k = 0; k < z.length; k++) {
          const yk = y[k] ?? NaN;
          // At y = 1, a − y = −(1 − a) = −σ(−z), which keeps its digits where a has been rounded to 1.
          delta[k] = yk === 1 ? -sigmoid(-(z[k] ?? NaN)) : (a[k] ?? NaN) - yk;
        }
      },
    },
  },
  crossEntropy: {
    label: 'cross-entropy',
    formula: { unicode: 'E = −Σᵢ yᵢ ln aᵢ', latex: 'E = -\\sum_i y_i \\ln a_i' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = −yᵢ/aᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = -\\frac{y_i}{a_i}',
    },
    targets: 'distribution',
    needsProbabilities: true,
    value: (a, y) => -weighted(y, Math.log(a)),
    derivative: (a, y) => -weighted(y, 1 / a),
    kinks: none,
    merged: {
      activation: 'softmax',
      formula: {
        unicode: 'E = Σᵢ yᵢ (ln Σₖ e^(zₖ) − zᵢ)',
        latex: 'E = \\sum_i y_i \\bigl(\\ln \\sum_k e^{z_k} - z_i\\bigr)',
      },
      derivativeFormula: logitDerivative,
      // With z_top the largest, −ln a_i = (z_top − z_i) + ln(1 + Σ_(k≠top) e^(z_k − z_top)).
      value: (z, y) => {
        const top = indexOfLargest(z);
        const zTop = z[top] ?? NaN;
        let rest = 0;
        for (let k = 0; k < z.length; k++) if (k !== top) rest += Math.exp((z[k] ?? NaN) - zTop);
        const logRest = Math.log1p(rest);
        let e = 0;
        for (let k = 0; k < z.length; k++) e += weighted(y[k] ?? NaN, zTop - (z[k] ?? NaN) + logRest);
        return e;
      },
      derivative: (z, a, y, delta) => {
        // Targets that sum to 1 ± 1e-6 are allowed, and then the derivative of E is (Σy) a_k − y_k.
        let total = 0;
        for (const yk of y) total += yk;
        for (let k = 0; k < z.length; k++) {
          const yk = y[k] ?? NaN;
          delta[k] = yk === total ? -yk * sumOfOthers(a, k) : total * (a[k] ?? NaN) - yk;
        }
      },
    },
  },
};

/** w·x with 0·∞ = 0: a term that the loss leaves out must not spoil the sum. */
function weighted(w: number, x: number): number {
  return w === 0 ? 0 : w * x;
}

/** 1 − a_k of a softmax as Σ_(i≠k) a_i, which keeps its digits where a_k has been rounded to 1. */
function sumOfOthers(a: Float64Array, k: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (i !== k) sum += a[i] ?? NaN;
  return sum;
}

function indexOfLargest(values: Float64Array): number {
  let at = 0;
  let largest = -Infinity;
  for (const [i, value] of values.entries()) {
    if (value > largest) {
      at = i;
      largest = value;
    }
  }
  return at;
}
