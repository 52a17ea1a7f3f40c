/**
 * The search for the mistakes that make a whole set of claims: changed backward passes are run from the output down, and
 * left as soon as a block of ∂J/∂θ is not what was claimed.
 */

import type { Pausing } from '../check/steps';
import type { Network, Samples } from '../network';
import {
  type Batch,
  type ForwardChange,
  activateRows,
  backThroughWeights,
  forwardBatch,
  lossSlopes,
  outputDeltas,
  throughRows,
} from './batch';
import { Block } from './block';
import type { LayerClaims } from './claimSet';
import { ANY, type BlockUse, Changed, type Interval, match, simplest } from './match';
import type { Affine, BlockChange, Detail, MistakeRow, Part, WayBack } from './row';
import { MISTAKES } from './rows';

/** A mistake with its placement. */
export interface Chosen {
  readonly row: MistakeRow;
  readonly detail: Detail;
  readonly part: Part;
  /** Descending while the search goes down, ascending in what it finds. */
  readonly layers: readonly number[];
  /** Of the row's constant, where it has one. */
  readonly interval: Interval;
  /** How many the row's choices come before this one. */
  readonly rank: number;
}

/** What explains every claim. */
export type Solution = readonly Chosen[];

interface State {
  readonly way: WayBack;
  readonly chosen: readonly Chosen[];
  readonly left: number;
}

/** Subsets of more layers than this are not tried in the forward pass: each alone, and all. */
const SUBSETS = 5;
/** So many numbers in a forward pass, and subsets are too much. */
const LARGE = 2_000_000;
/** More block changes than this are not tried two at a time. */
const PAIRS = 60;
/** The most steps down that a search takes. */
const MOST = 60_000;
const ENOUGH = 40;

export interface JointOptions {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly gradient: Float64Array;
  readonly claims: readonly LayerClaims[];
}

export class JointSearch {
  private readonly base: Batch;
  private readonly blocks = new ByLayer<Block>();
  private readonly signals = new ByLayer<Float64Array>();
  private readonly deltas = new ByLayer<Float64Array>();
  private readonly outputs = new WeakMap<Batch, Float64Array>();
  private readonly changes = new Map<Batch, readonly (readonly Candidate[])[]>();
  private steps = 0;

  constructor(private readonly options: JointOptions) {
    this.base = forwardBatch(options.network, options.theta, options.samples);
  }

  /** Every set of `count` mistakes that makes all claims. */
  *solutions(count: number): Pausing<Solution[]> {
    const found: Solution[] = [];
    this.steps = 0;
    yield* this.from(this.base, [], count, found);
    for (const root of this.forwardRoots(count)) {
      if (this.steps > MOST || found.length > ENOUGH) break;
      yield;
      const batch = forwardBatch(this.options.network, this.options.theta, this.options.samples, root.change);
      if (!root.changes(batch)) continue;
      yield* this.from(batch, [root.chosen], count - 1, found);
    }
    return found.filter((solution) => solution.length === count);
  }

  private *from(batch: Batch, chosen: readonly Chosen[], left: number, found: Solution[]): Pausing<void> {
    const last = batch.network.layers.length;
    const way: WayBack = { batch, gradient: this.options.gradient, signals: [], deltas: [] };
    const right = this.rightOutput(batch);
    const signal = lossSlopes(batch);
    const state = this.withSignal({ way, chosen, left }, last, signal);
    yield* this.block(last - 1, this.withDelta(state, last, right), found);
    // With other outputs a merged pair may be taken apart, ∂E/∂a and then g′.
    const apart = batch.otherOutputs ? throughRows(batch, last, signal) : right;
    if (usable(apart, right)) yield* this.block(last - 1, this.withDelta(state, last, apart), found);
    if (left === 0) return;
    for (const [rank, row] of MISTAKES.entries()) {
      const variations = [
        ...(row.output?.(batch) ?? []).map((one) => ({ one, at: last })),
        ...(row.activation?.(way, last, signal) ?? []).map((one) => ({ one, at: last })),
      ];
      for (const { one } of variations) {
        const delta = one.make();
        if (!usable(delta, right)) continue;
        const next = this.choose(state, { row, detail: one.detail, part: 'all', rank }, last);
        if (next) yield* this.block(last - 1, this.withDelta(next, last, delta), found);
      }
    }
  }

  private rightOutput(batch: Batch): Float64Array {
    const known = this.outputs.get(batch) ?? outputDeltas(batch);
    this.outputs.set(batch, known);
    return known;
  }

