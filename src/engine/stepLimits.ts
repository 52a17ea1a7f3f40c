/** What is done to the gradient before a step, and to θ after it: `clipValue`, `clipNorm`, `maxNorm`, as PyTorch defines them. */

import { isFrozen, trainableRanges } from '../core/frozen';
import { parameterLayout, type Network } from '../core/network';
import type { Range } from './ranges';

/** What PyTorch adds to a norm before it divides by it: clip_grad_norm_ and renorm. */
const CLIP_EPSILON = 1e-6;
const RENORM_EPSILON = 1e-7;

/** The limits of a network's steps; a run without them does not need one. */
export class StepLimiter {
  private readonly trained: readonly Range[];

  constructor(private readonly network: Network) {
    this.trained = trainableRanges(network);
  }

  /** True where the file sets a limit. */
  static of(network: Network): StepLimiter | undefined {
    const { clipNorm, clipValue, maxNorm } = network.training;
    return (clipNorm ?? clipValue ?? maxNorm) ? new StepLimiter(network) : undefined;
  }

  /** Limits each ∂J/∂θ that is trained, and then the norm of them all: clip_grad_value_ and clip_grad_norm_. */
  clip(gradient: Float64Array): void {
    const { clipValue, clipNorm } = this.network.training;
    if (clipValue !== undefined) this.change(gradient, (g) => Math.max(-clipValue, Math.min(clipValue, g)));
    if (clipNorm === undefined) return;
    let squares = 0;
    for (const { from, to } of this.trained) for (let k = from; k < to; k++) squares += (gradient[k] ?? NaN) ** 2;
    const factor = clipNorm / (Math.sqrt(squares) + CLIP_EPSILON);
    if (!(factor >= 1)) this.change(gradient, (g) => factor * g);
  }

  /** Scales the weights into each unit whose norm is past `maxNorm`, but for frozen ones: torch.renorm(θ, 2, 0, maxNorm). */
  renormalize(theta: Float64Array): void {
    const { maxNorm } = this.network.training;
    if (maxNorm === undefined) return;
    for (const [l, { weights, rows, columns }] of parameterLayout(this.network.layers).layers.entries()) {
      for (let i = 0; i < rows; i++) {
        const first = weights + i * columns;
        let squares = 0;
        for (let k = first; k < first + columns; k++) squares += (theta[k] ?? NaN) ** 2;
        const norm = Math.sqrt(squares);
        if (norm <= maxNorm) continue;
        const factor = maxNorm / (norm + RENORM_EPSILON);
        for (let j = 0; j < columns; j++) {
          if (isFrozen(this.network, { layer: l + 1, to: i + 1, from: j + 1 })) continue;
          theta[first + j] = factor * (theta[first + j] ?? NaN);
        }
      }
    }
  }

  private change(values: Float64Array, by: (value: number) => number): void {
    for (const { from, to } of this.trained) for (let k = from; k < to; k++) values[k] = by(values[k] ?? NaN);
  }
}
