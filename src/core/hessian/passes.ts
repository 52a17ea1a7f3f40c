/** What both passes of a sample leave behind for the directions that H is multiplied by: first and second derivatives at each unit. */

import { inputsOf, samplePasses } from '../backprop';
import { weightOf } from '../cost';
import { ACTIVATIONS, activationDerivative, lossDerivative, lossSecond, lossWithLogits } from '../functions';
import { addTransposedProduct } from '../layerMath';
import { type Network, type Objective, layerAt, parameterLayout } from '../network';

/** A layer's units in one sample. */
export interface KeptLayer {
  readonly a: Float64Array;
  /** ω_s ∂E/∂z */
  readonly delta: Float64Array;
  /** ∂a/∂z: g′ of each unit, or, row by row, ∂a_i/∂z_k of coupled units. Of no use on the output layer. */
  readonly first: Float64Array;
  /** ω_s Σ_i (∂E/∂a_i) ∂²a_i/∂z², and on the output layer ω_s ∂²E/∂z² itself: one number a unit, or a matrix of coupled units. */
  readonly curved: Float64Array;
}

export interface KeptPass {
  readonly x: Float64Array;
  /** Of the layers 2…L. */
  readonly layers: readonly KeptLayer[];
}

/** Of every sample in turn. */
export function* keptPasses(objective: Objective): Generator<KeptPass, void> {
  const { network, theta, samples } = objective;
  const blocks = parameterLayout(network.layers).layers;
  for (const { sample, a, z, delta, y } of samplePasses(objective)) {
    const weight = weightOf(samples, sample);
    const layers = blocks.map((_, l): KeptLayer => {
      const [ofZ, ofA, ofDelta] = [z[l + 1] ?? none, a[l + 1] ?? none, delta[l + 1] ?? none];
      const next = blocks[l + 1];
      const { first, curved } = next
        ? throughUnits(network, l + 2, ofZ, ofA, transposedProduct(theta, next, delta[l + 2] ?? none))
        : throughOutputs(network, ofZ, ofA, y);
      return { a: ofA.slice(), delta: scale(ofDelta, weight), first, curved: scale(curved, weight) };
    });
    yield { x: inputsOf(network, samples, sample), layers };
  }
}

type SecondDerivatives = Pick<KeptLayer, 'first' | 'curved'>;

/** Where ∂E/∂a is `byA`. */
function throughUnits(
  network: Network,
  layer: number,
  z: Float64Array,
  a: Float64Array,
  byA: Float64Array,
): SecondDerivatives {
  const { activation: g } = layerAt(network, layer);
  const row = ACTIVATIONS[g.type];
  if (!row.vector) {
    return {
      first: z.map((value) => row.derivative(value, g)),
      curved: z.map((value, k) => (byA[k] ?? NaN) * row.second(value, g)),
    };
  }
  return {
    first: matrix(a.length, (i, k) => activationDerivative(g, z, a, i, k)),
    curved: matrix(a.length, (k, n) => byA.reduce((sum, u, i) => sum + u * row.second(a, i, k, n), 0)),
  };
}

/** ∂²E/∂z² = (∂a/∂z)ᵀ ∂²E/∂a² ∂a/∂z + Σ_i (∂E/∂a_i) ∂²a_i/∂z², or what a loss with logits says itself. */
function throughOutputs(network: Network, z: Float64Array, a: Float64Array, y: Float64Array): SecondDerivatives {
  const units = a.length;
  const pair = lossWithLogits(network);
  if (pair) return { first: none, curved: matrix(units, (k, n) => pair.second(a, y, k, n)) };
  const byA = a.map((_, k) => lossDerivative(network, a, y, k));
  const ofLoss = a.map((_, k) => lossSecond(network, a, y, k));
  const { first, curved } = throughUnits(network, network.layers.length, z, a, byA);
  if (curved.length === units) {
    return { first, curved: curved.map((value, k) => value + (ofLoss[k] ?? NaN) * (first[k] ?? NaN) ** 2) };
  }
  const ofA = (k: number, n: number): number =>
    ofLoss.reduce((sum, second, i) => sum + second * (first[i * units + k] ?? NaN) * (first[i * units + n] ?? NaN), 0);
  return { first, curved: matrix(units, (k, n) => (curved[k * units + n] ?? NaN) + ofA(k, n)) };
}

const none = new Float64Array();

function scale(values: Float64Array, by: number): Float64Array {
  return values.map((value) => value * by);
}

function matrix(units: number, entry: (i: number, k: number) => number): Float64Array {
  return Float64Array.from({ length: units * units }, (_, at) => entry(Math.floor(at / units), at % units));
}

/** (θ^(l))ᵀ x */
export function transposedProduct(
  theta: Float64Array,
  block: Parameters<typeof addTransposedProduct>[1],
  x: Float64Array,
): Float64Array {
  const result = new Float64Array(block.columns);
  addTransposedProduct(theta, block, x, result);
  return result;
}
