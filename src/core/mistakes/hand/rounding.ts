/** Backpropagation by hand, with every intermediate value rounded to a few digits. */

import { divisorOf, lossFactor, weightOf } from '../../cost';
import { inputsOf, targetsOf } from '../../backprop';
import { ACTIVATIONS, activate, hasLossWithLogits, lossDerivative } from '../../functions';
import { addOuterProduct, addProduct, addTransposedProduct, scaled, startWithBiases } from '../../layerMath';
import { type Network, type Samples, layerAt, parameterLayout } from '../../network';
import type { Pausing } from '../../check/steps';

/** How somebody rounds. Every a is rounded where it is a factor; what else is, differs. */
export interface Rounding {
  readonly digits: number;
  /** Significant digits, or digits after the point. */
  readonly kind: 'significant digits' | 'decimals';
  /** True where the next layer and the loss go on from the rounded a, false where only the factors of the chain are rounded. */
  readonly forward: boolean;
  readonly z: boolean;
  /** ∂E/∂a and g′ */
  readonly factors: boolean;
  readonly delta: 'every' | 'hidden' | 'none';
  /** σ′ = a (1 − a) and tanh′ = 1 − a² from the rounded a, or from z. */
  readonly fromA: boolean;
}

/** The commonest first. */
const WAYS = [
  ...[true, false].flatMap((fromA): Omit<Rounding, 'digits' | 'kind'>[] => [
    { forward: true, z: true, factors: true, delta: 'every', fromA },
    { forward: true, z: true, factors: true, delta: 'hidden', fromA },
    { forward: true, z: true, factors: true, delta: 'none', fromA },
    { forward: true, z: false, factors: true, delta: 'every', fromA },
    { forward: true, z: false, factors: true, delta: 'none', fromA },
    { forward: true, z: true, factors: false, delta: 'none', fromA },
    { forward: true, z: true, factors: false, delta: 'every', fromA },
    { forward: true, z: false, factors: false, delta: 'none', fromA },
  ]),
  { forward: false, z: false, factors: true, delta: 'none', fromA: false },
  { forward: false, z: false, factors: true, delta: 'every', fromA: false },
] satisfies Omit<Rounding, 'digits' | 'kind'>[];

export const PRECISIONS = [4, 3, 2].flatMap((digits) =>
  (['significant digits', 'decimals'] as const).map((kind) => ({ digits, kind })),
);

export interface RoundedGradient {
  readonly rounding: Rounding;
  /** The data's part. */
  readonly gradient: Float64Array;
}

export function* roundedGradients(network: Network, theta: Float64Array, samples: Samples): Pausing<RoundedGradient[]> {
  const result: RoundedGradient[] = [];
  for (const precision of PRECISIONS) {
    for (const way of WAYS) {
      const rounding = { ...precision, ...way };
      result.push({ rounding, gradient: yield* roundedGradient(network, theta, samples, rounding) });
    }
  }
  return result;
}

function* roundedGradient(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  how: Rounding,
): Pausing<Float64Array> {
  const { layers, count } = parameterLayout(network.layers);
  const sum = new Float64Array(count);
  const divisor = divisorOf(network, samples);
  for (let s = 1; s <= samples.count; s++) {
    const pass = forward(network, theta, inputsOf(network, samples, s), how);
    const y = targetsOf(network, samples, s);
    const weight = weightOf(samples, s);
    let byA = outputs(network, pass, y, how);
    for (let l = layers.length - 1; l >= 0; l--) {
      const block = layers[l];
      if (!block) continue;
      const output = l === layers.length - 1;
      const slopes = output && hasLossWithLogits(network) ? byA : throughActivation(network, l + 2, pass, byA, how);
      const rounded = how.delta === 'every' || (how.delta === 'hidden' && !output);
      const delta = rounded ? slopes.map((d) => round(d, how)) : slopes;
      const before = how.forward
        ? (pass.a[l] ?? delta)
        : (pass.a[l] ?? delta).map((a) => (l === 0 ? a : round(a, how)));
      const next = new Float64Array(block.columns);
      addOuterProduct(sum, block, scaled(delta, weight), before);
      addTransposedProduct(theta, block, delta, next);
      byA = next;
    }
    yield;
  }
  return sum.map((value) => value / divisor);
}

interface Rounded {
  readonly z: Float64Array[];
  readonly a: Float64Array[];
}

function forward(network: Network, theta: Float64Array, x: Float64Array, how: Rounding): Rounded {
  const pass: Rounded = { z: [new Float64Array()], a: [x] };
  for (const [l, block] of parameterLayout(network.layers).layers.entries()) {
    const sums = new Float64Array(block.rows);
    startWithBiases(theta, block, sums);
    addProduct(theta, block, pass.a[l] ?? x, sums);
    const z = how.z ? sums.map((sum) => round(sum, how)) : sums;
    pass.z.push(z);
    const a = activate(layerAt(network, l + 2).activation, z);
    pass.a.push(how.forward ? a.map((value) => round(value, how)) : a);
  }
  return pass;
}

/** ∂E/∂a of the outputs, or ∂E/∂z of a loss with logits. */
function outputs(network: Network, pass: Rounded, y: Float64Array, how: Rounding): Float64Array {
  const a = pass.a.at(-1) ?? y;
  if (hasLossWithLogits(network))
    return a.map((value, k) => factor(lossFactor(network) * (value - (y[k] ?? NaN)), how));
  return a.map((_, k) => factor(lossDerivative(network, a, y, k), how));
}

function throughActivation(
  network: Network,
  layer: number,
  pass: Rounded,
  byA: Float64Array,
  how: Rounding,
): Float64Array {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  const z = pass.z[layer - 1] ?? byA;
  const a = pass.a[layer - 1] ?? byA;
  if (row.vector) {
    return byA.map((_, k) => byA.reduce((sum, d, i) => sum + d * factor(row.derivative(a, i, k), how), 0));
  }
  return byA.map((d, k) => {
    const value = a[k] ?? NaN;
    const fromA =
      activation.type === 'sigmoid' ? value * (1 - value) : activation.type === 'tanh' ? 1 - value ** 2 : NaN;
    const slope = how.fromA && !Number.isNaN(fromA) ? fromA : row.derivative(z[k] ?? NaN, activation);
    return d * factor(slope, how);
  });
}

function factor(value: number, how: Rounding): number {
  return how.factors ? round(value, how) : value;
}

/** `value` to so many significant digits or decimals. */
export function round(value: number, { digits, kind }: Pick<Rounding, 'digits' | 'kind'>): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const scale = 10 ** (kind === 'decimals' ? digits : digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return Math.round(value * scale) / scale;
}
