/** Mistakes in ∂J/∂θ⁽ˡ⁾ itself: in the outer product, in the biases, in what is done with it. */

import type { Network } from '../../network';
import type { Block } from '../block';
import type { BlockChange, MistakeRow } from '../row';
import { anyParts, before, deltaInCode, inCode, n, penalized, rightInCode, scaleWords, whole } from './gradientWords';
import { at, layersOfSize, rightGradient, sumOver } from './tools';

const rate = {
  key: 'learningRate',
  likely: ({ training }: Network) => [{ value: training.optimizer.learningRate }],
};

export const BLOCK_ROWS: readonly MistakeRow[] = [
  {
    code: 'zeros',
    name: 'a gradient of 0',
    layersOf: 'theta',
    sentence: ({ part }) =>
      part === 'biases' ? 'the bias gradients are 0; ∂z/∂θ₀ is 1, whatever the bias is' : 'the gradient is 0',
    hint: 'nothing arrives there',
    ...whole(() => '0'),
    ...inCode((_right, place) => `np.zeros_like(${place.part === 'biases' ? 'b' : 'W'}${n(place)})`),
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
    name: 'a wrong sign',
    layersOf: 'theta',
    sentence: ({ part, everywhere }) => {
      if (part === 'biases' && everywhere)
        return 'the sign is wrong, as of thresholds that are fed by −1 ("biasInput": -1 in each layer would say so)';
      return part === 'data' ? 'the sign of the data’s part is wrong' : 'the sign is wrong';
    },
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
    code: 'scale',
    name: 'a constant factor',
    layersOf: 'theta',
    sentence: (place) => `${place.part === 'data' ? 'the data’s part' : 'the gradient'} is ${scaleWords(place)}`,
    hint: 'look at the constant factors and the divisor',
    ...whole((right, { detail }) => `${String(detail.factor)} · ${right}`),
    ...inCode((right, { detail }) => `${String(detail.factor)} * (${right})`),
    constant: {
      key: 'factor',
      reasons: true,
      likely: ({ layers, loss }, { count, weights }) => {
        const m = weights ? weights.reduce((sum, weight) => sum + weight, 0) : count;
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
          ...(count > 1 ? ofSamples : []),
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
    code: 'descent-step',
    name: 'the step −η ∂J/∂θ for ∂J/∂θ',
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
    name: 'the updated θ for ∂J/∂θ',
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
    code: 'input-missing',
    name: 'a missing factor a',
    layersOf: 'theta',
    factor: { fault: 'missing', factor: 'input' },
    sentence: ({ layer }) => `the factor ${at('a', layer)} is missing: every weight gets the δ of its unit`,
    hint: 'a factor is missing',
    ...whole((right, { layer }) => right.replace(` (${at('a', layer)})ᵀ`, '')),
    ...inCode((right, place) => right.replace(` @ ${before(place)}`, '.sum(axis=1, keepdims=True)')),
    block: ({ blocks }, l) => {
      // A bias's derivative is Σ δ times the input of the biases.
      const biasInput = blocks[l - 1]?.biasInput ?? 0;
      if (biasInput === 0) return [];
      return [
        {
          detail: {},
          parts: ['weights'],
          parted: (block, k) => ({
            data: block.isBias(k) ? block.data(k) : block.data(block.size + Math.floor(k / block.columns)) / biasInput,
            penalty: block.penalty(k),
          }),
        },
      ];
    },
  },
  {
    code: 'outer-product-transposed',
    name: 'rows and columns of ∂J/∂θ swapped',
    layersOf: 'theta',
    sentence: () => 'rows and columns of ∂J/∂θ are swapped',
    hint: 'rows and columns are swapped',
    ...whole((_right, place) => `${sumOver(place)} ${at('a', place.layer)} (${at('δ', place.layer + 1)})ᵀ`),
    ...inCode((right, place) =>
      right
        .replace(`${deltaInCode(place)}.T @ ${before(place)}`, `${before(place)}.T @ ${deltaInCode(place)}`)
        .replace(/ \+ .*lam.*$/, ''),
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
    name: 'z for a in ∂J/∂θ',
    layersOf: 'theta',
    factor: { fault: 'wrong', factor: 'input' },
    sentence: ({ layer }) => `${at('z', layer)} is used where the activation ${at('a', layer)} belongs`,
    hint: 'z and a are swapped',
    ...whole((right, { layer }) => right.replace(at('a', layer), at('z', layer))),
    ...inCode((right, place) => right.replace(before(place), `Z${String(place.layer - 1)}`)),
    block: (_setting, l): BlockChange[] =>
      l > 1 ? [{ detail: {}, parts: ['weights'], input: ({ z }) => z[l - 1] }] : [],
  },
  {
    code: 'input-of-other-layer',
    name: 'another layer’s a in ∂J/∂θ',
    layersOf: 'theta',
    factor: { fault: 'wrong', factor: 'input' },
    sentence: ({ layer, detail }) => `${at('a', Number(detail.from))} is used where ${at('a', layer)} belongs`,
    hint: 'look at which layer a quantity is taken from',
    ...whole((right, { layer, detail }) => right.replace(at('a', layer), at('a', Number(detail.from)))),
    ...inCode((right, place) =>
      right.replace(before(place), Number(place.detail.from) === 1 ? 'X' : `A${String(Number(place.detail.from) - 1)}`),
    ),
    block: ({ network }, l) =>
      layersOfSize(network, l, 1).map((from): BlockChange => ({
        detail: { from },
        parts: ['weights'],
        input: ({ a }) => a[from - 1],
      })),
  },
  {
    code: 'bias-summed-over-units',
    name: 'bias gradients summed over the units',
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
    block: ({ network }) =>
      withOrWithoutPenalty(
        (penalty) => ({
          detail: {},
          parts: ['biases'],
          parted: (block, k) => ({
            data: sum(block.rows, (i) => block.data(block.size + i)),
            penalty: penalty(block, k),
          }),
        }),
        network,
      ),
  },
  {
    code: 'bias-from-weights',
    name: 'row sums of the weight gradients for the biases',
    layersOf: 'theta',
    sentence: () => 'the bias gradients are the row sums of the weight gradients',
    hint: 'look at the gradients of the biases',
    formula: (place) => ({
      right: rightGradient(place, 'biases'),
      yours: `∂J/∂${at('θ₀', place.layer)} = Σⱼ ∂J/∂${at('θⱼ', place.layer)}`,
    }),
    numpy: (place) => ({
      right: rightInCode({ ...place, part: 'biases' }),
      yours: `db${n(place)} = dW${n(place)}.sum(axis=1)`,
    }),
    block: ({ network }) =>
      withOrWithoutPenalty(
        (penalty) => ({
          detail: {},
          parts: penalized(network) ? ['data', 'biases'] : ['biases'],
          parted: (block, k, part) => {
            if (!block.isBias(k)) return block.parts(k);
            const row = (k - block.size) * block.columns;
            return {
              data: sum(block.columns, (j) => block.data(row + j)),
              penalty: part === 'data' ? penalty(block, k) : sum(block.columns, (j) => block.penalty(row + j)),
            };
          },
        }),
        network,
      ),
  },
];

/** The biases' own penalty, where there is one, added as it should be, or not. */
function withOrWithoutPenalty(
  change: (penalty: (block: Block, k: number) => number) => BlockChange,
  network: Network,
): readonly BlockChange[] {
  const own = change((block, k) => block.penalty(k));
  return network.regularization.biases ? [own, { ...change(() => 0), detail: { penalty: false } }] : [own];
}

function sum(length: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < length; k++) total += term(k);
  return total;
}
