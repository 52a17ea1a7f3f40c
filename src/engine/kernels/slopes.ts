/** ∂E_s/∂z of one unit and many samples at once: what core/check/slope.ts finds for one, by kernels, sooner. */

import { BLOCK, oneByOne, type SlopeFinder } from '../../core/check/slopes';
import { Extrapolation, firstStep, SHARES, slope } from '../../core/check/slope';
import { kernelGains } from './gains';

/** The first step of a unit whose z is not large. */
const STEP = firstStep(0);
/** Rounding that is larger than this is so by chance, and another look may do without. */
const SHARP = 1e-9;
/** Of a block of samples, as long work is measured by. */
const WORK = 2 ** 16;

/**
 * Three differences of every sample at the usual step; a sample whose z is large, whose way passes a break, whose step must be
 * smaller or whose rounding is large is left to `slope`, which also finds all of them where there are no kernels for the network.
 */
export const slopesByKernels: SlopeFinder = (loss) => {
  const gains = kernelGains(loss, SHARES);
  if (!gains) return oneByOne(loss);
  const found = new Extrapolation();
  found.step = STEP;
  return (layer, unit, first, count, noise, into) => {
    gains.take(layer, unit, STEP, first / BLOCK);
    loss.work += WORK;
    const { values } = gains;
    const z = loss.zOfAll(layer);
    const units = z.length / loss.samples.count;
    for (let k = 0; k < count; k++) {
      found.z = Math.abs(z[(first + k) * units + unit] ?? NaN);
      found.ofLoss = noise.ofLoss[k] ?? NaN;
      found.ofOutputs = noise.ofOutputs[k] ?? NaN;
      found.of(values, k, BLOCK);
      const isSharp = found.rounding <= SHARP * Math.max(1, Math.abs(found.value));
      if (found.isGood && isSharp && firstStep(found.z) === STEP) {
        into.value[k] = found.value;
        into.truncation[k] = found.truncation;
        into.rounding[k] = found.rounding;
      } else into.set(k, slope(loss.line(first + k, layer, unit), noise.of(k)));
    }
  };
};
