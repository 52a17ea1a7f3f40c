/** What a row of the table of optimizers is. */

import type { Expression } from './expression';
import type { Evaluation, Search } from './lbfgs';
import type { ConstantRow } from './rows';

/** The numbers that a file may set beside the optimizer's name; each row says which of them are its own. */
export interface OptimizerConstants {
  readonly momentum?: number;
  readonly decay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  readonly momentumDecay?: number;
  readonly etaMinus?: number;
  readonly etaPlus?: number;
  readonly minStep?: number;
  readonly maxStep?: number;
  readonly maxIterations?: number;
  readonly historySize?: number;
  readonly toleranceGradient?: number;
  readonly toleranceChange?: number;
}

export type OptimizerConstant = ConstantRow<keyof OptimizerConstants>;

/** The constants of one optimizer: a row reads its own alone. */
export type Settings = Readonly<Record<keyof OptimizerConstants, number>>;

interface CommonOptimizerRow {
  /** What other tools call it, in small letters without separators. */
  readonly aliases?: readonly string[];
  /** True where a step is −η ∂J/∂θ and nothing else. */
  readonly isPlainDescent?: true;
  /** True where a step adds gradients up as they are, so that an η above 2/(largest curvature of J) diverges. */
  readonly isUnscaled?: true;
  /** The name in prose. */
  readonly label: string;
  /** The step in symbols. */
  readonly formula: string;
  readonly constants: readonly OptimizerConstant[];
  /** The expression in PyTorch that makes it for `parameters`. */
  pytorch(learningRate: string, constants: Readonly<Record<string, string>>): string;
}

/**
 * An optimizer that changes each parameter by its own gradient and what it remembers of it. In the expressions, `theta`,
 * `gradient`, `memory0`, … are of one parameter, `next0`, … what `memory` makes of them; `rate`, `state0`, … and `given0`, …
 * are of the whole step.
 */
export interface ElementwiseRow extends CommonOptimizerRow {
  readonly kind: 'elementwise';
  /** What is remembered of each parameter before the first step. */
  start(settings: Settings, learningRate: number): readonly number[];
  /** What is remembered from step to step beside that: its start, and what each step makes of it, one after the other. */
  readonly state?: { readonly start: readonly number[]; next(settings: Settings): readonly Expression[] };
  /** What the step needs of η, the state and the constants. */
  given(settings: Settings): readonly (Expression | number)[];
  /** Of each parameter: what is remembered from now on, and the new θ. */
  readonly memory: readonly Expression[];
  readonly theta: Expression;
}

/**
 * An optimizer that looks for its next θ by J and its gradient at points of its own choice: a step takes many passes over
 * all rows, and there are no mini-batches.
 */
export interface SearchRow extends CommonOptimizerRow {
  readonly kind: 'search';
  /** How many numbers each row that it remembers has, for `count` parameters; the last row is of the whole step. */
  memory(count: number, settings: Settings): readonly number[];
  /** Asks for J and the gradient at one point after the other, and ends with the new θ. */
  search(
    theta: Float64Array,
    at: Evaluation,
    memory: readonly Float64Array[],
    rate: number,
    settings: Settings,
  ): Search;
}

export type OptimizerRow = ElementwiseRow | SearchRow;
