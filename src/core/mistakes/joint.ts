/**
 * The search for the mistakes that make a whole set of claims: changed backward passes are run from the output down, and
 * left as soon as a block of ∂J/∂θ is not what was claimed.
 */

import type { Pausing } from '../check/steps';
import type { Network, Samples } from '../network';
import { type Batch, backThroughWeights, forwardBatch, lossSlopes, outputDeltas, throughRows } from './batch';
import { Block, dataAt } from './block';
import { type Candidates, candidatesOf, placements } from './blockChanges';
import { type EntryKind, type LayerClaims, ofKind, onlyKind } from './claimSet';
import { Listing } from './listed';
import { ANY, ChangedBlock, type Interval, match } from './match';
import { Projection } from './projection';
import { areLost } from './screen';
import { ByLayer, isOther } from './matrix';
import { type Root, rootsOf } from './roots';
import type { Affine, OutputVariation, Variation, WayBack } from './row';
import { type Chosen, type Solution, constantOf, isSame, narrowed, signature } from './solution';
import { type State, choose, missing, withDelta, withSignal } from './state';

/** The most steps down that a search takes. */
const MOST = 60_000;
const ENOUGH = 40;
/** Changed forward passes are kept for the next search as far as they are no more numbers than these. */
const KEPT = 2_000_000;

export interface JointOptions {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly gradient: Float64Array;
  readonly claims: readonly LayerClaims[];
}

/** What can be done on the way back through θ^(l), and with its block. */
interface LayerChanges {
  readonly weights: Listing<Variation<Float64Array | Affine<Float64Array>>> | undefined;
  readonly candidates: Candidates;
}

/** True where all that may still be done is to make a mistake of an activation once more. */
function isFixed({ left, chosen }: State): boolean {
  return left === 0 && !chosen.some(({ row }) => row.block ?? row.weights);
}

export class JointSearch {
  private readonly base: Batch;
  private readonly kind: EntryKind | undefined;
  private readonly blocks = new ByLayer<Block>();
  private readonly signals = new ByLayer<Float64Array>();
  private readonly deltas = new ByLayer<Float64Array>();
  private readonly outputs = new WeakMap<Batch, { readonly signal: Float64Array; readonly delta: Float64Array }>();
  private readonly changes: readonly LayerChanges[];
  /** What can be done on the way through layer l, by l and the activation that is taken for that of the layer. */
  private readonly activations: Map<string, Listing<Variation<Float64Array>>>[] = [];
  private readonly outputErrors: Listing<OutputVariation>;
  private roots: readonly Root[] | undefined;
  /** True since any changed pass has come past the last block. */
  private passed = false;
  private found = new Map<string, Solution>();
  private steps = 0;

  constructor(private readonly options: JointOptions) {
    this.base = forwardBatch(options.network, options.theta, options.samples);
    this.kind = onlyKind(options.claims);
    this.changes = this.base.blocks.map((_, index) => ({
      weights: index > 0 ? new Listing((row) => row.weights?.(this.base, index + 1)) : undefined,
      candidates: candidatesOf(this.base, index + 1, this.kind),
    }));
    this.outputErrors = new Listing((row) => row.output?.(options.network));
  }

  /**
   * The sets of `count` mistakes that make all claims, but for `allowed` wrong ones; one of each code and placement. Yields
   * often, and now and then how far it is, from 0 to 1.
   */
  *solutions(count: number, allowed: number): Generator<number | undefined, Solution[]> {
    this.found = new Map();
    this.steps = 0;
    yield* this.from(this.base, [], count, allowed);
    const dead = new Set<string>();
    const roots = this.forwardRoots();
    for (const [n, { output, chosen, batch: make }] of roots.entries()) {
      if (this.isEnough()) break;
      yield n / roots.length;
      const batch = dead.has(output) ? undefined : make();
      if (!batch) continue;
      this.passed = false;
      yield* this.from(batch, [chosen], count - 1, allowed);
      if (!this.passed) dead.add(output);
    }
    return [...this.found.values()].filter(({ chosen }) => chosen.length === count);
  }

