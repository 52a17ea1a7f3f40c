/** ∂E_s/∂z of one unit and many samples at once: what core/check/slope.ts finds for one, by kernels, sooner. */

import { BLOCK, oneByOne, type SlopeFinder } from '../../core/check/numericGradient';
import { Extrapolation, firstStep, SHARES, slope } from '../../core/check/slope';
import { kernelGains } from './gains';

/** The first step of a unit whose z is not large. */
const STEP = firstStep(0);
/** Of a block of samples, as long work is measured by. */
const WORK = 2 ** 16;

/**
 * Three differences of every sample at the usual step; a sample whose z is large, whose way passes a break, or whose step must
 * be smaller is left to `slope`, which also finds all of them where there are no kernels for the network.
 */
export const slopesByKernels: SlopeFinder = (loss) => {
  const gains = kernelGains(loss, SHARES);
  if (!gains) return oneByOne(loss);
  const found = new Extrapolation();
  return (layer, unit, first, count, noise, into) => {
    gains.take(layer, unit, STEP, first / BLOCK);
    loss.work += WORK;
    for (let k = 0; k < count; k++) {
      const z = Math.abs(loss.z(first + k, layer, unit));
      const isUsual = firstStep(z) === STEP;
      if (isUsual) found.of(gains.values, k, BLOCK, STEP, z, noise.ofLoss[k] ?? NaN, noise.ofOutputs[k] ?? NaN);
      if (!isUsual || !found.isGood) into.set(k, slope(loss.line(first + k, layer, unit), noise.of(k)));
      else {
        into.value[k] = found.value;
        into.truncation[k] = found.truncation;
        into.rounding[k] = found.rounding;
      }
    }
  };
};
