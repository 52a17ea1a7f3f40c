/** Inputs that are mostly zeros: what of them the first layer can leave out, forward and in its gradient (wasm/sparse.ts). */

import type { Samples } from '../../core/network';
import type { Address } from './simdKernels';
import type { MemoryPlan } from './simdMemory';
import { PACKED_COLUMNS, type SimdPass } from './simdOperations';

/** Values that are looked at to find out whether data is mostly zeros. */
const LOOKED_AT = 2 ** 14;
/** Lists are made where at least this part of the data is 0, and used where a chunk's are no longer than the other part of it. */
const ZEROS = 0.5;
const LONGEST = 0.75;

/** Columns below which there is nothing to gain. */
const LEAST = 16;

interface Lists {
  readonly lists: Address;
  readonly lengths: Address;
}

export class InputZeros {
  /** For each panel of four samples, the columns in which one of them is not 0. */
  readonly ofColumns: Lists;
  /** For each four columns, the samples in which one of them is not 0. */
  readonly ofSamples: Lists;
  /** The lists are worth it for the chunk that is packed. */
  listed = false;
  private samples: Samples | undefined;
  private manyZeros = false;

  constructor(
    plan: MemoryPlan,
    private readonly columns: number,
    chunkSize: number,
  ) {
    const panels = Math.ceil(chunkSize / 4);
    const [blocks, groups] = [Math.ceil(columns / PACKED_COLUMNS), Math.ceil(columns / 4)];
    const reserve = (count: number, longest: number): Lists => ({
      lists: plan.reserve(2 * count * longest),
      lengths: plan.reserve(4 * count),
    });
    this.ofColumns = reserve(blocks * panels, PACKED_COLUMNS);
    this.ofSamples = reserve(groups, chunkSize);
  }

  /** Whether the columns of a chunk of these samples are worth listing while it is packed. */
  listing({ rows }: SimdPass): boolean {
    if (rows.samples !== this.samples) {
      this.samples = rows.samples;
      this.manyZeros = this.columns >= LEAST && shareOfZeros(rows.samples.inputs) >= ZEROS;
    }
    return this.manyZeros;
  }

  /** For a chunk that has just been packed. */
  look({ memory, n }: SimdPass): void {
    this.listed = false;
    if (!this.manyZeros) return;
    const panels = Math.ceil(n / 4);
    const lengths = new Int32Array(
      memory.buffer,
      this.ofColumns.lengths,
      Math.ceil(this.columns / PACKED_COLUMNS) * panels,
    );
    this.listed = lengths.reduce((sum, length) => sum + length, 0) <= LONGEST * this.columns * panels;
  }

  /** For the same chunk, transposed. */
  listSamples({ kernels, blocks, n }: SimdPass): void {
    const [input] = blocks;
    if (input) kernels.listSamples(input.transposed, n, this.columns, this.ofSamples.lists, this.ofSamples.lengths);
  }
}

/** Of some values, evenly spread. */
function shareOfZeros(values: Float64Array): number {
  // An odd step does not fall into the same few columns again and again.
  const step = Math.floor(values.length / LOOKED_AT / 2) * 2 + 1;
  let [zeros, seen] = [0, 0];
  for (let k = 0; k < values.length; k += step, seen++) if (values[k] === 0) zeros++;
  return zeros / seen;
}
