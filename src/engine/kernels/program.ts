/** A gradient engine as a program: passes laid out once as operations, so that one can be left and taken up between any two. */

import type { UnitValues } from '../../core/backprop';
import type { FusedEpochs, FusedOptions, GradientEngine, Rows, Wanted } from '../engine';
import type { StatefulOptimizer } from '../optimizers';
import type { Optimizer as OptimizerSettings } from '../../core/network';
import type { SharingPolicy } from '../pool/sharing';

export interface Operation {
  /** Multiply-adds for one sample, about. */
  readonly work: number;
  run(): void;
}

/** Where a pass over rows stands: its rows go through the network in chunks. */
export interface PassState {
  /** Samples a chunk at most. */
  readonly chunkSize: number;
  rows: Rows;
  wanted: Wanted;
  /** Σ E_s so far. */
  lossSum: number;
  /** Rows so far whose class is predicted right. */
  hits: number;
  penalty: number;
  /** Rows of the chunks before this one. */
  done: number;
  /** Samples in this chunk, and the row of each in the data. */
  n: number;
  readonly rowOf: Uint32Array;
}

/** What an engine consists of. */
export interface Program {
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
  readonly units: UnitValues;
  readonly pass: PassState;
  /** For every chunk. */
  readonly operations: Readonly<Record<Wanted, readonly Operation[]>>;
  /** After the last chunk. */
  readonly closing: readonly Operation[];
  /** Multiply-adds between two returns of `advance`: some milliseconds. */
  readonly slice: number;
  createOptimizer(settings: OptimizerSettings): StatefulOptimizer;
  createFusedEpochs?(options: FusedOptions): FusedEpochs | undefined;
  /** Threads to share passes with, and the passes then: to the bit those of one thread. */
  readonly sharing?: SharingPolicy;
  readonly shared?: Readonly<Record<'loss' | 'gradient', readonly Operation[]>>;
}

export class ProgramEngine implements GradientEngine {
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
  readonly units: UnitValues;
  dataLoss = NaN;

  private readonly pass: PassState;
  private operations: readonly Operation[] = [];
  private next = 0;
  /** Milliseconds of the pass under way, and whether it could be shared. */
  private spent = 0;
  private choosing = false;

  constructor(private readonly program: Program) {
    ({ theta: this.theta, gradient: this.gradient, units: this.units, pass: this.pass } = program);
  }

  get penalty(): number {
    return this.pass.penalty;
  }

  get hits(): number {
    return this.pass.hits;
  }

  createOptimizer(settings: OptimizerSettings): StatefulOptimizer {
    return this.program.createOptimizer(settings);
  }

  createFusedEpochs(options: FusedOptions): FusedEpochs | undefined {
    return this.program.createFusedEpochs?.(options);
  }

  begin(rows: Rows, wanted: Wanted): void {
    const { pass } = this;
    pass.rows = rows;
    pass.wanted = wanted;
    pass.lossSum = 0;
    pass.hits = 0;
    pass.penalty = 0;
    pass.done = 0;
    this.operations = this.choose(wanted);
    this.spent = 0;
    this.beginChunk();
  }

  advance(): boolean {
    const { sharing } = this.program;
    if (!sharing) return this.goOn();
    const start = performance.now();
    const complete = this.goOn();
    this.spent += performance.now() - start;
    if (complete && this.choosing) sharing.took(this.spent, this.workOfPass());
    return complete;
  }

  dispose(): void {
    this.program.sharing?.pool.dispose();
  }

  private choose(wanted: Wanted): readonly Operation[] {
    const { sharing, shared, operations } = this.program;
    this.choosing = sharing?.pool.ready === true && wanted !== 'units';
    return this.choosing && wanted !== 'units' && sharing?.shares && shared ? shared[wanted] : operations[wanted];
  }

  /** A pass with the way back counts three times. */
  private workOfPass(): number {
    const { rows, wanted } = this.pass;
    return rows.count * (wanted === 'loss' ? 1 : 3);
  }

  private goOn(): boolean {
    const { pass, program } = this;
    let work = 0;
    while (work < program.slice) {
      const operation = this.operations[this.next];
      if (operation) {
        operation.run();
        work += operation.work * pass.n;
        this.next++;
      } else if (this.operations === program.closing) {
        return true;
      } else if (pass.done + pass.n < pass.rows.count) {
        pass.done += pass.n;
        this.beginChunk();
      } else {
        this.close();
      }
    }
    return false;
  }

  private beginChunk(): void {
    const { pass } = this;
    const { order, first, count } = pass.rows;
    const start = first + pass.done;
    pass.n = Math.min(pass.chunkSize, count - pass.done);
    for (let s = 0; s < pass.n; s++) pass.rowOf[s] = order ? (order[start + s] ?? 0) : start + s;
    this.next = 0;
  }

  /** All chunks are through: means out of sums, and on to the penalty. */
  private close(): void {
    const { count } = this.pass.rows;
    this.dataLoss = this.pass.lossSum / count;
    // δ has been divided already, where it arose.
    if (this.pass.wanted === 'units') for (const sums of [...this.units.z, ...this.units.a]) divide(sums, count);
    this.operations = this.program.closing;
    this.next = 0;
    this.pass.n = 1;
  }
}

/** Where nothing has been begun. */
export function idlePass(chunkSize: number, rowOf: Uint32Array): PassState {
  const none = new Float64Array(0);
  return {
    chunkSize,
    rows: { samples: { count: 0, inputs: none, targets: none }, first: 0, count: 0 },
    wanted: 'loss',
    lossSum: 0,
    hits: 0,
    penalty: 0,
    done: 0,
    n: 0,
    rowOf,
  };
}

/** Samples a chunk of a network with so many units: z, a and δ of a chunk may hold 2¹⁸ values each. */
export function chunkSizeFor(units: number): number {
  return Math.max(1, Math.min(CHUNK, Math.floor(BLOCK_VALUES / units)));
}

const CHUNK = 64;
const BLOCK_VALUES = 2 ** 18;

/** Room for the means of every unit. */
export function unitMeans(layers: readonly { readonly units: number }[]): UnitValues {
  const notOfInputs = (): Float64Array[] => layers.map(({ units }, l) => new Float64Array(l === 0 ? 0 : units));
  return { z: notOfInputs(), a: layers.map(({ units }) => new Float64Array(units)), delta: notOfInputs() };
}

function divide(values: Float64Array, by: number): void {
  for (let k = 0; k < values.length; k++) values[k] = (values[k] ?? NaN) / by;
}
