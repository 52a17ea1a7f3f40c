/**
 * THE tables of activations, losses and optimizers, and what a network reads from them.
 *
 * A function is added in one row (of bounded.ts, rectifiers.ts or activations.ts, of losses.ts, of optimizers.ts) and
 * nowhere else.
 */

import { ACTIVATIONS } from './activations';
import { straight } from './differences';
import { LOSSES } from './losses';
import type { Formula, LossWithLogits, Outputs } from './rows';
import { lossFactor } from '../cost';
import { type Activation, type Network, layerAt } from '../network';

export { ACTIVATIONS } from './activations';
export type { ActivationName } from './activations';
export { sigmoid, softplus } from './logistic';
export { LOSSES } from './losses';
export type { LossName } from './losses';
export { OPTIMIZERS } from './optimizers';
export type { OptimizerName } from './optimizers';
export type { ElementwiseRow, OptimizerRow, SearchRow } from './optimizerRow';
export { SCHEDULES } from './schedules';
export type { ScheduleRow } from './schedules';
export { pythonNumber } from './rows';
export type {
  ActivationRow,
  ConstantRange,
  ConstantRow,
  Constants,
  DefaultInit,
  Formula,
  LossRow,
  LossWithLogits,
  Outputs,
  ScalarActivationRow,
  TargetRule,
  VectorActivationRow,
} from './rows';

type LossNetwork = Pick<Network, 'layers' | 'loss'>;

/** E of one sample and ∂E/∂a as formulas, as the file's conventions have them; those of `pair` where they are given. */
export function lossFormulas(
  { layers, loss }: LossNetwork,
  pair?: Pick<LossWithLogits, 'formula' | 'derivativeFormula'>,
): { readonly formula: Formula; readonly derivativeFormula: Formula } {
  const row = LOSSES[loss.type];
  const { formula, derivativeFormula } = pair ?? (loss.half === false ? (row.withoutHalf ?? row) : row);
  const outputs = layers.at(-1)?.units ?? 1;
  if (loss.outputs !== 'mean' || outputs === 1) return { formula, derivativeFormula };
  const [share, fraction] = [`1/${String(outputs)}`, `\\tfrac{1}{${String(outputs)}}`];
  const scaled = (term: string, by: string, [open, close]: readonly [string, string]): string => {
    const [left, ...right] = term.split(' = ');
    return `${left ?? ''} = ${by}${open}${right.join(' = ')}${close}`;
  };
  return {
    formula: {
      unicode: formula.unicode.replace('Σᵢ', `${share} Σᵢ`),
      latex: formula.latex.replace('\\sum_i', `${fraction} \\sum_i`),
    },
    derivativeFormula: {
      unicode: scaled(derivativeFormula.unicode, share, [' (', ')']),
      latex: scaled(derivativeFormula.latex, fraction, ['\\bigl(', '\\bigr)']),
    },
  };
}

/** a = g(z) of a whole layer (softmax couples its units), written into `a`. */
export function activate(g: Activation, z: Float64Array, a: Float64Array = new Float64Array(z.length)): Float64Array {
  const row = ACTIVATIONS[g.type];
  if (row.vector) row.value(z, a);
  else for (let i = 0; i < z.length; i++) a[i] = row.value(z[i] ?? NaN, g);
  return a;
}

/** g and g′ as formulas, and the value of the constant that is in them. */
export function activationFormulas(g: Activation): {
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
  readonly constant?: { readonly symbol: string; readonly value: number };
} {
  const { constant, withConstant, formula, derivativeFormula } = ACTIVATIONS[g.type];
  if (!constant) return { formula, derivativeFormula };
  const { symbol } = constant;
  const value = g[constant.key] ?? constant.default;
  if (!withConstant) return { formula, derivativeFormula, constant: { symbol, value } };
  return value === constant.default ? { formula, derivativeFormula } : { ...withConstant, constant: { symbol, value } };
}

/** ∂a_i/∂z_k of one layer; i and k count from 0. Zero for i ≠ k except where the activation couples its units. */
export function activationDerivative(g: Activation, z: Float64Array, a: Float64Array, i: number, k: number): number {
  const row = ACTIVATIONS[g.type];
  if (row.vector) return row.derivative(a, i, k);
  return i === k ? row.derivative(z[k] ?? NaN, g) : 0;
}

/** The pair sigmoid + binaryCrossEntropy or softmax + crossEntropy, where the network ends in one. */
export function lossWithLogits({ layers, loss }: LossNetwork): LossWithLogits | undefined {
  const pair = LOSSES[loss.type].withLogits;
  const output = layers.at(-1)?.activation;
  if (!pair || output?.type !== pair.activation) return undefined;
  // E by z is that of the function with its usual constant.
  const { constant } = ACTIVATIONS[output.type];
  const isUsual = !constant || (output[constant.key] ?? constant.default) === constant.default;
  return isUsual ? scaledPair({ layers, loss }, pair) : undefined;
}

