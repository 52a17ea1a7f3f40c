/** A program’s own training, taken step by step again as one supposes it to be. */

import { trainableRanges } from '../../core/frozen';
import { scheduledRate } from '../../core/functions/schedules';
import type { Network, Samples } from '../../core/network';
import type { RecordedRun } from '../../core/run';
import { createEngine } from '../create';
import type { GradientEngine } from '../engine';
import type { Range } from '../ranges';
import { Shuffle } from '../shuffle';
import { StepLimiter } from '../stepLimits';
import { ProgramState, type RecordedProgram } from './program';

/** How far a program explains what was recorded. */
export interface Explanation {
  /** Records from the first on that come out to rounding. */
  readonly records: number;
  /** η of each of them. */
  readonly rates: readonly number[];
}

/** Rounding errors that a gradient may have gathered, in units of the last place of its largest entry. */
const GATHERED = 256;
const FLOAT32 = 2 ** -24;
const FLOAT64 = 2 ** -53;
/** Refinements of a fitted η; of the optimizers that are linear in it, the first is exact. */
const MOST_FITS = 6;

/** θ after a record as a program makes it, and how far rounding may have moved each of its numbers. */
interface Predicted {
  readonly theta: Float64Array;
  readonly rounding: Float64Array;
}

export class Replay {
  private readonly engine: GradientEngine;
  private readonly ranges: readonly Range[];
  private readonly limits: StepLimiter | undefined;
  private readonly batchSize: number;
  private readonly precision: number;
  private readonly orders = new Map<string, Uint32Array[]>();
  private readonly known = new Map<string, { readonly loss: number; readonly gradient: Float64Array }>();

  constructor(
    private readonly network: Network,
    private readonly samples: Samples,
    private readonly recorded: RecordedRun,
  ) {
    this.engine = createEngine(network, samples.weights !== undefined);
    this.ranges = trainableRanges(network);
    this.limits = StepLimiter.of(network);
    const { batchSize } = network.training;
    this.batchSize = batchSize === 'full' ? samples.count : Math.min(batchSize, samples.count);
    const isFloat32 = recorded.thetas.every((theta) => theta.every((value) => Math.fround(value) === value));
    this.precision = isFloat32 ? FLOAT32 : FLOAT64;
  }

  /** Records after the start. */
  get records(): number {
    return this.recorded.thetas.length - 1;
  }

  /** Steps of the optimizer in an epoch. */
  get batches(): number {
    return Math.ceil(this.samples.count / this.batchSize);
  }

  /** True where every record is one step: what each gradient was is then known. */
  get isStepwise(): boolean {
    return this.recorded.unit === 'step' || this.batches === 1;
  }

  /** How many records the program explains, at most `upTo` of them. Yields between passes over the rows. */
  *explains(program: RecordedProgram, upTo = this.records): Generator<void, Explanation> {
    const state = new ProgramState(program, this.network.theta.length);
    const rates: number[] = [];
    for (let record = 1; record <= upTo; record++) {
      this.setRate(record, state);
      if (program.fitsRate) yield* this.fitRate(record, state);
      const predicted = yield* this.predict(record, state);
      if (!predicted || !this.isHit(record, predicted)) return { records: record - 1, rates };
      rates.push(state.optimizer.learningRate);
    }
    return { records: upTo, rates };
  }

  /** θ after `record` as `program` makes it, with `before` up to then. */
  *after(record: number, before: RecordedProgram, program: RecordedProgram): Generator<void, Float64Array | undefined> {
    const state = new ProgramState(before, this.network.theta.length);
    for (let earlier = 1; earlier < record; earlier++) {
      this.setRate(earlier, state);
      yield* this.predict(earlier, state);
    }
    this.setRate(record, state);
    const predicted = yield* this.predict(record, state.as(program));
    return predicted?.theta;
  }

  /** ∂J/∂θ over all rows at the start of a record. */
  *gradientBefore(record: number): Generator<void, Float64Array> {
    const theta = this.recorded.thetas[record - 1] ?? new Float64Array();
    const { gradient } = yield* this.pass(theta, undefined, 0, this.samples.count, `${String(record)} all`);
    return gradient;
  }

  /** One record of the program from the recorded θ before it. Undefined where a gradient was not recorded. */
  private *predict(record: number, state: ProgramState): Generator<void, Predicted | undefined> {
    const { program, optimizer } = state;
    const start = this.recorded.thetas[record - 1] ?? new Float64Array();
    const theta = start.slice();
    const smallness = new Float64Array(theta.length).fill(1);
    for (const [index, { order, first, count }] of this.passesOf(record, program).entries()) {
      let loss = NaN;
      let found: Float64Array | null | undefined;
      if (program.takesRecorded) found = this.recorded.gradients[record];
      else {
        const key =
          index === 0 ? `${String(record)} ${orderName(program)} ${String(first)} ${String(count)}` : undefined;
        ({ loss, gradient: found } = yield* this.pass(theta, order, first, count, key));
      }
      if (!found) return undefined;
      const gradient = state.gradient(found, theta);
      for (let k = 0; k < gradient.length; k++) {
        smallness[k] = Math.max(smallness[k] ?? 1, state.largest / Math.abs(gradient[k] ?? NaN));
      }
      if (optimizer.search) {
        const search = optimizer.search(theta, gradient, loss, this.ranges);
        let step = search.next();
        while (!step.done) {
          const there = yield* this.pass(theta, order, first, count);
          gradient.set(there.gradient);
          step = search.next(there.loss);
        }
      } else {
        this.limits?.clip(gradient);
        optimizer.begin();
        for (const range of this.ranges) optimizer.update(theta, gradient, range);
      }
      this.limits?.renormalize(theta);
    }
    const rounding = optimizer.search
      ? this.roundingOfSearch(start, theta)
      : this.roundingOf(record, start, theta, smallness);
    return { theta, rounding };
  }

