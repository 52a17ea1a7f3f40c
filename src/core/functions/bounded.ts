/** Rows of the table of activations: those whose values stay between two bounds. */

import { sigmoid } from './logistic';
import { type Constants, type Formula, type ScalarActivationRow, pythonNumber } from './rows';

const none: readonly number[] = [];
const ends =
  (low: number, high: number) =>
  (z: number, inside: number): number =>
    z > low && z < high ? inside : z <= low || z >= high ? 0 : NaN;
const hardTanhInside = ends(-1, 1);
const hardSigmoidInside = ends(-3, 3);

const steepness = {
  key: 'slope',
  symbol: 's',
  default: 1,
  range: 'positive',
  meaning: 'the factor s of g(s z)',
} as const;
const slopeOf = (g: Constants): number => g.slope ?? 1;
const isPlain = (g: Constants): boolean => slopeOf(g) === 1;
/** `z`, or `s * z`. */
const scaled = (z: string, g: Constants): string => (isPlain(g) ? z : `${pythonNumber(slopeOf(g))} * ${z}`);

const timesSlope = (text: string, g: Constants): string =>
  isPlain(g) ? text : `${pythonNumber(slopeOf(g))} * ${text}`;

/** LeCun's: g(±1) = ±1, and the steepest change of g′ at ±1. */
const HEIGHT = 1.7159;
const WIDTH = 2 / 3;

