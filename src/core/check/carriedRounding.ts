/** How far float64 may put a derivative off where sums cancel: what is lost there is carried on by all that follows. */

import { divisorOf, weightOf } from '../cost';
import { type SamplePass, samplePasses } from '../backprop';
import { ACTIVATIONS, lossDerivative, lossWithLogits } from '../functions';
import { type LayerLayout, type Network, type Objective, layerAt, parameterLayout } from '../network';
import type { Pausing } from './steps';

/** What the rounding of one operation takes. */
const ULP = Number.EPSILON / 2;

/** Numbers with how far each may be off. */
interface Off {
  readonly value: Float64Array;
  readonly by: Float64Array;
}

/**
 * For each parameter how far (1/D) Σ_s ω_s ∂E_s/∂θ of float64 may be from that of the file's own numbers: a running error
 * analysis (Higham, Accuracy and Stability, 3.3), forward through z and a and back through δ, in which functions are
 * taken at both ends of what their argument may be. Where a number has left the range of float64, nothing is known: Infinity.
 */
export function* carriedRounding(objective: Objective): Pausing<Float64Array> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const sums = new Float64Array(layout.count);
  for (const pass of samplePasses(objective)) {
    const weight = weightOf(samples, pass.sample);
    const z: Off[] = [];
    const a: Off[] = [{ value: pass.a[0] ?? pass.y, by: new Float64Array(pass.a[0]?.length ?? 0) }];
    for (const [l, block] of layout.layers.entries()) {
      const before = a[l] ?? { value: pass.y, by: pass.y };
      const sum = { value: pass.z[l + 1] ?? pass.y, by: ofSum(theta, block, before) };
      z.push(sum);
      a.push({ value: pass.a[l + 1] ?? pass.y, by: ofActivation(network, l + 2, sum, pass.a[l + 1] ?? pass.y) });
    }
    let delta = ofOutputs(network, pass, z.at(-1), a.at(-1));
    for (let l = layout.layers.length - 1; l >= 0; l--) {
      const [block, input] = [layout.layers[l], a[l]];
      if (!block || !input) continue;
      addProducts(sums, block, delta, input, weight);
      const back = carriedBack(theta, block, delta);
      const [sum, output] = [z[l - 1], a[l]];
      if (l > 0 && sum && output) delta = through(network, l + 1, sum, output, back);
    }
    yield;
  }
  const divisor = divisorOf(network, samples);
  return sums.map((sum) => (Number.isNaN(sum) ? Infinity : sum / divisor));
}

/** z_i = θ_i0 a_0 + Σ_j θ_ij a_j */
function ofSum(theta: Float64Array, block: LayerLayout, { value, by }: Off): Float64Array {
  return Float64Array.from({ length: block.rows }, (_, i) => {
    let size = block.biases < 0 ? 0 : Math.abs((theta[block.biases + i] ?? NaN) * block.biasInput);
    let carried = 0;
    for (let j = 0; j < block.columns; j++) {
      const w = Math.abs(theta[block.weights + i * block.columns + j] ?? NaN);
      size += w * Math.abs(value[j] ?? NaN);
      carried += w * (by[j] ?? NaN);
    }
    return carried + (block.columns + 1) * ULP * size;
  });
}

function ofActivation(network: Network, layer: number, z: Off, a: Float64Array): Float64Array {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  if (row.vector) {
    const moved = Math.expm1(2 * z.by.reduce((most, by) => Math.max(most, by), 0) + 4 * ULP);
    return a.map((value) => Math.min(1, value * moved));
  }
  return atEnds((at) => row.value(at, activation), z).map((by, i) => by + 4 * ULP * Math.abs(a[i] ?? NaN));
}

/** How far a function of numbers that are off may be off itself. */
function atEnds(f: (x: number) => number, { value, by }: Off): Float64Array {
  return value.map((x, k) => {
    const off = by[k] ?? NaN;
    const here = f(x);
    return Math.max(Math.abs(f(x + off) - here), Math.abs(f(x - off) - here));
  });
}