  /** Goes on with block l, given δ^(l+1). */
  private *block(l: number, state: State, found: Solution[]): Pausing<void> {
    if (++this.steps > MOST || found.length > ENOUGH) return;
    if (this.steps % 16 === 0) yield;
    const delta = state.way.deltas[l];
    const claims = this.options.claims[l - 1];
    if (!delta || !claims) return;
    const block = this.blocks.of(l, delta, () => new Block(state.way.batch, l, delta));
    const plain = new Changed(block, []);
    if (match(claims, (k) => plain.at(k))) {
      yield* this.down(l, state, found);
      return;
    }
    for (const next of this.blockStates(l, state, block, claims)) yield* this.down(l, next, found);
  }

  /** The states in which changes of the finished block explain its claims. */
  private *blockStates(l: number, state: State, block: Block, claims: LayerClaims): Generator<State> {
    const candidates = this.candidates(state.way.batch)[l - 1] ?? [];
    const old = state.chosen.flatMap((chosen): Placed[] => {
      const same = candidates.find((one) => isSame(one, chosen));
      return same ? [{ candidate: same, chosen }] : [];
    });
    const sets: Placed[][] = old.map((one) => [one]);
    if (old.length > 1) sets.push(old);
    if (state.left > 0) {
      for (const candidate of candidates) {
        const fresh: Placed = { candidate };
        // The same mistake again only where its constant is another.
        sets.push([fresh]);
        for (const one of old) if (one.candidate !== candidate) sets.push([one, fresh]);
      }
    }
    if (state.left > 1) {
      const few = candidates.filter(({ detail }) => detail.sample === undefined);
      if (few.length <= PAIRS) {
        for (const [n, first] of few.entries()) {
          for (const second of few.slice(n + 1)) sets.push([{ candidate: first }, { candidate: second }]);
        }
      }
    }
    for (const set of sets) {
      if (!composable(set)) continue;
      const changed = new Changed(
        block,
        set.map(({ candidate }): BlockUse => candidate),
      );
      const constant = set.find(({ candidate }) => candidate.row.constant);
      const twoConstants = set.filter(({ candidate }) => candidate.row.constant).length > 1;
      let intervals: readonly (Interval | undefined)[];
      if (twoConstants) {
        // They touch different entries: each is solved by itself.
        intervals = set.map((placed) =>
          match(only(claims, block, placed.candidate.part), (k) => changed.at(k), placed.chosen?.interval ?? ANY),
        );
        if (intervals.includes(undefined)) continue;
      } else {
        const interval = match(claims, (k) => changed.at(k), constant?.chosen?.interval ?? ANY);
        if (!interval) continue;
        intervals = set.map((placed) => (placed === constant ? interval : ANY));
      }
      let next: State | undefined = state;
      for (const [n, { candidate, chosen }] of set.entries()) {
        const interval = intervals[n] ?? ANY;
        if (candidate.row.constant && interval.low <= Number.MIN_VALUE) next = undefined;
        next = next && this.choose(next, { ...candidate, interval }, l, chosen);
      }
      if (next) yield next;
    }
  }

  /** From block l to δ^(l), and on with block l − 1. */
  private *down(l: number, state: State, found: Solution[]): Pausing<void> {
    if (l === 1) {
      if (state.chosen.length > 0) found.push(state.chosen);
      return;
    }
    const { way } = state;
    const delta = way.deltas[l];
    if (!delta) return;
    const right = this.signalOf(way, l, delta);
    yield* this.through(l, this.withSignal(state, l, right), found);
    for (const [rank, row] of MISTAKES.entries()) {
      if (!row.weights || !this.mayChoose(state, row)) continue;
      for (const one of row.weights(way, l, delta)) {
        const choice = { row, detail: one.detail, part: 'all' as const, rank };
        const chosen = state.chosen.find((other) => isSame(choice, other));
        if (!chosen && state.left === 0) continue;
        const made = one.make();
        if (!made) continue;
        if (made instanceof Float64Array) {
          if (!usable(made, right)) continue;
          const next = this.choose(state, choice, l, chosen);
          if (next) yield* this.through(l, this.withSignal(next, l, made), found);
          continue;
        }
        for (const interval of this.solve(l, state, made, chosen)) {
          const next = this.choose(state, { ...choice, interval }, l, chosen);
          const c = this.constantOf(row, interval);
          const signal = made.base.map((value, k) => value + c * (made.along[k] ?? NaN));
          if (next && usable(signal, right)) yield* this.through(l, this.withSignal(next, l, signal), found);
        }
      }
    }
  }

