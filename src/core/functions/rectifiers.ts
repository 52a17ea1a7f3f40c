/** Rows of the table of activations: those that let one side pass and dampen the other. */

import { normalCdf, normalDensity } from './erf';
import { sigmoid, softplus } from './logistic';
import { type Constants, type ScalarActivationRow, pythonNumber } from './rows';

const none: readonly number[] = [];
const atZero: readonly number[] = [0];

const SLOPE = 0.01;
const ALPHA = 1;
const slopeOf = (g: Constants): number => g.slope ?? SLOPE;
const alphaOf = (g: Constants): number => g.alpha ?? ALPHA;

/** λ and α of SELU: those with which mean 0 and variance 1 are kept from layer to layer. */
const SELU_SCALE = 1.0507009873554804934193349852946;
const SELU_ALPHA = 1.6732632423543772848170429916717;

// In the piecewise functions every comparison is so directed that NaN stays NaN.
export const RECTIFIERS = {
  relu: {
    label: 'ReLU',
    aliases: ['poslin', 'rectifier', 'rectified', 'ramp'],
    symbol: { unicode: 'relu', latex: '\\operatorname{relu}' },
    formula: { unicode: 'relu(z) = max(0, z)', latex: '\\operatorname{relu}(z) = \\max(0, z)' },
    derivativeFormula: {
      unicode: 'relu′(z) = 1 where z > 0, else 0',
      latex: "\\operatorname{relu}'(z) = \\begin{cases} 1 & z > 0 \\\\ 0 & z \\le 0 \\end{cases}",
    },
    note: 'its derivative at 0 is 0',
    probabilities: false,
    init: 'heUniform',
    range: () => [0, Infinity],
    vector: false,
    flat: 'relu is inactive',
    value: (z) => (z <= 0 ? 0 : z),
    derivative: (z) => (z > 0 ? 1 : z <= 0 ? 0 : NaN),
    second: constant(0),
    fromOutput: (a) => (a > 0 ? 1 : a <= 0 ? 0 : NaN),
    dead: (z) => z <= 0,
    kinks: () => atZero,
    pytorch: (z) => `torch.relu(${z})`,
    numpy: (z) => `(${z} > 0)`,
    kernel: 'relu',
  },
  leakyRelu: {
    label: 'leaky ReLU',
    aliases: ['lrelu', 'leaky'],
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
    init: 'heUniform',
    range: (g) => [slopeOf(g) > 0 ? -Infinity : 0, Infinity],
    constant: { key: 'slope', symbol: 's', default: SLOPE, range: 'finite', meaning: 'the slope s for z ≤ 0' },
    vector: false,
    flat: 'leaky relu is on its negative side',
    value: (z, g) => (z > 0 ? z : slopeOf(g) * z),
    derivative: (z, g) => (z > 0 ? 1 : z <= 0 ? slopeOf(g) : NaN),
    second: constant(0),
    kinks: (g) => (slopeOf(g) === 1 ? none : atZero),
    pytorch: (z, g) => `F.leaky_relu(${z}, ${pythonNumber(slopeOf(g))})`,
    numpy: (z, _a, g) => `np.where(${z} > 0, 1, ${pythonNumber(slopeOf(g))})`,
    kernel: 'leakyRelu',
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
    init: 'heUniform',
    range: (g) => [Math.min(0, -alphaOf(g)), Infinity],
    constant: { key: 'alpha', symbol: 'α', default: ALPHA, range: 'finite', meaning: 'α of α(e^z − 1) for z ≤ 0' },
    vector: false,
    flat: 'elu is on its negative side',
    value: (z, g) => (z > 0 ? z : alphaOf(g) * Math.expm1(z)),
    derivative: (z, g) => (z > 0 ? 1 : alphaOf(g) * Math.exp(z)),
    second: (z, g) => (z > 0 ? 0 : alphaOf(g) * Math.exp(z)),
    kinks: (g) => (alphaOf(g) === 1 ? none : atZero),
    bends: atZero,
    pytorch: (z, g) => `F.elu(${z}, ${pythonNumber(alphaOf(g))})`,
    numpy: (z, _a, g) => `np.where(${z} > 0, 1, ${pythonNumber(alphaOf(g))} * np.exp(${z}))`,
    byOutput: {
      value: (a, g) => (a > 0 ? 1 : a + alphaOf(g)),
      numpy: (a, g) => `np.where(${a} > 0, 1, ${a} + ${pythonNumber(alphaOf(g))})`,
    },
    kernel: 'elu',
  },
  selu: {
    label: 'SELU',
    symbol: { unicode: 'selu', latex: '\\operatorname{selu}' },
    formula: {
      unicode: 'selu(z) = λz where z > 0, else λα (e^z − 1), λ = 1.0507…, α = 1.6733…',
      latex:
        '\\operatorname{selu}(z) = \\begin{cases} \\lambda z & z > 0 \\\\ \\lambda\\alpha\\,(e^{z} - 1) & z \\le 0 \\end{cases},\\quad \\lambda = 1.0507\\ldots,\\ \\alpha = 1.6733\\ldots',
    },
    derivativeFormula: {
      unicode: 'selu′(z) = λ where z > 0, else λα e^z',
      latex:
        "\\operatorname{selu}'(z) = \\begin{cases} \\lambda & z > 0 \\\\ \\lambda\\alpha\\,e^{z} & z \\le 0 \\end{cases}",
    },
    probabilities: false,
    // It keeps the variance where that of the weights is 1 / fan-in, as Xavier's is between layers of one size.
    init: 'xavierUniform',
    range: () => [-SELU_SCALE * SELU_ALPHA, Infinity],
    vector: false,
    flat: 'selu is on its negative side',
    // Finite also where λz is not.
    value: (z) => (z > 0 ? Math.min(SELU_SCALE * z, Number.MAX_VALUE) : SELU_SCALE * SELU_ALPHA * Math.expm1(z)),
    derivative: (z) => (z > 0 ? SELU_SCALE : SELU_SCALE * SELU_ALPHA * Math.exp(z)),
    second: (z) => (z > 0 ? 0 : SELU_SCALE * SELU_ALPHA * Math.exp(z)),
    kinks: () => atZero,
    pytorch: (z) => `F.selu(${z})`,
    numpy: (z) => `${pythonNumber(SELU_SCALE)} * np.where(${z} > 0, 1, ${pythonNumber(SELU_ALPHA)} * np.exp(${z}))`,
  },
  relu6: {
    label: 'ReLU6',
    symbol: { unicode: 'relu6', latex: '\\operatorname{relu6}' },
    formula: {
      unicode: 'relu6(z) = min(6, max(0, z))',
      latex: '\\operatorname{relu6}(z) = \\min(6, \\max(0, z))',
    },
    derivativeFormula: {
      unicode: 'relu6′(z) = 1 where 0 < z < 6, else 0',
      latex: "\\operatorname{relu6}'(z) = \\begin{cases} 1 & 0 < z < 6 \\\\ 0 & \\text{else} \\end{cases}",
    },
    note: 'its derivative at 0 and 6 is 0',
    probabilities: false,
    init: 'heUniform',
    range: () => [0, 6],
    vector: false,
    flat: 'relu6 is at one of its limits',
    value: (z) => (z <= 0 ? 0 : z >= 6 ? 6 : z),
    derivative: (z) => (z > 0 && z < 6 ? 1 : z <= 0 || z >= 6 ? 0 : NaN),
    second: constant(0),
    fromOutput: (a) => (a > 0 && a < 6 ? 1 : a <= 0 || a >= 6 ? 0 : NaN),
    dead: (z) => z <= 0,
    kinks: () => [0, 6],
    pytorch: (z) => `F.relu6(${z})`,
    numpy: (z) => `((${z} > 0) & (${z} < 6))`,
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
    init: 'heUniform',
    range: () => [-0.17, Infinity],
    vector: false,
    flat: 'gelu is nearly flat here',
    value: (z) => z * normalCdf(z),
    derivative: (z) => normalCdf(z) + z * normalDensity(z),
    second: (z) => {
      const density = normalDensity(z);
      return density === 0 ? 0 : density * (2 - z * z);
    },
    kinks: () => none,
    pytorch: (z) => `F.gelu(${z})`,
    numpy: (z) => `(norm.cdf(${z}) + ${z} * norm.pdf(${z}))`,
    changeKernel: 'geluChange',
  },
  silu: {
    label: 'SiLU',
    aliases: ['swish'],
    symbol: { unicode: 'silu', latex: '\\operatorname{silu}' },
    formula: { unicode: 'silu(z) = z σ(z)', latex: '\\operatorname{silu}(z) = z\\,\\sigma(z)' },
    derivativeFormula: {
      unicode: 'silu′(z) = σ(z) (1 + z (1 − σ(z)))',
      latex: "\\operatorname{silu}'(z) = \\sigma(z)\\,\\bigl(1 + z\\,(1 - \\sigma(z))\\bigr)",
    },
    probabilities: false,
    init: 'heUniform',
    range: () => [-0.2785, Infinity],
    vector: false,
    flat: 'silu is nearly flat here',
    value: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
    second: (z) => {
      const slope = sigmoid(z) * sigmoid(-z);
      return slope * 2 + z * slope * (1 - 2 * sigmoid(z));
    },
    kinks: () => none,
    pytorch: (z) => `F.silu(${z})`,
    numpy: (z) => `sigmoid(${z}) * (1 + ${z} * (1 - sigmoid(${z})))`,
    kernel: 'silu',
  },
  mish: {
    label: 'Mish',
    symbol: { unicode: 'mish', latex: '\\operatorname{mish}' },
    formula: {
      unicode: 'mish(z) = z tanh(ln(1 + e^z))',
      latex: '\\operatorname{mish}(z) = z\\,\\tanh\\bigl(\\ln(1 + e^{z})\\bigr)',
    },
    derivativeFormula: {
      unicode: 'mish′(z) = t + z σ(z) (1 − t²), t = tanh(ln(1 + e^z))',
      latex: "\\operatorname{mish}'(z) = t + z\\,\\sigma(z)\\,(1 - t^2),\\quad t = \\tanh\\bigl(\\ln(1 + e^{z})\\bigr)",
    },
    probabilities: false,
    init: 'heUniform',
    range: () => [-0.309, Infinity],
    vector: false,
    flat: 'mish is nearly flat here',
    value: (z) => z * Math.tanh(softplus(z)),
    derivative: (z) => {
      const t = Math.tanh(softplus(z));
      return t + z * (sigmoid(z) * (1 - t * t));
    },
    second: (z) => {
      const [t, s] = [Math.tanh(softplus(z)), sigmoid(z)];
      const rest = 1 - t * t;
      return rest === 0 ? 0 : rest * s * (2 + z * (sigmoid(-z) - 2 * t * s));
    },
    kinks: () => none,
    pytorch: (z) => `F.mish(${z})`,
    numpy: (z) => {
      const t = `np.tanh(np.log1p(np.exp(${z})))`;
      return `(${t} + ${z} * sigmoid(${z}) * (1 - ${t}**2))`;
    },
  },
  softplus: {
    label: 'softplus',
    symbol: { unicode: 'softplus', latex: '\\operatorname{softplus}' },
    formula: { unicode: 'softplus(z) = ln(1 + e^z)', latex: '\\operatorname{softplus}(z) = \\ln(1 + e^{z})' },
    derivativeFormula: { unicode: 'softplus′(z) = σ(z)', latex: "\\operatorname{softplus}'(z) = \\sigma(z)" },
    probabilities: false,
    init: 'xavierUniform',
    range: () => [0, Infinity],
    vector: false,
    flat: 'softplus is almost 0',
    value: (z) => softplus(z),
    derivative: (z) => sigmoid(z),
    second: (z) => sigmoid(z) * sigmoid(-z),
    kinks: () => none,
    // PyTorch's own threshold, 20, would cut off a part of 2e-9.
    pytorch: (z) => `F.softplus(${z}, threshold=40.0)`,
    numpy: (z) => `sigmoid(${z})`,
    byOutput: { value: (a) => 1 - Math.exp(-a), numpy: (a) => `(1 - np.exp(-${a}))` },
    kernel: 'softplus',
  },
} as const satisfies Readonly<Record<string, ScalarActivationRow>>;

/** A second derivative that is the same number everywhere, and NaN at NaN. */
function constant(value: number): (z: number) => number {
  return (z) => (Number.isNaN(z) ? NaN : value);
}
