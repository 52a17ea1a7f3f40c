/** Optimizers as they are run: each takes its formulas from its row of core/functions. */

import { OPTIMIZERS, type ElementwiseRow, type SearchRow } from '../core/functions';
import { compile, type Expression } from '../core/functions/expression';
import type { Settings } from '../core/functions/optimizerRow';
import { settingsOf } from '../core/functions/optimizers';
import type { Optimizer as OptimizerSettings } from '../core/network';
import type { Range } from './ranges';

/**
 * Changes θ in place. A step is `begin` and then `update` once over every range that is trained: parameters outside all
 * ranges (the frozen ones) stay as they are, and a step over millions of parameters can be taken in pieces.
 */
export interface StatefulOptimizer {
  /** η, from the next step on. */
  learningRate: number;
  /** Rows that are remembered from step to step, one number a parameter each. */
  readonly rows: readonly Float64Array[];
  /** What is remembered beside them. */
  readonly state: Float64Array;
  /** Both together: with them and η, another optimizer of the same settings goes on the same. */
  readonly memory: readonly Float64Array[];
  /**
   * Instead of `begin` and `update`: writes one θ after the other and yields, to be told J there while `gradient` is that of
   * it too; at its end, θ is the new one.
   */
  search?(
    theta: Float64Array,
    gradient: Float64Array,
    loss: number,
    trained: readonly Range[],
  ): Generator<undefined, void, number>;
  /** Starts the next step: t := t + 1. */
  begin(): void;
  /** Takes the step for θ_k, from ≤ k < to. */
  update(theta: Float64Array, gradient: Float64Array, range: Range): void;
}

/** Room for as many numbers. */
export type Allot = (count: number) => Float64Array;

/** The names of an elementwise row's variables, in the order in which a step's values stand. */
function variablesOf(row: ElementwiseRow, givens: number): readonly string[] {
  const numbered = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, k) => `${name}${String(k)}`);
  const rows = row.memory.length;
  return ['theta', 'gradient', ...numbered('memory', rows), ...numbered('next', rows), ...numbered('given', givens)];
}

/** What every step of a row needs of η and what it remembers, computed anew at each. */
export class StepNumbers {
  private readonly names: readonly string[];
  private readonly next: readonly ((values: Float64Array) => number)[];
  private readonly given: readonly ((values: Float64Array) => number)[];
  private readonly values: Float64Array;

  constructor(
    row: ElementwiseRow,
    settings: Settings,
    private readonly state: Float64Array,
  ) {
    this.names = ['rate', ...Array.from(state, (_, k) => `state${String(k)}`)];
    this.values = new Float64Array(this.names.length);
    const compiled = (all: readonly (Expression | number)[]) =>
      all.map((one) => (typeof one === 'number' ? () => one : compile(one, this.names)));
    this.next = compiled(row.state?.next(settings) ?? []);
    this.given = compiled(row.given(settings));
  }

  /** The state moves on to the next step. */
  begin(): void {
    this.values.set(this.state, 1);
    for (const [k, next] of this.next.entries()) this.values[1 + k] = this.state[k] = next(this.values);
  }

  /** The numbers given to the step under way. */
  at(learningRate: number): readonly number[] {
    this.values[0] = learningRate;
    this.values.set(this.state, 1);
    return this.given.map((value) => value(this.values));
  }
}

/**
 * The optimizer of the file for `count` parameters, before its first step. `allot` makes the rows that it remembers, one
 * number a parameter.
 */
export function createOptimizer(
  settings: OptimizerSettings,
  count: number,
  allot: Allot = (length) => new Float64Array(length),
): StatefulOptimizer {
  const row = OPTIMIZERS[settings.type];
  return row.kind === 'search' ? searching(row, settings, count) : elementwise(row, settings, count, allot);
}

/** Numbers that a search may remember: half a gigabyte. */
const MOST_REMEMBERED = 2 ** 26;

function searching(row: SearchRow, settings: OptimizerSettings, count: number): StatefulOptimizer {
  const constants = settingsOf(settings);
  const lengths = row.memory(count, constants);
  const numbers = lengths.reduce((sum, length) => sum + length, 0);
  if (numbers > MOST_REMEMBERED) {
    throw new RangeError(`${settings.type} would remember ${String(numbers)} numbers: the network is too large for it`);
  }
  const memory = lengths.map((length) => new Float64Array(length));
  return {
    learningRate: settings.learningRate,
    rows: memory.slice(0, -1),
    state: memory.at(-1) ?? new Float64Array(),
    memory,
    begin: () => undefined,
    update: () => {
      throw new Error(`${settings.type} takes a step by a search`);
    },
    *search(theta, gradient, loss, trained) {
      const length = trained.reduce((sum, { from, to }) => sum + to - from, 0);
      const pick = (values: Float64Array): Float64Array => {
        const picked = new Float64Array(length);
        let at = 0;
        for (const { from, to } of trained) {
          picked.set(values.subarray(from, to), at);
          at += to - from;
        }
        return picked;
      };
      const put = (picked: Float64Array): void => {
        let at = 0;
        for (const { from, to } of trained) theta.set(picked.subarray(at, (at += to - from)), from);
      };
      const steps = row.search(pick(theta), { loss, gradient: pick(gradient) }, memory, this.learningRate, constants);
      let step = steps.next();
      while (!step.done) {
        put(step.value);
        step = steps.next({ loss: yield, gradient: pick(gradient) });
      }
      put(step.value);
    },
  };
}

function elementwise(row: ElementwiseRow, settings: OptimizerSettings, count: number, allot: Allot): StatefulOptimizer {
  const constants = settingsOf(settings);
  const rows = row.start(constants, settings.learningRate).map((start) => allot(count).fill(start));
  const state = Float64Array.from(row.state?.start ?? []);
  const numbers = new StepNumbers(row, constants, state);
  const names = variablesOf(row, row.given(constants).length);
  const memory = row.memory.map((expression) => compile(expression, names));
  const newTheta = compile(row.theta, names);
  const values = new Float64Array(names.length);
  const [firstRow, firstNext, firstGiven] = [2, 2 + rows.length, 2 + 2 * rows.length];
  return {
    learningRate: settings.learningRate,
    rows,
    state,
    memory: state.length === 0 ? rows : [...rows, state],
    begin: () => {
      numbers.begin();
    },
    update(theta, gradient, { from, to }) {
      values.set(numbers.at(this.learningRate), firstGiven);
      for (let k = from; k < to; k++) {
        values[0] = theta[k] ?? NaN;
        values[1] = gradient[k] ?? NaN;
        for (const [r, remembered] of rows.entries()) values[firstRow + r] = remembered[k] ?? NaN;
        for (const [r, next] of memory.entries()) values[firstNext + r] = next(values);
        theta[k] = newTheta(values);
        for (const [r, remembered] of rows.entries()) remembered[k] = values[firstNext + r] ?? NaN;
      }
    },
  };
}
