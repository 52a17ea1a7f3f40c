/** ∂E_s/∂z of one unit and many samples at once: what core/slope.ts finds for one, by kernels, sooner. */

import { oneByOne, type SlopeFinder } from '../../core/check/numericGradient';
import { extrapolated, firstStep } from '../../core/check/slope';
import { kernelGains, SAMPLES } from './gains';

/** The first step of a unit whose z is not large. */
const STEP = firstStep(0);
/** Beyond what is done between two pauses: there is one after every block. */
const WORK_OF_BLOCK = 2 ** 16;

/**
 * Three differences of every sample at the usual step; a sample whose z is large, whose way passes a break, or whose step must
 * be smaller is left to `slope`, which also finds all of them where there are no kernels for the network.
 */
export const slopesByKernels: SlopeFinder = (loss) => {
  const gains = kernelGains(loss);
  if (!gains) return oneByOne(loss);
  const gain = (k: number, at: number): number => gains.values[k * SAMPLES + at] ?? NaN;
  return (layer, unit) => {
    let taken = -1;
    const others = oneByOne(loss)(layer, unit);
    return (sample, noise) => {
      const z = Math.abs(loss.z(sample, layer, unit));
      if (firstStep(z) !== STEP) return others(sample, noise);
      const block = Math.floor(sample / SAMPLES);
      if (block !== taken) {
        taken = block;
        gains.take(layer, unit, STEP, block);
        loss.work += WORK_OF_BLOCK;
      }
      const at = sample - block * SAMPLES;
      const found = extrapolated({
        right: gain(0, at),
        left: gain(1, at),
        right2: gain(2, at),
        left2: gain(3, at),
        right4: gain(4, at),
        left4: gain(5, at),
        step: STEP,
        z,
        noise,
      });
      return found.isGood ? found : others(sample, noise);
    };
  };
};
