import { forward, inputsOf, requireSample, targetsOf } from './backprop';
import { sampleLoss } from './functions';
import type { Objective } from './network';

/** Rows of the samples with what the network makes of them: a^(L) and E_s of each. Row-major. */
export interface SampleRows {
  /** The first of them, from 1. */
  readonly first: number;
  readonly count: number;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly outputs: Float64Array;
  readonly losses: Float64Array;
}

/** Multiply-adds between two steps. */
const WORK = 2 ** 21;

/** Rows `first` (from 1) and after, `count` of them or as many as there are. Throws a RangeError where `first` is not a row. */
export function* readingRows(
  { network, theta, samples }: Objective,
  first: number,
  count: number,
): Generator<void, SampleRows> {
  requireSample(samples, first);
  const [s1, sL] = [network.layers[0]?.units ?? 0, network.layers.at(-1)?.units ?? 0];
  const last = network.layers.length - 1;
  const end = Math.min(first - 1 + count, samples.count);
  const outputs = new Float64Array((end - first + 1) * sL);
  const losses = new Float64Array(end - first + 1);
  let pass: ReturnType<typeof forward> | undefined;
  let work = 0;
  for (let sample = first; sample <= end; sample++) {
    pass = forward(network, theta, inputsOf(network, samples, sample), pass);
    const [z, a] = [pass.z[last], pass.a[last]];
    if (z && a) {
      outputs.set(a, (sample - first) * sL);
      losses[sample - first] = sampleLoss(network, z, a, targetsOf(network, samples, sample));
    }
    work += theta.length;
    if (work > WORK) {
      work = 0;
      yield;
    }
  }
  return {
    first,
    count: end - first + 1,
    inputs: samples.inputs.slice((first - 1) * s1, end * s1),
    targets: samples.targets.slice((first - 1) * sL, end * sL),
    outputs,
    losses,
  };
}
