/** The gradient engine where WebAssembly's SIMD is switched off: core/backprop row by row, right though slower. */

import { divisorOf, weightOf } from '../core/cost';
import { differentiating, forward, inputsOf, targetsOf, type Analysis } from '../core/backprop';
import { classOf } from '../core/classes';
import { sampleLoss } from '../core/functions';
import type { Network, Samples } from '../core/network';
import type { GradientEngine, Rows } from './engine';
import { createOptimizer } from './optimizers';
import { penalty } from '../core/penalty';

/** Multiply-adds between two returns of `advance`: some milliseconds. */
const SLICE = 2 ** 21;

/** An engine for this network; θ is the network's own at first. */
export function createPlainEngine(network: Network): GradientEngine {
  const theta = network.theta.slice();
  let pass: Generator<undefined, void> | undefined;
  const engine = {
    theta,
    gradient: new Float64Array(theta.length),
    dataLoss: NaN,
    penalty: NaN,
    hits: 0,
    units: { z: [], a: [], delta: [] } as Analysis['units'],
    begin: (rows: Rows, wanted: 'loss' | 'gradient' | 'units'): void => {
      pass = measure(gathered(network, rows), wanted !== 'loss');
    },
    advance: (): boolean => {
      for (let work = 0; work < SLICE; work += theta.length + 1) if (pass?.next().done !== false) return true;
      return false;
    },
    createOptimizer: (settings: Network['training']['optimizer']) => createOptimizer(settings, theta.length),
    createFusedEpochs: () => undefined,
    dispose: () => undefined,
  };
  function* measure(samples: Samples, backward: boolean): Generator<undefined, void> {
    const outputs = network.layers.at(-1)?.units ?? 0;
    let [sum, hits] = [0, 0];
    for (let sample = 1; sample <= samples.count; sample++) {
      const { z, a } = forward(network, theta, inputsOf(network, samples, sample));
      const [lastZ, lastA, y] = [z.at(-1), a.at(-1), targetsOf(network, samples, sample)];
      if (!lastZ || !lastA) return;
      sum += weightOf(samples, sample) * sampleLoss(network, lastZ, lastA, y);
      const found = classOf(lastA, 0, outputs);
      hits += Number(outputs === 1 ? found === classOf(y, 0, 1) : y[found] === 1);
      yield;
    }
    const dataLoss = sum / divisorOf(network, samples);
    Object.assign(engine, { dataLoss, penalty: penalty(network, theta, samples.count), hits });
    if (!backward) return;
    const { gradient, units } = yield* differentiating({ network, theta, samples });
    engine.gradient.set(gradient);
    engine.units = units;
  }
  return engine;
}

/** The rows by themselves, in their order. */
function gathered({ layers }: Network, { samples, order, first, count }: Rows): Samples {
  const pick = (values: Float64Array, width: number): Float64Array => {
    const rows = new Float64Array(count * width);
    for (let k = 0; k < count; k++) {
      const row = order?.[first + k] ?? first + k;
      rows.set(values.subarray(row * width, (row + 1) * width), k * width);
    }
    return rows;
  };
  const [inputs, outputs] = [layers[0]?.units ?? 0, layers.at(-1)?.units ?? 0];
  const { weights } = samples;
  return {
    count,
    inputs: pick(samples.inputs, inputs),
    targets: pick(samples.targets, outputs),
    ...(weights && { weights: pick(weights, 1) }),
  };
}