/** δ of the last layer. */
function ofOutputs(network: Network, { y }: SamplePass, z: Off | undefined, a: Off | undefined): Off {
  if (!z || !a) throw new RangeError('a network has outputs');
  // The subtraction of y rounds once more.
  const by = a.by.map((off, k) => off + ULP * (Math.abs(a.value[k] ?? NaN) + Math.abs(y[k] ?? NaN)));
  const [up, down] = [
    a.value.map((value, k) => value + (by[k] ?? NaN)),
    a.value.map((value, k) => value - (by[k] ?? NaN)),
  ];
  const pair = lossWithLogits(network);
  if (pair) {
    const slopes = (outputs: Float64Array): Float64Array => {
      const found = new Float64Array(outputs.length);
      pair.derivative(z.value, outputs, y, found);
      return found;
    };
    return spread(slopes(a.value), slopes(up), slopes(down));
  }
  const slopes = (outputs: Float64Array): Float64Array => outputs.map((_, k) => lossDerivative(network, outputs, y, k));
  return through(network, network.layers.length, z, a, spread(slopes(a.value), slopes(up), slopes(down)));
}

function spread(value: Float64Array, up: Float64Array, down: Float64Array): Off {
  const by = value.map((here, k) => {
    const moved = Math.max(Math.abs((up[k] ?? NaN) - here), Math.abs((down[k] ?? NaN) - here));
    return moved + 4 * ULP * Math.abs(here);
  });
  return { value, by };
}

/** δ_k = Σ_i (∂a_i/∂z_k) ∂E/∂a_i */
function through(network: Network, layer: number, z: Off, a: Off, back: Off): Off {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  const count = z.value.length;
  const [value, by] = [new Float64Array(count), new Float64Array(count)];
  const moved = row.vector ? undefined : atEnds((at) => row.derivative(at, activation), z);
  for (let k = 0; k < count; k++) {
    for (let i = row.vector ? 0 : k; i < (row.vector ? count : k + 1); i++) {
      const slope = row.vector ? row.derivative(a.value, i, k) : row.derivative(z.value[k] ?? NaN, activation);
      // What is found from a loses where 1 − a cancels.
      const lost =
        row.vector || row.fromOutput ? (a.by[i] ?? NaN) + (a.by[k] ?? NaN) + 4 * ULP * Math.abs(a.value[k] ?? NaN) : 0;
      const off = (moved?.[k] ?? 0) + lost + 4 * ULP * Math.abs(slope);
      const [d, dOff] = [back.value[i] ?? NaN, back.by[i] ?? NaN];
      value[k] = (value[k] ?? NaN) + slope * d;
      by[k] = (by[k] ?? NaN) + productOff(slope, off, d, dOff);
    }
  }
  return { value, by };
}

/** ∂E/∂a_j = Σ_i θ_ij δ_i */
function carriedBack(theta: Float64Array, block: LayerLayout, delta: Off): Off {
  const [value, by] = [new Float64Array(block.columns), new Float64Array(block.columns)];
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      const w = theta[block.weights + i * block.columns + j] ?? NaN;
      value[j] = (value[j] ?? NaN) + w * (delta.value[i] ?? NaN);
      by[j] = (by[j] ?? NaN) + productOff(w, block.rows * ULP * Math.abs(w), delta.value[i] ?? NaN, delta.by[i] ?? NaN);
    }
  }
  return { value, by };
}

function addProducts(sums: Float64Array, block: LayerLayout, delta: Off, input: Off, weight: number): void {
  const add = (index: number, a: number, off: number, i: number): void => {
    const by = productOff(a, off + 4 * ULP * Math.abs(a), delta.value[i] ?? NaN, delta.by[i] ?? NaN);
    sums[index] = (sums[index] ?? NaN) + weight * by;
  };
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      add(block.weights + i * block.columns + j, input.value[j] ?? NaN, input.by[j] ?? NaN, i);
    }
    if (block.biases >= 0) add(block.biases + i, block.biasInput, 0, i);
  }
}

/** How far x y may be off. */
function productOff(x: number, xOff: number, y: number, yOff: number): number {
  const part = (p: number, q: number): number => (p === 0 || q === 0 ? 0 : Math.abs(p) * Math.abs(q));
  return part(x, yOff) + part(y, xOff) + part(xOff, yOff);
}
