/** The derivative chain of one parameter, as data: the lecture's equations (1), (2), (4), (5) and their sums. */

import { divisorOf, weightOf } from '../cost';
import { samplePasses } from '../backprop';
import type { SamplePasses } from '../cachedPasses';
import { type LocalFactors, localFactors } from './localFactors';
import { type Network, type Objective, type ParameterId, parameterIndex, parameterLayout } from '../network';
import { type RankedPath, largestPaths } from './paths';
import { type Stage, countPaths, derivativesAlong, nodesOf, stagesOf } from '../stages';
import { runToEnd } from '../check/steps';
import { penaltyDerivative } from '../penalty';

/** A quantity that the chain rule differentiates, or differentiates by; `sample` is implied by the path. */
export type Quantity =
  | { readonly kind: 'E' }
  | { readonly kind: 'z' | 'a'; readonly layer: number; readonly unit: number }
  | { readonly kind: 'theta'; readonly parameter: ParameterId };

/**
 * One local derivative ∂of/∂by. Kinds: `loss` ∂E/∂a_k^(L); `lossOfLogit` ∂E/∂z_k^(L) = a_k − y_k of the losses with logits;
 * `activation` ∂a_i^(l)/∂z_k^(l); `weight` ∂z_k^(l+1)/∂a_i^(l) = θ_ki^(l); `input` ∂z_i^(l+1)/∂θ_ij^(l) = a_j^(l) (1 for a bias).
 */
export interface LocalDerivative {
  readonly kind: 'loss' | 'lossOfLogit' | 'activation' | 'weight' | 'input';
  readonly of: Quantity;
  readonly by: Quantity;
}

export interface ChainFactor extends LocalDerivative {
  readonly value: number;
  /** Of an activation's factor: the z_k^(l) at which it is taken. */
  readonly at?: number;
}

export interface PathNode {
  readonly kind: 'z' | 'a';
  readonly layer: number;
  readonly unit: number;
}

/** One way from the parameter to the loss, for one sample. */
export interface ChainPath {
  /** Row of the training samples, from 1. */
  readonly sample: number;
  /** From z_i^(l+1), where the parameter enters, to the last node before the loss. */
  readonly nodes: readonly PathNode[];
  /** As the lecture writes them: from the loss down to the parameter. */
  readonly factors: readonly ChainFactor[];
  /** The product of the factors. */
  readonly product: number;
  /** ω_s, what the sample's loss counts, where that is not 1. */
  readonly weight?: number;
  /** What the path adds to the gradient: ω product / D (core/cost.ts), as a rule product / m; product where one sample is asked for. */
  readonly contribution: number;
}

export interface Chain {
  readonly parameter: ParameterId;
  readonly value: number;
  /** ∂J/∂θ as backpropagation gives it; ∂E_N/∂θ, without the penalty, where one sample is asked for. */
  readonly gradient: number;
  /** λ₁ sign θ + λ₂ θ, the part of `gradient` that comes from R. */
  readonly penalty: number;
  /** Paths from z_i^(l+1) to the loss for one sample. */
  readonly pathCount: bigint;
  /** The K of largest |contribution|, largest first; ties by sample, then by the units from the parameter on. */
  readonly paths: readonly ChainPath[];
  /** D of contribution = ω product / D: as a rule m, and 1 where one sample is asked for. */
  readonly divisor: number;
  /** gradient − penalty − Σ contributions of `paths`; 0 where both are the same ∞. */
  readonly remainder: number;
}

export interface ChainOptions {
  /** One row of the samples, from 1: ∂E_N/∂θ alone, without the penalty. Without it, ∂J/∂θ over all of them. */
  readonly sample?: number;
  /** How many paths to list; Infinity for every one. */
  readonly paths: number;
  /** The passes of the rows at this θ, where they are known. */
  readonly passes?: SamplePasses | undefined;
}

/** A path without numbers. */
export interface PathShape {
  readonly nodes: readonly PathNode[];
  readonly factors: readonly LocalDerivative[];
}

/** A chain without numbers, which a network has without data. */
export interface ChainShape {
  readonly parameter: ParameterId;
  readonly pathCount: bigint;
  readonly paths: readonly PathShape[];
}

/**
 * The derivative chain of one parameter: its paths of largest |contribution| over all samples, exact for any depth and
 * width. A contribution that is not finite ranks above all that are. Throws a RangeError for a parameter or a sample that
 * does not exist, naming the range that does.
 */
export function chain(objective: Objective, parameter: ParameterId, options: ChainOptions): Chain {
  return runToEnd(chaining(objective, parameter, options));
}

