/**
 * The search for the mistakes that make a whole set of claims: changed backward passes are run from the output down, and
 * left as soon as a block of ∂J/∂θ is not what was claimed.
 */

import type { Pausing } from '../check/steps';
import type { Network, Samples } from '../network';
import { type Batch, backThroughWeights, forwardBatch, lossSlopes, outputDeltas, throughRows } from './batch';
import { Block, dataAt } from './block';
import { type Candidate, candidatesOf, placements } from './blockChanges';
import { type Kind, type LayerClaims, ofKind, onlyKind } from './claimSet';
import { ANY, Changed, type Interval, isWithin, match } from './match';
import { ByLayer, isOther } from './matrix';
import { type Root, rootsOf } from './roots';
import type { Affine, MistakeRow, Variation, WayBack } from './row';
import { MISTAKES } from './rows';
import { type Chosen, type Solution, constantOf, isSame, narrowed, signature } from './solution';
import { type State, choose, mayChoose, missing, withDelta, withSignal } from './state';

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

export class JointSearch {
  private readonly base: Batch;
  private readonly kind: Kind | undefined;
  private readonly blocks = new ByLayer<Block>();
  private readonly signals = new ByLayer<Float64Array>();
  private readonly deltas = new ByLayer<Float64Array>();
  private readonly outputs = new WeakMap<Batch, { readonly signal: Float64Array; readonly delta: Float64Array }>();
  private readonly changes = new WeakMap<Batch, readonly (readonly Candidate[])[]>();
  private roots: readonly Root[] | undefined;
  /** True since any changed pass has come past the last block. */
  private passed = false;
  private found = new Map<string, Solution>();
  private steps = 0;

  constructor(private readonly options: JointOptions) {
    this.base = forwardBatch(options.network, options.theta, options.samples);
    this.kind = onlyKind(options.claims);
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
    for (const [rank, row] of MISTAKES.entries()) {
      for (const { detail, make } of row.output?.(batch) ?? []) {
        const made = make();
        if (!made || this.isLost(last - 1, state, made.delta) || !isOther(made.delta, right)) continue;
        const next = choose(state, { row, detail, part: 'all', rank }, last);
        if (!next) continue;
        const changed = withDelta(withSignal(next, last, made.signal), last, made.delta);
        yield* this.block(last - 1, changed);
        if (changed.left > 0) yield* this.throughOutput(changed, made.signal, made.delta);
      }
    }
  }