/** The pair where E is c times that of its row. */
function scaledPair(network: LossNetwork, pair: LossWithLogits): LossWithLogits {
  const c = lossFactor(network);
  if (c === 1) return pair;
  const { kernel: _, ...row } = pair;
  return {
    ...row,
    ...lossFormulas(network, pair),
    value: (z, y) => c * pair.value(z, y),
    derivative: (z, a, y, delta) => {
      pair.derivative(z, a, y, delta);
      for (let k = 0; k < delta.length; k++) delta[k] = c * (delta[k] ?? NaN);
    },
    second: (a, y, k, n) => c * pair.second(a, y, k, n),
    difference: (before, after, targets, offset, units) => c * pair.difference(before, after, targets, offset, units),
  };
}

/** True where ∂E/∂z^(L) = a^(L) − y is one factor: sigmoid + binaryCrossEntropy, softmax + crossEntropy. */
export function hasLossWithLogits(network: LossNetwork): boolean {
  return lossWithLogits(network) !== undefined;
}

/** E_s of one sample, from z where the output activation and the loss are a loss with logits. */
export function sampleLoss(network: LossNetwork, z: Float64Array, a: Float64Array, y: Float64Array): number {
  const pair = lossWithLogits(network);
  if (pair) return pair.value(z, y);
  const row = LOSSES[network.loss.type];
  let e = 0;
  for (let k = 0; k < a.length; k++) e += row.value(a[k] ?? NaN, y[k] ?? NaN, network.loss);
  return lossFactor(network) * e;
}

/** ∂E_s/∂a_k^(L), k from 0. Of a loss with logits use `outputDelta`: there this factor alone may be infinite. */
export function lossDerivative(network: LossNetwork, a: Float64Array, y: Float64Array, k: number): number {
  const { loss } = network;
  return lossFactor(network) * LOSSES[loss.type].derivative(a[k] ?? NaN, y[k] ?? NaN, loss);
}

/** ∂²E_s/∂a_k², k from 0; of no merged pair. */
export function lossSecond(network: LossNetwork, a: Float64Array, y: Float64Array, k: number): number {
  const { loss } = network;
  return lossFactor(network) * LOSSES[loss.type].second(a[k] ?? NaN, y[k] ?? NaN, loss);
}

/** δ^(L) = ∂E_s/∂z^(L), written into `delta`: a − y of a loss with logits, else δ_k = Σ_i (∂E/∂a_i)(∂a_i/∂z_k). */
export function outputDelta(
  network: LossNetwork,
  z: Float64Array,
  a: Float64Array,
  y: Float64Array,
  delta: Float64Array = new Float64Array(z.length),
): Float64Array {
  const pair = lossWithLogits(network);
  if (pair) {
    pair.derivative(z, a, y, delta);
    return delta;
  }
  for (let k = 0; k < a.length; k++) delta[k] = lossDerivative(network, a, y, k);
  throughActivation(layerAt(network, network.layers.length).activation, z, a, delta);
  return delta;
}

/** Turns ∂E/∂a of a layer into ∂E/∂z in place: δ_k = g′(z_k) ∂E/∂a_k, or Σ_i (∂E/∂a_i)(∂a_i/∂z_k) where units are coupled. */
export function throughActivation(g: Activation, z: Float64Array, a: Float64Array, delta: Float64Array): void {
  const row = ACTIVATIONS[g.type];
  if (row.vector) row.backward(a, delta);
  else for (let k = 0; k < z.length; k++) delta[k] = (delta[k] ?? NaN) * row.derivative(z[k] ?? NaN, g);
}

/** E_s at `after` less E_s at `before`, for the targets that begin at `targets[offset]`. */
export type LossDifference = (before: Outputs, after: Outputs, targets: Float64Array, offset: number) => number;

/** The difference form of the network's loss; of the losses with logits it is taken from z, as the loss itself is. */
export function lossDifference(network: LossNetwork): LossDifference {
  const units = network.layers.at(-1)?.units ?? 0;
  const pair = lossWithLogits(network);
  if (pair) return (before, after, targets, offset) => pair.difference(before, after, targets, offset, units);
  const { loss } = network;
  const row = LOSSES[loss.type];
  const factor = lossFactor(network);
  return (before, after, targets, offset) => {
    let sum = 0;
    for (let k = 0; k < units; k++) {
      const p = before.a[before.offset + k] ?? NaN;
      const q = after.a[after.offset + k] ?? NaN;
      const y = targets[offset + k] ?? NaN;
      sum += row.difference ? row.difference(p, q, y, loss) : straight(row, p, q, y, loss);
    }
    return factor * sum;
  };
}

/** The z at which g′ or g″ jumps; none where the activation couples its units. */
export function activationBreaks(g: Activation): readonly number[] {
  const row = ACTIVATIONS[g.type];
  return row.vector ? [] : [...new Set([...row.kinks(g), ...(row.bends ?? [])])];
}

/** The residuals a − y at which ∂E_s/∂a jumps (`kinks`) or its slope does (`bends`); none of a loss with logits. */
export function lossBreaks(network: LossNetwork): {
  readonly kinks: readonly number[];
  readonly bends: readonly number[];
} {
  if (hasLossWithLogits(network)) return { kinks: [], bends: [] };
  const row = LOSSES[network.loss.type];
  return { kinks: row.kinks, bends: row.bends?.(network.loss) ?? [] };
}