/** The same in steps, one a sample. */
export function* chaining(
  objective: Objective,
  parameter: ParameterId,
  { sample, paths: limit, passes }: ChainOptions,
): Generator<void, Chain> {
  const { network, theta, samples } = objective;
  const value = theta[requireParameter(network, parameter)] ?? NaN;
  const stages = stagesOf(network, parameter);
  const divisor = sample === undefined ? divisorOf(network, samples) : 1;

  let sum = 0;
  let kept: RankedPath[] = [];
  let above = -1;
  for (const pass of passes ? passes(sample) : samplePasses(objective, sample)) {
    const local = localFactors(objective, parameter, stages, pass);
    // ∂E/∂θ_ij^(l) = δ_i^(l+1) a_j^(l)
    const weight = sample === undefined ? weightOf(samples, pass.sample) : 1;
    sum += weight * (pass.delta[parameter.layer]?.[parameter.to - 1] ?? NaN) * local.input;
    kept.push(...largestPaths(stages, parameter.to - 1, local, { limit, above, weight, divisor }));
    if (kept.length >= limit) {
      kept = kept.sort(byRank).slice(0, limit);
      // Samples come in order, so a path of a later one must beat, not only equal, those that are kept.
      above = kept.at(-1)?.rank ?? Infinity;
    }
    yield;
  }

  const penalty = sample === undefined ? penaltyDerivative(network, theta, parameter, samples.count) : 0;
  const gradient = sum / divisor + penalty;
  const paths = kept.sort(byRank).map((path) => chainPath(stages, parameter, path, divisor));
  const listed = paths.reduce((total, { contribution }) => total + contribution, 0);
  return {
    parameter,
    value,
    gradient,
    penalty,
    pathCount: countPaths(stages),
    paths,
    divisor,
    // Where one path is ±∞ so is the gradient: ∞ − ∞ is no number, and nothing is left over.
    remainder: gradient === listed + penalty ? 0 : gradient - penalty - listed,
  };
}

/**
 * The first `limit` paths of a parameter in symbols alone, by the units from the parameter on, and how many there are.
 * Throws a RangeError for a parameter that does not exist.
 */
export function chainShape(network: Network, parameter: ParameterId, limit: number): ChainShape {
  requireParameter(network, parameter);
  return { parameter, ...pathShapes(stagesOf(network, parameter), parameter.to, limit, parameter) };
}

/** The first `limit` paths that start in this unit (from 1) of the first stage, and how many there are. */
export function pathShapes(
  stages: readonly Stage[],
  start: number,
  limit: number,
  parameter?: ParameterId,
): Omit<ChainShape, 'parameter'> {
  const paths: PathShape[] = [];
  for (const units of unitsInOrder(stages, [start - 1])) {
    if (paths.length >= limit) break;
    const nodes = nodesOf(stages, units);
    paths.push({ nodes, factors: derivativesAlong(nodes, parameter) });
  }
  return { pathCount: countPaths(stages), paths };
}

/** The parameter's index in θ. Throws a RangeError that names the range of l, i, j where there is no such parameter. */
export function requireParameter(network: Network, parameter: ParameterId): number {
  const layout = parameterLayout(network.layers);
  const index = parameterIndex(layout, parameter);
  if (index >= 0) return index;
  const { layer, to, from } = parameter;
  const block = layout.layers[layer - 1];
  const range = block
    ? `of layer ${String(layer)}, i is 1…${String(block.rows)} and j is ${block.biases < 0 ? '1' : '0'}…${String(block.columns)}` +
      (block.biases < 0 ? ' (it has no biases)' : '')
    : `l is 1…${String(layout.layers.length)}`;
  throw new RangeError(`there is no parameter ${[layer, to, from].join(',')} (l,i,j): ${range}`);
}

/** The path over the same nodes for the same sample at the objective's θ; `divisor` is D of contribution = ω product / D. */
export function pathOf(
  objective: Objective,
  parameter: ParameterId,
  { sample, nodes, weight = 1 }: Pick<ChainPath, 'sample' | 'nodes' | 'weight'>,
  divisor: number,
): ChainPath {
  const stages = stagesOf(objective.network, parameter);
  const [pass] = samplePasses(objective, sample);
  if (!pass) throw new RangeError(`there is no sample ${String(sample)}`);
  const local = localFactors(objective, parameter, stages, pass);
  const units = nodes.map(({ unit }) => unit - 1);
  return chainPath(stages, parameter, { local, units, weight }, divisor);
}

export function chainPath(
  stages: readonly Stage[],
  parameter: ParameterId | undefined,
  { local, units, weight }: Omit<RankedPath, 'rank'>,
  divisor: number,
): ChainPath {
  const nodes = nodesOf(stages, units);
  const factors = derivativesAlong(nodes, parameter).map((derivative, n) => valued(derivative, n, local, units));
  const product = factors.slice(1).reduce((total, { value }) => total * value, factors[0]?.value ?? NaN);
  const contribution = (weight * product) / divisor;
  return { sample: local.sample, ...(weight !== 1 && { weight }), nodes, factors, product, contribution };
}

/** The n-th derivative along a path, from the loss down, with its number. */
function valued(
  { kind, of, by }: LocalDerivative,
  n: number,
  { loss, steps, input }: LocalFactors,
  units: readonly number[],
): ChainFactor {
  if (kind === 'loss' || kind === 'lossOfLogit') return { kind, of, by, value: loss[units.at(-1) ?? NaN] ?? NaN };
  if (kind === 'input') return { kind, of, by, value: input };
  const s = steps.length - n;
  const from = units[s] ?? NaN;
  const value = steps[s]?.factor(from, units[s + 1] ?? NaN) ?? NaN;
  return kind === 'weight' ? { kind, of, by, value } : { kind, of, by, value, at: steps[s]?.z?.[from] };
}

/** Largest first. Sorting is stable, so equals stay in the order of samples and units in which they were found. */
function byRank(a: RankedPath, b: RankedPath): number {
  return a.rank === b.rank ? 0 : b.rank - a.rank;
}

function* unitsInOrder(stages: readonly Stage[], units: readonly number[]): Generator<readonly number[]> {
  const stage = stages[units.length];
  if (!stage) {
    yield units;
    return;
  }
  const same = units.at(-1) ?? 0;
  const [first, last] = stage.spread ? [0, stage.units - 1] : [same, same];
  for (let unit = first; unit <= last; unit++) yield* unitsInOrder(stages, [...units, unit]);
}