  private isEnough(): boolean {
    return this.steps > MOST || this.found.size > ENOUGH;
  }

  /** Those of the last search, with their batches as far as they are not too much to keep. */
  private forwardRoots(): readonly Root[] {
    if (this.roots) return this.roots;
    let kept = 0;
    this.roots = [...rootsOf(this.base, this.options.network)].map(({ batch: make, ...root }): Root => {
      let known: { readonly batch: Batch | undefined } | undefined;
      return {
        ...root,
        batch: () => {
          if (known) return known.batch;
          const batch = make();
          kept += 2 * (batch?.a.reduce((sum, { length }) => sum + length, 0) ?? 0);
          if (kept <= KEPT) known = { batch };
          return batch;
        },
      };
    });
    return this.roots;
  }

  private *from(batch: Batch, chosen: readonly Chosen[], left: number, allowed: number): Pausing<void> {
    const last = batch.network.layers.length;
    const { signal, delta: right } = this.rightOutput(batch);
    const way: WayBack = { batch, gradient: this.options.gradient, signals: [], deltas: [] };
    const start = withSignal({ way, chosen, left, missed: [], allowed }, last, signal);
    const state = withDelta(start, last, right);
    yield* this.block(last - 1, state);
    // With other outputs a loss with logits may be taken apart, ∂E/∂a and then g′.
    const apart = batch.otherOutputs ? throughRows(batch, last, signal) : right;
    if (isOther(apart, right)) yield* this.block(last - 1, withDelta(state, last, apart));
    if (left === 0) return;
    yield* this.throughOutput(state, signal, right);
    for (const { row, rank, detail, make } of this.outputErrors.all) {
      const made = make(batch);
      if (!made || this.isLost(last - 1, state, left - 1, made.delta) || !isOther(made.delta, right)) continue;
      const next = choose(state, { row, detail, part: 'all', rank }, last);
      if (!next) continue;
      const changed = withDelta(withSignal(next, last, made.signal), last, made.delta);
      yield* this.block(last - 1, changed);
      if (changed.left > 0) yield* this.throughOutput(changed, made.signal, made.delta);
    }
  }

  /** Mistakes on the way through the output's activation. */
  private *throughOutput(state: State, signal: Float64Array, right: Float64Array): Pausing<void> {
    const last = this.options.network.layers.length;
    const projection = this.projection(last, state, signal);
    for (const one of this.activationsAt(state.way.batch, last).all) {
      const delta = this.made(last, state, state.left - 1, one, signal, projection);
      if (!delta || !isOther(delta, right)) continue;
      const next = choose(state, one, last);
      if (next) yield* this.block(last - 1, withDelta(next, last, delta));
    }
  }

  /** The δ^(l) that a change makes of a signal; undefined where block l − 1 refutes it, with `left` more mistakes to come. */
  private made(
    l: number,
    state: State,
    left: number,
    { make, elementwise }: Variation<Float64Array>,
    signal: Float64Array,
    projection: Projection | undefined,
  ): Float64Array | undefined {
    const isSettled = projection !== undefined && this.isSettled(l - 1, state, left);
    if (elementwise && isSettled && !projection.admits(elementwise)) return undefined;
    const delta = make(state.way, signal);
    return delta && (elementwise ?? !this.isLost(l - 1, state, left, delta)) ? delta : undefined;
  }

  private projection(l: number, { way, allowed }: State, signal: Float64Array): Projection | undefined {
    const claims = this.options.claims[l - 2];
    return claims && new Projection(way.batch, l, signal, claims, allowed);
  }

  private rightOutput(batch: Batch): { readonly signal: Float64Array; readonly delta: Float64Array } {
    const signal = this.outputs.get(batch)?.signal ?? lossSlopes(batch);
    const known = this.outputs.get(batch) ?? {
      signal,
      delta: outputDeltas(batch, batch.network.loss, batch.y, signal),
    };
    this.outputs.set(batch, known);
    return known;
  }

