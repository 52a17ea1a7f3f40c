/** `gradients FILE`: J and every ∂J/∂θ. */

import { forEachSample, gradients as compute, requireSample, type Analysis } from '../core/backprop';
import { type Network, type Samples, parameterLayout, objectiveOf } from '../core/network';
import type { ExitStatus, Request } from './command';
import { gradientText } from '../app/gradientText';
import { load, trainingSamples } from './input';
import { printJson } from './json';
import { lockFor } from './lock';
import { inRange } from './parameter';
import { print } from './streams';

export async function gradientsCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const sample = options.integer('sample', 1);
  const digits = options.integer('digits', 3, 17) ?? 6;
  const input = await load(file, options.text('root'));
  const samples = trainingSamples(input);
  if (sample !== undefined) inRange(() => requireSample(samples, sample), sample);
  const { network } = input.content;
  const lock = await lockFor(input, options);
  if (lock.hidden.backward) {
    const { lockedDocument, lockedText } = await import('./locked');
    if (options.flag('json')) await printJson(lockedDocument(input, samples, lock, sample));
    else print(lockedText(input, samples, lock, { sample, digits }));
    return 0;
  }
  const result = compute(objectiveOf(network, samples), sample);
  if (options.flag('json')) await printJson(document(file, network, samples, result, sample));
  else {
    const more = '--json lists them all';
    print(gradientText(network, result, { samples: samples.count, sample, digits, more }));
  }
  return 0;
}

function document(
  file: string,
  network: Network,
  samples: Samples,
  { loss, gradient }: Analysis,
  sample: number | undefined,
): object {
  const outputs: Float64Array[] = [];
  const deltas: Float64Array[][] = [];
  forEachSample(
    objectiveOf(network, samples),
    ({ a, delta }) => {
      outputs.push((a.at(-1) ?? new Float64Array()).slice());
      deltas.push(delta.map((values) => values.slice()));
    },
    sample,
  );
  const layers = parameterLayout(network.layers).layers.map(({ rows, columns, weights, biases }, l) => ({
    layer: l + 1,
    weights: Array.from({ length: rows }, (_, i) =>
      gradient.subarray(weights + i * columns, weights + (i + 1) * columns),
    ),
    biases: biases < 0 ? null : gradient.subarray(biases, biases + rows),
    delta: deltas.map((delta) => delta[l + 1]),
  }));
  return { file, samples: samples.count, sample, loss, outputs, layers };
}