export const BOUNDED = {
  sigmoid: {
    label: 'sigmoid',
    aliases: ['logistic', 'logsig', 'expit'],
    symbol: { unicode: 'σ', latex: '\\sigma' },
    formula: { unicode: 'σ(z) = 1 / (1 + e^(−z))', latex: '\\sigma(z) = \\frac{1}{1 + e^{-z}}' },
    derivativeFormula: { unicode: 'σ′(z) = σ(z) (1 − σ(z))', latex: "\\sigma'(z) = \\sigma(z)\\,(1 - \\sigma(z))" },
    withConstant: {
      formula: { unicode: 'σ(z) = 1 / (1 + e^(−s z))', latex: '\\sigma(z) = \\frac{1}{1 + e^{-s z}}' },
      derivativeFormula: {
        unicode: 'σ′(z) = s σ(z) (1 − σ(z))',
        latex: "\\sigma'(z) = s\\,\\sigma(z)\\,(1 - \\sigma(z))",
      },
    },
    probabilities: true,
    init: 'xavierUniform',
    range: () => [0, 1],
    constant: steepness,
    vector: false,
    flat: 'the unit is saturated',
    steepest: (g) => slopeOf(g) / 4,
    value: (z, g) => sigmoid(slopeOf(g) * z),
    derivative: (z, g) => {
      const a = sigmoid(slopeOf(g) * z);
      return slopeOf(g) * (a * (1 - a));
    },
    second: (z, g) => {
      const a = sigmoid(slopeOf(g) * z);
      return slopeOf(g) ** 2 * (a * (1 - a) * (1 - 2 * a));
    },
    fromOutput: (a, g) => slopeOf(g) * (a * (1 - a)),
    kinks: () => none,
    pytorch: (z, g) => `torch.sigmoid(${scaled(z, g)})`,
    numpy: (_z, a, g) => timesSlope(`${a} * (1 - ${a})`, g),
    kernel: 'sigmoid',
    inKernel: isPlain,
  },
  tanh: {
    label: 'tanh',
    aliases: ['tansig', 'hyperbolictangent'],
    symbol: { unicode: 'tanh', latex: '\\tanh' },
    formula: {
      unicode: 'tanh(z) = (e^z − e^(−z)) / (e^z + e^(−z))',
      latex: '\\tanh(z) = \\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}',
    },
    derivativeFormula: { unicode: 'tanh′(z) = 1 − tanh²(z)', latex: "\\tanh'(z) = 1 - \\tanh^2(z)" },
    withConstant: {
      formula: { unicode: 'g(z) = tanh(s z)', latex: 'g(z) = \\tanh(s z)' },
      derivativeFormula: { unicode: 'g′(z) = s (1 − tanh²(s z))', latex: "g'(z) = s\\,(1 - \\tanh^2(s z))" },
    },
    probabilities: false,
    init: 'xavierUniform',
    range: () => [-1, 1],
    constant: steepness,
    vector: false,
    flat: 'the unit is saturated',
    steepest: slopeOf,
    value: (z, g) => Math.tanh(slopeOf(g) * z),
    derivative: (z, g) => {
      const a = Math.tanh(slopeOf(g) * z);
      return slopeOf(g) * (1 - a * a);
    },
    second: (z, g) => {
      const a = Math.tanh(slopeOf(g) * z);
      return -2 * slopeOf(g) ** 2 * (a * (1 - a * a));
    },
    fromOutput: (a, g) => slopeOf(g) * (1 - a * a),
    kinks: () => none,
    pytorch: (z, g) => `torch.tanh(${scaled(z, g)})`,
    numpy: (_z, a, g) => timesSlope(`(1 - ${a}**2)`, g),
    kernel: 'tanh',
    inKernel: isPlain,
  },
  scaledTanh: {
    label: 'scaled tanh',
    symbol: { unicode: 'stanh', latex: '\\operatorname{stanh}' },
    formula: {
      unicode: 'stanh(z) = 1.7159 tanh(⅔ z)',
      latex: '\\operatorname{stanh}(z) = 1.7159\\,\\tanh\\bigl(\\tfrac23 z\\bigr)',
    },
    derivativeFormula: {
      unicode: 'stanh′(z) = 1.7159 · ⅔ (1 − tanh²(⅔ z))',
      latex: "\\operatorname{stanh}'(z) = 1.7159 \\cdot \\tfrac23 \\bigl(1 - \\tanh^2(\\tfrac23 z)\\bigr)",
    },
    note: 'LeCun’s',
    probabilities: false,
    init: 'xavierUniform',
    range: () => [-HEIGHT, HEIGHT],
    vector: false,
    flat: 'the unit is saturated',
    steepest: () => HEIGHT * WIDTH,
    value: (z) => HEIGHT * Math.tanh(WIDTH * z),
    derivative: (z) => {
      const t = Math.tanh(WIDTH * z);
      return HEIGHT * WIDTH * (1 - t * t);
    },
    second: (z) => {
      const t = Math.tanh(WIDTH * z);
      return -2 * HEIGHT * WIDTH ** 2 * (t * (1 - t * t));
    },
    fromOutput: (a) => (WIDTH / HEIGHT) * (HEIGHT - a) * (HEIGHT + a),
    kinks: () => none,
    pytorch: (z) => `${pythonNumber(HEIGHT)} * torch.tanh(${z} * (2 / 3))`,
    numpy: (_z, a) => `(2 / 3) / ${pythonNumber(HEIGHT)} * (${pythonNumber(HEIGHT)}**2 - ${a}**2)`,
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
    init: 'xavierUniform',
    range: () => [-1, 1],
    vector: false,
    flat: 'the unit is saturated',
    steepest: () => 1,
    value: (z) => z / (1 + Math.abs(z)),
    derivative: (z) => {
      const d = 1 + Math.abs(z);
      return 1 / (d * d);
    },
    // At the bend g′ is the same from both sides, and 0 lies between the two g″.
    second: (z) => (-2 * Math.sign(z)) / (1 + Math.abs(z)) ** 3,
    kinks: () => none,
    bends: [0],
    pytorch: (z) => `F.softsign(${z})`,
    numpy: (z) => `1 / (1 + abs(${z}))**2`,
    byOutput: { value: (a) => (1 - Math.abs(a)) ** 2, numpy: (a) => `(1 - abs(${a}))**2` },
    kernel: 'softsign',
  },
  hardTanh: {
    label: 'hard tanh',
    symbol: { unicode: 'hardtanh', latex: '\\operatorname{hardtanh}' },
    formula: {
      unicode: 'hardtanh(z) = min(1, max(−1, z))',
      latex: '\\operatorname{hardtanh}(z) = \\min(1, \\max(-1, z))',
    },
    derivativeFormula: insideOf('hardtanh', '1', '−1 < z < 1', '-1 < z < 1'),
    note: 'its derivative at −1 and 1 is 0',
    probabilities: false,
    init: 'xavierUniform',
    range: () => [-1, 1],
    vector: false,
    flat: 'hardtanh is at one of its limits',
    steepest: () => 1,
    value: (z) => (z <= -1 ? -1 : z >= 1 ? 1 : z),
    derivative: (z) => hardTanhInside(z, 1),
    second: (z) => 0 * hardTanhInside(z, 1),
    fromOutput: (a) => hardTanhInside(a, 1),
    kinks: () => [-1, 1],
    pytorch: (z) => `F.hardtanh(${z})`,
    numpy: (z) => `(abs(${z}) < 1)`,
  },
  hardSigmoid: {
    label: 'hard sigmoid',
    symbol: { unicode: 'hardsigmoid', latex: '\\operatorname{hardsigmoid}' },
    formula: {
      unicode: 'hardsigmoid(z) = min(1, max(0, z/6 + ½))',
      latex: '\\operatorname{hardsigmoid}(z) = \\min\\bigl(1, \\max(0, \\tfrac{z}{6} + \\tfrac12)\\bigr)',
    },
    derivativeFormula: insideOf('hardsigmoid', '1/6', '−3 < z < 3', '-3 < z < 3'),
    note: 'its derivative at −3 and 3 is 0',
    probabilities: false,
    init: 'xavierUniform',
    range: () => [0, 1],
    vector: false,
    flat: 'hardsigmoid is at one of its limits',
    steepest: () => 1 / 6,
    value: (z) => (z <= -3 ? 0 : z >= 3 ? 1 : (z + 3) / 6),
    derivative: (z) => hardSigmoidInside(z, 1 / 6),
    second: (z) => 0 * hardSigmoidInside(z, 1),
    fromOutput: (a) => (a > 0 && a < 1 ? 1 / 6 : a <= 0 || a >= 1 ? 0 : NaN),
    kinks: () => [-3, 3],
    // PyTorch's own hardsigmoid takes 1/6 in single precision.
    pytorch: (z) => `F.relu6(${z} + 3) / 6`,
    numpy: (z) => `(abs(${z}) < 3) / 6`,
  },
  sin: {
    label: 'sine',
    aliases: ['sine'],
    symbol: { unicode: 'sin', latex: '\\sin' },
    formula: { unicode: 'g(z) = sin(z)', latex: 'g(z) = \\sin(z)' },
    derivativeFormula: { unicode: 'sin′(z) = cos(z)', latex: "\\sin'(z) = \\cos(z)" },
    probabilities: false,
    init: 'xavierUniform',
    range: () => [-1, 1],
    vector: false,
    flat: 'sin is near one of its turning points',
    value: (z) => Math.sin(z),
    derivative: (z) => Math.cos(z),
    second: (z) => -Math.sin(z),
    kinks: () => none,
    pytorch: (z) => `torch.sin(${z})`,
    numpy: (z) => `np.cos(${z})`,
  },
  gaussian: {
    label: 'Gaussian',
    symbol: { unicode: 'gauss', latex: '\\operatorname{gauss}' },
    formula: { unicode: 'gauss(z) = e^(−z²)', latex: '\\operatorname{gauss}(z) = e^{-z^2}' },
    derivativeFormula: { unicode: 'gauss′(z) = −2z e^(−z²)', latex: "\\operatorname{gauss}'(z) = -2z\\,e^{-z^2}" },
    probabilities: false,
    init: 'xavierUniform',
    range: () => [0, 1],
    vector: false,
    flat: 'gauss is flat near its top and far from it',
    // Beyond, both e^(−z²) and the gradient are below 1e-6.
    dead: (z) => Math.abs(z) > 4,
    value: (z) => Math.exp(-z * z),
    derivative: (z) => -2 * (z * Math.exp(-z * z)),
    second: (z) => {
      const e = Math.exp(-z * z);
      return 4 * (z * (z * e)) - 2 * e;
    },
    kinks: () => none,
    pytorch: (z) => `torch.exp(-((${z}) ** 2))`,
    numpy: (z, a) => `-2 * ${z} * ${a}`,
  },
} as const satisfies Readonly<Record<string, ScalarActivationRow>>;

/** g′(z) = value inside, else 0. */
function insideOf(name: string, value: string, unicode: string, latex: string): Formula {
  return {
    unicode: `${name}′(z) = ${value} where ${unicode}, else 0`,
    latex: `\\operatorname{${name}}'(z) = \\begin{cases} ${value} & ${latex} \\\\ 0 & \\text{else} \\end{cases}`,
  };
}