  /** Mistakes on the way through the output's activation. */
  private *throughOutput(state: State, signal: Float64Array, right: Float64Array): Pausing<void> {
    const last = this.options.network.layers.length;
    for (const { one, rank, row } of this.activations(state, last, signal)) {
      if (this.isLost(last - 1, state, one.entry)) continue;
      const delta = one.make();
      if (this.isLost(last - 1, state, delta) || !isOther(delta, right)) continue;
      const next = choose(state, { row, detail: one.detail, part: 'all', rank }, last);
      if (next) yield* this.block(last - 1, withDelta(next, last, delta));
    }
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

  /** True where block l, with a δ^(l+1) for which the last mistake is made, is not what was claimed. */
  private isLost(
    l: number,
    state: State,
    delta: Float64Array | ((n: number) => number) | undefined,
    chosen?: Chosen,
  ): boolean {
    const claims = this.options.claims[l - 1];
    if (!delta || !claims || state.allowed > 0 || state.left > (chosen ? 0 : 1)) return false;
    if (state.chosen.some(({ row }) => row.block)) return false;
    const k = claims.order[0];
    const { batch } = state.way;
    if (k === undefined || (typeof delta !== 'function' && delta.length !== batch.count * claims.layout.rows))
      return false;
    const value = typeof delta === 'function' ? delta : (n: number): number => delta[n] ?? NaN;
    const data = dataAt(batch, claims.layout, k, value, batch.a[l - 1] ?? new Float64Array());
    return !isWithin(claims, k, data + (claims.penalty[k] ?? NaN));
  }

  /** Goes on with block l, given δ^(l+1). */
  private *block(l: number, state: State): Pausing<void> {
    this.steps++;
    if (this.isEnough()) return;
    if (this.steps % 16 === 0) yield;
    const delta = state.way.deltas[l];
    const claims = this.options.claims[l - 1];
    if (!delta || !claims) return;
    const block = this.blocks.of(l, delta, () => new Block(state.way.batch, l, delta));
    const plain = new Changed(block, []);
    const found = match(claims, (k) => plain.at(k), ANY, state.allowed);
    if (found) yield* this.down(l, missing(state, claims, found.missed));
    if (found?.missed.length === 0) return;
    if (state.left === 0 && !state.chosen.some(({ row }) => row.block)) return;
    const candidates = this.candidates(state.way.batch)[l - 1] ?? [];
    for (const placement of placements(block, claims, candidates, state.chosen, state.left, state.allowed)) {
      let next: State | undefined = missing(state, claims, placement.missed);
      for (const { candidate, interval, chosen } of placement.placed) {
        next = next && choose(next, { ...candidate, interval }, l, chosen);
      }
      if (next) yield* this.down(l, next);
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
    for (const [rank, row] of MISTAKES.entries()) {
      if (!row.weights || !mayChoose(state, row)) continue;
      for (const one of row.weights(way, l, delta)) {
        const choice = { row, detail: one.detail, part: 'all' as const, rank };
        const chosen = state.chosen.find((other) => isSame(choice, other));
        if (!chosen && state.left === 0) continue;
        const made = one.make();
        if (!made) continue;
        if (made instanceof Float64Array) {
          const next = isOther(made, right) ? choose(state, choice, l, chosen) : undefined;
          if (next) yield* this.through(l, withSignal(next, l, made));
          continue;
        }
        for (const interval of chosen ? [chosen.interval] : this.solve(l, state, made)) {
          const next = choose(state, { ...choice, interval }, l, chosen);
          const c = constantOf(row, interval, this.options.network, this.base).value;
          const signal = made.base.map((value, k) => value + c * (made.along[k] ?? NaN));
          if (next && isOther(signal, right)) yield* this.through(l, withSignal(next, l, signal));
        }
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
    const bases = this.activations(rest, l, base).map(({ one }) => one);
    const alongs = this.activations(rest, l, along).map(({ one }) => one);
    const right = (signal: Float64Array) => (): Float64Array => throughRows(way.batch, l, signal);
    const found: Interval[] = [];
    for (const [n, of] of [{ make: right(base) }, ...bases].entries()) {
      const atBase = of.make();
      const atAlong = n === 0 ? right(along)() : alongs[n - 1]?.make();
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
    yield* this.block(l - 1, withDelta(state, l, right));
    for (const { one, rank, row } of this.activations(state, l, signal)) {
      const choice = { row, detail: one.detail, part: 'all' as const, rank };
      const chosen = state.chosen.find((other) => isSame(choice, other));
      if (this.isLost(l - 1, state, one.entry, chosen)) continue;
      const made = one.make();
      if (this.isLost(l - 1, state, made, chosen)) continue;
      const next = isOther(made, right) ? choose(state, choice, l, chosen) : undefined;
      if (next && made) yield* this.block(l - 1, withDelta(next, l, made));
    }
  }

  /** What may be done on the way through the activation of layer l: new mistakes, as many as are left, and those chosen. */
  private activations(
    state: State,
    l: number,
    signal: Float64Array,
  ): { readonly one: Variation<Float64Array>; readonly rank: number; readonly row: MistakeRow }[] {
    return MISTAKES.flatMap((row, rank) =>
      row.activation && mayChoose(state, row)
        ? row
            .activation(state.way, l, signal)
            .filter(
              ({ detail }) => state.left > 0 || state.chosen.some((one) => isSame({ row, detail, part: 'all' }, one)),
            )
            .map((one) => ({ one, rank, row }))
        : [],
    );
  }

  private candidates(batch: Batch): readonly (readonly Candidate[])[] {
    const known =
      this.changes.get(batch) ??
      batch.blocks.map((_, index) => candidatesOf(batch, index + 1, this.kind, batch === this.base));
    this.changes.set(batch, known);
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
