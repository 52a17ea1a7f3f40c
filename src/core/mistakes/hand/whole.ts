/** Slips that run through the whole backward pass: every parameter's derivative at once, computed when first asked for. */

import { divisorOf, weightOf } from '../../cost';
import { backward, differentiating, samplePasses } from '../../backprop';
import { addOuterProduct, scaled } from '../../layerMath';
import { type LayerLayout, type Network, type Samples, parameterAt, parameterLayout } from '../../network';
import type { Pausing } from '../../check/steps';
import { type RoundedGradient, roundedGradients } from './rounding';
import { penaltyDerivative } from '../../penalty';

/** Parameters times samples beyond which the many passes of rounding are not made. */
const WORK = 2_000_000;

/** Each gradient is the data's part alone, in the layout of the parameter vector. */
export class WholeSlips {
  readonly exact: { readonly data: Float64Array; readonly penalty: Float64Array };
  private readonly known = new Map<string, Float64Array>();
  private rounding: readonly RoundedGradient[] | undefined;

  constructor(
    readonly network: Network,
    readonly theta: Float64Array,
    readonly samples: Samples,
    /** ∂J/∂θ */
    readonly gradient: Float64Array,
  ) {
    const layout = parameterLayout(network.layers);
    const penalty = theta.map((_, index) =>
      penaltyDerivative(network, theta, parameterAt(layout, index), samples.count),
    );
    this.exact = { data: gradient.map((g, index) => g - (penalty[index] ?? NaN)), penalty };
  }

  /** δ carried back through square θ^(l) the wrong way round: through all of them, or through that of `layer` alone. */
  transposed(layer?: number): Pausing<Float64Array> {
    return this.once(`transposed ${String(layer)}`, () => {
      const turned = this.theta.slice();
      for (const [l, { weights, rows, columns }] of parameterLayout(this.network.layers).layers.entries()) {
        if (rows !== columns || (layer !== undefined && l + 1 !== layer)) continue;
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            turned[weights + i * columns + j] = this.theta[weights + j * columns + i] ?? NaN;
          }
        }
      }
      return this.backThrough(turned);
    });
  }

  /** δ carried back through weights that have all been updated, θ − η ∂J/∂θ; z and a as they were. */
  updatedBehind(): Pausing<Float64Array> {
    return this.once('updatedBehind', () => this.backThrough(this.stepped(this.gradient)));
  }

  /** The same, θ^(l) of `layer` alone being updated. */
  updatedOnly(layer: number): Pausing<Float64Array> {
    return this.once(`updatedOnly ${String(layer)}`, () => {
      const theta = this.theta.slice();
      const block = parameterLayout(this.network.layers).layers[layer - 1];
      if (block) copyLayer(this.stepped(this.gradient), theta, block);
      return this.backThrough(theta);
    });
  }

  /** From the last layer down, each layer's update made with the δ that went before. */
  updatedInTurn(): Pausing<Float64Array> {
    return this.once('updatedInTurn', () => this.inTurn());
  }

  private *inTurn(): Pausing<Float64Array> {
    const { layers } = parameterLayout(this.network.layers);
    const theta = this.theta.slice();
    let data = this.exact.data;
    for (const block of [...layers].reverse()) {
      data = yield* this.backThrough(theta);
      const step = this.stepped(data.map((d, index) => d + (this.exact.penalty[index] ?? NaN)));
      copyLayer(step, theta, block);
    }
    return data;
  }

  /** Forward and backward at θ − η ∂J/∂θ; less the penalty's part at θ, so that with it the sum is the whole. */
  afterUpdate(): Pausing<Float64Array> {
    return this.once('afterUpdate', () => this.dataAt(this.stepped(this.gradient)));
  }

  private *dataAt(theta: Float64Array): Pausing<Float64Array> {
    const { gradient } = yield* differentiating({ network: this.network, theta, samples: this.samples });
    return gradient.map((g, index) => g - (this.exact.penalty[index] ?? NaN));
  }

  /** With intermediate values rounded to few digits, in the ways that people do; none where that would take too long. */
  *rounded(): Pausing<readonly RoundedGradient[]> {
    const tooMuch = this.theta.length * this.samples.count > WORK;
    this.rounding ??= tooMuch ? [] : yield* roundedGradients(this.network, this.theta, this.samples);
    return this.rounding;
  }

  private stepped(gradient: Float64Array): Float64Array {
    const rate = this.network.training.optimizer.learningRate;
    return this.theta.map((value, index) => value - rate * (gradient[index] ?? NaN));
  }

  /** The data's part of the gradient where δ is carried back through `theta`. */
  private *backThrough(theta: Float64Array): Pausing<Float64Array> {
    const { layers, count } = parameterLayout(this.network.layers);
    const sum = new Float64Array(count);
    const divisor = divisorOf(this.network, this.samples);
    for (const pass of samplePasses({ network: this.network, theta: this.theta, samples: this.samples })) {
      const delta = backward(this.network, theta, pass, pass.y);
      const weight = weightOf(this.samples, pass.sample);
      for (const [l, block] of layers.entries()) {
        addOuterProduct(sum, block, scaled(delta[l + 1] ?? sum, weight), pass.a[l] ?? sum);
      }
      yield;
    }
    return sum.map((value) => value / divisor);
  }

  private *once(name: string, compute: () => Pausing<Float64Array>): Pausing<Float64Array> {
    const known = this.known.get(name) ?? (yield* compute());
    this.known.set(name, known);
    return known;
  }
}

/** Copies weights and biases of one layer. */
function copyLayer(from: Float64Array, to: Float64Array, { weights, biases, rows, columns }: LayerLayout): void {
  to.set(from.subarray(weights, weights + rows * (columns + (biases < 0 ? 0 : 1))), weights);
}
