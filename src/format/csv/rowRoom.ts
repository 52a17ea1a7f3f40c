/** Room for rows of which it is not known beforehand how many there are. */

import type { Samples } from '../../core/network';
import { sharedCopy, sharedNumbers } from '../json/sharedNumbers';

export class RowRoom {
  inputs: Float64Array = new Float64Array(0);
  targets: Float64Array = new Float64Array(0);
  weights: Float64Array = new Float64Array(0);
  private rows = 0;

  /** Numbers of a row. */
  constructor(
    private readonly width: { readonly inputs: number; readonly targets: number; readonly weights: number },
  ) {}

  get full(): number {
    return this.rows;
  }

  /** Makes room for `rows` in all; those that are there stay. */
  grow(rows: number): void {
    this.inputs = grown(this.inputs, rows * this.width.inputs);
    this.targets = grown(this.targets, rows * this.width.targets);
    this.weights = grown(this.weights, rows * this.width.weights);
    this.rows = rows;
  }

  /** The first `rows`, without the room beyond them where that is worth a copy. */
  take(rows: number): Pick<Samples, 'inputs' | 'targets' | 'weights'> {
    return {
      ...(this.width.weights > 0 && { weights: trimmed(this.weights, rows) }),
      inputs: trimmed(this.inputs, rows * this.width.inputs),
      targets: trimmed(this.targets, rows * this.width.targets),
    };
  }
}

function grown(values: Float64Array, length: number): Float64Array {
  const larger = sharedNumbers(length);
  larger.set(values);
  return larger;
}

function trimmed(values: Float64Array, length: number): Float64Array {
  const part = values.subarray(0, length);
  return values.length - length > length / 8 ? sharedCopy(part) : part;
}
