/** Trial runs for the doctor: a network trained in memory, in slices, and written nowhere. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Uniforms } from '../core/doctor/changes';
import type { TrialTools } from '../core/doctor/examination';
import { kernelProducts } from './kernels/hessian';
import { Trainer } from './trainer';

/** Milliseconds between two pauses. */
const SLICE = 20;
/** The stream of the seed's first initial weights (format/network/random.ts): so many jumps of the generator. */
const FIRST_STREAM = 2;

const uniforms: Uniforms = (seed, layer) => {
  const random = xoroshiro128plus(seed);
  for (let jumps = 0; jumps < FIRST_STREAM + layer; jumps++) random.jump();
  return () => uniformFloat64(random);
};

/** What the doctor runs trials with. */
export const trialTools: TrialTools = {
  uniforms,
  products: kernelProducts,
  *train(network, data, epochs, theta) {
    const trainer = new Trainer(network, data, { epochs, ...(theta && { theta }) });
    try {
      while (!trainer.end) {
        trainer.run(SLICE);
        yield;
      }
      return { epochs: trainer.epoch, end: trainer.end, theta: trainer.theta.slice(), rows: trainer.takeHistory() };
    } finally {
      trainer.dispose();
    }
  },
};
