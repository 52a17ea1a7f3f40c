/** The gradient engine in WebAssembly with SIMD (wasm/): the same program as batch.ts, by faster kernels. */

import { layerAt, parameterLayout, type Network, type Optimizer as OptimizerSettings } from '../core/network';
import { createBurst, reserveBurst, type BurstRoom } from './burst';
import type { Burst, BurstOptions, GradientEngine } from './engine';
import { InputZeros } from './inputZeros';
import { createOptimizer, type Optimizer } from './optimizers';
import { chunkSizeFor, idlePass, ProgramEngine, unitMeans } from './program';
import { MemoryPlan, startKernels, type StartModule } from './simdKernels';
import {
  deltaOfLayer,
  forwardLayer,
  gradientOfLayer,
  outputLayer,
  packRows,
  panelsOf,
  panelStride,
  penalize,
  sumUnits,
  type SimdPass,
} from './simdOperations';
import { simdOptimizer } from './simdOptimizers';
import { wholePassBytes, wholePasses } from './simdWholePass';

/** Multiply-adds between two returns of `advance`: about two milliseconds. */
const SLICE = 2 ** 23;

/**
 * An engine for this network's shape, functions and penalty; θ is the network's own at first. Undefined where the platform
 * has no WebAssembly with SIMD, does not allow it, or where the network needs more than its 4 GiB.
 */
export function createSimdEngine(network: Network): GradientEngine | undefined {
  const { layers } = network;
  const layout = parameterLayout(layers);
  const made = newPass(network, layout.count);
  if (!made) return undefined;
  const { pass, moments, wholePlan, burstRoom, start } = made;
  const at = (address: number): Float64Array => new Float64Array(pass.memory.buffer, address, layout.count);
  const theta = at(pass.theta);
  theta.set(network.theta);
  const units = unitMeans(layers);
  const blocks = [...layout.layers.entries()];
  const output = outputLayer(pass, network);
  const whole = wholePasses(pass, network, wholePlan);
  const packing = packRows(pass);
  const forward = whole
    ? [packing, whole.loss]
    : [packing, ...blocks.flatMap(([l, block]) => forwardLayer(pass, block, layerAt(network, l + 2), l)), output.loss];
  const both = whole
    ? [packing, whole.gradient]
    : [
        ...forward,
        ...output.delta,
        ...blocks.reverse().flatMap(([l, block]) => [
          ...gradientOfLayer(pass, block, l),
          // Nothing asks for the derivative by the inputs.
          ...(l === 0 ? [] : deltaOfLayer(pass, block, layerAt(network, l + 1), l)),
        ]),
      ];
  const { l1, l2 } = network.regularization;
  return new ProgramEngine({
    theta,
    gradient: at(pass.gradient),
    units,
    pass,
    operations: { loss: forward, gradient: both, units: [...both, sumUnits(pass, units)] },
    closing: layout.layers.flatMap((block) => penalize(pass, block, l1, l2)),
    slice: SLICE,
    createOptimizer: (settings: OptimizerSettings): Optimizer => {
      const rows = moments.map(at);
      const allot = (): Float64Array => {
        const row = rows.shift();
        if (!row) throw new RangeError('an optimizer remembers two rows at most');
        return row.fill(0);
      };
      return simdOptimizer(settings, createOptimizer(settings, layout.count, allot), pass);
    },
    createBurst: (options: BurstOptions): Burst | undefined =>
      burstRoom && createBurst(network, pass, burstRoom, start, options),
  });
}

interface Planned {
  readonly pass: SimdPass;
  /** Two rows for an optimizer. */
  readonly moments: readonly number[];
  /** Room for what passes in one call go by. */
  readonly wholePlan: number;
  readonly burstRoom: BurstRoom | undefined;
  readonly start: StartModule;
}

function newPass({ layers }: Network, count: number): Planned | undefined {
  const plan = new MemoryPlan();
  const chunkSize = chunkSizeFor(layers.reduce((sum, { units }) => sum + units, 0));
  const panels = panelsOf(chunkSize);
  const row = (): number => plan.reserve(8 * count);
  const block = (units: number): number => plan.reserve(panels * panelStride(units));
  const [theta, gradient, moments] = [row(), row(), [row(), row()]];
  const [inputs = 0, outputs = 0] = [layers[0]?.units, layers.at(-1)?.units];
  const widest = Math.max(...layers.map(({ units }) => units));
  const places = {
    theta,
    gradient,
    blocks: layers.map(({ units }) => {
      return { z: block(units), a: block(units), delta: block(units), stride: panelStride(units), units };
    }),
    targets: block(outputs),
    index: plan.reserve(4 * chunkSize),
    rowsOfInputs: plan.reserve(8 * chunkSize * inputs),
    rowsOfTargets: plan.reserve(8 * chunkSize * outputs),
    packed: plan.reserve(4 * 8 * Math.max(PACKED_COLUMNS, 8 * chunkSize)),
    transposed: plan.reserve(8 * chunkSize * (3 + widest)),
    behind: plan.reserve(16 * (1 + widest)),
    zeros: new InputZeros(plan, inputs, chunkSize),
  };
  const wholePlan = plan.reserve(wholePassBytes({ layers }));
  const burstRoom = reserveBurst(plan, count);
  const started = startKernels(plan);
  if (!started) return undefined;
  const { kernels, buffer, start } = started;
  const idle = idlePass(chunkSize, new Uint32Array(chunkSize));
  return {
    pass: { ...idle, ...places, kernels, memory: new Float64Array(buffer) },
    moments,
    wholePlan,
    burstRoom,
    start,
  };
}

/** Columns that wasm/products.ts packs at a time; wasm/sparse.ts packs eight times four rows of a chunk. */
const PACKED_COLUMNS = 256;