  /** η by the file’s schedule. */
  private setRate(record: number, { program, optimizer }: ProgramState): void {
    const { schedule } = this.network.training;
    optimizer.learningRate = scheduledRate(schedule, this.epochOf(record), program.optimizer.learningRate);
  }

  /** The epoch that a record is a part of, from 0. */
  private epochOf(record: number): number {
    return this.recorded.unit === 'step' ? Math.floor((record - 1) / this.batches) : record - 1;
  }

  /** A gradient is off by rounding of its largest entry: of small entries, and steps by their ratios, that is more. */
  private roundingOf(record: number, start: Float64Array, theta: Float64Array, smallness: Float64Array): Float64Array {
    const end = this.recorded.thetas[record] ?? new Float64Array();
    return theta.map((value, k) => {
      const before = start[k] ?? NaN;
      const step = Math.max(Math.abs(value - before), Math.abs((end[k] ?? NaN) - before));
      const moved = step === 0 ? 0 : GATHERED * step * (smallness[k] ?? 1);
      return this.precision * (8 * Math.abs(before) + moved);
    });
  }

  /** A search takes many steps, each from where the last one led: of its digits, half are sure. */
  private roundingOfSearch(start: Float64Array, theta: Float64Array): Float64Array {
    const longest = theta.reduce((most, value, k) => Math.max(most, Math.abs(value - (start[k] ?? NaN))), 0);
    return start.map((before) => Math.sqrt(this.precision) * (Math.abs(before) + longest));
  }

  private isHit(record: number, { theta, rounding }: Predicted): boolean {
    const end = this.recorded.thetas[record];
    return end?.every((value, k) => !(Math.abs(value - (theta[k] ?? NaN)) > (rounding[k] ?? 0))) ?? false;
  }

  /** Sets η to where the predicted step is as long as the recorded one, along it. */
  private *fitRate(record: number, state: ProgramState): Generator<void, void> {
    const [start, end] = [this.recorded.thetas[record - 1], this.recorded.thetas[record]];
    const tooShort = function* (this: Replay, rate: number): Generator<void, number> {
      const trial = state.copy();
      trial.optimizer.learningRate = rate;
      const predicted = yield* this.predict(record, trial);
      let sum = 0;
      for (let k = 0; k < (end?.length ?? 0); k++) {
        const to = end?.[k] ?? NaN;
        sum += (to - (predicted?.theta[k] ?? NaN)) * (to - (start?.[k] ?? NaN));
      }
      return sum;
    }.bind(this);
    let [rate, other] = [state.optimizer.learningRate, 2 * state.optimizer.learningRate];
    let [error, otherError] = [yield* tooShort(rate), yield* tooShort(other)];
    for (let fit = 0; fit < MOST_FITS && error !== 0 && error !== otherError; fit++) {
      const better = rate - (error * (rate - other)) / (error - otherError);
      if (!Number.isFinite(better) || Math.abs(better - rate) <= 1e-14 * Math.abs(rate)) break;
      [other, otherError] = [rate, error];
      rate = better;
      error = yield* tooShort(rate);
    }
    state.optimizer.learningRate = rate;
  }

  /** The passes over rows that lie between two records. */
  private passesOf(
    record: number,
    program: RecordedProgram,
  ): { readonly order: Uint32Array | undefined; readonly first: number; readonly count: number }[] {
    const { count: rows } = this.samples;
    if (program.lastRows !== undefined) {
      return [{ order: undefined, first: rows - program.lastRows, count: program.lastRows }];
    }
    const isStep = this.recorded.unit === 'step';
    const order = this.orderOf(this.epochOf(record), program.order);
    const numbers = isStep ? [(record - 1) % this.batches] : Array.from({ length: this.batches }, (_, batch) => batch);
    return numbers.map((batch) => {
      const first = batch * this.batchSize;
      return { order, first, count: Math.min(this.batchSize, rows - first) };
    });
  }

  private orderOf(epoch: number, order: RecordedProgram['order']): Uint32Array | undefined {
    const { training, seed } = this.network;
    if (this.batches === 1 || order === 'data' || (order === 'ours' && !training.shuffle)) return undefined;
    const from = order === 'ours' ? seed : order.seed;
    let orders = this.orders.get(String(from));
    if (!orders || orders.length <= epoch) {
      const shuffle = new Shuffle(from, this.samples.count);
      orders = Array.from({ length: Math.max(epoch + 1, this.records) }, () => {
        shuffle.next();
        return shuffle.order.slice();
      });
      this.orders.set(String(from), orders);
    }
    return orders[epoch];
  }

  /** J and its gradient over some rows; under a `key` it is worked out once. */
  private *pass(
    theta: Float64Array,
    order: Uint32Array | undefined,
    first: number,
    count: number,
    key?: string,
  ): Generator<void, { readonly loss: number; readonly gradient: Float64Array }> {
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return known;
    const { engine, samples } = this;
    engine.theta.set(theta);
    engine.begin({ samples, order, first, count }, 'gradient');
    while (!engine.advance()) yield;
    yield;
    const result = { loss: engine.dataLoss + engine.penalty, gradient: engine.gradient.slice() };
    if (key !== undefined) this.known.set(key, result);
    return result;
  }
}

function orderName({ order }: RecordedProgram): string {
  return typeof order === 'string' ? order : String(order.seed);
}
