/** THE table of losses: one row per loss E of one sample, a sum over the output units (a: output, y: target). */

import { logOfRatio, straight, weighted } from './differences';
import { SIGMOID_BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SOFTMAX_KL_DIVERGENCE } from './mergedPairs';
import { type Constants, type LossRow, type TargetRule, pythonNumber } from './rows';

const THRESHOLD = 1;
const thresholdOf = (loss: Constants): number => loss.delta ?? THRESHOLD;
const none: readonly number[] = [];

const ANY: TargetRule = { accepts: () => true, expected: 'a number' };
const UNIT_INTERVAL: TargetRule = { accepts: (y) => y >= 0 && y <= 1, expected: 'a number from 0 to 1' };
const NOT_NEGATIVE: TargetRule = { accepts: (y) => y >= 0, expected: 'a number ≥ 0' };
const DISTRIBUTION: TargetRule = { ...NOT_NEGATIVE, sumsToOne: true };
const SIGNS: TargetRule = { accepts: (y) => y === -1 || y === 1, expected: '−1 or 1' };

/** ½r² of two residuals: ½(q − y)² − ½(p − y)² = ½(q − p)(q + p − 2y) */
const squareDifference = (p: number, q: number, y: number): number => 0.5 * (q - p) * (q - y + (p - y));