  /** The constants with which an affine signal at a^(l) may explain block l − 1. */
  private solve(l: number, state: State, { base, along }: Affine<Float64Array>, chosen?: Chosen): Interval[] {
    const known = chosen ? [chosen.interval] : [];
    const claims = this.options.claims[l - 2];
    if (!claims) return known;
    const { batch } = state.way;
    const first = new Block(batch, l - 1, throughRows(batch, l, base));
    const second = new Block(batch, l - 1, throughRows(batch, l, along));
    const solved = match(
      claims,
      (k) => ({ base: first.data(k) + first.penalty(k), along: second.data(k) }),
      chosen?.interval ?? ANY,
    );
    if (chosen) return known;
    const rate = this.options.network.training.optimizer.learningRate;
    const own = { low: rate, high: rate, claims: 2 };
    return solved && solved.low > Number.MIN_VALUE && solved.claims > 0 ? [solved] : [own];
  }

  private constantOf(row: MistakeRow, interval: Interval): number {
    return constantOf(row, interval, this.options.network, this.base.count).value;
  }

  /** From the signal at a^(l) to δ^(l). */
  private *through(l: number, state: State, found: Solution[]): Pausing<void> {
    const { way } = state;
    const signal = way.signals[l - 1];
    if (!signal) return;
    const right = this.deltaOf(way.batch, l, signal);
    yield* this.block(l - 1, this.withDelta(state, l, right), found);
    for (const [rank, row] of MISTAKES.entries()) {
      if (!row.activation || !this.mayChoose(state, row)) continue;
      for (const one of row.activation(way, l, signal)) {
        const choice = { row, detail: one.detail, part: 'all' as const, rank };
        const chosen = state.chosen.find((other) => isSame(choice, other));
        if (!chosen && state.left === 0) continue;
        const made = one.make();
        if (!usable(made, right)) continue;
        const next = this.choose(state, choice, l, chosen);
        if (next) yield* this.block(l - 1, this.withDelta(next, l, made), found);
      }
    }
  }

  private mayChoose(state: State, row: MistakeRow): boolean {
    return state.left > 0 || state.chosen.some((chosen) => chosen.row === row);
  }

  private signalOf({ batch }: WayBack, l: number, delta: Float64Array): Float64Array {
    return this.signals.of(l, delta, () => backThroughWeights(batch, l, delta));
  }

  private deltaOf(batch: Batch, l: number, signal: Float64Array): Float64Array {
    return this.deltas.of(l, signal, () => throughRows(batch, l, signal));
  }

  private withDelta({ way, ...rest }: State, l: number, delta: Float64Array): State {
    const deltas = way.deltas.slice();
    deltas[l - 1] = delta;
    return { way: { ...way, deltas }, ...rest };
  }

  private withSignal({ way, ...rest }: State, l: number, signal: Float64Array): State {
    const signals = way.signals.slice();
    signals[l - 1] = signal;
    return { way: { ...way, signals }, ...rest };
  }

  /** The state with the mistake placed at l as well; undefined where no more mistakes are to be made. */
  private choose(
    state: State,
    choice: Omit<Chosen, 'layers' | 'interval'> & { readonly interval?: Interval },
    l: number,
    chosen?: Chosen,
  ): State | undefined {
    const interval = choice.interval ?? ANY;
    if (chosen) {
      const same = { ...chosen, interval, layers: [...chosen.layers, l] };
      return { ...state, chosen: state.chosen.map((other) => (other === chosen ? same : other)) };
    }
    if (state.left === 0) return undefined;
    const { row, detail, part, rank } = choice;
    const fresh: Chosen = { row, detail, part, rank, interval, layers: [l] };
    return { ...state, chosen: [...state.chosen, fresh], left: state.left - 1 };
  }

  private candidates(batch: Batch): readonly (readonly Candidate[])[] {
    const known =
      this.changes.get(batch) ??
      batch.blocks.map((_, index) =>
        MISTAKES.flatMap((row, rank) =>
          (row.block?.(batch, index + 1) ?? []).flatMap((change) =>
            change.parts.map((part): Candidate => ({ row, rank, change, part, detail: change.detail })),
          ),
        ),
      );
    if (batch === this.base) this.changes.set(batch, known);
    return known;
  }

  private *forwardRoots(count: number): Generator<Root> {
    const { network, samples } = this.options;
    const large = samples.count * this.options.theta.length > LARGE;
    for (const [rank, row] of MISTAKES.entries()) {
      if (!row.forward) continue;
      const layers = row.forward.layers(network);
      const sets = large || count > 1 || layers.length > SUBSETS ? eachAndAll(layers) : subsets(layers);
      for (const { detail, change } of row.forward.variations(network)) {
        for (const set of sets) {
          const made = change(set);
          yield {
            change: made,
            chosen: { row, rank, detail, part: 'all', layers: [...set].reverse(), interval: ANY },
            changes: (batch) => set.every((l) => changesForward(batch, l, made)),
          };
        }
      }
    }
  }
}

