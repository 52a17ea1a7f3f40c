/**
 * THE table of optimizers, each as PyTorch 2 defines it: g is ∂J/∂θ with the penalty in it, t the number of the step from 1,
 * η the learning rate.
 */

import { type Expression, add, div, mul, positive, sign, sqrt, sub, variable } from './expression';
import { lbfgsNumbers, lbfgsStep } from './lbfgs';
import type { OptimizerConstant, OptimizerConstants, OptimizerRow, Settings } from './optimizerRow';
import { pythonNumber } from './rows';

const rate = variable('rate');
const theta = variable('theta');
const g = variable('gradient');
const [memory0, memory1] = [variable('memory0'), variable('memory1')];
const [next0, next1] = [variable('next0'), variable('next1')];
const state = [0, 1, 2, 3].map((k) => variable(`state${String(k)}`)) as [
  Expression,
  Expression,
  Expression,
  Expression,
];
const given = Array.from({ length: 8 }, (_, k) => variable(`given${String(k)}`)) as [
  ...[Expression, Expression, Expression, Expression],
  ...[Expression, Expression, Expression, Expression],
];

const fraction = (
  key: keyof OptimizerConstants,
  symbol: string,
  value: number,
  meaning: string,
): OptimizerConstant => ({ key, symbol, default: value, range: 'belowOne', meaning });
const MOMENTUM = fraction('momentum', 'μ', 0.9, 'μ');
const BETA1 = fraction('beta1', 'β₁', 0.9, 'β₁, of the mean of the gradient');
const BETA2 = fraction('beta2', 'β₂', 0.999, 'β₂, of the mean of its square');
const epsilonOf = (value: number): OptimizerConstant => ({
  key: 'epsilon',
  symbol: 'ε',
  default: value,
  range: 'positive',
  meaning: 'ε, keeps the divisor from 0',
});

/** v := μ v + g; v starts at 0, so that the first step needs no case of its own. */
const velocity = add(mul(given[1], memory0), g);

/** m := β₁ m + (1 − β₁) g and v := β₂ v + (1 − β₂) g² */
const moments = [
  add(mul(given[0], memory0), mul(given[1], g)),
  add(mul(given[2], memory1), mul(mul(given[3], g), g)),
] as const;
const decays = ({ beta1, beta2 }: Settings): readonly number[] => [beta1, 1 - beta1, beta2, 1 - beta2];
/** β₁ᵗ and β₂ᵗ by repeated multiplication: unlike Math.pow, the same bits on every platform. */
const powers = {
  start: [1, 1],
  next: ({ beta1, beta2 }: Settings) => [mul(state[0], beta1), mul(state[1], beta2)],
};
const adamGiven = (settings: Settings): (Expression | number)[] => [
  ...decays(settings),
  div(rate, sub(1, state[0])),
  sqrt(sub(1, state[1])),
  settings.epsilon,
];
/** η m̂ / (√v̂ + ε) */
const adamStep = div(mul(given[4], next0), add(div(sqrt(next1), given[5]), given[6]));
const adamPython = (constants: Readonly<Record<string, string>>): string =>
  `betas=(${constants.beta1 ?? ''}, ${constants.beta2 ?? ''}), eps=${constants.epsilon ?? ''}`;

/** NAdam's μₜ = β₁ (1 − ½ · 0.96^(tψ)) */
const NADAM_BASE = 0.96;
const nadamMomentum = (beta1: number, power: Expression): Expression => mul(beta1, sub(1, mul(0.5, power)));

