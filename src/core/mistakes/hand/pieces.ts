/**
 * The pieces of one parameter's derivative: what flows from the parameter through each unit to the loss, for each sample
 * and, with one factor changed, in the mean. Every path passes one unit of a layer, so a slip in a factor of a unit changes
 * ∂J/∂θ by what it changes in the paths through that unit.
 */

import { divisorOf, weightOf } from '../../cost';
import { samplePasses } from '../../backprop';
import { ACTIVATIONS } from '../../functions';
import { type Network, type ParameterId, type Samples, layerAt, parameterLayout } from '../../network';
import type { Pausing } from '../../check/steps';
import { Flow, atActivation, fromZ } from './flow';

/** What a slip in the factors of one unit adds to the data's part of ∂J/∂θ. */
export interface UnitPieces {
  readonly layer: number;
  /** From 1. */
  readonly unit: number;
  /** Minus all paths through z of the unit. */
  withoutPaths: number;
  /** Of softmax: minus all paths through a of the unit. */
  withoutOutput: number;
  /** g′ = 1. Of softmax ∂a_i/∂z_k = [i = k]. */
  withoutDerivative: number;
  /** g′(a) in the place of g′(z). */
  derivativeAtActivation: number;
  /** a used where z, or z where a belongs: σ′ = z (1 − z), tanh′ = 1 − z². */
  derivativeFromZ: number;
  /** Of softmax: only ∂a_k/∂z_k, not what z_k does to the other outputs. */
  ownOutputOnly: number;
  /** g′ once more, where ∂E/∂z is one factor. */
  extraDerivative: number;
  /** ∂E/∂a taken at z. */
  lossAtZ: number;
}

/** What a weight on the way adds where its factor ∂z/∂a = θ_ki^(l) is left out. */
export interface WeightPiece {
  readonly parameter: ParameterId;
  readonly value: number;
  withoutFactor: number;
}

/** The data's part of ∂J/∂θ where two outputs are held against each other's targets. */
export interface ExchangedTargets {
  /** From 1. */
  readonly outputs: readonly [number, number];
  data: number;
}

export interface Pieces {
  /** (1/m) Σ_s ∂E_s/∂θ */
  readonly data: number;
  /** ∂E_s/∂θ of each sample. */
  readonly each: Float64Array;
  /** The mean of δ_i^(l+1): a_j left out. */
  readonly withoutInput: number;
  /** z_j^(l) in the place of a_j^(l); NaN in the input layer and for a bias. */
  readonly inputFromZ: number;
  /** No g′ anywhere on the way. */
  readonly withoutDerivatives: number;
  /** g′(a) in the place of g′(z), and a and z exchanged within g′, in every layer on the way. */
  readonly derivativesAtActivation: number;
  readonly derivativesFromZ: number;
  /** No θ_ki anywhere on the way. */
  readonly withoutWeights: number;
  /** For each unit of layer l + 1: its θ_ki in the place of those of the parameter's own unit. */
  readonly withWeightsOf: Float64Array;
  readonly exchangedTargets: readonly ExchangedTargets[];
  readonly units: readonly UnitPieces[];
  /** Empty where there are more than anyone could search. */
  readonly weights: readonly WeightPiece[];
}