  /** True where, with `left` more mistakes to come, nothing changes block l any more once its δ^(l+1) is known. */
  private isSettled(l: number, { allowed, chosen }: State, left: number): boolean {
    const claims = this.options.claims[l - 1];
    return left === 0 && claims !== undefined && claims.order.length > allowed && !chosen.some(({ row }) => row.block);
  }

  /** True where block l, with this δ^(l+1) and no further mistake, is not what was claimed. */
  private isLost(l: number, state: State, left: number, delta: Float64Array): boolean {
    const claims = this.options.claims[l - 1];
    const { batch } = state.way;
    if (!claims || !this.isSettled(l, state, left) || delta.length !== batch.count * claims.layout.rows) return false;
    const input = batch.a[l - 1] ?? new Float64Array();
    return areLost(claims, state.allowed, (k) => dataAt(batch, claims.layout, k, delta, input));
  }

  /** Goes on with block l, given δ^(l+1). */
  private *block(l: number, state: State): Pausing<void> {
    this.steps++;
    if (this.isEnough()) return;
    if (this.steps % 16 === 0) yield;
    const delta = state.way.deltas[l];
    const claims = this.options.claims[l - 1];
    if (!delta || !claims) return;
    if (isFixed(state)) this.follow(l, state, delta);
    if (isFixed(state) || this.isLost(l, state, state.left, delta)) return;
    const block = this.blocks.of(l, delta, () => new Block(state.way.batch, l, delta));
    const plain = new ChangedBlock(block, []);
    const found = match(claims, (k) => plain.at(k), ANY, state.allowed);
    if (found) yield* this.down(l, missing(state, claims, found.missed));
    if (found?.missed.length === 0) return;
    if (state.left === 0 && !state.chosen.some(({ row }) => row.block)) return;
    const { candidates } = this.changes[l - 1] ?? {};
    if (!candidates) return;
    for (const placement of placements(block, claims, candidates, state.chosen, state.left, state.allowed)) {
      let next: State | undefined = missing(state, claims, placement.missed);
      for (const { candidate, interval, chosen } of placement.placed) {
        next = next && choose(next, { ...candidate, interval }, l, chosen);
      }
      if (next) yield* this.down(l, next);
    }
  }

  /** From δ^(l+1) to the last block, without a further mistake; those of an activation are made again or not. */
  private follow(l: number, state: State, delta: Float64Array): void {
    const { batch } = state.way;
    const claims = this.options.claims[l - 1];
    if (!claims || this.isLost(l, state, 0, delta)) return;
    const block = new ChangedBlock(new Block(batch, l, delta), []);
    const found = match(claims, (k) => block.at(k), ANY, state.allowed);
    if (!found) return;
    this.passed = true;
    const next = missing(state, claims, found.missed);
    if (l === 1) {
      this.keep(next);
      return;
    }
    const signal = backThroughWeights(batch, l, delta);
    const right = throughRows(batch, l, signal);
    this.follow(l - 1, next, right);
    for (const one of this.activationsAt(batch, l).possible(next)) {
      const made = one.make(next.way, signal);
      const chosen = next.chosen.find((other) => isSame(one, other));
      const again = isOther(made, right) ? choose(next, one, l, chosen) : undefined;
      if (again && made) this.follow(l - 1, again, made);
    }
  }