const ROWS = {
  mse: {
    label: 'mean squared error',
    aliases: ['meansquarederror', 'mseloss', 'squarederror', 'quadratic', 'leastsquares', 'l2', 'sse'],
    formula: { unicode: 'E = ½ Σᵢ (aᵢ − yᵢ)²', latex: 'E = \\tfrac12 \\sum_i (a_i - y_i)^2' },
    derivativeFormula: { unicode: '∂E/∂aᵢ = aᵢ − yᵢ', latex: '\\frac{\\partial E}{\\partial a_i} = a_i - y_i' },
    withoutHalf: {
      formula: { unicode: 'E = Σᵢ (aᵢ − yᵢ)²', latex: 'E = \\sum_i (a_i - y_i)^2' },
      derivativeFormula: {
        unicode: '∂E/∂aᵢ = 2(aᵢ − yᵢ)',
        latex: '\\frac{\\partial E}{\\partial a_i} = 2(a_i - y_i)',
      },
    },
    note: 'J is 1/(2m) Σ (a − y)²',
    targets: ANY,
    needsProbabilities: false,
    value: (a, y) => 0.5 * (a - y) * (a - y),
    derivative: (a, y) => a - y,
    second: () => 1,
    difference: squareDifference,
    kinks: none,
    pytorch: ({ half }) => `${half === false ? '' : '0.5 * '}((output - y) ** 2)`,
    kernel: 'mse',
  },
  mae: {
    label: 'mean absolute error',
    aliases: ['meanabsoluteerror', 'absoluteerror', 'l1', 'l1loss'],
    formula: { unicode: 'E = Σᵢ |aᵢ − yᵢ|', latex: 'E = \\sum_i |a_i - y_i|' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = sign(aᵢ − yᵢ)',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\operatorname{sign}(a_i - y_i)',
    },
    note: 'its derivative at a tie is 0',
    targets: ANY,
    needsProbabilities: false,
    value: (a, y) => Math.abs(a - y),
    derivative: (a, y) => Math.sign(a - y),
    second: () => 0,
    kinks: [0],
    pytorch: () => '(output - y).abs()',
    kernel: 'mae',
  },
  huber: {
    label: 'Huber loss',
    aliases: ['huberloss', 'smoothl1', 'smoothl1loss'],
    formula: {
      unicode: 'E = Σᵢ ½rᵢ² where |rᵢ| ≤ d, else d (|rᵢ| − ½d), rᵢ = aᵢ − yᵢ',
      latex:
        'E = \\sum_i \\begin{cases} \\tfrac12 r_i^2 & |r_i| \\le d \\\\ d\\,(|r_i| - \\tfrac12 d) & |r_i| > d \\end{cases},\\quad r_i = a_i - y_i',
    },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = min(d, max(−d, aᵢ − yᵢ))',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\min(d, \\max(-d, a_i - y_i))',
    },
    withoutHalf: {
      formula: {
        unicode: 'E = Σᵢ rᵢ² where |rᵢ| ≤ d, else d (2|rᵢ| − d), rᵢ = aᵢ − yᵢ',
        latex:
          'E = \\sum_i \\begin{cases} r_i^2 & |r_i| \\le d \\\\ d\\,(2|r_i| - d) & |r_i| > d \\end{cases},\\quad r_i = a_i - y_i',
      },
      derivativeFormula: {
        unicode: '∂E/∂aᵢ = 2 min(d, max(−d, aᵢ − yᵢ))',
        latex: '\\frac{\\partial E}{\\partial a_i} = 2\\min(d, \\max(-d, a_i - y_i))',
      },
    },
    targets: ANY,
    needsProbabilities: false,
    constant: { key: 'delta', symbol: 'd', default: THRESHOLD, range: 'positive', meaning: 'the threshold d' },
    value: (a, y, loss) => {
      const [r, d] = [Math.abs(a - y), thresholdOf(loss)];
      return r <= d ? 0.5 * r * r : d * (r - 0.5 * d);
    },
    derivative: (a, y, loss) => {
      const [r, d] = [a - y, thresholdOf(loss)];
      return Math.abs(r) <= d ? r : d * Math.sign(r);
    },
    second: (a, y, loss) => (Math.abs(a - y) <= thresholdOf(loss) ? 1 : 0),
    difference(p, q, y, loss) {
      const square = (a: number): boolean => Math.abs(a - y) <= thresholdOf(loss);
      return square(p) && square(q) ? squareDifference(p, q, y) : straight(this, p, q, y, loss);
    },
    kinks: none,
    bends: (loss) => [-thresholdOf(loss), thresholdOf(loss)],
    pytorch: (loss) =>
      `${loss.half === false ? '2 * ' : ''}F.huber_loss(output, y, reduction="none", delta=${pythonNumber(thresholdOf(loss))})`,
    kernel: 'huber',
  },
  hinge: {
    label: 'hinge loss',
    formula: { unicode: 'E = Σᵢ max(0, 1 − yᵢ aᵢ)', latex: 'E = \\sum_i \\max(0, 1 - y_i a_i)' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = −yᵢ [yᵢ aᵢ < 1]',
      latex: '\\frac{\\partial E}{\\partial a_i} = -y_i\\,[y_i a_i < 1]',
    },
    note: 'summed over the outputs, where Keras takes the mean; its derivative at the kink is 0',
    targets: SIGNS,
    needsProbabilities: false,
    // The comparisons let NaN pass.
    value: (a, y) => (y * a >= 1 ? 0 : 1 - y * a),
    derivative: (a, y) => (y * a >= 1 ? 0 : y * a < 1 ? -y : NaN),
    second: () => 0,
    // For y = ±1, y a = 1 where a = y.
    kinks: [0],
    pytorch: () => 'F.relu(1 - y * output)',
  },
  squaredHinge: {
    label: 'squared hinge loss',
    formula: { unicode: 'E = Σᵢ max(0, 1 − yᵢ aᵢ)²', latex: 'E = \\sum_i \\max(0, 1 - y_i a_i)^2' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = −2yᵢ max(0, 1 − yᵢ aᵢ)',
      latex: '\\frac{\\partial E}{\\partial a_i} = -2 y_i \\max(0, 1 - y_i a_i)',
    },
    note: 'summed over the outputs, where Keras takes the mean',
    targets: SIGNS,
    needsProbabilities: false,
    value: (a, y) => (y * a >= 1 ? 0 : (1 - y * a) * (1 - y * a)),
    derivative: (a, y) => (y * a >= 1 ? 0 : -2 * y * (1 - y * a)),
    second: (a, y) => (y * a >= 1 ? 0 : 2 * y * y),
    // With u = 1 − y a: u_q² − u_p² = (u_q − u_p)(u_q + u_p), and u_q − u_p = −y (q − p).
    difference(p, q, y, loss) {
      return y * p < 1 && y * q < 1 ? -y * (q - p) * (1 - y * q + (1 - y * p)) : straight(this, p, q, y, loss);
    },
    kinks: none,
    bends: () => [0],
    pytorch: () => '(F.relu(1 - y * output) ** 2)',
  },
  poisson: {
    label: 'Poisson loss',
    formula: { unicode: 'E = Σᵢ (e^(aᵢ) − yᵢ aᵢ)', latex: 'E = \\sum_i \\bigl(e^{a_i} - y_i a_i\\bigr)' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = e^(aᵢ) − yᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = e^{a_i} - y_i',
    },
    note: 'the output is the logarithm of the rate, as in PyTorch’s PoissonNLLLoss()',
    targets: NOT_NEGATIVE,
    needsProbabilities: false,
    value: (a, y) => Math.exp(a) - y * a,
    derivative: (a, y) => Math.exp(a) - y,
    second: (a) => Math.exp(a),
    difference: (p, q, y) => Math.exp(p) * Math.expm1(q - p) - y * (q - p),
    kinks: none,
    pytorch: () => 'F.poisson_nll_loss(output, y, log_input=True, reduction="none")',
  },
  binaryCrossEntropy: {
    label: 'binary cross-entropy',
    aliases: ['bce', 'bceloss', 'bcewithlogits', 'bcewithlogitsloss', 'logloss', 'logistic'],
    formula: {
      unicode: 'E = −Σᵢ [yᵢ ln aᵢ + (1 − yᵢ) ln(1 − aᵢ)]',
      latex: 'E = -\\sum_i \\bigl[y_i \\ln a_i + (1 - y_i) \\ln(1 - a_i)\\bigr]',
    },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = (1 − yᵢ)/(1 − aᵢ) − yᵢ/aᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = \\frac{1 - y_i}{1 - a_i} - \\frac{y_i}{a_i}',
    },
    targets: UNIT_INTERVAL,
    needsProbabilities: true,
    value: (a, y) => -(weighted(y, Math.log(a)) + weighted(1 - y, Math.log1p(-a))),
    derivative: (a, y) => weighted(1 - y, 1 / (1 - a)) - weighted(y, 1 / a),
    second: (a, y) => weighted(1 - y, 1 / (1 - a) ** 2) + weighted(y, 1 / a ** 2),
    // −y ln(q/p) − (1 − y) ln((1 − q)/(1 − p))
    difference: (p, q, y) => -(weighted(y, logOfRatio(p, q - p)) + weighted(1 - y, logOfRatio(1 - p, p - q))),
    kinks: none,
    pytorch: () => '-(torch.xlogy(y, output) + torch.xlogy(1 - y, 1 - output))',
    kernel: 'binaryCrossEntropy',
    withLogits: SIGMOID_BINARY_CROSS_ENTROPY,
  },
  crossEntropy: {
    label: 'cross-entropy',
    aliases: [
      'ce',
      'xent',
      'crossentropyloss',
      'categoricalcrossentropy',
      'sparsecategoricalcrossentropy',
      'softmaxcrossentropy',
      'nll',
      'nllloss',
      'negativeloglikelihood',
    ],
    formula: { unicode: 'E = −Σᵢ yᵢ ln aᵢ', latex: 'E = -\\sum_i y_i \\ln a_i' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = −yᵢ/aᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = -\\frac{y_i}{a_i}',
    },
    targets: DISTRIBUTION,
    needsProbabilities: true,
    value: (a, y) => -weighted(y, Math.log(a)),
    derivative: (a, y) => -weighted(y, 1 / a),
    second: (a, y) => weighted(y, 1 / a ** 2),
    difference: (p, q, y) => -weighted(y, logOfRatio(p, q - p)),
    kinks: none,
    pytorch: () => '-torch.xlogy(y, output)',
    kernel: 'crossEntropy',
    withLogits: SOFTMAX_CROSS_ENTROPY,
  },
  klDivergence: {
    label: 'Kullback–Leibler divergence',
    aliases: ['kl', 'kld', 'kldiv', 'kldivloss', 'kullbackleibler'],
    formula: { unicode: 'E = Σᵢ yᵢ (ln yᵢ − ln aᵢ)', latex: 'E = \\sum_i y_i (\\ln y_i - \\ln a_i)' },
    derivativeFormula: {
      unicode: '∂E/∂aᵢ = −yᵢ/aᵢ',
      latex: '\\frac{\\partial E}{\\partial a_i} = -\\frac{y_i}{a_i}',
    },
    targets: DISTRIBUTION,
    needsProbabilities: true,
    value: (a, y) => weighted(y, Math.log(y) - Math.log(a)),
    derivative: (a, y) => -weighted(y, 1 / a),
    second: (a, y) => weighted(y, 1 / a ** 2),
    difference: (p, q, y) => -weighted(y, logOfRatio(p, q - p)),
    kinks: none,
    pytorch: () => 'F.kl_div(torch.log(output), y, reduction="none")',
    withLogits: SOFTMAX_KL_DIVERGENCE,
  },
} as const satisfies Readonly<Record<string, LossRow>>;

export type LossName = keyof typeof ROWS;

export const LOSSES: Readonly<Record<LossName, LossRow>> = ROWS;
