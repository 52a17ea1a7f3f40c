/** Mistakes in ∂J/∂θ⁽ˡ⁾ itself: in the sum over the samples, in the outer product, in the biases, in what is done with it. */

import type { BlockChange, MistakeRow, Part, Place } from '../row';
import { at, layersOfSize, rightGradient, sumOver } from './tools';
import { weightOf } from '../../cost';
import { LOSSES } from '../../functions';
import type { Network } from '../../network';

const penalized = ({ regularization: { l1, l2 } }: Network): boolean => l1 !== 0 || l2 !== 0;

/** The parts that a change of any entry can be of. */
function anyParts(network: Network): Part[] {
  return penalized(network) ? ['all', 'data', 'weights', 'biases'] : ['all', 'weights', 'biases'];
}

const n = ({ layer }: Place): string => String(layer);
const before = ({ layer }: Place): string => (layer === 1 ? 'X' : `A${String(layer - 1)}`);

/** ∂J/∂θ⁽ˡ⁾ in NumPy's words, as it should be. */
function rightInCode(place: Place): string {
  const mean = place.network.loss.samples === 'sum' ? '' : ' / m';
  if (place.part === 'biases') return `db${n(place)} = dZ${n(place)}.sum(axis=0)${mean}`;
  return `dW${n(place)} = dZ${n(place)}.T @ ${before(place)}${mean}${penalized(place.network) ? ` + lam * W${n(place)}` : ''}`;
}

function whole(form: (right: string, place: Place) => string): Pick<MistakeRow, 'formula'> {
  return {
    formula: (place) => {
      const right = rightGradient(place, place.part);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${form(value, place)}` };
    },
  };
}

function inCode(change: (value: string, place: Place) => string): Pick<MistakeRow, 'numpy'> {
  return {
    numpy: (place) => {
      const right = rightInCode(place);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${change(value, place)}` };
    },
  };
}

function penaltyForms(yours: (lambda: string) => string): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: ({ layer }) => ({
      right: `∂J/∂${at('θ', layer)} = data + ∂R/∂${at('θ', layer)}`,
      yours: `∂J/∂${at('θ', layer)} = data ${yours(`∂R/∂${at('θ', layer)}`)}`.trimEnd(),
    }),
    numpy: (place) => ({
      right: rightInCode(place),
      yours: rightInCode(place)
        .replace(/\+ (lam.*)$/, (_, term: string) => yours(term))
        .trimEnd(),
    }),
  };
}

const rate = {
  key: 'learningRate',
  likely: ({ training }: Network) => [{ value: training.optimizer.learningRate }],
};

