/**
 * Backpropagation as the lecture writes it, one sample at a time: the forward pass gives z and a of every unit, the
 * backward pass gives δ, and ∂E/∂θ_ij^(l) = δ_i^(l+1) a_j^(l). This is the reference that everything else is compared with.
 */

import { divisorOf, weightOf } from './cost';
import { activate, outputDelta, sampleLoss, throughActivation } from './functions';
import { addOuterProduct, addProduct, addTransposedProduct, scaled, startWithBiases } from './layerMath';
import { type Network, type Objective, type ParameterLayout, type Samples, layerAt, parameterLayout } from './network';
import { type Pausing, runToEnd } from './check/steps';
import { addPenaltyGradient, penalty } from './penalty';

/** z and a of every layer for one sample; index 0 is layer 1, whose z is empty and whose a is x. */
export interface ForwardPass {
  readonly z: readonly Float64Array[];
  readonly a: readonly Float64Array[];
}

/** z, a and δ of every unit: of one sample, or their mean over the samples. Index 0 is layer 1 (only `a`). */
export interface UnitValues extends ForwardPass {
  /** δ = ∂E_s/∂z of the sample; for the mean, (1/D) Σ_s ω_s δ, so that ∂J/∂θ_i0 = δ_i a_0 (data part). */
  readonly delta: readonly Float64Array[];
}

/** What one forward and backward pass over the samples gives at θ. */
export interface Analysis {
  /** J(θ) = (1/D) Σ ω_s E_s + R (core/cost.ts), or E_N where one sample is asked for. */
  readonly loss: number;
  readonly dataLoss: number;
  readonly penalty: number;
  /** ∂J/∂θ in the layout of the parameter vector; ∂E_N/∂θ, without the penalty, where one sample is asked for. */
  readonly gradient: Float64Array;
  /** That sample's, or the means over all samples. */
  readonly units: UnitValues;
}

/** One row of the samples with everything that the two passes give for it. */
export interface SamplePass extends UnitValues {
  /** From 1. */
  readonly sample: number;
  readonly y: Float64Array;
  /** E_s */
  readonly loss: number;
}

/**
 * z and a of every unit for the input `x` of s_1 numbers. Who passes many may hand in `pass`, to be written over, and the
 * network's layout.
 */
export function forward(
  network: Network,
  theta: Float64Array,
  x: Float64Array,
  pass: ForwardPass = emptyPass(network),
  { layers }: ParameterLayout = parameterLayout(network.layers),
): ForwardPass {
  // a^(1) = x
  at(pass.a, 0).set(x);
  for (let l = 0; l < layers.length; l++) {
    const block = at(layers, l);
    const previous = at(pass.a, l);
    const z = at(pass.z, l + 1);
    // z_i^(l+1) = θ_i0^(l) a_0 + Σ_j θ_ij^(l) a_j^(l)
    startWithBiases(theta, block, z);
    addProduct(theta, block, previous, z);
    // a^(l+1) = g_(l+1)(z^(l+1))
    activate(layerAt(network, l + 2).activation, z, at(pass.a, l + 1));
  }
  return pass;
}

/**
 * δ^(l) = ∂E_s/∂z^(l) of every layer for one sample with targets `y`; index l − 1, and empty for layer 1.
 * `delta` may be handed in to be written over.
 */
export function backward(
  network: Network,
  theta: Float64Array,
  pass: ForwardPass,
  y: Float64Array,
  delta: readonly Float64Array[] = pass.z.map((z) => new Float64Array(z.length)),
  { layers }: ParameterLayout = parameterLayout(network.layers),
): readonly Float64Array[] {
  const last = network.layers.length - 1;
  // δ_k^(L) = Σ_i (∂E/∂a_i^(L)) (∂a_i^(L)/∂z_k^(L)), which is a_k − y_k for the losses with logits
  outputDelta(network, at(pass.z, last), at(pass.a, last), y, at(delta, last));
  for (let l = last - 1; l >= 1; l--) {
    const here = at(delta, l);
    // ∂E/∂a_i^(l) = Σ_k θ_ki^(l) δ_k^(l+1)
    here.fill(0);
    addTransposedProduct(theta, at(layers, l), at(delta, l + 1), here);
    // δ_i^(l) = g′(z_i^(l)) ∂E/∂a_i^(l)
    throughActivation(layerAt(network, l + 1).activation, at(pass.z, l), at(pass.a, l), here);
  }
  return delta;
}

/** Both passes of each row in turn, or of row `only` (from 1). The arrays are written over row by row. */
export function* samplePasses(
  { network, theta, samples }: Objective,
  only?: number,
): Generator<SamplePass, void, undefined> {
  if (only !== undefined) requireSample(samples, only);
  const pass = emptyPass(network);
  const delta = pass.z.map((z) => new Float64Array(z.length));
  const last = network.layers.length - 1;
  const layout = parameterLayout(network.layers);
  for (let sample = only ?? 1; sample <= (only ?? samples.count); sample++) {
    const y = targetsOf(network, samples, sample);
    forward(network, theta, inputsOf(network, samples, sample), pass, layout);
    backward(network, theta, pass, y, delta, layout);
    const loss = sampleLoss(network, at(pass.z, last), at(pass.a, last), y);
    yield { sample, y, loss, delta, ...pass };
  }
}

