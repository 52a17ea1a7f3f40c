/** What a hand does wrong on the way to z, a, δ, J or θ after a step: one row each, the simplest first. */

import { ACTIVATIONS, type ActivationName, LOSSES, type LossName, sampleLoss } from '../functions';
import { divisorOf, weightOf } from '../cost';
import { penalty } from '../penalty';
import { type Batch, forwardBatch, outputDeltas } from '../mistakes/batch';
import { type MistakenPass, mistakenPasses } from '../mistakes/mistaken';
import { rootsOf } from '../mistakes/roots';
import type { Detail, MistakeRow } from '../mistakes/row';
import { type Network, type Samples, layerAt, parameterIndex, parameterLayout } from '../network';
import type { ClaimedQuantity, ValuePlace } from './exercise';
import { type SheetValues, stepped, valueAt } from './values';

/** A wrong value and the mistake that leads to it. */
export interface ValueMistake {
  readonly code: string;
  /** Of units or of θ, as the code's row says; empty where the mistake is in no layer. */
  readonly layers: readonly number[];
  readonly detail: Detail;
  readonly value: number;
  /** `the biases are left out`: what was done. */
  readonly sentence: string;
  /** What kind of mistake it is, without a value. */
  readonly hint: string;
}

/** What the rows work on; changed passes are made when they are first asked for. */
export class MistakeContext {
  private changed: readonly ChangedForward[] | undefined;
  private passes: readonly MistakenPass[] | undefined;

  constructor(
    readonly network: Network,
    readonly samples: Samples,
    readonly values: SheetValues,
  ) {}

  /** Forward passes with one mistake in them. */
  get forwards(): readonly ChangedForward[] {
    return (this.changed ??= [...changedForwards(this.network, this.samples)]);
  }

  /** Whole passes with one mistake in them. */
  get mistaken(): readonly MistakenPass[] {
    return (this.passes ??= [...mistakenPasses(this.network, this.network.theta, this.samples)]);
  }
}

interface ChangedForward extends Omit<ValueMistake, 'value'> {
  readonly batch: Batch;
}

interface ValueMistakeRow {
  readonly of: readonly ClaimedQuantity[];
  readonly mistakes: (context: MistakeContext, place: ValuePlace) => Iterable<ValueMistake>;
}

/** Every wrong value that a known mistake yields at the place, the simplest first; some may be the right one. */
export function* valueMistakes(context: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  for (const row of VALUE_MISTAKES) if (row.of.includes(place.quantity)) yield* row.mistakes(context, place);
}

/** THE table of mistakes in values. */
const VALUE_MISTAKES: readonly ValueMistakeRow[] = [
  { of: ['step'], mistakes: stepMistakes },
  { of: ['loss'], mistakes: lossScales },
  { of: ['z', 'a', 'delta'], mistakes: otherUnits },
  { of: ['a'], mistakes: derivativeForActivation },
  { of: ['z', 'a', 'loss'], mistakes: forwardMistakes },
  { of: ['delta'], mistakes: backwardMistakes },
  { of: ['step'], mistakes: mistakenSteps },
  { of: ['z', 'a', 'delta', 'loss', 'step'], mistakes: wrongSign },
];

function* wrongSign(context: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  const value = -valueAt(context.network, context.values, place);
  yield {
    code: 'sign',
    layers: layersOf(place),
    detail: {},
    value,
    sentence: 'the sign is wrong',
    hint: 'look at the sign',
  };
}

/** The value of another unit of the layer. */
function* otherUnits({ network, values }: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  if (!('unit' in place)) return;
  const { units } = layerAt(network, place.layer);
  for (let unit = 1; unit <= units; unit++) {
    if (unit === place.unit) continue;
    yield {
      code: 'units-swapped',
      layers: [place.layer],
      detail: { unit },
      value: valueAt(network, values, { ...place, unit }),
      sentence: `it is the value of unit ${String(unit)}`,
      hint: 'it is the value of another unit',
    };
  }
}

/** g′(z) in the place of g(z). */
function* derivativeForActivation({ network, values }: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  if (!('unit' in place)) return;
  const { activation } = layerAt(network, place.layer);
  const row = ACTIVATIONS[activation.type];
  if (row.vector) return;
  const z = valueAt(network, values, { ...place, quantity: 'z' });
  const value = row.derivative(z, activation);
  yield {
    ...{ code: 'derivative-for-activation', layers: [place.layer], detail: {}, value },
    ...{ sentence: 'it is g′(z), where a is g(z)', hint: 'look at the activation function' },
  };
}