/** More weights than this on the way are not looked at one by one. */
const WEIGHTS = 400;
/** Of more outputs than this no two are exchanged. */
const OUTPUTS = 5;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes two passes a sample and one forward derivative. */
export function* piecesOf(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  parameter: ParameterId,
): Pausing<Pieces> {
  const units = unitsBehind(network, parameter);
  const weights = weightsBehind(network, theta, parameter);
  const withWeightsOf = new Float64Array(layerAt(network, parameter.layer + 1).units);
  const exchangedTargets = outputPairs(network);
  const sums = {
    data: 0,
    withoutInput: 0,
    inputFromZ: 0,
    withoutDerivatives: 0,
    derivativesAtActivation: 0,
    derivativesFromZ: 0,
    withoutWeights: 0,
  };
  const each = new Float64Array(samples.count);
  const divisor = divisorOf(network, samples);
  for (const pass of samplePasses({ network, theta, samples })) {
    const weight = weightOf(samples, pass.sample);
    const flow = new Flow(network, theta, parameter, pass, weight);
    const { input } = flow;
    const slope = pass.delta[parameter.layer]?.[parameter.to - 1] ?? NaN;
    each[pass.sample - 1] = slope * input;
    sums.data += slope * input;
    sums.withoutInput += weight * slope;
    sums.inputFromZ += slope * flow.inputZ;
    sums.withoutDerivatives += flow.withDerivatives(() => 1) * input;
    sums.derivativesAtActivation += flow.withDerivatives(atActivation) * input;
    sums.derivativesFromZ += flow.withDerivatives(fromZ) * input;
    sums.withoutWeights += flow.withoutWeights() * input;
    for (const k of withWeightsOf.keys()) {
      withWeightsOf[k] = (withWeightsOf[k] ?? NaN) + (flow.withWeightsOf(k) * input) / divisor;
    }
    for (const pair of exchangedTargets) pair.data += (flow.withExchangedTargets(pair.outputs) * input) / divisor;
    for (const piece of units) flow.addUnit(piece);
    for (const piece of weights) piece.withoutFactor += flow.withoutWeight(piece);
    yield;
  }
  for (const key of SUM_KEYS) sums[key] /= divisor;
  for (const piece of units) for (const key of UNIT_KEYS) piece[key] /= divisor;
  for (const piece of weights) piece.withoutFactor /= divisor;
  return { ...sums, each, withWeightsOf, exchangedTargets, units, weights };
}

const SUM_KEYS = [
  'data',
  'withoutInput',
  'inputFromZ',
  'withoutDerivatives',
  'derivativesAtActivation',
  'derivativesFromZ',
  'withoutWeights',
] as const;

const UNIT_KEYS = [
  'withoutPaths',
  'withoutOutput',
  'withoutDerivative',
  'derivativeAtActivation',
  'derivativeFromZ',
  'ownOutputOnly',
  'extraDerivative',
  'lossAtZ',
] as const;

function outputPairs(network: Network): ExchangedTargets[] {
  const { units } = layerAt(network, network.layers.length);
  if (units > OUTPUTS) return [];
  const pairs: ExchangedTargets[] = [];
  for (let p = 1; p < units; p++) for (let q = p + 1; q <= units; q++) pairs.push({ outputs: [p, q], data: 0 });
  return pairs;
}

function unitsBehind(network: Network, parameter: ParameterId): Mutable<UnitPieces>[] {
  const pieces: Mutable<UnitPieces>[] = [];
  for (let layer = parameter.layer + 1; layer <= network.layers.length; layer++) {
    const first = layer === parameter.layer + 1 ? parameter.to : 1;
    const last = layer === parameter.layer + 1 ? parameter.to : layerAt(network, layer).units;
    for (let unit = first; unit <= last; unit++) {
      const zero = {
        withoutPaths: 0,
        withoutOutput: 0,
        withoutDerivative: 0,
        derivativeAtActivation: 0,
        derivativeFromZ: 0,
      };
      pieces.push({ layer, unit, ...zero, ownOutputOnly: 0, extraDerivative: 0, lossAtZ: 0 });
    }
  }
  return pieces;
}

function weightsBehind(network: Network, theta: Float64Array, { layer, to }: ParameterId): Mutable<WeightPiece>[] {
  const pieces: Mutable<WeightPiece>[] = [];
  const blocks = parameterLayout(network.layers).layers;
  const coupled = ACTIVATIONS[layerAt(network, layer + 1).activation.type].vector;
  for (const [at, block] of blocks.entries()) {
    const l = at + 1;
    if (l <= layer) continue;
    for (let k = 1; k <= block.rows; k++) {
      for (let i = 1; i <= block.columns; i++) {
        if (l === layer + 1 && i !== to && !coupled) continue;
        if (pieces.length === WEIGHTS) return [];
        const value = theta[block.weights + (k - 1) * block.columns + i - 1] ?? NaN;
        pieces.push({ parameter: { layer: l, to: k, from: i }, value, withoutFactor: 0 });
      }
    }
  }
  return pieces;
}
