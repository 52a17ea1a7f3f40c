/** The changed backward passes that single claims are held beside, each made once for all of them. */

import { hasLossWithLogits } from '../functions';
import type { Network, Objective } from '../network';
import { type Batch, backThroughWeights, forwardBatch, lossSlopes, outputDeltas, throughRows } from './batch';
import { isOther } from './matrix';
import { rootsOf } from './roots';
import type { Affine, Detail, MistakeRow, Variation, WayBack } from './row';
import { isSame } from './solution';

/** Parameters times samples beyond which only what is usual is looked for. */
const WORK = 2_000_000;

interface ChangedWay {
  readonly row: MistakeRow;
  readonly detail: Detail;
  /** At which something is changed. */
  readonly layers: readonly number[];
  readonly way: WayBack;
}

/** A network with its right backward pass, and changed ones, kept for all claims that are looked at one by one. */
export class Passes {
  readonly right: WayBack;
  /** True where all rows may be tried. */
  readonly isSmall: boolean;
  private readonly known = new Map<string, unknown>();

  readonly network: Network;

  constructor(
    readonly objective: Objective,
    gradient: Float64Array,
  ) {
    const { network, theta, samples } = objective;
    this.network = network;
    this.right = wayBack(forwardBatch(network, theta, samples), gradient);
    this.isSmall = theta.length * samples.count <= WORK;
  }

  /** What `make` gives, once for all claims. */
  once<T>(name: string, make: () => T): T {
    const known = this.known.has(name) ? (this.known.get(name) as T) : make();
    this.known.set(name, known);
    return known;
  }

  /** The row's change made at every layer where there is one. */
  everywhere(row: MistakeRow): readonly ChangedWay[] {
    return this.once(`everywhere ${row.code}`, () => {
      const details = new Map<string, Detail>();
      for (const l of this.network.layers.keys()) {
        for (const { detail } of this.variations(row, l + 1)) details.set(JSON.stringify(detail), detail);
      }
      return [...details.values()].map((detail) => changedEverywhere(this.right, row, detail));
    });
  }

  /** The row's changes at layer l alone: of δ^(l), or of ∂E/∂a^(l). */
  at(row: MistakeRow, l: number): readonly { readonly detail: Detail; readonly made: Float64Array }[] {
    return this.once(`at ${String(l)} ${row.code}`, () =>
      this.variations(row, l).flatMap(({ detail, make }) => {
        const made = valuesOf(make(), this.network);
        const { deltas, signals } = this.right;
        const right = (row.weights ? signals : deltas)[l - 1];
        return right && isOther(made, right) ? [{ detail, made }] : [];
      }),
    );
  }

  /** The ways back after each other forward pass. */
  forward(): readonly ChangedWay[] {
    return this.once('forward', () =>
      [...rootsOf(this.right.batch, this.network)].flatMap(({ chosen: { row, detail, layers }, batch: make }) => {
        const batch = make();
        return batch ? [{ row, detail, layers, way: wayBack(batch, this.right.gradient) }] : [];
      }),
    );
  }

  private variations(
    row: MistakeRow,
    l: number,
  ): { readonly detail: Detail; readonly make: () => Float64Array | Affine<Float64Array> | undefined }[] {
    const { right } = this;
    const { batch } = right;
    const last = this.network.layers.length;
    const [signal, above] = [right.signals[l - 1], right.deltas[l]];
    const from = <T>(
      values: Float64Array,
      variations: readonly Variation<T>[] = [],
    ): { detail: Detail; make: () => T | undefined }[] =>
      variations.map(({ detail, make }) => ({ detail, make: () => make(right, values) }));
    return [
      ...(signal ? from(signal, row.activation?.(batch, l)) : []),
      ...(above && l > 1 ? from(above, row.weights?.(batch, l)) : []),
      ...(l === last ? (row.output?.(this.network) ?? []) : []).map(({ detail, make }) => ({
        detail,
        make: () => make(batch)?.delta,
      })),
    ];
  }
}

/** A constant that a step has is taken as the file's η: one claim could not tell another. */
function valuesOf(made: Float64Array | Affine<Float64Array> | undefined, network: Network): Float64Array | undefined {
  if (!made || made instanceof Float64Array) return made;
  const rate = network.training.optimizer.learningRate;
  return made.base.map((value, k) => value + rate * (made.along[k] ?? NaN));
}

/** The way back, with what `change` gives in the place of a signal or of a δ. */
function wayBack(
  batch: Batch,
  gradient: Float64Array,
  change: (way: WayBack, at: 'signal' | 'delta', l: number) => Float64Array | undefined = () => undefined,
): WayBack {
  const last = batch.network.layers.length;
  const signals: Float64Array[] = [];
  const deltas: Float64Array[] = [];
  const way: WayBack = { batch, gradient, signals, deltas };
  for (let l = last; l > 1; l--) {
    const above = deltas[l];
    signals[l - 1] = above ? (change(way, 'signal', l) ?? backThroughWeights(batch, l, above)) : lossSlopes(batch);
    deltas[l - 1] =
      change(way, 'delta', l) ?? (above ? throughRows(batch, l, signals[l - 1] ?? above) : outputDeltas(batch));
  }
  return way;
}

function changedEverywhere(right: WayBack, row: MistakeRow, detail: Detail): ChangedWay {
  const { batch } = right;
  const layers: number[] = [];
  const way = wayBack(batch, right.gradient, (so, at, l) => {
    const values = at === 'signal' ? so.deltas[l] : so.signals[l - 1];
    // In a loss with logits ∂E/∂z is one factor, which has no g′ to be wrong.
    if (!values || (at === 'delta' && l === batch.network.layers.length && hasLossWithLogits(batch.network))) return;
    const variations: readonly Variation<Float64Array | Affine<Float64Array>>[] | undefined =
      at === 'signal' ? row.weights?.(batch, l) : row.activation?.(batch, l);
    const same = variations?.find((one) => isSame({ row, part: 'all', detail }, { row, part: 'all', ...one }));
    const made = valuesOf(same?.make(so, values), batch.network);
    if (made) layers.push(l);
    return made;
  });
  return { row, detail, layers, way };
}
