/** What one supposes a program to be: its optimizer, and what it does to the gradient before. */

import type { Optimizer as OptimizerSettings } from '../../core/network';
import { createOptimizer, type StatefulOptimizer } from '../optimizers';

/** What a program may do at each step. */
export interface RecordedProgram {
  readonly optimizer: OptimizerSettings;
  /** The rows in the order that this file’s training takes them, in the order of the data, or shuffled with another seed. */
  readonly order: 'ours' | 'data' | { readonly seed: number };
  /** One step a record, with the gradient of so many rows at the end of the data. */
  readonly lastRows?: number;
  /** The gradients of all steps so far are added up. */
  readonly accumulates?: boolean;
  /** PyTorch’s τ: from the second step on the velocity takes up (1 − τ) of the gradient. */
  readonly dampening?: number;
  /** λ of a gradient that has λθ added to it. */
  readonly weightDecay?: number;
  /** The gradient times this. */
  readonly factor?: number;
  /** The gradients are those that were recorded. */
  readonly takesRecorded?: boolean;
  /** η of each record is the one that fits it. */
  readonly fitsRate?: boolean;
}

/** Where a program is between two steps. */
export class ProgramState {
  largest = 0;
  private steps = 0;

  constructor(
    readonly program: RecordedProgram,
    private readonly count: number,
    readonly optimizer: StatefulOptimizer = createOptimizer(program.optimizer, count),
    private readonly sum: Float64Array = new Float64Array(count),
  ) {}

  /** The gradient that the program’s optimizer sees. */
  gradient(found: Float64Array, theta: Float64Array): Float64Array {
    const { accumulates, dampening = 0, weightDecay = 0, factor = 1 } = this.program;
    if (accumulates) for (let k = 0; k < found.length; k++) this.sum[k] = (this.sum[k] ?? 0) + (found[k] ?? NaN);
    const damped = factor * (this.steps++ === 0 ? 1 : 1 - dampening);
    const base = accumulates ? this.sum : found;
    const gradient = base.map((value, k) => damped * (value + weightDecay * (theta[k] ?? NaN)));
    for (const value of gradient) this.largest = Math.max(this.largest, Math.abs(value));
    return gradient;
  }

  copy(): ProgramState {
    return this.as(this.program);
  }

  /** Another program that goes on from here. */
  as(program: RecordedProgram): ProgramState {
    const optimizer = createOptimizer(this.program.optimizer, this.count);
    for (const [row, memory] of this.optimizer.memory.entries()) optimizer.memory[row]?.set(memory);
    optimizer.learningRate = this.optimizer.learningRate;
    const state = new ProgramState(program, this.count, optimizer, this.sum.slice());
    state.steps = this.steps;
    state.largest = this.largest;
    return state;
  }
}
