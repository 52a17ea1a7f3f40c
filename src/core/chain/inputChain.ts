/** The derivative chain of an input: ∂E/∂x_j of one sample, as the sum of its paths to the loss. */

import { requireSample, samplePasses } from '../backprop';
import { inputDerivatives } from '../inputDerivatives';
import { type Network, type Objective, layerAt } from '../network';
import { countPaths, stagesOfInputs } from '../stages';
import { type Chain, type ChainShape, chainPath, pathShapes } from './index';
import { localFactors } from './localFactors';
import { largestPaths } from './paths';

/** A path starts at x_j, and no parameter enters: its last factor is ∂z_k^(2)/∂x_j = θ_kj^(1). */
export interface InputChain extends Omit<Chain, 'parameter'> {
  /** j, from 1. */
  readonly input: number;
}

interface InputChainOptions {
  readonly sample: number;
  /** How many paths to list. */
  readonly paths: number;
}

/**
 * The chain of x_j of a row: `value` is x_j as the network sees it, and `gradient` ∂E/∂x_j. With a pause after the pass. Throws a
 * RangeError for an input or a sample that does not exist.
 */
export function* inputChaining(
  objective: Objective,
  input: number,
  { sample, paths: limit }: InputChainOptions,
): Generator<undefined, InputChain> {
  const { network, theta, samples } = objective;
  requireInput(network, input);
  requireSample(samples, sample);
  const stages = stagesOfInputs(network);
  const [pass] = samplePasses(objective, sample);
  if (!pass) throw new RangeError(`there is no sample ${String(sample)}`);
  const local = localFactors(objective, undefined, stages, pass);
  yield;
  const ranked = largestPaths(stages, input - 1, local, { limit, above: -1, weight: 1, divisor: 1 });
  const paths = ranked.map((path) => chainPath(stages, undefined, path, 1));
  const gradient = inputDerivatives(network, theta, pass.delta[1] ?? new Float64Array())[input - 1] ?? NaN;
  const listed = paths.reduce((total, { contribution }) => total + contribution, 0);
  return {
    input,
    value: pass.a[0]?.[input - 1] ?? NaN,
    gradient,
    penalty: 0,
    pathCount: countPaths(stages),
    paths,
    divisor: 1,
    remainder: gradient === listed ? 0 : gradient - listed,
  };
}

/** The first `limit` paths of an input in symbols alone. Throws a RangeError for an input that does not exist. */
export function inputChainShape(network: Network, input: number, limit: number): Omit<ChainShape, 'parameter'> {
  requireInput(network, input);
  return pathShapes(stagesOfInputs(network), input, limit);
}

function requireInput(network: Network, input: number): void {
  const { units } = layerAt(network, 1);
  if (Number.isInteger(input) && input >= 1 && input <= units) return;
  throw new RangeError(`there is no input ${String(input)}: inputs are 1…${String(units)}`);
}