export const BLOCK_ROWS: readonly MistakeRow[] = [
  {
    code: 'zeros',
    layersOf: 'theta',
    sentence: ({ part }) =>
      part === 'biases' ? 'the bias gradients are 0; ∂z/∂θ₀ is 1, whatever the bias is' : 'the gradient is 0',
    hint: 'nothing arrives there',
    ...whole(() => '0'),
    ...inCode((value) => `0 * (${value})`),
    block: ({ network }) => [
      {
        detail: {},
        parts: anyParts(network),
        finish: ({ penalty }, _theta, part) => ({ base: part === 'data' ? penalty : 0, along: 0 }),
      },
    ],
  },
  {
    code: 'sign',
    layersOf: 'theta',
    sentence: ({ part }) => (part === 'data' ? 'the sign of the data’s part is wrong' : 'the sign is wrong'),
    hint: 'look at the sign',
    ...whole((right) => `−${right}`),
    ...inCode((right) => `-(${right})`),
    block: ({ network }) => [
      {
        detail: {},
        parts: anyParts(network),
        finish: ({ data, penalty }, _theta, part) => ({
          base: (part === 'data' ? penalty : -penalty) - data,
          along: 0,
        }),
      },
    ],
  },
  {
    code: 'penalty-missing',
    layersOf: 'theta',
    sentence: () => 'the penalty’s part ∂R/∂θ is missing',
    hint: 'look at the penalty R',
    ...penaltyForms(() => ''),
    block: ({ network }) =>
      penalized(network) ? [{ detail: {}, parts: ['penalty'], reparted: ({ data }) => ({ data, penalty: 0 }) }] : [],
  },
  {
    code: 'penalty-sign',
    layersOf: 'theta',
    sentence: () => 'the penalty’s part ∂R/∂θ is subtracted, where it must be added',
    hint: 'look at the penalty R',
    ...penaltyForms((term) => `- ${term}`),
    block: ({ network }) =>
      penalized(network)
        ? [{ detail: {}, parts: ['penalty'], reparted: ({ data, penalty }) => ({ data, penalty: -penalty }) }]
        : [],
  },
  {
    code: 'penalty-on-biases',
    layersOf: 'theta',
    sentence: () => 'the biases are penalized, too; R is over the weights alone',
    hint: 'look at the penalty R',
    formula: (place) => ({
      right: rightGradient(place, 'biases'),
      yours: `${rightGradient(place, 'biases')} + ∂R/∂${at('θ₀', place.layer)}`,
    }),
    numpy: (place) => {
      const right = rightInCode({ ...place, part: 'biases' });
      return { right, yours: `${right} + lam * b${n(place)}` };
    },
    block: ({ network }) =>
      penalized(network) && !network.regularization.biases
        ? [
            {
              detail: {},
              parts: ['biases'],
              parted: (block, k) => ({ data: block.data(k), penalty: block.penaltyOf(block.theta(k)) }),
            },
          ]
        : [],
  },
  {
    code: 'scale',
    layersOf: 'theta',
    sentence: ({ network, part, detail }) =>
      `${part === 'data' ? 'the data’s part' : 'the gradient'} is ${scaleWords(network, detail.factor, detail.reason)}`,
    hint: 'look at the constant factors and the divisor',
    ...whole((right, { detail }) => `${String(detail.factor)} · ${right}`),
    ...inCode((right, { detail }) => `${String(detail.factor)} * (${right})`),
    constant: {
      key: 'factor',
      reasons: true,
      likely: ({ layers, loss }, m) => {
        const outputs = layers.at(-1)?.units ?? 1;
        const ofSamples =
          loss.samples === 'sum'
            ? [{ value: 1 / m, reason: 'mean-not-sum' }]
            : [
                { value: m, reason: 'sum-not-mean' },
                { value: 1 / m, reason: 'mean-twice' },
              ];
        const ofOutputs =
          loss.outputs === 'mean'
            ? [outputs, outputs / 2].map((value) => ({ value, reason: 'sum-over-outputs' }))
            : [1 / outputs, 2 / outputs].map((value) => ({ value, reason: 'mean-over-outputs' }));
        return [
          ...(m > 1 ? ofSamples : []),
          { value: 2, reason: 'two' },
          { value: 0.5, reason: 'half' },
          ...(outputs > 1 ? ofOutputs : []),
        ];
      },
    },
    block: ({ network }) => [
      {
        detail: {},
        parts: anyParts(network),
        finish: ({ data, penalty }, _theta, part) =>
          part === 'data' ? { base: penalty, along: data } : { base: 0, along: data + penalty },
      },
    ],
  },
  {
    code: 'penalty-scale',
    layersOf: 'theta',
    sentence: ({ network, detail }) =>
      `the penalty’s part ∂R/∂θ is ${scaleWords(network, detail.factor, detail.reason, 'R')}`,
    hint: 'look at the penalty R',
    ...penaltyForms((term) => `+ c · ${term}`),
    constant: {
      key: 'factor',
      reasons: true,
      likely: ({ regularization }, m) => [
        ...(m > 1 && !regularization.perSample ? [{ value: 1 / m, reason: 'per-sample' }] : []),
        ...(m > 1 && regularization.perSample ? [{ value: m, reason: 'not-per-sample' }] : []),
        { value: 2, reason: 'two' },
        { value: 0.5, reason: 'half' },
      ],
    },
    block: ({ network }) =>
      penalized(network)
        ? [{ detail: {}, parts: ['penalty'], finish: ({ data, penalty }) => ({ base: data, along: penalty }) }]
        : [],
  },
  {
    code: 'descent-step',
    layersOf: 'theta',
    sentence: ({ detail }) =>
      `what is claimed is the step of gradient descent, −η ∂J/∂θ (η = ${String(detail.learningRate)}), not the derivative`,
    hint: 'it is a step of gradient descent, not a derivative',
    ...whole((right) => `−η ${right}`),
    ...inCode((right) => `-lr * (${right})`),
    constant: rate,
    block: ({ network }) => [
      {
        detail: {},
        parts: anyParts(network),
        finish: ({ data, penalty }, _theta, part) =>
          part === 'data' ? { base: penalty, along: -data } : { base: 0, along: -data - penalty },
      },
    ],
  },
  {
    code: 'updated-parameters',
    layersOf: 'theta',
    sentence: ({ detail }) =>
      `what is claimed is the parameter after the step, θ − η ∂J/∂θ (η = ${String(detail.learningRate)}), not the derivative`,
    hint: 'it is the parameter after a step of gradient descent, not a derivative',
    ...whole((right, { layer }) => `${at('θ', layer)} − η ${right}`),
    ...inCode((right, place) => `${place.part === 'biases' ? 'b' : 'W'}${n(place)} - lr * (${right})`),
    constant: rate,
    block: ({ network }) => [
      {
        detail: {},
        parts: anyParts(network),
        finish: ({ data, penalty }, theta, part) => ({
          base: theta,
          along: -data - (part === 'data' ? 0 : penalty),
        }),
      },
    ],
  },
  {
    code: 'outer-product-transposed',
    layersOf: 'theta',
    sentence: () => 'rows and columns of ∂J/∂θ are swapped',
    hint: 'rows and columns are swapped',
    ...whole((_right, { layer, network }) => `${sumOver(network)} ${at('a', layer)} (${at('δ', layer + 1)})ᵀ`),
    ...inCode((right, place) =>
      right
        .replace(`dZ${n(place)}.T @ ${before(place)}`, `${before(place)}.T @ dZ${n(place)}`)
        .replace(/ \+ lam.*$/, ''),
    ),
    block: ({ network, blocks }, l) => {
      const layout = blocks[l - 1];
      if (!layout || layout.rows !== layout.columns || layout.rows === 1) return [];
      return [
        {
          detail: {},
          parts: penalized(network) ? ['weights', 'data'] : ['weights'],
          parted: (block, k, part) => {
            if (block.isBias(k)) return block.parts(k);
            const other = (k % block.columns) * block.columns + Math.floor(k / block.columns);
            return { data: block.data(other), penalty: block.penalty(part === 'data' ? k : other) };
          },
        },
      ];
    },
  },
  {
    code: 'input-before-activation',
    layersOf: 'theta',
    sentence: ({ layer }) => `${at('z', layer)} is used where the activation ${at('a', layer)} belongs`,
    hint: 'z and a are swapped',
    ...whole((right, { layer }) => right.replace(at('a', layer), at('z', layer))),
    ...inCode((right, place) => right.replace(before(place), `Z${String(place.layer - 1)}`)),
    block: ({ z }, l): BlockChange[] => {
      const input = z[l - 1];
      return l > 1 && input ? [{ detail: {}, parts: ['weights'], input }] : [];
    },
  },
  {
    code: 'input-of-other-layer',
    layersOf: 'theta',
    sentence: ({ layer, detail }) => `${at('a', Number(detail.from))} is used where ${at('a', layer)} belongs`,
    hint: 'look at which layer a quantity is taken from',
    ...whole((right, { layer, detail }) => right.replace(at('a', layer), at('a', Number(detail.from)))),
    ...inCode((right, place) =>
      right.replace(before(place), Number(place.detail.from) === 1 ? 'X' : `A${String(Number(place.detail.from) - 1)}`),
    ),
    block: ({ network, a }, l) =>
      layersOfSize(network, l, 1).flatMap((from): BlockChange[] => {
        const input = a[from - 1];
        return input ? [{ detail: { from }, parts: ['weights'], input }] : [];
      }),
  },
  {
    code: 'bias-summed-over-units',
    layersOf: 'theta',
    sentence: () =>
      'every bias of the layer gets the sum over its units (right only if the units share one bias, which they do not here)',
    hint: 'look at what is added up over what',
    formula: (place) => ({
      right: rightGradient(place, 'biases'),
      yours: rightGradient(place, 'biases').replace('Σₛ', 'Σₛ Σᵢ'),
    }),
    numpy: (place) => {
      const right = rightInCode({ ...place, part: 'biases' });
      return { right, yours: right.replace('.sum(axis=0)', '.sum()') };
    },
    block: () => [
      {
        detail: {},
        parts: ['biases'],
        parted: (block) => ({ data: sum(block.rows, (i) => block.data(block.size + i)), penalty: 0 }),
      },
    ],
  },
  {
    code: 'bias-from-weights',
    layersOf: 'theta',
    sentence: () => 'the bias gradients are the row sums of the weight gradients',
    hint: 'look at the gradients of the biases',
    formula: ({ network, layer }) => ({
      right: rightGradient({ network, layer }, 'biases'),
      yours: `∂J/∂${at('θ₀', layer)} = Σⱼ ∂J/∂${at('θⱼ', layer)}`,
    }),
    numpy: (place) => ({
      right: rightInCode({ ...place, part: 'biases' }),
      yours: `db${n(place)} = dW${n(place)}.sum(axis=1)`,
    }),
    block: ({ network }) => [
      {
        detail: {},
        parts: penalized(network) ? ['data', 'biases'] : ['biases'],
        parted: (block, k, part) => {
          if (!block.isBias(k)) return block.parts(k);
          const row = (k - block.size) * block.columns;
          return {
            data: sum(block.columns, (j) => block.data(row + j)),
            penalty: part === 'data' ? 0 : sum(block.columns, (j) => block.penalty(row + j)),
          };
        },
      },
    ],
  },
  {
    code: 'one-sample',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ network, detail }) =>
      `the gradient comes from sample ${String(detail.sample)} alone${detail.divided === true ? ', divided by m' : ''}, where it must be the ${network.loss.samples ?? 'mean'} over all`,
    hint: 'look at the sum over the samples',
    ...whole((right, { network, detail }) =>
      right
        .replace(sumOver(network), detail.divided === true ? '(1/m)' : '')
        .replace(/$/, ` of sample ${String(detail.sample)}`),
    ),
    ...inCode((right, place) =>
      right
        .replaceAll(`dZ${n(place)}`, `dZ${n(place)}[[${String(Number(place.detail.sample) - 1)}]]`)
        .replace(' / m', place.detail.divided === true ? ' / m' : ''),
    ),
    block: ({ network, count, divisor: whole }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            [1, whole === 1 ? count : whole].map((divisor) => ({
              detail: { sample: s + 1, divided: divisor !== 1 },
              parts: anyParts(network),
              parted: (block, k, part) => ({
                data: block.share(s, k) / divisor,
                penalty: part === 'all' ? 0 : block.penalty(k),
              }),
            })),
          ),
  },
  {
    code: 'row-missing',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ network, detail }) => {
      const divided = network.loss.samples === 'sum' ? '' : ` (divided by ${String(detail.divisor)})`;
      return `sample ${String(detail.sample)} is left out of the sum${divided}`;
    },
    hint: 'look at the sum over the samples',
    ...whole((right, { detail }) => right.replace('Σₛ', `Σ_(s ≠ ${String(detail.sample)})`)),
    ...inCode((right, { detail }) => `${right}, without row ${String(Number(detail.sample) - 1)}`),
    block: ({ network, count, weights, divisor: whole }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            (network.loss.samples === 'sum' ? [1] : [whole, whole - weightOf({ weights }, s + 1)]).map((divisor) => ({
              detail: { sample: s + 1, divisor },
              parts: anyParts(network),
              parted: (block, k) => ({
                data: (block.data(k) * whole - block.share(s, k)) / divisor,
                penalty: block.penalty(k),
              }),
            })),
          ),
  },
];

