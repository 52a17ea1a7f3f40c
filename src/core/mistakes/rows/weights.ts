/** Mistakes on the way back through the weights, ∂E/∂a⁽ˡ⁾ = (θ⁽ˡ⁾)ᵀ δ⁽ˡ⁺¹⁾. */

import { backThroughWeights, outerMean } from '../batch';
import type { Affine, MistakeRow, FormulaContext, Variation, WayBack } from '../row';
import { at, codeNumber, units } from './tools';
import { slopeOfPenalty } from '../../penalty';

function instead(
  form: (place: FormulaContext) => string,
  code: (place: FormulaContext) => string,
): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: (place) => ({
      right: `∂E/${at('∂a', place.layer)} = (${at('θ', place.layer)})ᵀ ${at('δ', place.layer + 1)}`,
      yours: `∂E/${at('∂a', place.layer)} = ${form(place)}`,
    }),
    numpy: (place) => {
      const l = codeNumber(place, 'theta');
      const before = String(place.layer - 1);
      return { right: `dA${before} = dZ${l} @ W${l}`, yours: `dA${before} = ${code(place)}` };
    },
  };
}

const n = (place: FormulaContext): string => codeNumber(place, 'theta');

export const WEIGHT_ROWS: readonly MistakeRow[] = [
  {
    code: 'transposed',
    name: 'θ for θᵀ on the way back',
    layersOf: 'theta',
    factor: { fault: 'wrong', factor: 'weight' },
    usual: true,
    sentence: () => 'θ is used on the way back where its transpose θᵀ belongs',
    hint: 'rows and columns are swapped',
    ...instead(
      ({ layer }) => `${at('θ', layer)} ${at('δ', layer + 1)}`,
      (place) => `dZ${n(place)} @ W${n(place)}.T`,
    ),
    weights: (_setting, l) => [{ detail: {}, make: (way, delta) => turned(way, l, delta) }],
  },
  {
    code: 'weights-missing',
    name: 'no weights on the way back',
    layersOf: 'theta',
    factor: { fault: 'missing', factor: 'weight' },
    usual: true,
    sentence: ({ detail }) =>
      detail.instead === 'identity'
        ? 'δ is handed on to the layer before as it is, without the weights θ'
        : 'the weights θ are missing on the way back: the δ of the next layer are only added up',
    hint: 'a factor is missing on the way back',
    ...instead(
      ({ layer, detail }) => (detail.instead === 'identity' ? at('δ', layer + 1) : `Σₖ ${at('δ', layer + 1)}`),
      (place) => (place.detail.instead === 'identity' ? `dZ${n(place)}` : `dZ${n(place)}.sum(axis=1, keepdims=True)`),
    ),
    weights: ({ network }, l): Variation<Float64Array>[] => [
      { detail: { instead: 'sum' }, make: (way, delta) => summed(way, l, delta) },
      ...(units(network, l) === units(network, l + 1)
        ? [{ detail: { instead: 'identity' }, make: (_way: WayBack, delta: Float64Array) => delta }]
        : []),
    ],
  },
  {
    code: 'weights-of-other-layer',
    name: 'another layer’s θ on the way back',
    layersOf: 'theta',
    factor: { fault: 'wrong', factor: 'weight' },
    sentence: ({ detail, layer }) =>
      `${at('θ', Number(detail.from))} is used on the way back where ${at('θ', layer)} belongs`,
    hint: 'look at which layer a quantity is taken from',
    ...instead(
      ({ layer, detail }) => `(${at('θ', Number(detail.from))})ᵀ ${at('δ', layer + 1)}`,
      (place) => `dZ${n(place)} @ W${String(place.detail.from)}`,
    ),
    weights: ({ blocks }, l) => {
      const own = blocks[l - 1];
      return blocks.flatMap(({ rows, columns }, index): Variation<Float64Array>[] => {
        const from = index + 1;
        if (from === l || rows !== own?.rows || columns !== own.columns) return [];
        return [
          { detail: { from }, make: ({ batch }, delta) => backThroughWeights(batch, l, delta, batch.theta, from) },
        ];
      });
    },
  },
  {
    code: 'updated-weights',
    name: 'updated weights on the way back',
    layersOf: 'theta',
    factor: { fault: 'wrong', factor: 'weight' },
    usual: true,
    sentence: ({ detail }) =>
      `the weights are updated before δ is carried back through them (η = ${String(detail.learningRate)}); the way back needs the old ones`,
    hint: 'look at when the weights are updated',
    ...instead(
      ({ layer }) => `(${at('θ', layer)} − η ∂J/∂${at('θ', layer)})ᵀ ${at('δ', layer + 1)}`,
      (place) => `dZ${n(place)} @ (W${n(place)} - lr * dW${n(place)})`,
    ),
    constant: {
      key: 'learningRate',
      likely: ({ training }) => [{ value: training.optimizer.learningRate }],
    },
    weights: (_setting, l): Variation<Affine<Float64Array>>[] => [
      { detail: {}, make: (way, delta) => updated(way, l, delta, ownGradient(way, l, delta)) },
      {
        detail: { gradient: 'right' },
        make: (way, delta) => {
          const { weights, rows, columns } = blockOf(way, l);
          return updated(way, l, delta, way.gradient.subarray(weights, weights + rows * columns));
        },
      },
      { detail: { gradient: 'data' }, make: (way, delta) => updated(way, l, delta, dataGradient(way, l, delta)) },
    ],
  },
  {
    code: 'skipped-layer',
    name: 'a layer skipped on the way back',
    layersOf: 'units',
    sentence: ({ detail, layer }) =>
      detail.by === 'signal'
        ? `the signal at ${at('a', layer + 1)} is taken for that at ${at('a', layer)}: a layer is skipped on the way back`
        : `${at('δ', layer + 2)} is carried back where ${at('δ', layer + 1)} belongs: a layer is skipped on the way back`,
    hint: 'a layer is skipped on the way back',
    ...instead(
      ({ layer, detail }) =>
        detail.by === 'signal' ? `∂E/${at('∂a', layer + 1)}` : `(${at('θ', layer)})ᵀ ${at('δ', layer + 2)}`,
      (place) => (place.detail.by === 'signal' ? `dA${n(place)}` : `dZ${String(place.layer + 1)} @ W${n(place)}`),
    ),
    weights: (_setting, l) => [
      {
        detail: { by: 'signal' },
        make: (way) => {
          const signal = way.signals[l];
          return signal?.length === way.batch.count * units(way.batch.network, l) ? signal : undefined;
        },
      },
      {
        detail: { by: 'delta' },
        make: (way, delta) => {
          const next = way.deltas[l + 1];
          return next?.length === delta.length ? backThroughWeights(way.batch, l, next) : undefined;
        },
      },
    ],
  },
];

