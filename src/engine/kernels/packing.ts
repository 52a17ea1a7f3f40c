/** a^(1) = x and y of a chunk: its rows, copied from the data and laid out in panels. */

import type { Samples } from '../../core/network';
import type { WorkerPool } from '../pool/workerPool';
import type { Operation } from './program';
import type { Address } from './simdKernels';
import { blocksOf, type SimdPass } from './simdOperations';

/** Below so many numbers a row is copied faster one by one. */
const SHORT = 16;

/** Where rows are in the data's own order, a chunk that is there already is not packed again. */
export class Packing {
  private samples: Samples | undefined;
  private first = 0;
  private count = 0;

  constructor(
    private readonly pass: SimdPass,
    private readonly plan: Address,
  ) {}

  alone(): Operation {
    const { pass, plan } = this;
    return this.operation((listing) => {
      pass.kernels.packPanels(plan, pass.n, listing, 0, 1);
    });
  }

  shared(pool: WorkerPool): Operation {
    const { pass, plan } = this;
    return this.operation((listing) => {
      pool.call('packPanels', (part, parts) => [plan, pass.n, Number(listing), part, parts]);
    });
  }

  private operation(pack: (listing: boolean) => void): Operation {
    const { pass } = this;
    const [input, output] = [blocksOf(pass, 0), blocksOf(pass, pass.blocks.length - 1)];
    return {
      work: input.units + output.units,
      run: () => {
        if (this.isThere()) return;
        const { samples } = pass.rows;
        this.copy(samples.inputs, input.units, pass.rowsOfInputs);
        this.copy(samples.targets, output.units, pass.rowsOfTargets);
        pack(pass.zeros.listing(pass));
        pass.zeros.look(pass);
      },
    };
  }

  /** Notes the chunk as the one that is there from now on. */
  private isThere(): boolean {
    const { rows, done, n } = this.pass;
    const first = rows.first + done;
    const same = this.samples === rows.samples && this.first === first && this.count === n;
    this.samples = rows.order ? undefined : rows.samples;
    this.first = first;
    this.count = n;
    return same && !rows.order;
  }

  /** Copies the chunk's rows into the kernels' memory, in one piece where they lie in one. */
  private copy(values: Float64Array, units: number, to: Address): void {
    const { memory, rows, done, n, rowOf } = this.pass;
    const at = to / 8;
    if (!rows.order) {
      const first = (rows.first + done) * units;
      memory.set(values.subarray(first, first + n * units), at);
      return;
    }
    for (let s = 0; s < n; s++) {
      const row = (rowOf[s] ?? 0) * units;
      if (units < SHORT) for (let j = 0; j < units; j++) memory[at + s * units + j] = values[row + j] ?? NaN;
      else memory.set(values.subarray(row, row + units), at + s * units);
    }
  }
}