function sum(length: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < length; k++) total += term(k);
  return total;
}

function scaleWords({ loss, regularization }: Network, factor: unknown, reason: unknown, of: 'J' | 'R' = 'J'): string {
  switch (reason) {
    case 'sum-not-mean':
      return `not divided by m = ${String(factor)}: it is the sum over the samples, not their mean ("loss": { "samples": "sum" } would say so)`;
    case 'mean-not-sum':
      return 'divided by m: it is the mean over the samples, where J is their sum in this file ("loss": { "samples": "sum" })';
    case 'mean-twice':
      return 'divided by m once more, though it is a mean already';
    case 'per-sample':
      return 'divided by m; in this file the penalty is outside the mean ("regularization": { "perSample": true } would say so)';
    case 'not-per-sample':
      return 'not divided by m, as the penalty is in this file ("regularization": { "perSample": true })';
    case 'two': {
      const twice = 'twice as large as it should be';
      if (of === 'R') {
        return regularization.half === false
          ? twice
          : `${twice} ("regularization": { "half": false } leaves out the ½)`;
      }
      const canSay = loss.half !== false && LOSSES[loss.type].withoutHalf;
      return canSay ? `${twice} (if the loss has no ½ for you, "half": false says so)` : twice;
    }
    case 'half':
      return 'half as large as it should be';
    case 'mean-over-outputs':
      return `${String(factor)} times what it should be: a mean over the output units, where the loss here is their sum ("loss": { "outputs": "mean" } would say so)`;
    case 'sum-over-outputs':
      return `${String(factor)} times what it should be: a sum over the output units, where the loss here is their mean ("loss": { "outputs": "mean" })`;
    default:
      return `${String(factor)} times what it should be`;
  }
}
