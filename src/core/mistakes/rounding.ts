/** Backpropagation by hand, with every intermediate value rounded to a few digits. */

import { ACTIVATIONS, hasLossWithLogits } from '../functions';
import { lossFactor } from '../cost';
import { layerAt } from '../network';
import { type Batch, activateRows, backThroughWeights, linear, lossSlopes, throughRows } from './batch';
import { formOf } from './rows/tools';

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
  /** g′ worked out of the rounded a, as a (1 − a) and 1 − a², or of z. */
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

/** The way back where values are rounded on the way; index l − 1. */
export interface RoundedDeltas {
  readonly rounding: Rounding;
  readonly deltas: readonly (Float64Array | undefined)[];
  /** What is taken for a^(l) in the outer product. */
  readonly inputs: readonly Float64Array[];
}

/** One way back for each way of rounding. */
export function* roundedDeltas(right: Batch): Generator<RoundedDeltas> {
  for (const precision of PRECISIONS) {
    // Most ways go forward alike.
    const known = new Map<string, Batch>();
    for (const way of WAYS) {
      const rounding = { ...precision, ...way };
      const key = `${String(way.forward)} ${String(way.z)}`;
      const batch = known.get(key) ?? forward(right, rounding);
      known.set(key, batch);
      const inputs = way.forward ? batch.a : batch.a.map((a, n) => (n === 0 ? a : rounded(a, rounding, true)));
      yield { rounding, deltas: deltasOf(batch, rounding), inputs };
    }
  }
}

function forward(right: Batch, how: Rounding): Batch {
  const [z, a] = [right.z.slice(0, 1), right.a.slice(0, 1)];
  for (const [at, block] of right.blocks.entries()) {
    const input = a[at] ?? new Float64Array();
    const sums = rounded(linear(right.theta, block, input, right.count, false), how, how.z);
    z.push(sums);
    a.push(rounded(activateRows(layerAt(right.network, at + 2).activation, sums, block.rows), how, how.forward));
  }
  return { ...right, z, a };
}

function deltasOf(batch: Batch, how: Rounding): (Float64Array | undefined)[] {
  const { network } = batch;
  const last = network.layers.length;
  const outputs = batch.a[last - 1] ?? batch.y;
  const deltas: (Float64Array | undefined)[] = [];
  const withLogits = hasLossWithLogits(network);
  let signal = rounded(
    withLogits ? outputs.map((a, n) => lossFactor(network) * (a - (batch.y[n] ?? NaN))) : lossSlopes(batch),
    how,
    how.factors,
  );
  for (let l = last; l > 1; l--) {
    const delta = l === last && withLogits ? signal : through(batch, l, signal, how);
    deltas[l - 1] = rounded(delta, how, how.delta === 'every' || (how.delta === 'hidden' && l < last));
    if (l > 2) signal = backThroughWeights(batch, l - 1, deltas[l - 1] ?? delta);
  }
  return deltas;
}

function through(batch: Batch, l: number, signal: Float64Array, how: Rounding): Float64Array {
  const g = layerAt(batch.network, l).activation;
  const row = ACTIVATIONS[g.type];
  const [z = signal, a = signal] = [batch.z[l - 1], batch.a[l - 1]];
  if (row.vector) return throughRows(batch, l, signal);
  const form = how.fromA ? formOf(g) : undefined;
  return signal.map((d, n) => {
    const fromA = form?.(a[n] ?? NaN) ?? NaN;
    const slope = Number.isNaN(fromA) ? row.derivative(z[n] ?? NaN, g) : fromA;
    return d * (how.factors ? round(slope, how) : slope);
  });
}

function rounded(values: Float64Array, how: Rounding, really: boolean): Float64Array {
  if (!really) return values;
  const result = new Float64Array(values.length);
  for (let n = 0; n < result.length; n++) result[n] = round(values[n] ?? NaN, how);
  return result;
}

/** `value` to so many significant digits or decimals. */
export function round(value: number, { digits, kind }: Pick<Rounding, 'digits' | 'kind'>): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const scale = 10 ** (kind === 'decimals' ? digits : digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return Math.round(value * scale) / scale;
}
