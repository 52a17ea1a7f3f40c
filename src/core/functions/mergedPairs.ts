/** Losses that are computed from z together with their output activation. */

import { sigmoidDifference, softmaxDifference, weighted } from './differences';
import { sigmoid, softplus } from './logistic';
import type { Formula, LossWithLogits } from './rows';

const logitDerivative: Formula = {
  unicode: '∂E/∂zᵢ = aᵢ − yᵢ',
  latex: '\\frac{\\partial E}{\\partial z_i} = a_i - y_i',
};

export const SIGMOID_BINARY_CROSS_ENTROPY: LossWithLogits = {
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
  second: (a, _y, k, n) => (k === n ? (a[k] ?? NaN) * (1 - (a[k] ?? NaN)) : 0),
  difference: sigmoidDifference,
  pytorch: 'F.binary_cross_entropy_with_logits(output, y, reduction="none")',
  kernel: 'sigmoidBinaryCrossEntropy',
};

export const SOFTMAX_CROSS_ENTROPY: LossWithLogits = {
  activation: 'softmax',
  formula: {
    unicode: 'E = Σᵢ yᵢ (ln Σₖ e^(zₖ) − zᵢ)',
    latex: 'E = \\sum_i y_i \\bigl(\\ln \\sum_k e^{z_k} - z_i\\bigr)',
  },
  derivativeFormula: logitDerivative,
  value: (z, y) => weightedLogSoftmax(z, y, 0),
  derivative: (_z, a, y, delta) => {
    // Targets that sum to 1 ± 1e-6 are allowed, and then the derivative of E is (Σy) a_k − y_k.
    let total = 0;
    for (const yk of y) total += yk;
    for (let k = 0; k < a.length; k++) {
      const yk = y[k] ?? NaN;
      delta[k] = yk === total ? -yk * sumOfOthers(a, k) : total * (a[k] ?? NaN) - yk;
    }
  },
  second: (a, y, k, n) => {
    let total = 0;
    for (const yk of y) total += yk;
    return total * (a[k] ?? NaN) * ((k === n ? 1 : 0) - (a[n] ?? NaN));
  },
  difference: softmaxDifference,
  pytorch: '-(y * torch.log_softmax(output, dim=1))',
  kernel: 'softmaxCrossEntropy',
};

/** Differs from cross-entropy by Σ y ln y, which no parameter changes: its derivatives and differences are the same. */
export const SOFTMAX_KL_DIVERGENCE: LossWithLogits = {
  ...SOFTMAX_CROSS_ENTROPY,
  formula: {
    unicode: 'E = Σᵢ yᵢ (ln yᵢ + ln Σₖ e^(zₖ) − zᵢ)',
    latex: 'E = \\sum_i y_i \\bigl(\\ln y_i + \\ln \\sum_k e^{z_k} - z_i\\bigr)',
  },
  value: (z, y) => weightedLogSoftmax(z, y, 1),
  pytorch: 'F.kl_div(torch.log_softmax(output, dim=1), y, reduction="none")',
  kernel: undefined,
};

/**
 * Σ_i y_i (`entropy` · ln y_i − ln a_i). With z_top the largest, −ln a_i = (z_top − z_i) + ln(1 + Σ_(k≠top) e^(z_k − z_top)).
 */
function weightedLogSoftmax(z: Float64Array, y: Float64Array, entropy: 0 | 1): number {
  const top = indexOfLargest(z);
  const zTop = z[top] ?? NaN;
  let rest = 0;
  for (let k = 0; k < z.length; k++) if (k !== top) rest += Math.exp((z[k] ?? NaN) - zTop);
  const logRest = Math.log1p(rest);
  let e = 0;
  for (let k = 0; k < z.length; k++) {
    const yk = y[k] ?? NaN;
    const surprise = zTop - (z[k] ?? NaN) + logRest;
    e += weighted(yk, entropy === 0 ? surprise : Math.log(yk) + surprise);
  }
  return e;
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
