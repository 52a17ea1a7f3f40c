/** The gradient engine in WebAssembly with SIMD (wasm/). */

import { layerAt, parameterLayout, type Network, type Optimizer as OptimizerSettings } from '../../core/network';
import { createFusedEpochs } from '../fused/fusedEpochs';
import { WorkerPool, type PoolOffer } from '../pool/workerPool';
import type { FusedEpochs, FusedOptions, GradientEngine } from '../engine';
import { createOptimizer, type StatefulOptimizer } from '../optimizers';
import { Packing } from './packing';
import { ProgramEngine, unitMeans } from './program';
import { deltaOfLayer, forwardLayer, gradientOfLayer, outputLayer, penalize, sumUnits } from './simdOperations';
import { simdOptimizer } from './simdOptimizers';
import { canShare, poolPasses, hasKernels, wholePasses, writePlan } from './simdPasses';
import { makeRoom } from './simdLayout';
import { SharingPolicy } from '../pool/sharing';

/** Multiply-adds between two returns of `advance`: about two milliseconds. */
const SLICE = 2 ** 23;

/**
 * An engine for this network's shape, functions and penalty; θ is the network's own at first. The threads on offer are started
 * when a pass begins. Undefined where the platform has no WebAssembly with SIMD, does not allow it, or where the network needs more than
 * its 4 GiB.
 */
export function createSimdEngine(network: Network, offer?: PoolOffer): GradientEngine | undefined {
  const { layers } = network;
  const layout = parameterLayout(layers);
  const room = makeRoom(network, layout.count, offer?.threads ?? 1);
  if (!room) return undefined;
  const { pass, moments, plan, mailbox, fused, started } = room;
  const at = (address: number): Float64Array => new Float64Array(pass.memory.buffer, address, layout.count);
  const theta = at(pass.theta);
  theta.set(network.theta);
  const units = unitMeans(layers);
  const blocks = [...layout.layers.entries()];
  const output = outputLayer(pass, network);
  writePlan(pass, network, plan);
  const byPlan = hasKernels(network);
  const whole = byPlan ? wholePasses(pass, network, plan) : undefined;
  const rows = new Packing(pass, plan);
  const packing = rows.alone();
  const forward = whole
    ? [packing, ...whole.loss]
    : [packing, ...blocks.flatMap(([l, block]) => forwardLayer(pass, block, layerAt(network, l + 2), l)), output.loss];
  const both = whole
    ? [packing, ...whole.gradient]
    : [
        ...forward,
        ...output.delta,
        ...[...blocks].reverse().flatMap(([l, block]) => [
          ...gradientOfLayer(pass, block, l),
          // Nothing asks for the derivative by the inputs.
          ...(l === 0 ? [] : deltaOfLayer(pass, block, layerAt(network, l + 1), l)),
        ]),
      ];
  const { l1, l2 } = network.regularization;
  const shares = byPlan && offer && offer.threads > 1 && canShare(pass, network, offer.threads);
  const sharing = shares ? new SharingPolicy(new WorkerPool(offer, started, mailbox)) : undefined;
  const shared = sharing && poolPasses(pass, network, plan, rows.shared(sharing.pool), sharing.pool);
  return new ProgramEngine({
    theta,
    gradient: at(pass.gradient),
    units,
    pass,
    operations: { loss: forward, gradient: both, units: [...both, sumUnits(pass, units)] },
    closing: layout.layers.flatMap((block) => penalize(pass, block, l1, l2)),
    slice: SLICE,
    createOptimizer: (settings: OptimizerSettings): StatefulOptimizer => {
      const rows = moments.map(at);
      const allot = (): Float64Array => {
        const row = rows.shift();
        if (!row) throw new RangeError('there is no room for what this optimizer remembers');
        return row;
      };
      return simdOptimizer(settings, createOptimizer(settings, layout.count, allot), pass, sharing);
    },
    createFusedEpochs: (options: FusedOptions): FusedEpochs | undefined =>
      fused && createFusedEpochs(network, pass, fused, started.start, options),
    ...(sharing && shared && { sharing, shared }),
  });
}