  /** From block l to δ^(l), and on with block l − 1. */
  private *down(l: number, state: State): Pausing<void> {
    this.passed = true;
    if (l === 1) {
      this.keep(state);
      return;
    }
    const { way } = state;
    const delta = way.deltas[l];
    if (!delta) return;
    const right = this.signals.of(l, delta, () => backThroughWeights(way.batch, l, delta));
    yield* this.through(l, withSignal(state, l, right));
    for (const one of this.changes[l - 1]?.weights?.possible(state) ?? []) {
      const chosen = state.chosen.find((other) => isSame(one, other));
      const made = one.make(way, delta);
      if (!made) continue;
      if (made instanceof Float64Array) {
        const next = isOther(made, right) ? choose(state, one, l, chosen) : undefined;
        if (next) yield* this.through(l, withSignal(next, l, made));
        continue;
      }
      for (const interval of chosen ? [chosen.interval] : this.solve(l, state, made)) {
        const next = choose(state, { ...one, interval }, l, chosen);
        const c = constantOf(one.row, interval, this.options.network, this.base).value;
        const signal = made.base.map((value, k) => value + c * (made.along[k] ?? NaN));
        if (next && isOther(signal, right)) yield* this.through(l, withSignal(next, l, signal));
      }
    }
  }

  /**
   * The constants with which an affine signal at a^(l) may explain block l − 1, all of it or, where another mistake may be
   * in the other, its weights or its biases alone.
   */
  private solve(l: number, state: State, { base, along }: Affine<Float64Array>): Interval[] {
    const claims = this.options.claims[l - 2];
    if (!claims) return [];
    const { way } = state;
    const rest = { ...state, left: state.left - 1 };
    const changed = this.activationsAt(way.batch, l).possible(rest);
    const steps = changed.map(
      ({ make }) =>
        (signal: Float64Array) =>
          make(way, signal),
    );
    const found: Interval[] = [];
    for (const [n, step] of [(signal: Float64Array) => throughRows(way.batch, l, signal), ...steps].entries()) {
      const atBase = step(base);
      const atAlong = step(along);
      if (!atBase || !atAlong) continue;
      const first = new Block(way.batch, l - 1, atBase);
      const second = new Block(way.batch, l - 1, atAlong);
      const at = (k: number): Affine<number> => ({ base: first.data(k) + first.penalty(k), along: second.data(k) });
      const others = rest.left > 0 || state.chosen.some(({ row }) => row.block);
      const alone = n === 0 && others ? (['weights', 'biases'] as const).map((kind) => ofKind(claims, kind)) : [];
      for (const some of [claims, ...alone]) {
        const solved = match(some, at, ANY, state.allowed);
        if (!solved || solved.low <= Number.MIN_VALUE || solved.claims === 0) continue;
        found.push(solved);
        break;
      }
    }
    const rate = this.options.network.training.optimizer.learningRate;
    return found.length > 0 ? found : [{ low: rate, high: rate, claims: 2 }];
  }

  /** From the signal at a^(l) to δ^(l). */
  private *through(l: number, state: State): Pausing<void> {
    const { way } = state;
    const signal = way.signals[l - 1];
    if (!signal) return;
    const right = this.deltas.of(l, signal, () => throughRows(way.batch, l, signal));
    if (!this.isLost(l - 1, state, state.left, right)) yield* this.block(l - 1, withDelta(state, l, right));
    const projection = this.projection(l, state, signal);
    for (const one of this.activationsAt(way.batch, l).possible(state)) {
      const chosen = state.chosen.find((other) => isSame(one, other));
      const made = this.made(l, state, chosen ? state.left : state.left - 1, one, signal, projection);
      const next = made && isOther(made, right) ? choose(state, one, l, chosen) : undefined;
      if (next && made) yield* this.block(l - 1, withDelta(next, l, made));
    }
  }

  private activationsAt(batch: Batch, l: number): Listing<Variation<Float64Array>> {
    const ofLayer = (this.activations[l] ??= new Map<string, Listing<Variation<Float64Array>>>());
    const type = batch.slopes[l - 1]?.type ?? '';
    const known = ofLayer.get(type) ?? new Listing((row) => row.activation?.(batch, l));
    ofLayer.set(type, known);
    return known;
  }

  private keep({ chosen, missed }: State): void {
    if (chosen.length === 0) return;
    const solution = narrowed({ chosen, missed }, this.options.claims);
    const key = signature(solution);
    const known = this.found.get(key);
    if (!known || known.missed.length > missed.length) this.found.set(key, solution);
  }
}
