/** Generators of core that are run to their end, as nothing else has to be done in between here. */

import { contributing } from '../../src/core/chain/contributions';
import { windowing } from '../../src/core/chain/layerWindow';
import { recursing } from '../../src/core/chain/recursion';
import { curving } from '../../src/core/check/stepCurve';
import { runToEnd } from '../../src/core/check/steps';
import { hessianProducts } from '../../src/core/hessian';
import type { Objective } from '../../src/core/network';

function atOnce<Arguments extends unknown[], Result>(steps: (...given: Arguments) => Generator<unknown, Result>) {
  return (...given: Arguments): Result => runToEnd(steps(...given));
}

export const contributions = atOnce(contributing);
export const layerWindow = atOnce(windowing);
export const recursions = atOnce(recursing);
export const stepCurve = atOnce(curving);

/** H·v of J at θ. */
export function hessianProduct(objective: Objective, v: Float64Array): Float64Array {
  return runToEnd(runToEnd(hessianProducts(objective))(v));
}