const ROWS = {
  gd: {
    label: 'gradient descent',
    aliases: ['sgd', 'gradientdescent', 'stochasticgradientdescent'],
    isPlainDescent: true,
    isUnscaled: true,
    formula: 'θ := θ − η ∂J/∂θ',
    constants: [],
    pytorch: (lr) => `torch.optim.SGD(parameters, lr=${lr})`,
    kind: 'elementwise',
    start: () => [],
    given: () => [rate],
    memory: [],
    theta: sub(theta, mul(given[0], g)),
  },
  momentum: {
    label: 'momentum',
    aliases: ['heavyball'],
    isUnscaled: true,
    formula: 'v := μv + ∂J/∂θ, θ := θ − ηv',
    constants: [MOMENTUM],
    pytorch: (lr, { momentum = '' }) => `torch.optim.SGD(parameters, lr=${lr}, momentum=${momentum})`,
    kind: 'elementwise',
    start: () => [0],
    given: ({ momentum }) => [rate, momentum],
    memory: [velocity],
    theta: sub(theta, mul(given[0], next0)),
  },
  nesterov: {
    label: 'Nesterov’s momentum',
    aliases: ['nag', 'nesterovmomentum'],
    isUnscaled: true,
    formula: 'v := μv + ∂J/∂θ, θ := θ − η(∂J/∂θ + μv)',
    constants: [MOMENTUM],
    pytorch: (lr, { momentum = '' }) => `torch.optim.SGD(parameters, lr=${lr}, momentum=${momentum}, nesterov=True)`,
    kind: 'elementwise',
    start: () => [0],
    given: ({ momentum }) => [rate, momentum],
    memory: [velocity],
    theta: sub(theta, mul(given[0], add(mul(given[1], next0), g))),
  },
  rmsprop: {
    label: 'RMSprop',
    formula: 's := βs + (1 − β)(∂J/∂θ)², θ := θ − η ∂J/∂θ / (√s + ε)',
    constants: [fraction('decay', 'β', 0.9, 'β, how slowly the mean of squares forgets'), epsilonOf(1e-8)],
    pytorch: (lr, { decay = '', epsilon = '' }) =>
      `torch.optim.RMSprop(parameters, lr=${lr}, alpha=${decay}, eps=${epsilon})`,
    kind: 'elementwise',
    start: () => [0],
    given: ({ decay, epsilon }) => [rate, decay, 1 - decay, epsilon],
    memory: [add(mul(given[1], memory0), mul(mul(given[2], g), g))],
    theta: sub(theta, div(mul(given[0], g), add(sqrt(next0), given[3]))),
  },
  adagrad: {
    label: 'Adagrad',
    formula: 's := s + (∂J/∂θ)², θ := θ − η ∂J/∂θ / (√s + ε)',
    constants: [epsilonOf(1e-10)],
    pytorch: (lr, { epsilon = '' }) => `torch.optim.Adagrad(parameters, lr=${lr}, eps=${epsilon})`,
    kind: 'elementwise',
    start: () => [0],
    given: ({ epsilon }) => [rate, epsilon],
    memory: [add(memory0, mul(g, g))],
    theta: sub(theta, div(mul(given[0], g), add(sqrt(next0), given[1]))),
  },
  adam: {
    label: 'Adam',
    formula: 'moments m and v with bias correction, θ := θ − η m̂ / (√v̂ + ε)',
    constants: [BETA1, BETA2, epsilonOf(1e-8)],
    pytorch: (lr, constants) => `torch.optim.Adam(parameters, lr=${lr}, ${adamPython(constants)})`,
    kind: 'elementwise',
    start: () => [0, 0],
    state: powers,
    given: adamGiven,
    memory: moments,
    theta: sub(theta, adamStep),
  },
  adamw: {
    label: 'AdamW',
    formula: 'adam, with θ := θ − ηλθ before each step',
    constants: [
      BETA1,
      BETA2,
      epsilonOf(1e-8),
      {
        key: 'weightDecay',
        symbol: 'λ',
        default: 0.01,
        range: 'notNegative',
        meaning: 'λ, the part of θ that each step takes off, times η',
      },
    ],
    pytorch: (lr, constants) =>
      `torch.optim.AdamW(parameters, lr=${lr}, ${adamPython(constants)}, weight_decay=${constants.weightDecay ?? ''})`,
    kind: 'elementwise',
    start: () => [0, 0],
    state: powers,
    // Biases too, as every parameter is in PyTorch's one group.
    given: (settings) => [...adamGiven(settings), sub(1, mul(rate, settings.weightDecay))],
    memory: moments,
    theta: sub(mul(given[7], theta), adamStep),
  },
  nadam: {
    label: 'NAdam',
    formula: 'adam with Nesterov’s look-ahead, μₜ = β₁(1 − ½ · 0.96^(tψ))',
    constants: [
      BETA1,
      BETA2,
      epsilonOf(1e-8),
      {
        key: 'momentumDecay',
        symbol: 'ψ',
        default: 0.004,
        range: 'notNegative',
        meaning: 'ψ, how fast the momentum comes up to β₁',
      },
    ],
    pytorch: (lr, constants) =>
      `torch.optim.NAdam(parameters, lr=${lr}, ${adamPython(constants)}, momentum_decay=${constants.momentumDecay ?? ''})`,
    kind: 'elementwise',
    start: () => [0, 0],
    // 0.96^(tψ), μₜ, the product of all μ, β₂ᵗ
    state: {
      start: [1, 1, 1, 1],
      next: ({ beta1, beta2, momentumDecay }) => [
        mul(state[0], NADAM_BASE ** momentumDecay),
        nadamMomentum(beta1, state[0]),
        mul(state[2], state[1]),
        mul(state[3], beta2),
      ],
    },
    given: (settings) => {
      const { beta1, momentumDecay, epsilon } = settings;
      const following = nadamMomentum(beta1, mul(state[0], NADAM_BASE ** momentumDecay));
      return [
        ...decays(settings),
        div(mul(rate, sub(1, state[1])), sub(1, state[2])),
        div(mul(rate, following), sub(1, mul(state[2], following))),
        sub(1, state[3]),
        epsilon,
      ];
    },
    memory: moments,
    theta: sub(theta, div(add(mul(given[4], g), mul(given[5], next0)), add(sqrt(div(next1, given[6])), given[7]))),
  },
  rprop: {
    label: 'Rprop',
    formula:
      'Δ := Δ η⁺ where ∂J/∂θ keeps its sign, Δ η⁻ where it changes (and no step is taken), θ := θ − Δ sign(∂J/∂θ)',
    constants: [
      fraction('etaMinus', 'η⁻', 0.5, 'η⁻, the factor of Δ where the gradient changes its sign'),
      { key: 'etaPlus', symbol: 'η⁺', default: 1.2, range: 'positive', meaning: 'η⁺, the factor where it keeps it' },
      { key: 'minStep', symbol: 'Δmin', default: 1e-6, range: 'notNegative', meaning: 'the smallest Δ' },
      { key: 'maxStep', symbol: 'Δmax', default: 50, range: 'positive', meaning: 'the largest Δ' },
    ],
    pytorch: (lr, { etaMinus = '', etaPlus = '', minStep = '', maxStep = '' }) =>
      `torch.optim.Rprop(parameters, lr=${lr}, etas=(${etaMinus}, ${etaPlus}), step_sizes=(${minStep}, ${maxStep}))`,
    kind: 'elementwise',
    // The last gradient, and Δ, which starts at η.
    start: (_, learningRate) => [0, learningRate],
    given: ({ etaMinus, etaPlus, minStep, maxStep }) => [etaMinus, etaPlus, minStep, maxStep],
    memory: [
      positive(sub(0, mul(g, memory0)), 0, g),
      clamp(mul(memory1, positive(mul(g, memory0), given[1], positive(sub(0, mul(g, memory0)), given[0], 1)))),
    ],
    theta: sub(theta, mul(sign(next0), next1)),
  },
  lbfgs: {
    label: 'L-BFGS',
    formula: 'θ := θ + tₖ dₖ, dₖ = −H ∂J/∂θ with H from past gradients, tₖ by a strong Wolfe line search; full batch',
    constants: [
      { key: 'maxIterations', symbol: 'k', default: 20, range: 'count', meaning: 'the most iterations of a step' },
      {
        key: 'historySize',
        symbol: 'h',
        default: 100,
        range: 'count',
        meaning: 'the past gradients that H is made from',
      },
      {
        key: 'toleranceGradient',
        symbol: 'tolerance',
        default: 1e-7,
        range: 'notNegative',
        meaning: 'the step ends where no |∂J/∂θ| is above it',
      },
      {
        key: 'toleranceChange',
        symbol: 'tolerance',
        default: 1e-9,
        range: 'notNegative',
        meaning: 'the step ends where J or θ changes by no more',
      },
    ],
    pytorch: (lr, { maxIterations = '', historySize = '', toleranceGradient = '', toleranceChange = '' }) =>
      `torch.optim.LBFGS(parameters, lr=${lr}, max_iter=int(${maxIterations}), history_size=int(${historySize}), ` +
      `tolerance_grad=${toleranceGradient}, tolerance_change=${toleranceChange}, line_search_fn="strong_wolfe")`,
    kind: 'search',
    memory: (count, { historySize }) => [
      ...[historySize * count, historySize * count, count, count],
      lbfgsNumbers(historySize),
    ],
    search: (start, at, [differences, moves, direction, gradient, numbers], learningRate, settings) => {
      if (!differences || !moves || !direction || !gradient || !numbers) throw new RangeError('there is no memory');
      return lbfgsStep(start, at, { differences, moves, direction, gradient, numbers }, learningRate, settings);
    },
  },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof ROWS;

export const OPTIMIZERS: Readonly<Record<OptimizerName, OptimizerRow>> = ROWS;

/** Between Rprop's smallest and largest Δ. */
function clamp(size: Expression): Expression {
  const below = positive(sub(size, given[3]), given[3], size);
  return positive(sub(given[2], below), given[2], below);
}

/** The constants of an optimizer, by their defaults where it sets nothing; those that are not its own are missing. */
export function settingsOf(optimizer: { readonly type: OptimizerName } & OptimizerConstants): Settings {
  const own = OPTIMIZERS[optimizer.type].constants.map(({ key, default: value }) => [key, optimizer[key] ?? value]);
  return Object.fromEntries(own) as Settings;
}

/** The optimizer over `parameters` in PyTorch. */
export function pytorchOptimizer(
  optimizer: { readonly type: OptimizerName; readonly learningRate: number } & OptimizerConstants,
): string {
  const row = OPTIMIZERS[optimizer.type];
  const constants = Object.fromEntries(
    row.constants.map(({ key, default: value }) => [key, pythonNumber(optimizer[key] ?? value)]),
  );
  return row.pytorch(pythonNumber(optimizer.learningRate), constants);
}
