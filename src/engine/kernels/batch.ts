/**
 * The gradient engine in plain TypeScript, where WebAssembly's SIMD is missing. Samples go through the network in chunks of
 * up to 64, feature-major (kernels.ts).
 */

import { layerAt, parameterLayout, type Network } from '../../core/network';
import type { GradientEngine } from '../engine';
import {
  deltaOfLayer,
  forwardLayer,
  gradientOfLayer,
  outputLayer,
  packInputs,
  penalize,
  sumUnits,
  type Pass,
} from './operations';
import { createOptimizer } from '../optimizers';
import { chunkSizeFor, idlePass, ProgramEngine, unitMeans } from './program';

/** Multiply-adds between two returns of `advance`: about two milliseconds. */
const SLICE = 2 ** 22;

/** An engine for this network's shape, functions and penalty; θ is the network's own at first. */
export function createBatchEngine(network: Network): GradientEngine {
  const { layers } = network;
  const layout = parameterLayout(layers);
  const theta = network.theta.slice();
  const gradient = new Float64Array(layout.count);
  const units = unitMeans(layers);
  const pass = newPass(network, theta, gradient);
  const blocks = [...layout.layers.entries()];
  const output = outputLayer(pass, network);
  const forward = [
    packInputs(pass, layerAt(network, 1).units),
    ...blocks.flatMap(([l, block]) => forwardLayer(pass, block, layerAt(network, l + 2), l)),
    output.loss,
  ];
  const both = [
    ...forward,
    output.delta,
    ...[...blocks].reverse().flatMap(([l, block]) => [
      ...gradientOfLayer(pass, block, l),
      // Nothing asks for the derivative by the inputs.
      ...(l === 0 ? [] : deltaOfLayer(pass, block, layerAt(network, l + 1), l)),
    ]),
  ];
  const { l1, l2 } = network.regularization;
  return new ProgramEngine({
    theta,
    gradient,
    units,
    pass,
    operations: { loss: forward, gradient: both, units: [...both, sumUnits(pass, units)] },
    closing: layout.layers.flatMap((block) => penalize(pass, block, l1, l2)),
    slice: SLICE,
    createOptimizer: (settings) => createOptimizer(settings, layout.count),
  });
}

function newPass({ layers }: Network, theta: Float64Array, gradient: Float64Array): Pass {
  const allUnits = layers.reduce((sum, { units }) => sum + units, 0);
  const chunkSize = chunkSizeFor(allUnits);
  return {
    ...idlePass(chunkSize, new Uint32Array(chunkSize)),
    theta,
    gradient,
    blocks: layers.map(({ units }, l) => {
      const block = (size = units * chunkSize): Float64Array => new Float64Array(size);
      return { z: block(l === 0 ? 0 : undefined), a: block(), delta: block(l === 0 ? 0 : undefined) };
    }),
  };
}