/** What was worked out of a matrix at a layer, kept as long as the matrix. */
class ByLayer<T> {
  private readonly known: WeakMap<Float64Array, T>[] = [];

  of(l: number, values: Float64Array, make: () => T): T {
    const layer = (this.known[l] ??= new WeakMap<Float64Array, T>());
    const known = layer.get(values) ?? make();
    layer.set(values, known);
    return known;
  }
}

interface Root {
  readonly change: ForwardChange;
  readonly chosen: Chosen;
  /** True where every layer of the placement is another for it. */
  readonly changes: (batch: Batch) => boolean;
}

/** A block change with the row that it is of. */
interface Candidate {
  readonly row: MistakeRow;
  readonly rank: number;
  readonly change: BlockChange;
  readonly part: Part;
  readonly detail: Detail;
}

interface Placed {
  readonly candidate: Candidate;
  readonly chosen?: Chosen;
}

function isSame(a: Pick<Chosen, 'row' | 'detail' | 'part'>, b: Pick<Chosen, 'row' | 'detail' | 'part'>): boolean {
  if (a.row !== b.row || a.part !== b.part) return false;
  const keys = Object.keys(a.detail);
  return keys.length === Object.keys(b.detail).length && keys.every((key) => a.detail[key] === b.detail[key]);
}

/** One change of the sum, one of the parts, one of the finished number; more only where they touch different entries. */
function composable(set: readonly Placed[]): boolean {
  const [first, second] = set;
  if (!first || !second) return true;
  const disjoint = ![true, false].some(
    (bias) => touchesBoth(first.candidate.part, bias) && touchesBoth(second.candidate.part, bias),
  );
  return disjoint || stageOf(first.candidate.change) !== stageOf(second.candidate.change);
}

function touchesBoth(part: Part, bias: boolean): boolean {
  return part === 'all' || part === 'data' || (part === 'biases') === bias;
}

function stageOf({ finish, reparted }: BlockChange): number {
  return finish ? 2 : reparted ? 1 : 0;
}

/** The claims of one kind alone. */
function only(claims: LayerClaims, block: Block, part: Part): LayerClaims {
  return { ...claims, order: claims.order.filter((k) => touchesBoth(part, block.isBias(k))) };
}

/** True for a finite matrix that is another than the right one. */
function usable(made: Float64Array | undefined, right: Float64Array): made is Float64Array {
  if (made?.length !== right.length) return false;
  let size = 0;
  let away = 0;
  for (let k = 0; k < made.length; k++) {
    const value = made[k] ?? NaN;
    if (!Number.isFinite(value)) return false;
    size = Math.max(size, Math.abs(value), Math.abs(right[k] ?? 0));
    away = Math.max(away, Math.abs(value - (right[k] ?? NaN)));
  }
  return away > 1e-13 * size;
}

function changesForward(batch: Batch, l: number, change: ForwardChange): boolean {
  const layer = batch.network.layers[l - 1];
  if (change.withoutBias) {
    const block = batch.blocks[l - 1];
    if (!block || block.biases < 0) return false;
    return batch.theta.subarray(block.biases, block.biases + block.rows).some((value) => value !== 0);
  }
  const z = batch.z[l - 1];
  const a = batch.a[l - 1];
  if (!layer || !z || !a) return false;
  const other = change.activation?.(l);
  if (other?.type === layer.activation.type) return false;
  return usable(a, activateRows(layer.activation, z, layer.units));
}

function eachAndAll(layers: readonly number[]): number[][] {
  return layers.length > 1 ? [[...layers], ...layers.map((l) => [l])] : layers.map((l) => [l]);
}

/** Every set of some of the layers, all of them first. */
function subsets(layers: readonly number[]): number[][] {
  const sets: number[][] = [];
  for (let mask = (1 << layers.length) - 1; mask > 0; mask--) sets.push(layers.filter((_, n) => (mask >> n) & 1));
  return sets;
}

/** The constant of a row: a likely one if there is one in the interval, else the simplest. */
export function constantOf(
  row: MistakeRow,
  interval: Interval,
  network: Network,
  count: number,
): { readonly value: number; readonly reason?: string; readonly likely: boolean } {
  const found = row.constant
    ?.likely(network, count)
    .find(({ value }) => value >= interval.low * (1 - 1e-15) && value <= interval.high * (1 + 1e-15));
  return found ? { ...found, likely: true } : { value: simplest(interval), likely: false };
}
