/** How one parameter moves every z and a, and so what a change of δ or of ∂E/∂a at any layer makes of its derivative. */

import { weightOf } from '../cost';
import { addProduct } from '../layerMath';
import type { ParameterId } from '../network';
import { type Batch, throughRows } from './batch';

export class Tangent {
  /** (ω_s/D) ∂z^(l)/∂θ and (ω_s/D) ∂a^(l)/∂θ of every sample; index l − 1, empty before the parameter. */
  private readonly z: Float64Array[] = [];
  private readonly a: Float64Array[] = [];

  constructor(
    private readonly batch: Batch,
    { layer, to, from }: ParameterId,
  ) {
    for (const [at, block] of batch.blocks.entries()) {
      const l = at + 1;
      if (l < layer) continue;
      const dz = new Float64Array(batch.count * block.rows);
      for (let s = 0; s < batch.count; s++) {
        if (l > layer) addProduct(batch.theta, block, this.a[at] ?? dz, dz, s * block.columns, s * block.rows);
        else {
          const input = from === 0 ? block.biasInput : (batch.a[at]?.[s * block.columns + from - 1] ?? NaN);
          dz[s * block.rows + to - 1] = (weightOf(batch, s + 1) * input) / batch.divisor;
        }
      }
      this.z[l] = dz;
      // The matrix ∂a/∂z is symmetric, of softmax too, and takes ∂z/∂θ forward as it takes ∂E/∂a back.
      this.a[l] = throughRows(batch, l + 1, dz);
    }
  }

  /** What ∂J/∂θ gains through each unit of layer l where δ^(l), or ∂E/∂a^(l), is `changed` in the place of `right`. */
  gains(at: 'z' | 'a', l: number, right: Float64Array, changed: Float64Array): Float64Array {
    const moved = this[at][l - 1] ?? right;
    const units = right.length / this.batch.count;
    const gains = new Float64Array(units);
    for (let n = 0; n < right.length; n++) {
      const d = moved[n] ?? NaN;
      if (d === 0) continue;
      gains[n % units] = (gains[n % units] ?? NaN) + d * ((changed[n] ?? NaN) - (right[n] ?? NaN));
    }
    return gains;
  }

  /** (ω_s/D) ∂a_i^(l)/∂θ of sample s (from 0). */
  ofOutput(l: number, s: number, i: number): number {
    const values = this.a[l - 1];
    return values?.[(s * values.length) / this.batch.count + i] ?? NaN;
  }
}