function* lossScales({ network, samples, values }: MistakeContext): Generator<ValueMistake> {
  const outputs = network.layers.at(-1)?.units ?? 1;
  const r = penalty(network, network.theta, samples.count);
  const data = values.loss - r;
  const common = { code: 'scale', layers: [], hint: 'look at the factor in front of the sum' };
  const factors: readonly (readonly [number, string, string])[] = [
    [2, 'two', 'the ½ is left out'],
    [0.5, 'half', 'it is half of J'],
    [samples.count, 'sum-not-mean', 'it is the sum over the samples, where J is their mean'],
    [1 / outputs, 'mean-over-outputs', 'it is the mean over the output units, where J has their sum'],
    [2 / outputs, 'mean-over-outputs', 'it is the mean over the output units without the ½'],
  ];
  for (const [factor, reason, sentence] of factors)
    if (factor !== 1) yield { ...common, detail: { factor, reason }, value: factor * data + r, sentence };
  if (r !== 0) {
    const words = { sentence: 'the penalty is left out', hint: 'look at the penalty' };
    yield { code: 'penalty-missing', layers: [], detail: {}, value: data, ...words };
  }
  for (const type of Object.keys(LOSSES) as LossName[]) {
    if (type === network.loss.type) continue;
    const words = {
      sentence: `it is ${type}, where the loss is ${network.loss.type}`,
      hint: 'look at the loss function',
    };
    const value = lossOf({ ...network, loss: { type } }, samples, values);
    yield { code: 'other-loss', layers: [], detail: { loss: type }, value, ...words };
  }
}

/** J of the network's outputs, by its loss. */
function lossOf(network: Network, samples: Samples, { z, a }: Pick<SheetValues, 'z' | 'a'>): number {
  const width = network.layers.at(-1)?.units ?? 1;
  let sum = 0;
  for (let s = 0; s < samples.count; s++) {
    const [zs, as] = [z[s]?.at(-1), a[s]?.at(-1)];
    if (!zs || !as) return NaN;
    const y = samples.targets.subarray(s * width, (s + 1) * width);
    sum += weightOf(samples, s + 1) * sampleLoss(network, zs, as, y);
  }
  return sum / divisorOf(network, samples) + penalty(network, network.theta, samples.count);
}

function* forwardMistakes(context: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  for (const { batch, ...mistake } of context.forwards) yield { ...mistake, value: inBatch(context, batch, place) };
}

/** z, a or J of a changed forward pass. */
function inBatch({ network, samples }: MistakeContext, batch: Batch, place: ValuePlace): number {
  if (place.quantity === 'z' || place.quantity === 'a') {
    const { units } = layerAt(network, place.layer);
    return batch[place.quantity][place.layer - 1]?.[(place.sample - 1) * units + place.unit - 1] ?? NaN;
  }
  if (place.quantity !== 'loss') return NaN;
  const { units } = layerAt(network, network.layers.length);
  const rows = (values: Float64Array | undefined): Float64Array[][] =>
    Array.from({ length: samples.count }, (_, s) => [
      (values ?? new Float64Array()).subarray(s * units, (s + 1) * units),
    ]);
  return lossOf(network, samples, { z: rows(batch.z.at(-1)), a: rows(batch.a.at(-1)) });
}

/** What a row of the table says of its mistake in these layers. */
function mistakeInWords(
  network: Network,
  rows: Samples,
  row: MistakeRow,
  layers: readonly number[],
  detail: Detail,
): Omit<ValueMistake, 'value'> {
  const layer = layers[0] ?? 1;
  const sentence = row.sentence({ network, rows, layer, detail, part: 'all', everywhere: layers.length > 1 });
  return { code: row.code, layers, detail, sentence, hint: row.hint };
}

/** Without biases, with other activations, with rows for columns: at one layer, at some, at all. */
function* changedForwards(network: Network, samples: Samples): Generator<ChangedForward> {
  const right = forwardBatch(network, network.theta, samples);
  const others: ChangedForward[] = [];
  for (const { chosen, batch: make } of rootsOf(right, network)) {
    const { row, detail } = chosen;
    const layers = [...chosen.layers].sort((p, q) => p - q);
    const batch = make();
    if (!batch) continue;
    const mistake = { ...mistakeInWords(network, samples, row, layers, detail), batch };
    // An activation that no course takes for the right one is named only where nothing else fits.
    if (isTaught(detail)) yield mistake;
    else others.push(mistake);
  }
  const { layers: blocks } = parameterLayout(network.layers);
  const square = blocks.flatMap(({ rows, columns }, index) => (rows === columns && rows > 1 ? [index + 1] : []));
  const sets = square.length > 1 ? [square, ...square.map((l) => [l])] : square.map((l) => [l]);
  for (const layers of sets) {
    yield {
      code: 'forward-transposed',
      layers,
      detail: {},
      sentence: 'the weights are taken by columns, where z_i is the product with row i of θ',
      hint: 'look at which weights lead to the unit',
      batch: forwardBatch(network, withTransposed(network, layers), samples),
    };
  }
  yield* others;
}

/** Activations that are taken for each other. */
const TAUGHT: readonly ActivationName[] = ['sigmoid', 'tanh', 'relu', 'identity', 'softmax'];