function blockOf({ batch }: WayBack, l: number): WayBack['batch']['blocks'][number] {
  const block = batch.blocks[l - 1];
  if (!block) throw new RangeError(`there is no θ of layer ${String(l)}`);
  return block;
}

function turned(way: WayBack, l: number, delta: Float64Array): Float64Array | undefined {
  const { rows, columns, weights } = blockOf(way, l);
  if (rows !== columns || rows === 1) return undefined;
  const theta = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) theta[i * columns + j] = way.batch.theta[weights + j * columns + i] ?? NaN;
  return through(way, l, delta, theta);
}

/** θᵀδ with other weights of the layer's shape. */
function through({ batch }: WayBack, l: number, delta: Float64Array, weights: Float64Array): Float64Array {
  const theta = batch.theta.slice();
  theta.set(weights, batch.blocks[l - 1]?.weights ?? 0);
  return backThroughWeights(batch, l, delta, theta);
}

function summed(way: WayBack, l: number, delta: Float64Array): Float64Array {
  const { rows, columns } = blockOf(way, l);
  const signal = new Float64Array(way.batch.count * columns);
  for (let s = 0; s < way.batch.count; s++) {
    let sum = 0;
    for (let k = 0; k < rows; k++) sum += delta[s * rows + k] ?? NaN;
    signal.fill(sum, s * columns, (s + 1) * columns);
  }
  return signal;
}

/** (θ − η G)ᵀ δ = θᵀδ − η Gᵀδ */
function updated(way: WayBack, l: number, delta: Float64Array, gradient: Float64Array): Affine<Float64Array> {
  return {
    base: backThroughWeights(way.batch, l, delta),
    along: through(
      way,
      l,
      delta,
      gradient.map((value) => -value),
    ),
  };
}

/** (1/D) Σ ω δ aᵀ of the program's own δ. */
function dataGradient(way: WayBack, l: number, delta: Float64Array): Float64Array {
  const block = blockOf(way, l);
  return outerMean(way.batch, block, delta, way.batch.a[l - 1] ?? delta).subarray(0, block.rows * block.columns);
}

function ownGradient(way: WayBack, l: number, delta: Float64Array): Float64Array {
  const { weights } = blockOf(way, l);
  return dataGradient(way, l, delta).map(
    (value, k) => value + slopeOfPenalty(way.batch.penalty, way.batch.theta[weights + k] ?? NaN),
  );
}
