/** Every single mistake of the table, run forwards: what each makes of a network's δ and ∂J/∂θ. */

import type { Network, Samples } from '../network';
import { type Batch, backThroughWeights, forwardBatch, lossSlopes, outputDeltas, throughRows } from './batch';
import { Block } from './block';
import { candidatesOf } from './blockChanges';
import { ChangedBlock } from './match';
import type { Affine, Detail, MistakeRow, Variation, WayBack } from './row';
import { MISTAKES } from './rows';
import { rootsOf } from './roots';

/** A pass with one mistake in it. */
export interface MistakenPass {
  readonly row: MistakeRow;
  /** Of units or of θ, as the row says; ascending. */
  readonly layers: readonly number[];
  readonly detail: Detail;
  readonly batch: Batch;
  /** ∂E/∂z of every sample, index l − 1; those of a right pass where the mistake comes after them. */
  readonly deltas: readonly (Float64Array | undefined)[];
  /** ∂J/∂θ in the layout of the parameter vector. */
  readonly gradient: Float64Array;
}

/**
 * The passes of `theta` over the samples with one mistake each, at one layer, and at all layers that it can act on; a mistake
 * with an unknown constant once for each likely one. Of what a detail tells apart, only what is `wanted`. Passes that do not fit the network's sizes are left out; one may be what
 * the right pass is.
 */
export function* mistakenPasses(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  wanted: (detail: Detail) => boolean = () => true,
): Generator<MistakenPass> {
  const batch = forwardBatch(network, theta, samples);
  const last = network.layers.length;
  const right = new Pass(batch, new Float64Array());
  right.down(last, lossSlopes(batch), outputDeltas(batch));
  const start = (): Pass => new Pass(batch, right.gradient, right);

  for (const row of MISTAKES) {
    for (const { detail, make } of row.output?.(network) ?? []) {
      if (!wanted(detail)) continue;
      const output = make(batch);
      if (output) yield { row, layers: [last], detail, ...start().down(last, output.signal, output.delta) };
    }
    for (let l = last; l >= 2; l--) {
      const signal = right.signals[l - 1];
      if (!signal) continue;
      for (const { detail, make } of row.activation?.(batch, l) ?? []) {
        if (!wanted(detail)) continue;
        const delta = make(right, signal);
        if (delta) yield { row, layers: [l], detail, ...start().down(l, signal, delta) };
      }
    }
    for (let l = last - 1; l >= 2; l--) {
      const delta = right.deltas[l];
      if (!delta) continue;
      for (const { detail, make } of row.weights?.(batch, l) ?? []) {
        if (!wanted(detail)) continue;
        for (const signal of signalsOf(row, make(right, delta), batch))
          yield { row, layers: [l], detail, ...start().down(l, signal, throughRows(batch, l, signal)) };
      }
    }
    yield* everywhere(row, right, wanted);
  }
  for (let l = last - 1; l >= 1; l--) yield* changedBlocks(batch, l, right);
  for (const { chosen, batch: make } of rootsOf(batch, network)) {
    const changed = wanted(chosen.detail) ? make() : undefined;
    if (!changed) continue;
    const pass = new Pass(changed, right.gradient).down(last, lossSlopes(changed), outputDeltas(changed));
    yield { row: chosen.row, layers: ascending(chosen.layers), detail: chosen.detail, ...pass };
  }
}

/** A way back, from the output or from where it leaves another one. */
class Pass implements WayBack {
  readonly signals: (Float64Array | undefined)[];
  readonly deltas: (Float64Array | undefined)[];
  readonly own: Float64Array;

  constructor(
    readonly batch: Batch,
    /** The right ∂J/∂θ, for the rows that step along it. */
    private readonly right: Float64Array,
    from?: Pass,
  ) {
    this.signals = from?.signals.slice() ?? [];
    this.deltas = from?.deltas.slice() ?? [];
    this.own = from?.own.slice() ?? new Float64Array(batch.theta.length);
  }

  /** The right one to the rows; of the right pass itself, its own. */
  get gradient(): Float64Array {
    return this.right.length > 0 ? this.right : this.own;
  }

