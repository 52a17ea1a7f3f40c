/** What code made for one network (fusedCode.ts) computes of the loss. */

import type { Network } from '../../core/network';
import type { StepPlaces } from './fusedSteps';
import type { Range } from '../ranges';
import type { KernelFunction, LossKernel } from '../kernels/simdFunctions';
import { blocksOf, type SimdPass } from '../kernels/simdOperations';
import { V128, type Code, type Local } from './wasmCode';

/** What the code is made for. */
export interface FusedPlan {
  readonly network: Network;
  readonly pass: SimdPass;
  /** Rows of the data, all of them in the pass's blocks. */
  readonly count: number;
  readonly trained: readonly Range[];
  readonly step: StepPlaces;
  /** The rows whose class is predicted right are counted. */
  readonly hits: boolean;
  readonly loss: KernelFunction<LossKernel>;
}

/** z, a and δ of one unit, two samples each. */
export interface UnitLocals {
  readonly z: readonly Local[];
  readonly a: readonly Local[];
  readonly delta: readonly Local[];
}

/** Where a pair stands in a block of the pass. */
export function pairAt(start: number, stride: number, unit: number, pair: number): number {
  return start + (pair >> 1) * stride + 32 * unit + 16 * (pair & 1);
}

/** The mean loss into the row, and the hits. Where sums of pairs are added up, as in lossSum, four samples come at a time. */
export function emitLoss(
  code: Code,
  { network, pass, count, hits, loss: { kernel, kind, constant } }: FusedPlan,
  outputs: readonly UnitLocals[],
  into: Local,
): void {
  const { a: block, stride, units } = blocksOf(pass, network.layers.length - 1);
  const residual = code.local(V128);
  const pairLoss = (p: number): void => {
    code.f64(0).do('f64x2.splat');
    for (const [k, { z, a }] of outputs.entries()) {
      const y = pairAt(pass.targets, stride, k, p);
      if (kernel === 'mse') {
        code
          .get(a[p] ?? 0)
          .load('v128.load', y)
          .do('f64x2.sub')
          .set(residual);
        code.f64(0.5).do('f64x2.splat').get(residual).do('f64x2.mul').get(residual).do('f64x2.mul');
      } else
        code
          .i32(kind)
          .f64(constant)
          .get(z[p] ?? 0, a[p] ?? 0)
          .load('v128.load', y)
          .call('lossOf');
      code.do('f64x2.add');
    }
  };
  // 0 + x, as the pass adds to a sum of its own: −0 becomes 0.
  code.get(into).f64(0);
  sumOverSamples(code, count, pairLoss);
  code.do('f64.add').f64(count).do('f64.div').access('f64.store', 0);
  if (!hits) return;
  for (const [k, { a }] of outputs.entries()) {
    for (const [p, local] of a.entries()) {
      code
        .i32(0)
        .get(local)
        .access('v128.store', pairAt(block, stride, k, p));
    }
  }
  code.get(into).i32(block).i32(pass.targets).i32(stride).i32(count).i32(units);
  code.call('countHits').do('f64.convert_i32_s').access('f64.store', 16);
}

/** Σ over the samples of a pair's values, in the kernels' order; leaves it on the stack. */
export function sumOverSamples(code: Code, count: number, pair: (p: number) => void): void {
  const whole = count >> 2;
  const [sum, value] = [code.local(V128), code.local(V128)];
  code.f64(0).do('f64x2.splat').set(sum);
  for (let q = 0; q < whole; q++) {
    code.get(sum);
    pair(2 * q);
    pair(2 * q + 1);
    code.do('f64x2.add', 'f64x2.add').set(sum);
  }
  code.get(sum).lane(0).get(sum).lane(1).do('f64.add');
  for (let s = 4 * whole; s < count; s++) {
    if (s % 2 === 0) {
      pair(s / 2);
      code.set(value);
    }
    code
      .get(value)
      .lane((s % 2) as 0 | 1)
      .do('f64.add');
  }
}

export function emitLossSlope(
  code: Code,
  { network, pass, count, loss: { kernel, kind, constant } }: FusedPlan,
  outputs: readonly UnitLocals[],
): void {
  const { stride } = blocksOf(pass, network.layers.length - 1);
  for (const [k, { z, a, delta }] of outputs.entries()) {
    for (const [p, local] of delta.entries()) {
      const y = pairAt(pass.targets, stride, k, p);
      code.f64(1 / count).do('f64x2.splat');
      if (kernel === 'mse')
        code
          .get(a[p] ?? 0)
          .load('v128.load', y)
          .do('f64x2.sub');
      else
        code
          .i32(kind)
          .f64(constant)
          .get(z[p] ?? 0, a[p] ?? 0)
          .load('v128.load', y)
          .call('lossSlopeOf');
      code.do('f64x2.mul').set(local);
    }
  }
}