/** False where a mistake takes a function that hardly anybody learns by hand. */
export function isTaught({ function: name }: Detail): boolean {
  return name === undefined || TAUGHT.some((one) => one === name);
}

/** θ with θ^(l) transposed in these layers. */
function withTransposed({ layers, theta }: Network, of: readonly number[]): Float64Array {
  const turned = theta.slice();
  for (const [index, { rows, columns, weights }] of parameterLayout(layers).layers.entries()) {
    if (!of.includes(index + 1)) continue;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) turned[weights + i * columns + j] = theta[weights + j * columns + i] ?? NaN;
  }
  return turned;
}

/** δ of every whole pass with one mistake in it, and δ divided by the number of samples. */
function* backwardMistakes(context: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  if (place.quantity !== 'delta') return;
  const { network, samples, values } = context;
  const exact = valueAt(network, values, place);
  const scale = { code: 'scale', layers: [place.layer], hint: 'look at the factor' };
  const factors: readonly (readonly [number, string, string])[] = [
    [2, 'two', 'it is twice δ'],
    [0.5, 'half', 'it is half of δ'],
    [1 / samples.count, 'mean-twice', 'it is divided by the number of samples, where δ is of one sample'],
  ];
  for (const [factor, reason, sentence] of factors)
    if (factor !== 1) yield { ...scale, detail: { factor, reason }, value: factor * exact, sentence };
  const { units } = layerAt(network, place.layer);
  const at = (place.sample - 1) * units + place.unit - 1;
  const others: ValueMistake[] = [];
  for (const { row, layers, detail, deltas } of context.mistaken) {
    const value = deltas[place.layer - 1]?.[at];
    if (value === undefined || row.block) continue;
    const mistake = { ...mistakeInWords(network, samples, row, layers, detail), value };
    if (isTaught(detail)) yield mistake;
    else others.push(mistake);
  }
  for (const set of context.forwards.filter(({ code }) => code === 'forward-transposed')) {
    const { batch, ...mistake } = set;
    const value = place.layer === network.layers.length ? outputDeltas(batch)[at] : undefined;
    if (value !== undefined) yield { ...mistake, value };
  }
  yield* others;
}

/** Steps up the gradient, without η, and the change alone. */
function* stepMistakes({ network, values: { gradient } }: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  if (place.quantity !== 'step') return;
  const k = parameterIndex(parameterLayout(network.layers), place.parameter);
  const [theta, g] = [network.theta[k] ?? NaN, gradient[k] ?? NaN];
  const eta = network.training.optimizer.learningRate;
  const layers = [place.parameter.layer];
  const mistake = (code: string, value: number, sentence: string, hint: string): ValueMistake => {
    return { code, layers, detail: {}, value, sentence, hint };
  };
  yield mistake(
    'step-sign',
    theta + eta * g,
    'the step goes up the gradient: it is θ + η ∂J/∂θ',
    'look at the direction of the step',
  );
  yield mistake('learning-rate-missing', theta - g, 'η is left out: it is θ − ∂J/∂θ', 'look at the size of the step');
  yield mistake(
    'learning-rate-missing',
    theta + g,
    'η is left out and the sign is wrong: it is θ + ∂J/∂θ',
    'look at the size and the direction of the step',
  );
  yield mistake(
    'descent-step',
    -eta * g,
    'it is the change −η ∂J/∂θ alone, without θ',
    'look at what the step is added to',
  );
  yield mistake('step-not-taken', theta, 'it is θ before the step', 'it is the value before the step');
  yield mistake('gradient-for-step', g, 'it is ∂J/∂θ, not θ after the step', 'it is the gradient, not the parameter');
}

/** Right steps along gradients that one mistake makes. */
function* mistakenSteps(context: MistakeContext, place: ValuePlace): Generator<ValueMistake> {
  if (place.quantity !== 'step') return;
  const { network, samples } = context;
  const k = parameterIndex(parameterLayout(network.layers), place.parameter);
  const others: ValueMistake[] = [];
  for (const { row, layers, detail, gradient } of context.mistaken) {
    // Steps of a step are said above.
    if (row.code === 'descent-step' || row.code === 'updated-parameters' || row.code === 'sign') continue;
    const { sentence, hint, ...what } = mistakeInWords(network, samples, row, layers, detail);
    const value = stepped(network, network.theta, gradient)[k] ?? NaN;
    const wrong = 'the gradient of the step is wrong: ';
    const mistake = { ...what, value, sentence: wrong + sentence, hint: wrong + hint };
    if (isTaught(detail)) yield mistake;
    else others.push(mistake);
  }
  yield* others;
}

function layersOf(place: ValuePlace): number[] {
  if (place.quantity === 'loss') return [];
  return [place.quantity === 'step' ? place.parameter.layer : place.layer];
}