  /** On from δ^(l), with `turn` in the place of the right steps where it gives any. */
  down(
    from: number,
    signal: Float64Array,
    delta: Float64Array,
    turn?: Turn,
  ): Pick<MistakenPass, 'batch' | 'deltas' | 'gradient'> {
    const { batch, signals, deltas, own } = this;
    for (let l = from, incoming = signal, found = delta; ;) {
      signals[l - 1] = incoming;
      deltas[l - 1] = found;
      const block = new Block(batch, l - 1, found);
      const size = sizeOf(block);
      for (let k = 0; k < size; k++) own[block.layout.weights + k] = block.data(k) + block.penalty(k);
      if (--l < 2) return { batch, deltas, gradient: own };
      incoming = turn?.weights?.(this, l, found) ?? backThroughWeights(batch, l, found);
      found = turn?.activation?.(this, l, incoming) ?? throughRows(batch, l, incoming);
    }
  }
}

/** Steps that one mistake makes at several layers; undefined where it leaves a step as it is. */
interface Turn {
  readonly activation?: (way: WayBack, l: number, signal: Float64Array) => Float64Array | undefined;
  readonly weights?: (way: WayBack, l: number, delta: Float64Array) => Float64Array | undefined;
}

/** The row's mistakes on the way back, made at all layers at once. */
function* everywhere(row: MistakeRow, right: Pass, wanted: (detail: Detail) => boolean): Generator<MistakenPass> {
  const { batch } = right;
  const last = batch.network.layers.length;
  const [signal, delta] = [right.signals[last - 1], right.deltas[last - 1]];
  if (!signal || !delta || last < 3) return;
  for (const { detail } of row.activation?.(batch, 2) ?? []) {
    if (!wanted(detail)) continue;
    const activation = (way: WayBack, l: number, incoming: Float64Array): Float64Array | undefined =>
      sameDetail(row.activation?.(batch, l), detail)?.make(way, incoming);
    const layers = Array.from({ length: last - 1 }, (_, n) => n + 2);
    const pass = new Pass(batch, right.gradient);
    yield { row, layers, detail, ...pass.down(last, signal, activation(right, last, signal) ?? delta, { activation }) };
  }
  if (last < 4) return;
  for (const { detail } of row.weights?.(batch, 2) ?? []) {
    if (!wanted(detail)) continue;
    const weights = (way: WayBack, l: number, above: Float64Array): Float64Array | undefined =>
      signalsOf(row, sameDetail(row.weights?.(batch, l), detail)?.make(way, above), batch)[0];
    const layers = Array.from({ length: last - 2 }, (_, n) => n + 2);
    yield { row, layers, detail, ...new Pass(batch, right.gradient).down(last, signal, delta, { weights }) };
  }
}

/** One signal, or one for each likely constant of an affine one. */
function signalsOf(
  row: MistakeRow,
  made: Float64Array | Affine<Float64Array> | undefined,
  batch: Batch,
): Float64Array[] {
  if (!made || made instanceof Float64Array) return made ? [made] : [];
  const { base, along } = made;
  return constantsOf(row, batch).map((c) => base.map((value, k) => value + c * (along[k] ?? NaN)));
}

function constantsOf(row: MistakeRow, { network, count, weights }: Batch): number[] {
  const rows = { count, ...(weights && { weights }) };
  return row.constant?.likely(network, rows).map(({ value }) => value) ?? [network.training.optimizer.learningRate];
}

function sameDetail<T>(variations: readonly Variation<T>[] | undefined, detail: Detail): Variation<T> | undefined {
  const keys = Object.keys(detail);
  return variations?.find((one) => keys.every((key) => one.detail[key] === detail[key]));
}

/** What all rows change of the finished block of θ^(l). */
function* changedBlocks(batch: Batch, l: number, { deltas, own }: Pass): Generator<MistakenPass> {
  const delta = deltas[l];
  if (!delta) return;
  const block = new Block(batch, l, delta);
  const size = sizeOf(block);
  const { few, ofSamples } = candidatesOf(batch, l, undefined);
  for (const candidate of [...few, ...ofSamples.flat()]) {
    const { row, detail } = candidate;
    const changed = new ChangedBlock(block, [candidate]);
    for (const constant of row.constant ? constantsOf(row, batch) : [NaN]) {
      const gradient = own.slice();
      for (let k = 0; k < size; k++) {
        const { base, along } = changed.at(k);
        gradient[block.layout.weights + k] = along === 0 ? base : base + constant * along;
      }
      yield { row, layers: [l], detail, batch, deltas, gradient };
    }
  }
}

function sizeOf({ size, layout, rows }: Block): number {
  return size + (layout.biases < 0 ? 0 : rows);
}

export function ascending(numbers: readonly number[]): number[] {
  return [...numbers].sort((p, q) => p - q);
}