/** Calls `visit` with both passes of each row in turn, or of row `only` (from 1). The arrays are written over row by row. */
export function forEachSample(objective: Objective, visit: (pass: SamplePass) => void, only?: number): void {
  for (const pass of samplePasses(objective, only)) visit(pass);
}

/**
 * J and ∂J/∂θ over all samples, or E_N and ∂E_N/∂θ, without the penalty, of row `sample` (from 1).
 * Throws a RangeError where there is no such row.
 */
export function gradients(objective: Objective, sample?: number): Analysis {
  return runToEnd(differentiating(objective, sample));
}

/** What `gradients` gives, with a pause after each row. */
export function* differentiating(objective: Objective, sample?: number): Pausing<Analysis> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const gradient = new Float64Array(layout.count);
  const units = { ...emptyPass(network), delta: emptyPass(network).z };
  let dataLoss = 0;
  for (const pass of samplePasses(objective, sample)) {
    const weight = sample === undefined ? weightOf(samples, pass.sample) : 1;
    dataLoss += weight * pass.loss;
    // ∂E/∂θ_ij^(l) = δ_i^(l+1) a_j^(l), and for the bias δ_i^(l+1) a_0
    for (let l = 0; l < layout.layers.length; l++) {
      addOuterProduct(gradient, at(layout.layers, l), scaled(at(pass.delta, l + 1), weight), at(pass.a, l));
    }
    for (let l = 0; l < units.z.length; l++) {
      add(at(units.z, l), at(pass.z, l), 1);
      add(at(units.a, l), at(pass.a, l), 1);
      add(at(units.delta, l), at(pass.delta, l), weight);
    }
    yield;
  }
  if (sample !== undefined) return { loss: dataLoss, dataLoss, penalty: 0, gradient, units };

  // J = (1/D) Σ_s ω_s E_s + R, and so ∂J/∂θ = (1/D) Σ_s ω_s ∂E_s/∂θ + ∂R/∂θ
  const divisor = divisorOf(network, samples);
  for (const values of [gradient, ...units.delta]) divide(values, divisor);
  for (const values of [...units.z, ...units.a]) divide(values, samples.count);
  addPenaltyGradient(network, theta, gradient, samples.count);
  const r = penalty(network, theta, samples.count);
  return { loss: dataLoss / divisor + r, dataLoss: dataLoss / divisor, penalty: r, gradient, units };
}

/** J(θ) = (1/D) Σ_s ω_s E_s + R(θ), by forward passes alone. */
export function loss({ network, theta, samples }: Objective): number {
  const pass = emptyPass(network);
  const last = network.layers.length - 1;
  let sum = 0;
  for (let sample = 1; sample <= samples.count; sample++) {
    forward(network, theta, inputsOf(network, samples, sample), pass);
    const loss = sampleLoss(network, at(pass.z, last), at(pass.a, last), targetsOf(network, samples, sample));
    sum += weightOf(samples, sample) * loss;
  }
  return sum / divisorOf(network, samples) + penalty(network, theta, samples.count);
}

/** Row `sample` (from 1) of the inputs. */
export function inputsOf({ layers }: Network, { inputs }: Samples, sample: number): Float64Array {
  return row(inputs, layers[0]?.units ?? 0, sample);
}

/** Row `sample` (from 1) of the targets. */
export function targetsOf({ layers }: Network, { targets }: Samples, sample: number): Float64Array {
  return row(targets, layers.at(-1)?.units ?? 0, sample);
}

/** `count` rows from row `first` (from 1) on. */
export function rowsOf(network: Network, samples: Samples, first: number, count: number): Samples {
  const [s1, sL] = [layerAt(network, 1).units, layerAt(network, network.layers.length).units];
  return {
    count,
    inputs: samples.inputs.subarray((first - 1) * s1, (first - 1 + count) * s1),
    targets: samples.targets.subarray((first - 1) * sL, (first - 1 + count) * sL),
    ...(samples.weights && { weights: samples.weights.subarray(first - 1, first - 1 + count) }),
  };
}

/** Throws a RangeError where the samples have no row `sample`. */
export function requireSample({ count }: Samples, sample: number): void {
  if (Number.isInteger(sample) && sample >= 1 && sample <= count) return;
  throw new RangeError(`there is no sample ${String(sample)}: the training samples are 1…${String(count)}`);
}

function emptyPass({ layers }: Network): { z: Float64Array[]; a: Float64Array[] } {
  return {
    z: layers.map(({ units }, index) => new Float64Array(index === 0 ? 0 : units)),
    a: layers.map(({ units }) => new Float64Array(units)),
  };
}

function add(sum: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < values.length; i++) sum[i] = (sum[i] ?? NaN) + weight * (values[i] ?? NaN);
}

function divide(values: Float64Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? NaN) / by;
}

function row(values: Float64Array, width: number, sample: number): Float64Array {
  return values.subarray((sample - 1) * width, sample * width);
}

function at<T>(layers: readonly T[], index: number): T {
  const layer = layers[index];
  if (layer === undefined) throw new RangeError(`there is no layer ${String(index + 1)}`);
  return layer;
}
